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
};

/// A run begins: whatever came before it is not its signal.
void forget_signal();
/// 128 + signal where one came and cut the work short, else `code`.
[[nodiscard]] int exit_code_after_signal(int code);

}  // namespace besa::cli
