// The one error type of besa: what kind, what happened, what to do next.
//
// Thrown where the fault is known, given context on the way up (`within`), printed once by cli.
// Messages carry file, table and row, never a person's values.
#pragma once

#include <exception>
#include <string>

namespace besa {

/// What went wrong, as the exit codes of the command line tell it (besa(1), EXIT STATUS).
enum class ErrorKind {
  failed = 1,   ///< something did not work: a file, a disk, a format
  usage = 2,    ///< the command line is wrong
  finding = 3,  ///< a check found something
  refused = 4,  ///< a rule refuses: hold, approval, limit
  busy = 5,     ///< another process holds what is needed
  partial = 6,  ///< part is done, part is outstanding
};

class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message, std::string hint = {});
  /// A store that does not answer now, and may at another time: failed, unless who asked can do
  /// without it.
  [[nodiscard]] static Error out_of_reach(std::string message, std::string hint);

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
  [[nodiscard]] bool is_out_of_reach() const noexcept { return out_of_reach_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

  /// Adds where it happened in front: `within("datasets/loyalty.json")` turns
  /// "unknown field" into "datasets/loyalty.json: unknown field".
  Error& within(const std::string& where);

 private:
  ErrorKind kind_;
  std::string message_;
  std::string hint_;
  bool out_of_reach_ = false;
};

}  // namespace besa
