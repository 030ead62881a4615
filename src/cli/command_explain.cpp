#include "besa/base/text.hpp"
#include "besa/report/explanation.hpp"
#include "besa/workflow/explain.hpp"
#include "cli/command_groups.hpp"

namespace besa::cli {
namespace {

struct ExplainFlags {
  std::string subject;
};

void fill(Flags& flags, ExplainFlags& options) {
  flags.positional("SUBJECT", options.subject,
                   "a key, an e-mail or any other identifier of one person ('-': standard input)");
}

void print_text(std::ostream& out, const workflow::Explained& person) {
  out << for_terminal(person.subject) << ' ' << for_terminal(person.key) << " under "
      << for_terminal(person.policy) << ", as of " << person.as_of.str() << ": "
      << for_terminal(person.why.decision) << '\n'
      << report::explanation_text(person.why);
  if (!person.stays.empty()) {
    out << "    But cannot go yet: " << for_terminal(person.stays) << ".\n";
  }
  for (const workflow::ExplainedRecord& record : person.records) {
    out << '\n'
        << for_terminal(record.dataset) << '.' << for_terminal(record.table) << ' '
        << for_terminal(record.key) << ": " << for_terminal(record.why.decision) << '\n'
        << report::explanation_text(record.why);
  }
  if (!person.candidates.empty()) {
    out << "\nPerhaps theirs, and so untouched:\n";
  }
  for (const std::string& candidate : person.candidates) {
    out << "  " << for_terminal(candidate) << '\n';
  }
}

Json as_json(const workflow::Explained& person) {
  Json records = Json::array();
  for (const workflow::ExplainedRecord& record : person.records) {
    Json json{{"dataset", record.dataset}, {"table", record.table}, {"key", record.key}};
    json.update(report::explanation_json(record.why));
    records.push_back(std::move(json));
  }
  return {{"policy", person.policy},
          {"subject", person.subject},
          {"key", person.key},
          {"as_of", person.as_of.str()},
          {"why", report::explanation_json(person.why)},
          {"stays", person.stays},
          {"records", records},
          {"candidates", person.candidates}};
}

int run(Context& context, const ExplainFlags& options) {
  const auto people = workflow::explain(context.session(), context.word_of(options.subject));
  Json list = Json::array();
  for (const workflow::Explained& person : people) {
    if (context.json()) {
      list.push_back(as_json(person));
    } else {
      context.out() << (&person == &people.front() ? "" : "\n");
      print_text(context.out(), person);
    }
  }
  if (context.json()) {
    context.print(list);
  }
  return 0;
}

}  // namespace

void add_explain(Tree& tree) {
  tree.add<ExplainFlags>(
      {{"explain"},
       "for one person: each record's event, rule, clause, dates and decision, and what would "
       "change it",
       {"besa explain HM-0000017", "besa explain HM-0000017 --today 2027-01-01"}},
      fill, run);
}

}  // namespace besa::cli
