// The command line of besa: words in, an answer on `out`, people's messages on `err`, an exit code.
//
// Everything a run depends on is handed in (clock, environment, folder, who is asking, the
// terminal), so that tests run commands in process under a fixed clock. A run parses first and acts
// second: a mistyped command line does nothing at all.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "besa/base/file.hpp"
#include "besa/base/time.hpp"

namespace besa::cli {

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

/// What a run sees of the world besides its arguments and its streams.
struct Environment {
  const Clock& clock;
  std::function<std::optional<std::string>(const std::string& name)> variable;
  Path folder;  ///< where relative paths start and the workspace is looked for
  /// The system's name for who asks, unless --as says otherwise: looked up only when needed.
  std::function<std::string()> user;
  bool in_is_terminal = false, out_is_terminal = false, err_is_terminal = false;
  /// Asks on the terminal without echo; nullopt where there is none.
  std::function<std::optional<std::string>(const std::string& prompt)> ask_passphrase;
};

/// Runs one command. `args` without the program's name. The exit code is that of besa(1), EXIT
/// STATUS.
[[nodiscard]] int run(const std::vector<std::string>& args, Streams streams,
                      const Environment& environment);

}  // namespace besa::cli
