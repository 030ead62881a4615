// Faults that strace injects into besa: a signal or an error at the n-th system call of a kind.
#pragma once

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "tests/crash/process.hpp"

namespace besa::crash {

using Words = std::vector<std::string>;

/// What besa changes the world with.
inline constexpr std::array changing_calls = {"pwrite64",  "write",  "fdatasync", "fsync", "unlink",
                                              "ftruncate", "rename", "renameat2", "openat"};

/// `words` under strace; `inject` as in "signal=KILL:when=7".
inline Words with_fault(const Words& words, const std::string& call, const std::string& inject,
                        const std::string& log = "/dev/null") {
  Words all = {"strace",
               "-f",
               "-q",
               "-o",
               log,
               "-e",
               "trace=" + call,
               "-e",
               "inject=" + call + ":" + inject};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

/// The calls a command makes once it has begun to read its workspace: before that, the system's
/// loader is at work.
struct Calls {
  int first = 1;
  int last = 0;
};

inline std::map<std::string, Calls> count_calls(const Words& words, const Path& log) {
  Words all = {"strace", "-f", "-q", "-o", log.string(), "-e", "trace=file,desc"};
  all.insert(all.end(), words.begin(), words.end());
  static_cast<void>(run(all));
  std::map<std::string, Calls> calls;
  std::ifstream lines(log);
  bool begun = false;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t name = line.find(' ') + 1;
    const std::size_t end = line.find('(', name);
    if (end == std::string::npos) continue;
    begun = begun || line.find("/besa.json\"") != std::string::npos;
    Calls& of_kind = calls[line.substr(line.find_first_not_of(' ', name),
                                       end - line.find_first_not_of(' ', name))];
    ++of_kind.last;
    if (!begun) of_kind.first = of_kind.last + 1;
  }
  return calls;
}

/// Which of them are tried: all with BESA_CRASH_EVERY=1, otherwise `few`, evenly spread.
inline std::vector<int> sample(const Calls& calls, int few) {
  std::vector<int> chosen;
  const int count = calls.last - calls.first + 1;
  const char* every = std::getenv("BESA_CRASH_EVERY");
  const bool all = (every != nullptr && *every != '0') || count <= few;
  const int tries = all ? count : few;
  for (int i = 1; i <= tries; ++i)
    chosen.push_back(calls.first + count * (2 * i - 1) / (2 * tries));
  return chosen;
}

/// Why no fault can be injected here; empty where it can.
inline std::string why_no_strace() {
  const Ended ended = run({"strace", "-f", "-q", "-o", "/dev/null", "true"});
  return ended.code == 0 ? "" : "strace is missing or not permitted here: " + ended.err;
}

}  // namespace besa::crash
