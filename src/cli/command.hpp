// The shape of a command: an options struct, the flags that fill it, and what runs it. Flags only
// fill; whatever has to be decided about them is decided in `run`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/flags.hpp"

namespace besa::cli {

struct CommandText {
  std::vector<std::string> words;  ///< {"manifest", "show"} or {"sweep"}
  std::string summary;
  std::vector<std::string> examples;
};

/// The commands of one parse: made afresh for each run.
class Tree {
 public:
  struct Entry {
    CommandText text;
    CLI::App* app = nullptr;
    std::function<int(Context&)> run;
  };

  /// With a word, of all commands only those that begin with it: the others need not be made for a
  /// parse that cannot meet them.
  explicit Tree(std::string only = "");
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  void noun(const std::string& name, const std::string& summary);

  template <class Options>
  void add(CommandText text, void (*fill)(Flags&, Options&), int (*run)(Context&, const Options&)) {
    if (!is_wanted(text.words.front())) return;
    auto options = std::make_shared<Options>();
    CLI::App* app = make_app(text);
    Flags flags(*app);
    fill(flags, *options);
    entries_.push_back({std::move(text), app,
                        [options, run](Context& context) { return run(context, *options); }});
  }

  [[nodiscard]] CLI::App& root() { return *root_; }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const CommonOptions& common() const { return common_; }
  /// The entry of a parsed (or asked for) app; nullptr for the root and for nouns.
  [[nodiscard]] const Entry* entry(const CLI::App* app) const;
  /// The innermost command or noun that the arguments named so far.
  [[nodiscard]] const CLI::App* deepest() const;

 private:
  [[nodiscard]] bool is_wanted(const std::string& word) const {
    return only_.empty() || only_ == word;
  }
  CLI::App* make_app(const CommandText& text);
  std::string only_;
  std::unique_ptr<CLI::App> root_;
  CommonOptions common_;
  std::vector<Entry> entries_;
};

/// A command without options of its own.
struct NoOptions {};
inline void no_flags(Flags&, NoOptions&) {}

/// Every command there is, listed by hand.
void add_commands(Tree& tree);

}  // namespace besa::cli
