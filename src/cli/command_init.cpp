#include "besa/base/text.hpp"
#include "besa/report/table.hpp"
#include "besa/workflow/init.hpp"
#include "cli/command_groups.hpp"
#include "cli/keys.hpp"

namespace besa::cli {
namespace {

struct InitFlags {
  std::string folder = ".", example;
  std::optional<std::uint64_t> members, seed;
  bool one_database = false;
  std::string postgresql;
  KeyOptions key;
};

void fill(Flags& flags, InitFlags& options) {
  flags.positional("DIR", options.folder, "the folder of the new workspace (default: this one)",
                   Need::optional);
  flags.choice("--example", {"happy"}, options.example,
               "fill it with a made-up company and its data");
  flags.number("--members", options.members, "members of the example (default 1000)");
  flags.number("--seed", options.seed, "what the example is drawn from (default 1)");
  flags.toggle(
      "--one-database", options.one_database,
      "the example's data all in one SQLite database, not spread over SQLite, CSV and JSONL");
  flags.text("--postgresql", "SERVICE", options.postgresql,
             "a service of pg_service.conf: the example's calls and consents go there");
  key_flags(flags, options.key);
}

void print_text(const Context& context, const Path& folder, const workflow::InitReport& report) {
  context.out() << "A workspace was made in " << for_terminal(folder.string()) << ":\n";
  for (const std::string& file : report.files) {
    context.out() << "  " << for_terminal(file) << '\n';
  }
  if (!report.cases.empty()) {
    context.out() << "\nMembers to look at with 'besa explain':\n";
    report::TextTable table({{"member"}, {"what the case shows"}});
    for (const auto& [key, shows] : report.cases) {
      table.add({key, shows});
    }
    context.out() << table.str();
  }
  context.out() << "\n"
                << for_terminal(context.person())
                << " is its first approver. Next: 'besa status'\n";
}

Json as_json(const Context& context, const Path& folder, const workflow::InitReport& report) {
  Json cases = Json::array();
  for (const auto& [key, shows] : report.cases) {
    cases.push_back({{"key", key}, {"shows", shows}});
  }
  return {{"folder", folder.string()},
          {"approver", context.person()},
          {"files", report.files},
          {"cases", cases}};
}

int run(Context& context, const InitFlags& options) {
  const Path folder = context.path(options.folder).lexically_normal();
  const workflow::InitReport report =
      workflow::init({.folder = folder,
                      .example = options.example,
                      .members = options.members.value_or(1000),
                      .seed = options.seed.value_or(1),
                      .one_database = options.one_database,
                      .postgresql = options.postgresql,
                      .person = context.person(),
                      .key = own_key(context, options.key, context.person()).key},
                     context.clock(), context.progress());
  if (context.json()) {
    context.print(as_json(context, folder, report));
  } else {
    print_text(context, options.folder, report);
  }
  return 0;
}

}  // namespace

void add_init(Tree& tree) {
  tree.add<InitFlags>({{"init"},
                       "make a workspace, its ledger, and your key as the first approver",
                       {"besa init --example happy happy",
                        "besa init --as drita --passphrase-file drita.txt loyalty"}},
                      fill, run);
}

}  // namespace besa::cli
