// Every target over its seeds, and over some hundred mutations of them that are the same each time:
// so that the targets stay what the fuzzer needs, and what it once found stays found.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "besa/base/error.hpp"
#include "tests/fuzz/target.hpp"

namespace besa::fuzz {

/// For googletest, which finds it here.
static void PrintTo(const Target& target, std::ostream* out) {
  *out << target.name;
}

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mutations = 300;

struct Seed {
  std::string name, bytes;
};

std::vector<Seed> seeds_of(const Target& target) {
  std::vector<Seed> seeds;
  for (const auto& entry :
       fs::directory_iterator(fs::path(BESA_SOURCE_DIR) / "tests/fuzz/seeds" / target.name)) {
    std::ifstream in(entry.path(), std::ios::binary);
    seeds.push_back({entry.path().filename().string(), {std::istreambuf_iterator<char>(in), {}}});
  }
  std::ranges::sort(seeds, {}, &Seed::name);
  return seeds;
}

/// Changes bytes as a fuzzer does that sees nothing of the code.
class Mutator {
 public:
  std::string mutated(std::string bytes, const std::string& other) {
    for (std::size_t steps = below(4) + 1; steps > 0; --steps) step(bytes, other);
    return bytes;
  }

 private:
  // Not std::uniform_int_distribution, which is another in every library.
  std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
  void step(std::string& bytes, const std::string& other) {
    const std::size_t at = below(bytes.size()), count = below(16) + 1;
    switch (below(6)) {
      case 0:
        return void(bytes.erase(at, count));
      case 1:
        return void(bytes.insert(at, bytes.substr(at, count)));
      case 2:
        return void(bytes.insert(at, other.substr(below(other.size()), count)));
      case 3:
        return bytes.resize(at);
      default:
        if (!bytes.empty()) bytes[at] = any_byte();
    }
  }
  char any_byte() {
    constexpr std::string_view telling("\0\xFF\x7F\x80\x01\n\r\"\\{}[],:- 0", 18);
    return below(2) == 0 ? telling[below(telling.size())] : static_cast<char>(below(256));
  }
  std::mt19937_64 random_{20261130};
};

/// Empty where the target took the bytes or refused them.
std::string fault_of(const Target& target, const std::string& bytes) {
  try {
    target.run(bytes);
  } catch (const Error&) {  // refused
  } catch (const std::exception& fault) {
    return fault.what();
  }
  return {};
}

class Fuzz : public testing::TestWithParam<Target> {};

TEST_P(Fuzz, holds_for_every_seed) {
  const std::vector<Seed> seeds = seeds_of(GetParam());
  EXPECT_FALSE(seeds.empty());
  for (const Seed& seed : seeds) EXPECT_EQ(fault_of(GetParam(), seed.bytes), "") << seed.name;
}

TEST_P(Fuzz, holds_for_mutations_of_the_seeds) {
  const std::vector<Seed> seeds = seeds_of(GetParam());
  ASSERT_FALSE(seeds.empty());
  Mutator mutator;
  for (std::size_t i = 0; i < mutations; ++i) {
    const Seed& seed = seeds[i % seeds.size()];
    const std::string& other = seeds[(i / seeds.size()) % seeds.size()].bytes;
    const std::string bytes = mutator.mutated(seed.bytes, other);
    EXPECT_EQ(fault_of(GetParam(), bytes), "") << "mutation " << i << " of " << seed.name << ":\n"
                                               << testing::PrintToString(bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Fuzz, testing::ValuesIn(targets()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace besa::fuzz
