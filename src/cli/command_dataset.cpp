#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/model/dataset_lint.hpp"
#include "besa/report/table.hpp"
#include "besa/workflow/coverage.hpp"
#include "besa/workflow/freshness.hpp"
#include "besa/workflow/mask_check.hpp"
#include "cli/command_groups.hpp"
#include "cli/render_findings.hpp"

namespace besa::cli {
namespace {

struct DatasetFlags {
  std::string name;
};

void optional_name(Flags& flags, DatasetFlags& options) {
  flags.positional("NAME", options.name, "a dataset of the workspace (default: each)",
                   Need::optional);
}

void required_name(Flags& flags, DatasetFlags& options) {
  flags.positional("NAME", options.name, "a dataset of the workspace");
}

std::vector<const model::Dataset*> chosen_datasets(Context& context, const std::string& name) {
  std::vector<const model::Dataset*> found;
  std::vector<std::string> known;
  for (const workflow::Realm& realm : context.session().realms()) {
    for (const model::Dataset* dataset : realm.datasets) {
      known.push_back(dataset->name);
      if (name.empty() || dataset->name == name) {
        found.push_back(dataset);
      }
    }
  }
  if (found.empty() && !name.empty()) {
    const auto nearest = nearest_name(name, known);
    throw Error(ErrorKind::failed, "no dataset '" + name + "' in besa.json",
                nearest ? "did you mean '" + *nearest + "'?" : "'besa dataset list' lists them");
  }
  return found;
}

bool leads_to(const workflow::Realm& realm, const model::Dataset& dataset,
              const model::Dataset& other) {
  return std::ranges::any_of(dataset.tables, [&](const model::Table& table) {
    return std::ranges::any_of(table.links, [&](const model::Link& link) {
      return model::target_of(dataset, link, realm.datasets).dataset == &other;
    });
  });
}

/// The sources that links of a dataset lead to, as far as they can be opened.
struct Linked {
  Linked(const workflow::Session& session, const workflow::Realm& realm,
         const model::Dataset& dataset) {
    for (const model::Dataset* other : realm.datasets) {
      if (other == &dataset || !leads_to(realm, dataset, *other)) {
        continue;
      }
      try {
        owned.push_back(session.open(*other, false, false));
        sources[other->name] = owned.back().get();
      } catch (const Error&) {
        continue;  // the check of that dataset says why
      }
    }
  }
  std::vector<std::unique_ptr<source::Source>> owned;
  workflow::Sources sources;
};

std::vector<model::Finding> check_one(Context& context, const model::Dataset& dataset) {
  workflow::Session& session = context.session();
  const workflow::Realm& realm = session.realm(dataset.policy);
  std::vector<model::Finding> findings = model::lint(dataset, *realm.policy, realm.datasets);
  const auto source = session.open(dataset);
  if (!source) {
    findings.push_back({.severity = model::Severity::note,
                        .code = "dataset.by_map_alone",
                        .where = dataset.file,
                        .message = "has no source here: known by its map alone",
                        .hint = ""});
    return findings;
  }
  const Linked linked(session, realm, dataset);
  const auto live = workflow::check_dataset(*realm.rules, dataset, *source,
                                            session.today(*realm.policy), linked.sources);
  findings.insert(findings.end(), live.begin(), live.end());
  const auto fresh = workflow::check_freshness(session, dataset, *source);
  findings.insert(findings.end(), fresh.begin(), fresh.end());
  const auto masks = workflow::check_masks(*realm.policy, dataset, *source, realm.datasets);
  findings.insert(findings.end(), masks.begin(), masks.end());
  return findings;
}

int check_datasets(Context& context, const DatasetFlags& options) {
  std::vector<model::Finding> findings;
  const auto datasets = chosen_datasets(context, options.name);
  for (const model::Dataset* dataset : datasets) {
    const auto found = check_one(context, *dataset);
    findings.insert(findings.end(), found.begin(), found.end());
  }
  return print_findings(context, findings, counted(datasets.size(), "dataset", "datasets"));
}

int accept_dataset(Context& context, const DatasetFlags& options) {
  const model::Dataset& dataset = *chosen_datasets(context, options.name).front();
  Json json = Json::array();
  report::TextTable tables(
      {{"table"}, {"rows before", report::Align::right}, {"rows now", report::Align::right}});
  for (const auto& table : workflow::accept_length(context.session(), dataset)) {
    tables.add({table.table, grouped(table.before), grouped(table.now)});
    json.push_back({{"table", table.table}, {"before", table.before}, {"now", table.now}});
  }
  if (context.json()) {
    context.print(json);
  } else {
    context.out() << "Dataset " << for_terminal(dataset.name)
                  << " is compared with what it is now:\n"
                  << tables.str();
  }
  return 0;
}

std::string links_of(const model::Table& table) {
  std::vector<std::string> links;
  for (const model::Link& link : table.links) {
    links.push_back(std::string(model::name_of(link.kind)) + ' ' + link.target +
                    (link.by.empty() ? "" : " by " + link.by));
  }
  return join(links, "; ");
}

void print_dataset(std::ostream& out, const model::Dataset& dataset) {
  out << "Dataset " << for_terminal(dataset.name) << " under policy "
      << for_terminal(dataset.policy) << ", held by " << for_terminal(dataset.held_by) << '\n';
  out << "Source " << (dataset.source.empty() ? "none" : for_terminal(dataset.source))
      << ", SHA-256 " << dataset.digest.hex()
      << "\n\nTables, in the order in which their rows may go:\n";
  report::TextTable tables({{"table"}, {"key"}, {"lists"}, {"links"}});
  for (const std::uint32_t index : model::deletion_order(dataset)) {
    const model::Table& table = dataset.tables[index];
    tables.add({table.name, join(table.key, ", "), table.subject, links_of(table)});
  }
  out << tables.str() << "\nPersonal data:\n";
  report::TextTable columns({{"column"}, {"category"}});
  for (const model::Table& table : dataset.tables) {
    for (const model::Column& column : table.columns) {
      if (column.personal()) {
        columns.add({table.name + "." + column.name, column.category});
      }
    }
  }
  out << columns.str();
}

int show_dataset(Context& context, const DatasetFlags& options) {
  const model::Dataset& dataset = *chosen_datasets(context, options.name).front();
  if (context.json()) {
    context.print(
        parse_json(read_file(context.session().root() / dataset.file), {.comments = true}));
  } else {
    print_dataset(context.out(), dataset);
  }
  return 0;
}

int list_datasets(Context& context, const NoOptions&) {
  report::TextTable table({{"dataset"},
                           {"policy"},
                           {"held by"},
                           {"tables", report::Align::right},
                           {"source"},
                           {"file"}});
  Json json = Json::array();
  for (const model::Dataset* dataset : chosen_datasets(context, "")) {
    table.add({dataset->name, dataset->policy, dataset->held_by, grouped(dataset->tables.size()),
               dataset->source, dataset->file});
    json.push_back({{"dataset", dataset->name},
                    {"policy", dataset->policy},
                    {"held_by", dataset->held_by},
                    {"tables", dataset->tables.size()},
                    {"source", dataset->source},
                    {"file", dataset->file},
                    {"digest", dataset->digest.hex()}});
  }
  if (context.json()) {
    context.print(json);
  } else {
    context.out() << table.str(0);
  }
  return 0;
}

}  // namespace

void add_dataset(Tree& tree) {
  tree.noun("dataset", "where personal data lies");
  tree.add<DatasetFlags>({{"dataset", "check"},
                          "whether dataset files fit the live data",
                          {"besa dataset check", "besa dataset check loyalty"}},
                         optional_name, check_datasets);
  tree.add<DatasetFlags>(
      {{"dataset", "accept"},
       "accept that an export has become shorter, and compare with what it is now",
       {"besa dataset accept mail --as agim"}},
      required_name, accept_dataset);
  tree.add<DatasetFlags>({{"dataset", "show"},
                          "one dataset: tables, links, personal data, the order in which rows go",
                          {"besa dataset show loyalty"}},
                         required_name, show_dataset);
  tree.add<NoOptions>({{"dataset", "list"}, "the datasets of the workspace", {"besa dataset list"}},
                      no_flags, list_datasets);
}

}  // namespace besa::cli
