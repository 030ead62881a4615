#include "cli/render_sweep.hpp"

#include "besa/base/text.hpp"
#include "besa/report/finding.hpp"
#include "besa/report/manifest.hpp"

namespace besa::cli {
namespace {

using workflow::SweepReport;

/// "12 people are due, the oldest since 2021-03-04."
std::string due_sentence(const SweepReport& report) {
  std::string text = counted(report.due, "person is", "people are") + " due";
  if (report.oldest_due) {
    text += ", the oldest since " + report.oldest_due->str();
  }
  text += ".\n";
  if (report.falling_due > 0) {
    text += counted(report.falling_due, "more falls", "more fall") +
            " due within the time you look ahead, and may go only then.\n";
  }
  if (report.left_for_later > 0) {
    text += counted(report.left_for_later, "other is", "others are") +
            " due too, and left for a later wave.\n";
  }
  return text;
}

std::string doubt_line(const SweepReport& report) {
  std::uint64_t all = 0;
  std::vector<std::string> reasons;
  for (const auto& [why, count] : report.undetermined) {
    all += count;
    reasons.push_back(why + " " + grouped(count));
  }
  return all == 0 ? ""
                  : "Undetermined, and so untouched: " + counted(all, "person", "people") + " (" +
                        join(reasons, ", ") + ").\n";
}

std::string line(std::uint64_t count, const std::string& singular, const std::string& plural) {
  return count == 0 ? "" : counted(count, singular, plural) + ".\n";
}

/// What a reader should know besides the totals.
std::string remarks(const SweepReport& report) {
  std::string text = line(report.held, "person is due but held", "people are due but held");
  text += doubt_line(report);
  text += line(report.started_at_collection,
               "due person was never in contact: the clock started at collection",
               "due people were never in contact: the clock started at collection");
  text += line(report.future_events, "person has an event in the future, which was not counted",
               "people have an event in the future, which was not counted");
  text += line(report.retained_records, "record keeps what a longer duty names",
               "records keep what a longer duty names");
  text += line(report.not_ours_records, "record goes although a partner must keep its own copy",
               "records go although a partner must keep its own copy");
  text += line(report.held_records, "record is held", "records are held");
  text += line(report.candidate_records, "record may be somebody else's, and stays",
               "records may be somebody else's, and stay");
  text += line(report.undetermined_records, "record could not be decided, and stays",
               "records could not be decided, and stay");
  return text;
}

std::string next_step(const SweepReport& report, bool dry_run) {
  if (dry_run) {
    return "A dry run: no manifest was written.\n";
  }
  if (report.manifest.empty()) {
    return "";
  }
  std::string text = "Manifest " + report.manifest + " was drafted; nothing was changed.\n";
  if (report.simulated) {
    return text + "It is a simulation for " + report.as_of.str() + " and can never be approved.\n";
  }
  for (const std::string& limit : report.exceeded) {
    text += "Beyond a limit: " + for_terminal(limit) + '\n';
  }
  if (!report.exceeded.empty()) {
    text += "It needs an override by name: 'besa manifest approve " + report.manifest +
            " --override CODE'.\n";
  }
  return text + "Next: 'besa manifest show " + report.manifest +
         "', then another person approves it.\n";
}

}  // namespace

std::string sweep_text(const SweepReport& report, bool dry_run) {
  std::string text = "Policy " + for_terminal(report.policy) + ", as of " + report.as_of.str() +
                     ": " + counted(report.examined, "person", "people") + " looked at.\n\n";
  const bool nothing = report.due == 0 && report.falling_due == 0 && report.rules.empty();
  text += nothing ? "Nothing is due.\n" : due_sentence(report);
  const std::string rules = report::rule_table(report.rules);
  const std::string tables = report::count_table(report.tables);
  text += rules.empty() ? "" : '\n' + rules;
  text += tables.empty() ? "" : '\n' + tables;
  const std::string more = remarks(report) + report::findings_text(report.findings);
  text += more.empty() ? "" : '\n' + more;
  const std::string next = next_step(report, dry_run);
  return text + (next.empty() ? "" : '\n' + next);
}

Json sweep_json(const SweepReport& report) {
  Json json{{"policy", report.policy},
            {"as_of", report.as_of.str()},
            {"simulated", report.simulated},
            {"examined", report.examined},
            {"due", report.due},
            {"falling_due", report.falling_due},
            {"left_for_later", report.left_for_later},
            {"held", report.held},
            {"undetermined", Json::object()},
            {"started_at_collection", report.started_at_collection},
            {"future_events", report.future_events},
            {"candidate_records", report.candidate_records},
            {"undetermined_records", report.undetermined_records},
            {"held_records", report.held_records},
            {"retained_records", report.retained_records},
            {"not_ours_records", report.not_ours_records},
            {"rules", report::rules_json(report.rules)},
            {"tables", report::counts_json(report.tables)},
            {"oldest_due", report.oldest_due ? Json(report.oldest_due->str()) : Json(nullptr)},
            {"limits_exceeded", report.exceeded},
            {"findings", report::findings_json(report.findings)},
            {"manifest", report.manifest.empty() ? Json(nullptr) : Json(report.manifest)}};
  for (const auto& [why, count] : report.undetermined) {
    json["undetermined"][why] = count;
  }
  return json;
}

}  // namespace besa::cli
