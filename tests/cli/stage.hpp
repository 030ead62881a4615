// A stage on which commands are run in process: a folder of its own, a fixed clock, people with
// keys, and no terminal.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "besa/base/time.hpp"
#include "besa/cli/run.hpp"

namespace besa::cli {

struct Outcome {
  std::string out, err;
  int code = 0;
};

class Stage {
 public:
  Stage();
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Runs "besa sweep --dry-run > report.txt", "cd happy", or one of the props:
  ///   day DATE                 moves the clock to noon of that day
  ///   sql FILE STATEMENT       changes a database as some other program would
  ///   replace FILE OLD NEW     edits a file
  ///   write FILE TEXT          writes one
  ///   show FILE                prints one
  ///   as NAME                  says who asks from now on
  ///   lock FILE, unlock        holds a workspace's lock as another process would
  Outcome run(const std::string& line);

  [[nodiscard]] std::filesystem::path folder() const { return folder_; }
  FixedClock clock;
  std::map<std::string, std::string> variables;
  std::string passphrase = "correct horse battery";
  std::string input;  ///< of the next command
  bool in_is_terminal = false;

 private:
  Outcome besa(const std::vector<std::string>& words, const std::string& redirect);
  Outcome prop(const std::vector<std::string>& words);
  std::filesystem::path top_, folder_;
  int lock_ = -1;
};

/// Words as a shell splits them: blanks, '…' and "…".
[[nodiscard]] std::vector<std::string> shell_words(const std::string& line);

}  // namespace besa::cli
