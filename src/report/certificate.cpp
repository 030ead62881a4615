#include "besa/report/certificate.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/report/table.hpp"

namespace besa::report {
namespace {

using model::Certificate;
using model::RunOutcome;

/// Residue may be values that were found again, or a step that is still to succeed.
std::string residue_sentence(const Certificate& certificate) {
  return certificate.found_values()
             ? "Residue pending: values of what was erased were found again, where it stands "
               "below; 'besa manifest apply' looks once more."
             : "Residue pending: what was erased is gone from its tables, but a step after that "
               "did not succeed; 'besa manifest apply' continues from there.";
}

std::string outcome_sentence(const Certificate& certificate) {
  switch (certificate.outcome) {
    case RunOutcome::done:
      return "Done: everything the manifest lists was carried out and seen to be so.";
    case RunOutcome::partly_done:
      return "Partly done: what was left out, and why, stands below.";
    case RunOutcome::residue_pending:
      return residue_sentence(certificate);
    case RunOutcome::given_up:
      return "Given up: an approver ended the run. What it had done was looked at again; what it "
             "had not done stays as it was.";
  }
  return {};
}

std::string who(const Certificate& certificate) {
  std::string text = "Drafted by " + for_terminal(certificate.drafted_by.name);
  text += certificate.drafted_by.claimed ? " (claimed), approved by " : ", approved by ";
  text += for_terminal(join(certificate.approved_by, ", "));
  text += "; " + counted(certificate.eyes, "person", "different people") + " in all.\n";
  if (!certificate.override_reason.empty()) {
    text += "Limits were overridden: " + for_terminal(certificate.override_reason) + ".\n";
  }
  if (!certificate.given_up_by.empty()) {
    text += "Given up by " + for_terminal(certificate.given_up_by) + ": " +
            for_terminal(certificate.given_up_reason) + ".\n";
  }
  return text;
}

std::string tables(const Certificate& certificate) {
  const bool given_up = certificate.outcome == RunOutcome::given_up;
  TextTable table({{"table", Align::left},
                   {"removed", Align::right},
                   {"masked", Align::right},
                   {"retained", Align::right},
                   {given_up ? "not done" : "skipped", Align::right},
                   {"seen absent", Align::right},
                   {"still there", Align::right}});
  for (const Certificate::TableResult& result : certificate.tables) {
    table.add({result.dataset + "." + result.table, number_cell(result.erased),
               number_cell(result.masked), number_cell(result.retained),
               number_cell(given_up ? result.given_up : result.skipped),
               number_cell(result.verified_absent), number_cell(result.still_there)});
  }
  return table.empty() ? "No table was changed.\n" : table.str();
}

std::string counts(const std::string& title, const std::vector<Certificate::Count>& list) {
  std::string text;
  for (const Certificate::Count& count : list) {
    text += "  " + grouped(count.count) + "  " + for_terminal(count.what) + '\n';
  }
  return text.empty() ? "" : title + ":\n" + text;
}

bool was_changed(const Certificate& certificate, const std::string& dataset) {
  return std::ranges::any_of(certificate.tables, [&](const Certificate::TableResult& table) {
    return table.dataset == dataset && table.erased + table.masked > 0;
  });
}

/// What was searched, and how widely: the claim never says more than was looked at.
std::string search_sentence(const Certificate::Look& look, bool changed) {
  const std::string name = (look.of_files ? "the live files of " : "the database of ") +
                           for_terminal(look.dataset) + "; ";
  std::string text = (changed ? "Removed from " : "Nothing was removed from ") + name;
  const std::string searched = look.of_files ? "their " : "the rows and statistics it shows, ";
  if (look.bytes_read == 0)
    return text + (look.of_files ? "its bytes were not searched.\n" : "it was not searched.\n");
  text += "a search of " + searched + counted(look.bytes_read, "byte", "bytes") +
          (look.of_files ? " for " : ", for ") + counted(look.values_sought, "value", "values");
  if (!look.found.empty())
    text += " found: " + for_terminal(join(look.found, "; ")) + ".\n";
  else
    text += look.of_files ? ", in every encoding they can have, found none.\n" : " found none.\n";
  return look.of_files ? text : text + "  The files of its server were not searched.\n";
}

std::string look_sentence(const Certificate::Look& look, bool changed) {
  std::string text = search_sentence(look, changed);
  if (look.excused > 0) {
    text +=
        "  Also the value of somebody who stays, and left alone: " + grouped(look.excused) + ".\n";
  }
  if (look.too_short > 0) {
    text += "  Shorter than eight bytes or stored as numbers, and so not searchable as text: " +
            grouped(look.too_short) + ".\n";
  }
  for (const std::string& step : look.steps) {
    text += "  " + for_terminal(step) + '\n';
  }
  return text;
}

std::string looks(const Certificate& certificate) {
  std::string text;
  for (const Certificate::Look& look : certificate.looks) {
    text += look_sentence(look, was_changed(certificate, look.dataset));
  }
  return text;
}

std::string not_covered(const Certificate& certificate) {
  std::string text = "Not covered:\n";
  for (const std::string& what : certificate.not_covered) {
    text += "  " + for_terminal(what) + '\n';
  }
  return certificate.not_covered.empty() ? "" : text;
}

}  // namespace

std::string outstanding_text(const Certificate& certificate) {
  std::string text;
  for (const Certificate::Outstanding& each : certificate.outstanding) {
    const bool given_up = certificate.outcome == RunOutcome::given_up;
    const std::string here =
        given_up ? "neither done to the end nor looked at" : "to be done when it is applied again";
    text += "  " + for_terminal(each.dataset) + ", " +
            (each.party.empty() ? here : "to be done by " + for_terminal(each.party)) + ": " +
            for_terminal(each.why);
    if (each.records > 0) text += ", " + counted(each.records, "record", "records");
    if (!each.instruction.empty()) text += "; instruction: " + for_terminal(each.instruction);
    text += '\n';
  }
  return text.empty() ? "" : "Outstanding, and not erased for all that besa knows:\n" + text;
}

std::string certificate_text(const Certificate& certificate) {
  std::string text = "Certificate " + certificate.id + " of manifest " + certificate.manifest +
                     ", run " + certificate.run + '\n';
  text += "Log " + for_terminal(certificate.origin) + ", policy " +
          for_terminal(certificate.policy) + ' ' + for_terminal(certificate.policy_version) + '\n';
  text += "From " + certificate.begun.str() + " to " + certificate.finished.str() + "\n\n";
  text += outcome_sentence(certificate) + '\n' + who(certificate) + '\n';
  text += tables(certificate) + '\n';
  text += counts(certificate.outcome == RunOutcome::given_up ? "People not erased, by why"
                                                             : "Skipped people, by why",
                 certificate.skipped);
  text += counts("Retained rows, by ground", certificate.retained);
  text += looks(certificate) + '\n' + outstanding_text(certificate) + not_covered(certificate);
  text += "The log had " + counted(certificate.ledger_size, "entry", "entries") + ", root " +
          certificate.ledger_root.hex() + ".\n";
  return text;
}

}  // namespace besa::report
