#include "cli/context.hpp"

#include <istream>
#include <iterator>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "cli/progress.hpp"

namespace besa::cli {

Context::Context(Streams streams, const Environment& environment, const CommonOptions& options)
    : streams_(streams),
      environment_(environment),
      options_(options),
      progress_(make_progress(options.progress, environment.err_is_terminal, streams.err)) {}

Context::~Context() = default;

std::optional<std::string> Context::named_person() const {
  if (!options_.as.empty()) {
    return options_.as;
  }
  return environment_.variable("BESA_AS");
}

std::string Context::person() const {
  const auto named = named_person();
  return named ? *named : environment_.user();
}

std::string Context::content_of(const std::string& given) const {
  if (given != "-") {
    return read_file(path(given));
  }
  return {std::istreambuf_iterator<char>(streams_.in), {}};
}

std::string Context::word_of(const std::string& given) const {
  if (given != "-") {
    return given;
  }
  std::string line;
  std::getline(streams_.in, line);
  return line;
}

Path Context::workspace_folder() const {
  if (!options_.workspace.empty()) {
    return path(options_.workspace);
  }
  if (const auto variable = environment_.variable("BESA_WORKSPACE")) {
    return path(*variable);
  }
  return workflow::find_workspace(environment_.folder);
}

workflow::Session& Context::session() {
  if (!session_) {
    session_ = std::make_unique<workflow::Session>(
        workflow::SessionOptions{workspace_folder(), named_person().value_or(""), options_.today,
                                 environment_.user},
        environment_.clock, *progress_);
  }
  return *session_;
}

Date Context::today() {
  if (options_.today) {
    return *options_.today;
  }
  const auto& realms = session().realms();
  const std::string zone = realms.empty() ? "UTC" : realms.front().policy->time_zone;
  return TimeZone::find(zone).local_date(environment_.clock.now());
}

void Context::print(const Json& json) const {
  out() << to_pretty(json);
}

bool Context::confirm(const std::string& question) const {
  if (options_.yes || !environment_.in_is_terminal) {
    return true;
  }
  err() << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(streams_.in, answer);
  return answer == "y" || answer == "yes";
}

void Context::require_consent(const std::string& question) const {
  if (!confirm(question)) {
    throw Error(ErrorKind::refused, "nothing was done", "answer 'y', or say --yes");
  }
}

std::string lines_for_terminal(std::string_view text) {
  std::vector<std::string> lines = split(text, '\n');
  for (std::string& line : lines) {
    line = for_terminal(line);
  }
  return join(lines, "\n");
}

}  // namespace besa::cli
