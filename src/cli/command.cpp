#include "cli/command.hpp"

#include <CLI/CLI.hpp>

namespace besa::cli {
namespace {

void add_common(CLI::App& app, CommonOptions& common) {
  Flags flags(app);
  flags.text("--workspace", "DIR", common.workspace,
             "the workspace (BESA_WORKSPACE; else the nearest besa.json upwards)");
  flags.text("--as", "PERSON", common.as, "who asks (BESA_AS; else the system's user)");
  flags.date("--today", common.today, "look at another day: a simulation that changes nothing");
  flags.choice("--format", {"text", "json"}, common.format, "how the answer is written");
  flags.choice("--lang", {"en"}, common.language, "the language of the answer");
  flags.choice("--progress", {"auto", "always", "never"}, common.progress,
               "whether stderr tells how far it is");
  flags.toggle("--yes", common.yes, "do not ask on the terminal");
}

}  // namespace

Tree::Tree(std::string only)
    : only_(std::move(only)), root_(std::make_unique<CLI::App>("", "besa")) {
  root_->set_help_flag("-h,--help", "how it is used, with examples");
  root_->set_version_flag("--version", "");
  root_->require_subcommand(1);
  root_->fallthrough();
  add_common(*root_, common_);
}

Tree::~Tree() = default;

void Tree::noun(const std::string& name, const std::string& summary) {
  if (is_wanted(name)) root_->add_subcommand(name, summary)->require_subcommand(1);
}

CLI::App* Tree::make_app(const CommandText& text) {
  CLI::App* parent =
      text.words.size() > 1 ? root_->get_subcommand(text.words.front()) : root_.get();
  return parent->add_subcommand(text.words.back(), text.summary);
}

const Tree::Entry* Tree::entry(const CLI::App* app) const {
  for (const Entry& entry : entries_) {
    if (entry.app == app) {
      return &entry;
    }
  }
  return nullptr;
}

const CLI::App* Tree::deepest() const {
  const CLI::App* app = root_.get();
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
  }
  return app;
}

}  // namespace besa::cli
