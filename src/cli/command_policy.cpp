#include "besa/base/text.hpp"
#include "besa/report/finding.hpp"
#include "besa/report/table.hpp"
#include "cli/command_groups.hpp"
#include "cli/render_findings.hpp"
#include "cli/workspace_files.hpp"

namespace besa::cli {
namespace {

struct PolicyFlags {
  std::string name;
};

void check_policy_flags(Flags& flags, PolicyFlags& options) {
  flags.positional("FILE", options.name, "a policy file (default: those of the workspace)",
                   Need::optional);
}

/// Every fault of the file, or what lint thinks of the policy that it holds.
std::vector<model::Finding> check_file(Context& context, const PeoplesFile& file) {
  std::vector<Fault> faults;
  const model::Policy policy = model::read_policy(read_file(file.path), file.shown, faults);
  std::vector<model::Finding> findings;
  for (const Fault& fault : faults) {
    findings.push_back(report::finding_of(fault, file.shown));
  }
  if (!faults.empty()) {
    return findings;
  }
  const Date today = context.options().today.value_or(
      TimeZone::find(policy.time_zone).local_date(context.clock().now()));
  return model::lint(policy, today);
}

int check_policies(Context& context, const PolicyFlags& options) {
  std::vector<model::Finding> findings;
  const auto files = policy_files(context, options.name);
  for (const PeoplesFile& file : files) {
    const auto found = check_file(context, file);
    findings.insert(findings.end(), found.begin(), found.end());
  }
  return print_findings(context, findings, counted(files.size(), "policy", "policies"));
}

std::string rule_sentence(const model::Rule& rule) {
  std::string text = rule.kind == model::RuleKind::maximum ? "at most " : "at least ";
  text += rule.period.str() + " from " + for_terminal(rule.from);
  text += rule.anchor == model::Anchor::year_end ? ", counted from the end of that year" : "";
  if (rule.kind == model::RuleKind::minimum) {
    text += ", by " + for_terminal(rule.obligor) + " under " + for_terminal(rule.statute) + ' ' +
            for_terminal(rule.article);
  }
  return text;
}

void print_policy(std::ostream& out, const model::Policy& policy) {
  out << for_terminal(policy.title.empty() ? policy.name : policy.title) << " ("
      << for_terminal(policy.name) << ' ' << for_terminal(policy.version) << ")\n";
  out << "Controller " << for_terminal(policy.controller) << ", time zone "
      << for_terminal(policy.time_zone) << ", SHA-256 " << policy.digest.hex()
      << "\n\nRetention:\n";
  report::TextTable rules({{"rule"}, {"scope"}, {"promise"}, {"clause"}});
  for (const model::Rule& rule : policy.rules) {
    rules.add({rule.id, rule.scope == model::RuleScope::subject ? "subject" : "record",
               rule_sentence(rule), rule.clause});
  }
  out << rules.str() << "\nContact:\n";
  report::TextTable events({{"event"}, {"counts"}, {"because"}});
  for (const model::ContactEvent& event : policy.contact_events) {
    events.add({event.event, event.counts ? "yes" : "no", event.reason});
  }
  out << events.str() << "\nClauses:\n";
  report::TextTable clauses({{"clause"}, {"document"}, {"in English"}});
  for (const model::Clause& clause : policy.clauses) {
    clauses.add(
        {clause.id, clause.document, clause.english.empty() ? clause.original : clause.english});
  }
  out << clauses.str();
}

/// The one named, or the only one.
const model::Policy& chosen_policy(Context& context, const std::string& name) {
  const auto& realms = context.session().realms();
  if (name.empty() && realms.size() == 1) {
    return *realms.front().policy;
  }
  if (name.empty()) {
    throw Error(ErrorKind::usage, "this workspace has several policies",
                "name one: 'besa policy list' lists them");
  }
  return *context.session().realm(name).policy;
}

void show_policy_flags(Flags& flags, PolicyFlags& options) {
  flags.positional("NAME", options.name, "a policy of the workspace (default: the only one)",
                   Need::optional);
}

int show_policy(Context& context, const PolicyFlags& options) {
  const model::Policy& policy = chosen_policy(context, options.name);
  if (context.json()) {
    context.print(
        parse_json(read_file(context.session().root() / policy.file), {.comments = true}));
  } else {
    print_policy(context.out(), policy);
  }
  return 0;
}

int list_policies(Context& context, const NoOptions&) {
  report::TextTable table(
      {{"policy"}, {"version"}, {"controller"}, {"rules", report::Align::right}, {"file"}});
  Json json = Json::array();
  for (const workflow::Realm& realm : context.session().realms()) {
    const model::Policy& policy = *realm.policy;
    table.add({policy.name, policy.version, policy.controller, grouped(policy.rules.size()),
               policy.file});
    json.push_back({{"policy", policy.name},
                    {"version", policy.version},
                    {"controller", policy.controller},
                    {"rules", policy.rules.size()},
                    {"file", policy.file},
                    {"digest", policy.digest.hex()}});
  }
  if (context.json()) {
    context.print(json);
  } else {
    context.out() << table.str(0);
  }
  return 0;
}

}  // namespace

void add_policy(Tree& tree) {
  tree.noun("policy", "what was promised");
  tree.add<PolicyFlags>({{"policy", "check"},
                         "whether policy files can be read and make sense",
                         {"besa policy check", "besa policy check policies/on-solutions.json"}},
                        check_policy_flags, check_policies);
  tree.add<PolicyFlags>({{"policy", "show"},
                         "one policy: its retention, what counts as contact, its clauses",
                         {"besa policy show", "besa policy show on-solutions"}},
                        show_policy_flags, show_policy);
  add_policy_test(tree);
  tree.add<NoOptions>({{"policy", "list"}, "the policies of the workspace", {"besa policy list"}},
                      no_flags, list_policies);
}

}  // namespace besa::cli
