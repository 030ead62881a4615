// Something that happens in the middle of a run.
#pragma once

#include <functional>
#include <string>

#include "besa/workflow/progress.hpp"

namespace besa::workflow::testing {

/// Calls back when a stage has come so far.
class At : public Progress {
 public:
  At(std::string stage, std::uint64_t done, std::function<void()> call)
      : stage_(std::move(stage)), done_(done), call_(std::move(call)) {}
  void stage(const std::string& name, std::uint64_t) override {
    now_ = name;
    at(0);
  }
  void at(std::uint64_t done) override {
    if (!call_ || now_ != stage_ || done != done_) return;
    call_();
    call_ = nullptr;
  }
  [[nodiscard]] bool called() const { return !call_; }

 private:
  std::string stage_, now_;
  std::uint64_t done_;
  std::function<void()> call_;
};

}  // namespace besa::workflow::testing
