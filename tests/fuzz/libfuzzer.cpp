// Where libFuzzer meets the targets; which of them it is to run is BESA_FUZZ_TARGET. In the test
// program nobody calls this.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "besa/base/error.hpp"
#include "tests/fuzz/target.hpp"

namespace {

const besa::fuzz::Target& chosen_target() {
  const char* const name = std::getenv("BESA_FUZZ_TARGET");
  for (const besa::fuzz::Target& target : besa::fuzz::targets())
    if (name != nullptr && std::strcmp(target.name, name) == 0) return target;
  std::fprintf(stderr, "BESA_FUZZ_TARGET must be one of:");
  for (const besa::fuzz::Target& target : besa::fuzz::targets())
    std::fprintf(stderr, " %s", target.name);
  std::fprintf(stderr, "\n");
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const besa::fuzz::Target& target = chosen_target();
  try {
    target.run({reinterpret_cast<const char*>(data), size});
  } catch (const besa::Error&) {  // refused, as it may
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s: %s\n", target.name, fault.what());
    std::abort();
  }
  return 0;
}
