#include "cli/flags.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <charconv>

#include "besa/base/json.hpp"
#include "besa/base/text.hpp"

namespace besa::cli {
namespace {

void require(CLI::Option* option, Need need) {
  option->required(need == Need::required);
}

/// The choices are kept as the option's type, "text|json": CLI11 has no other place for them.
CLI::Option* add_choice(CLI::App& app, const std::string& name,
                        const std::vector<std::string>& choices, std::string& into,
                        const std::string& help) {
  const auto read = [&into, name, choices](const std::string& text) {
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      const auto nearest = nearest_name(text, choices);
      throw CLI::ValidationError(name, "'" + text + "' is none of " + join(choices, ", ") +
                                           (nearest ? "; did you mean '" + *nearest + "'?" : ""));
    }
    into = text;
  };
  return app.add_option_function<std::string>(name, read, help)->type_name(join(choices, "|"));
}

}  // namespace

void Flags::positional(const std::string& name, std::string& into, const std::string& help,
                       Need need) {
  require(app_.add_option(name, into, help)->type_name(""), need);
}

void Flags::positional(const std::string& name, const std::vector<std::string>& choices,
                       std::string& into, const std::string& help) {
  require(add_choice(app_, name, choices, into, help), Need::required);
}

void Flags::text(const std::string& name, const std::string& value, std::string& into,
                 const std::string& help, Need need) {
  require(app_.add_option(name, into, help)->type_name(value), need);
}

void Flags::texts(const std::string& name, const std::string& value, std::vector<std::string>& into,
                  const std::string& help) {
  app_.add_option(name, into, help)->type_name(value)->allow_extra_args(false);
}

void Flags::number(const std::string& name, std::optional<std::uint64_t>& into,
                   const std::string& help) {
  const auto read = [&into, name](const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
      throw CLI::ValidationError(name, "'" + text + "' is no whole number");
    }
    into = number;
  };
  app_.add_option_function<std::string>(name, read, help)->type_name("N");
}

void Flags::date(const std::string& name, std::optional<Date>& into, const std::string& help,
                 Need need) {
  const auto read = [&into, name](const std::string& text) {
    into = Date::parse(text);
    if (!into) {
      throw CLI::ValidationError(name, "'" + text + "' is no date; write YYYY-MM-DD");
    }
  };
  require(app_.add_option_function<std::string>(name, read, help)->type_name("DATE"), need);
}

void Flags::period(const std::string& name, std::optional<Period>& into, const std::string& help) {
  const auto read = [&into, name](const std::string& text) {
    into = Period::parse(text);
    if (!into || into->is_indefinite()) {
      throw CLI::ValidationError(name, "'" + text + "' is no period; write P7D, P2W or P1M");
    }
  };
  app_.add_option_function<std::string>(name, read, help)->type_name("PERIOD");
}

void Flags::choice(const std::string& name, const std::vector<std::string>& choices,
                   std::string& into, const std::string& help) {
  add_choice(app_, name, choices, into, help);
}

void Flags::toggle(const std::string& name, bool& into, const std::string& help) {
  app_.add_flag(name, into, help);
}

}  // namespace besa::cli
