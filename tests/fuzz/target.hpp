// What reads bytes that besa did not write, each as a function over any bytes at all: for the
// fuzzer (`./dev fuzz`), and for the tests, which give them their seeds and mutations of these.
//
// A target may refuse its bytes with a besa::Error. Everything else that it throws, every crash and
// every hang is a fault; so is a law that does not hold.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace besa::fuzz {

struct Target {
  const char* name;  ///< that of its seeds' folder, too
  void (*run)(std::string_view bytes);
};
[[nodiscard]] const std::vector<Target>& targets();

void certificate(std::string_view bytes);
void csv(std::string_view bytes);
void dataset(std::string_view bytes);
void json(std::string_view bytes);
void jsonl(std::string_view bytes);
void manifest(std::string_view bytes);
void note(std::string_view bytes);
void policy(std::string_view bytes);
void sqlite_pages(std::string_view bytes);
void sqlite_residue(std::string_view bytes);
void sqlite_source(std::string_view bytes);
void time(std::string_view bytes);
void workspace(std::string_view bytes);

struct BrokenLaw : std::logic_error {
  using std::logic_error::logic_error;
};
/// Throws BrokenLaw unless it holds.
void require(bool holds, const std::string& law);

/// The bytes without the first `count`, which say how to take them; none where they are fewer.
[[nodiscard]] inline std::string_view behind(std::string_view bytes, std::size_t count) {
  return bytes.substr(std::min(count, bytes.size()));
}

/// A file of this name in a folder of this process, with these bytes: for readers of files. The
/// folder is in memory where TMPDIR is.
[[nodiscard]] std::filesystem::path file_of(const std::string& name, std::string_view bytes);

}  // namespace besa::fuzz
