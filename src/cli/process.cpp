#include "besa/cli/process.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace besa::cli {
namespace {

/// Opened the wrong way round, so that using it is an error and not a surprise.
void fill_standard_descriptor(int descriptor) {
  if (fcntl(descriptor, F_GETFD) == -1) {
    static_cast<void>(open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

/// A terminal whose echo is off for as long as this lives.
class Unechoed {
 public:
  explicit Unechoed(int terminal) : terminal_(terminal) {
    if (tcgetattr(terminal_, &before_) == 0) {
      termios silent = before_;
      silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
      changed_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
    }
  }
  ~Unechoed() {
    if (changed_) {
      tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
  }
  Unechoed(const Unechoed&) = delete;
  Unechoed& operator=(const Unechoed&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

std::string read_terminal_line(int terminal) {
  std::string line;
  char byte = 0;
  while (read(terminal, &byte, 1) == 1 && byte != '\n') {
    line.push_back(byte);
  }
  return line;
}

std::optional<std::string> ask_terminal(const std::string& prompt) {
  const Fd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.valid()) {
    return std::nullopt;
  }
  const auto say = [&](const std::string& text) {
    return write(terminal.get(), text.data(), text.size()) >= 0;
  };
  if (!say(prompt)) {
    return std::nullopt;
  }
  const Unechoed unechoed(terminal.get());
  std::string answer = read_terminal_line(terminal.get());
  static_cast<void>(say("\n"));
  return answer;
}

std::string system_user() {
  const passwd* entry = getpwuid(geteuid());
  return entry != nullptr ? entry->pw_name : "uid-" + std::to_string(geteuid());
}

}  // namespace

void harden_process() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    fill_standard_descriptor(descriptor);
  }
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
  umask(077);
  const rlimit none{0, 0};
  static_cast<void>(setrlimit(RLIMIT_CORE, &none));
  static_cast<void>(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

Environment real_environment(const Clock& clock) {
  return {.clock = clock,
          .variable = [](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            return value != nullptr && *value != '\0' ? std::optional<std::string>(value)
                                                      : std::nullopt;
          },
          .folder = std::filesystem::current_path(),
          .user = system_user,
          .in_is_terminal = isatty(STDIN_FILENO) == 1,
          .out_is_terminal = isatty(STDOUT_FILENO) == 1,
          .err_is_terminal = isatty(STDERR_FILENO) == 1,
          .ask_passphrase = ask_terminal};
}

std::vector<std::string> arguments(int count, char** values) {
  return {values + (count > 0 ? 1 : 0), values + count};
}

}  // namespace besa::cli
