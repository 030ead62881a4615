// Telling people how far long work is. stderr only; never part of an answer.
#pragma once

#include <cstdint>
#include <string>

namespace besa::workflow {

class Progress {
 public:
  virtual ~Progress() = default;
  /// A stage begins: "scanning purchases", with how many steps it has (0: unknown).
  virtual void stage(const std::string& what, std::uint64_t total) = 0;
  virtual void at(std::uint64_t done) = 0;
};

class Silent final : public Progress {
 public:
  void stage(const std::string&, std::uint64_t) override {}
  void at(std::uint64_t) override {}
};

}  // namespace besa::workflow
