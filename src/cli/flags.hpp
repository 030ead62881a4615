// The flags of a command: each fills a field of its options struct and decides nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "besa/base/date.hpp"

namespace CLI {
class App;
}

namespace besa::cli {

enum class Need { optional, required };

class Flags {
 public:
  explicit Flags(CLI::App& app) : app_(app) {}

  void positional(const std::string& name, std::string& into, const std::string& help,
                  Need need = Need::required);
  void positional(const std::string& name, const std::vector<std::string>& choices,
                  std::string& into, const std::string& help);
  void text(const std::string& name, const std::string& value, std::string& into,
            const std::string& help, Need need = Need::optional);
  void texts(const std::string& name, const std::string& value, std::vector<std::string>& into,
             const std::string& help);
  void number(const std::string& name, std::optional<std::uint64_t>& into, const std::string& help);
  void date(const std::string& name, std::optional<Date>& into, const std::string& help,
            Need need = Need::optional);
  void period(const std::string& name, std::optional<Period>& into, const std::string& help);
  void choice(const std::string& name, const std::vector<std::string>& choices, std::string& into,
              const std::string& help);
  void toggle(const std::string& name, bool& into, const std::string& help);

 private:
  CLI::App& app_;
};

}  // namespace besa::cli
