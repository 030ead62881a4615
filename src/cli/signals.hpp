// SIGINT and SIGTERM while rows are being changed: the transaction that runs is finished, nothing
// new begins, and the exit code says which signal it was (erasure.md, fault 9).
#pragma once

namespace besa::cli {

/// While it lives, a first signal asks the running work to stop; the handlers before are then put
/// back, so that a second one ends the process as ever (which besa survives, too).
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  /// 128 + signal where one came, else `code`.
  [[nodiscard]] int exit_code(int code) const;
};

}  // namespace besa::cli
