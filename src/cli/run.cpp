#include "besa/cli/run.hpp"

#include <CLI/App.hpp>
#include <memory>
#include <new>
#include <ostream>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "cli/help.hpp"
#include "cli/mistyped.hpp"
#include "cli/signals.hpp"

namespace besa::cli {
namespace {

constexpr const char* version = "besa " BESA_VERSION "\n";
constexpr int exit_failed = static_cast<int>(ErrorKind::failed);

void print_error(std::ostream& err, const std::string& message, const std::string& hint) {
  err << "besa: " << lines_for_terminal(message) << '\n';
  if (!hint.empty()) {
    err << "hint: " << lines_for_terminal(hint) << '\n';
  }
}

/// `help manifest show` asks for the same as `manifest show --help`.
std::vector<std::string> as_parsed(const std::vector<std::string>& args) {
  if (args.front() != "help") {
    return {args.rbegin(), args.rend()};
  }
  std::vector<std::string> words(args.begin() + 1, args.end());
  words.emplace_back("--help");
  return {words.rbegin(), words.rend()};
}

/// What can be meant where this is the first word: everything, if it is no command or noun.
std::unique_ptr<Tree> tree_for(const std::string& first) {
  auto tree = std::make_unique<Tree>(first);
  add_commands(*tree);
  if (tree->entries().empty()) {
    tree = std::make_unique<Tree>();
    add_commands(*tree);
  }
  return tree;
}

/// Fills the tree's options, or answers at once: help, the version. Error(usage) for the rest.
bool parse(Tree& tree, const std::vector<std::string>& args, std::ostream& out) {
  try {
    tree.root().parse(as_parsed(args));
    return true;
  } catch (const CLI::CallForHelp&) {
    print_help(out, tree, tree.deepest());
  } catch (const CLI::CallForVersion&) {
    out << version;
  } catch (const CLI::ParseError& error) {
    throw mistyped(tree, error);
  }
  return false;
}

int run_command(const std::vector<std::string>& args, Streams streams,
                const Environment& environment) {
  if (args.empty()) {
    print_first_page(streams.out);
    return 0;
  }
  const auto tree = tree_for(args.front());
  if (!parse(*tree, args, streams.out)) {
    return 0;
  }
  Context context(streams, environment, tree->common());
  return tree->entry(tree->deepest())->run(context);
}

int run_reporting_errors(const std::vector<std::string>& args, Streams streams,
                         const Environment& environment) {
  try {
    return run_command(args, streams, environment);
  } catch (const Error& error) {
    print_error(streams.err, error.message(), error.hint());
    return static_cast<int>(error.kind());
  } catch (const std::bad_alloc&) {
    print_error(streams.err, "out of memory", "");
  } catch (const std::exception& error) {
    print_error(streams.err, error.what(), "this is a fault of besa itself: please report it");
  }
  return exit_failed;
}

}  // namespace

int run(const std::vector<std::string>& args, Streams streams, const Environment& environment) {
  forget_signal();
  const int code = exit_code_after_signal(run_reporting_errors(args, streams, environment));
  streams.out.flush();
  if (streams.out) {
    return code;
  }
  print_error(streams.err, "output could not be written",
              "the command itself was carried out to its end");
  return code == 0 ? exit_failed : code;
}

}  // namespace besa::cli
