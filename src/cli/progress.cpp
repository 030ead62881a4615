#include "cli/progress.hpp"

#include <chrono>
#include <ostream>

#include "besa/base/text.hpp"

namespace besa::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{2};
constexpr std::chrono::milliseconds between_lines{200};

/// One line on a terminal, written over and wiped when the work ends.
class OneLine final : public workflow::Progress {
 public:
  explicit OneLine(std::ostream& err) : err_(err), began_(SteadyClock::now()) {}
  ~OneLine() override {
    if (shown_) {
      err_ << "\r\x1b[K" << std::flush;
    }
  }
  OneLine(const OneLine&) = delete;
  OneLine& operator=(const OneLine&) = delete;

  void stage(const std::string& what, std::uint64_t total) override {
    what_ = for_terminal(what);
    total_ = total;
    at(0);
  }

  void at(std::uint64_t done) override {
    const SteadyClock::time_point now = SteadyClock::now();
    if (now - began_ < patience || now - last_ < between_lines) {
      return;
    }
    last_ = now;
    shown_ = true;
    err_ << "\r\x1b[K" << what_;
    if (total_ > 0) {
      err_ << ' ' << grouped(done) << " of " << grouped(total_);
    }
    err_ << std::flush;
  }

 private:
  std::ostream& err_;
  SteadyClock::time_point began_, last_;
  std::string what_;
  std::uint64_t total_ = 0;
  bool shown_ = false;
};

/// A line for each stage: for logs, and for people who asked for it.
class LineByLine final : public workflow::Progress {
 public:
  explicit LineByLine(std::ostream& err) : err_(err) {}
  void stage(const std::string& what, std::uint64_t total) override {
    err_ << for_terminal(what);
    if (total > 0) {
      err_ << " (" << grouped(total) << ')';
    }
    err_ << '\n' << std::flush;
  }
  void at(std::uint64_t) override {}

 private:
  std::ostream& err_;
};

}  // namespace

std::unique_ptr<workflow::Progress> make_progress(const std::string& choice, bool is_terminal,
                                                  std::ostream& err) {
  if (choice == "always") {
    return std::make_unique<LineByLine>(err);
  }
  if (choice == "auto" && is_terminal) {
    return std::make_unique<OneLine>(err);
  }
  return std::make_unique<workflow::Silent>();
}

}  // namespace besa::cli
