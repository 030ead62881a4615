#include "cli/signals.hpp"

#include <csignal>

#include "besa/workflow/apply.hpp"

namespace besa::cli {
namespace {

/// The one thing a signal handler may write to: which signal came, 0 for none.
volatile std::sig_atomic_t received = 0;

extern "C" void stop_after_transaction(int signal) {
  received = signal;
  workflow::request_stop();
}

void handle(void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

StopOnSignal::StopOnSignal() {
  handle(stop_after_transaction, static_cast<int>(SA_RESETHAND));
}

StopOnSignal::~StopOnSignal() {
  handle(SIG_DFL, 0);
}

void forget_signal() {
  received = 0;
}

int exit_code_after_signal(int code) {
  return received == 0 || code == 0 ? code : 128 + received;
}

}  // namespace besa::cli
