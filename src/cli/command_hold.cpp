#include "besa/base/text.hpp"
#include "besa/report/table.hpp"
#include "besa/workflow/holds.hpp"
#include "cli/command_groups.hpp"

namespace besa::cli {
namespace {

struct PlaceFlags {
  std::string subject, matter;
  bool all = false;
  std::vector<std::string> tables;
  std::optional<Date> review;
};

void place_flags(Flags& flags, PlaceFlags& options) {
  flags.text("--subject", "IDENTIFIER", options.subject,
             "whose data: any identifier of one person ('-': standard input)");
  flags.toggle("--all", options.all, "everybody's data");
  flags.texts("--table", "TABLE", options.tables,
              "only rows of this table, \"dataset.table\" (repeatable)");
  flags.text("--matter", "CODE", options.matter, "the matter it is about, as a code: no names",
             Need::required);
  flags.date("--review", options.review, "when it must be looked at again", Need::required);
}

int place(Context& context, const PlaceFlags& options) {
  if (options.all != options.subject.empty()) {
    throw Error(ErrorKind::usage, "'hold place' wants either --subject IDENTIFIER or --all",
                "see 'besa help hold place'");
  }
  const std::string id =
      workflow::place_hold(context.session(), {.identifier = context.word_of(options.subject),
                                               .tables = options.tables,
                                               .matter = options.matter,
                                               .review = options.review});
  if (context.json()) {
    context.print({{"hold", id}, {"matter", options.matter}, {"review", options.review->str()}});
  } else {
    context.out() << "Hold " << id << " is in force; it is to be reviewed on "
                  << options.review->str() << ".\n";
  }
  return 0;
}

struct ReleaseFlags {
  std::string hold;
};

void release_flags(Flags& flags, ReleaseFlags& options) {
  flags.positional("HOLD", options.hold, "its id, H-2026-0001");
}

int release(Context& context, const ReleaseFlags& options) {
  context.require_consent("Release hold " + for_terminal(options.hold) +
                          "? What it protected may then be erased.");
  workflow::release_hold(context.session(), options.hold);
  if (context.json()) {
    context.print({{"hold", options.hold}, {"released", true}});
  } else {
    context.out() << "Hold " << for_terminal(options.hold) << " was released.\n";
  }
  return 0;
}

std::string optional_date(const std::optional<Date>& date) {
  return date ? date->str() : "";
}

Json as_json(const model::Hold& hold) {
  return {{"hold", hold.id},
          {"matter", hold.matter},
          {"covers", hold.subject == 0 ? "everybody" : "one person"},
          {"tables", hold.tables},
          {"placed", hold.placed.str()},
          {"review", hold.review ? Json(hold.review->str()) : Json(nullptr)},
          {"released", hold.released ? Json(hold.released->str()) : Json(nullptr)}};
}

int list_holds(Context& context, const NoOptions&) {
  report::TextTable table(
      {{"hold"}, {"matter"}, {"covers"}, {"tables"}, {"placed"}, {"review"}, {"released"}});
  Json json = Json::array();
  for (const model::Hold& hold : context.session().ledger().holds()) {
    table.add({hold.id, hold.matter, hold.subject == 0 ? "everybody" : "one person",
               hold.tables.empty() ? "all" : join(hold.tables, ", "), hold.placed.str(),
               optional_date(hold.review), optional_date(hold.released)});
    json.push_back(as_json(hold));
  }
  if (context.json()) {
    context.print(json);
  } else {
    context.out() << (table.empty() ? "Nothing is held.\n" : table.str(0));
  }
  return 0;
}

}  // namespace

void add_hold(Tree& tree) {
  tree.noun("hold", "orders not to delete");
  tree.add<PlaceFlags>(
      {{"hold", "place"},
       "let nothing of a person, or nothing at all, be erased",
       {"besa hold place --subject HM-0000017 --matter dispute-7 --review 2027-06-30",
        "besa hold place --all --table loyalty.purchases --matter audit-2026 --review 2027-01-31"}},
      place_flags, place);
  tree.add<ReleaseFlags>({{"hold", "release"}, "end one", {"besa hold release H-2026-0001"}},
                         release_flags, release);
  tree.add<NoOptions>({{"hold", "list"}, "those in force and those released", {"besa hold list"}},
                      no_flags, list_holds);
}

}  // namespace besa::cli
