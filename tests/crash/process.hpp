// Programs as a test drives them: started, waited for, stopped; what they said and how they ended.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "besa/base/file.hpp"

namespace besa::crash {

struct Ended {
  int code = -1;   ///< its exit status; -1 where a signal ended it
  int signal = 0;  ///< the signal that ended it; 0 where it exited by itself
  std::string out, err;

  [[nodiscard]] std::string str() const {
    const std::string how =
        signal != 0 ? "ended by signal " + std::to_string(signal) : "exit " + std::to_string(code);
    return how + "\n--- stdout\n" + out + "--- stderr\n" + err;
  }
};

/// How a program is started besides its words.
struct Start {
  int out = -1;                          ///< where stdout goes; -1: kept for Ended
  std::function<void()> before_program;  ///< runs in the child, just before the program
};

/// A program in a process group of its own, which is killed with everything it started when this
/// goes before it has ended.
class Process {
 public:
  explicit Process(const std::vector<std::string>& words, const Start& start = {})
      : out_(memfd_create("out", MFD_CLOEXEC)), err_(memfd_create("err", MFD_CLOEXEC)) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) become(arguments, start);
    setpgid(pid_, pid_);  // in both, whoever comes first
  }
  ~Process() {
    if (pid_ <= 0) return;
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t id() const { return pid_; }
  void signal(int number) const { kill(pid_, number); }
  void signal_group(int number) const { kill(-pid_, number); }

  [[nodiscard]] bool has_ended() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  /// A program that does not end in time is killed, and that is an error of the test.
  Ended wait(std::chrono::seconds most = std::chrono::seconds(60)) {
    const auto deadline = std::chrono::steady_clock::now() + most;
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("it never ends; so far:\n" + content(err_));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    pid_ = -1;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            WIFSIGNALED(status) ? WTERMSIG(status) : 0, content(out_), content(err_)};
  }

 private:
  [[noreturn]] void become(std::vector<char*>& arguments, const Start& start) const {
    setpgid(0, 0);
    dup2(start.out >= 0 ? start.out : out_.get(), STDOUT_FILENO);
    dup2(err_.get(), STDERR_FILENO);
    dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    // The leak checker cannot work under strace; leaks have tests of their own.
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    if (start.before_program) start.before_program();
    execvp(arguments[0], arguments.data());
    _exit(127);
  }

  static std::string content(const Fd& file) {
    std::string text;
    std::array<char, 4096> piece{};
    off_t at = 0;
    for (ssize_t got = 0; (got = pread(file.get(), piece.data(), piece.size(), at)) > 0; at += got)
      text.append(piece.data(), static_cast<std::size_t>(got));
    return text;
  }

  Fd out_, err_;
  pid_t pid_ = -1;
};

inline Ended run(const std::vector<std::string>& words, const Start& start = {}) {
  return Process(words, start).wait();
}

}  // namespace besa::crash
