// What a command works with once it runs: streams, the common options, and the workspace's session,
// opened at first use.
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "besa/base/json.hpp"
#include "besa/cli/run.hpp"
#include "besa/workflow/session.hpp"

namespace besa::cli {

/// What every command takes.
struct CommonOptions {
  std::string workspace, as, format = "text", language, progress = "auto";
  std::optional<Date> today;
  bool yes = false;
};

class Context {
 public:
  Context(Streams streams, const Environment& environment, const CommonOptions& options);
  ~Context();

  [[nodiscard]] std::ostream& out() const { return streams_.out; }
  [[nodiscard]] std::ostream& err() const { return streams_.err; }
  [[nodiscard]] const Environment& environment() const { return environment_; }
  [[nodiscard]] const CommonOptions& options() const { return options_; }
  [[nodiscard]] bool json() const { return options_.format == "json"; }
  [[nodiscard]] const Clock& clock() const { return environment_.clock; }
  [[nodiscard]] workflow::Progress& progress() const { return *progress_; }

  /// Who asks: --as, BESA_AS, or the system's user.
  [[nodiscard]] std::string person() const;
  /// The same, or nothing where nobody was named.
  [[nodiscard]] std::optional<std::string> named_person() const;
  /// A path of the command line, relative to the folder the command was given in.
  [[nodiscard]] Path path(const std::string& given) const { return environment_.folder / given; }

  /// A file's content, or standard input for "-".
  [[nodiscard]] std::string content_of(const std::string& given) const;
  /// A word of the command line, or the first line of standard input for "-": so that nobody has to
  /// write a person's identifier where other users of the machine can read it.
  [[nodiscard]] std::string word_of(const std::string& given) const;

  [[nodiscard]] workflow::Session& session();
  /// The workspace's folder, without reading anything in it.
  [[nodiscard]] Path workspace_folder() const;
  /// The civil day here: --today, or the day in the first policy's zone, UTC without a workspace.
  [[nodiscard]] Date today();

  /// Prints one JSON document.
  void print(const Json& json) const;
  /// Asks on a terminal unless --yes was given; without a terminal nobody is there to ask: true.
  [[nodiscard]] bool confirm(const std::string& question) const;
  /// Error(refused) where the answer is no.
  void require_consent(const std::string& question) const;

 private:
  Streams streams_;
  const Environment& environment_;
  CommonOptions options_;
  std::unique_ptr<workflow::Progress> progress_;
  std::unique_ptr<workflow::Session> session_;
};

/// Text of several lines for a terminal: each line escaped by itself.
[[nodiscard]] std::string lines_for_terminal(std::string_view text);

}  // namespace besa::cli
