#include "besa/report/manifest.hpp"

#include "besa/base/text.hpp"
#include "besa/report/table.hpp"

namespace besa::report {
namespace {

using model::ManifestHeader;

std::string datasets(const ManifestHeader& header) {
  std::vector<std::string> names;
  for (const ManifestHeader::DatasetRef& dataset : header.datasets) {
    names.push_back(for_terminal(dataset.name));
  }
  return join(names, ", ");
}

std::string notes(const ManifestHeader& header) {
  std::string text;
  if (header.held > 0) {
    text += counted(header.held, "person is", "people are") + " due but held, and not in it.\n";
  }
  if (header.undetermined > 0) {
    text += "About " + counted(header.undetermined, "person", "people") +
            " nothing could be determined; they are not in it.\n";
  }
  if (header.flagged > 0) {
    text +=
        counted(header.flagged, "person's dates want", "people's dates want") +
        " a look: never in contact, so that the clock started at collection, or an event in the "
        "future, which was not counted.\n";
  }
  return text;
}

std::string limits(const ManifestHeader& header) {
  if (header.simulated) {
    return "Drafted for another day than the real one: a simulation, which can never be "
           "approved.\n";
  }
  std::string text;
  for (const std::string& limit : header.exceeded) {
    text += "Beyond a limit: " + for_terminal(limit) + '\n';
  }
  return text.empty() ? "Within every limit.\n"
                      : text + "It needs an override by name: --override CODE.\n";
}

}  // namespace

std::string rule_table(const std::vector<ManifestHeader::RuleCount>& rules) {
  TextTable table({{"rule", Align::left},
                   {"clause", Align::left},
                   {"people", Align::right},
                   {"records", Align::right},
                   {"oldest due since", Align::left}});
  for (const ManifestHeader::RuleCount& rule : rules) {
    table.add({rule.rule, rule.clause, number_cell(rule.subjects), number_cell(rule.records),
               rule.oldest ? rule.oldest->str() : ""});
  }
  return table.empty() ? "" : table.str();
}

std::string count_table(const std::vector<ManifestHeader::TableCount>& tables) {
  TextTable table({{"table", Align::left},
                   {"erase", Align::right},
                   {"mask", Align::right},
                   {"retained", Align::right},
                   {"of rows", Align::right}});
  for (const ManifestHeader::TableCount& count : tables) {
    table.add({count.dataset + "." + count.table, number_cell(count.erase), number_cell(count.mask),
               number_cell(count.retained), number_cell(count.rows)});
  }
  return table.empty() ? "" : table.str();
}

Json rules_json(const std::vector<ManifestHeader::RuleCount>& rules) {
  Json list = Json::array();
  for (const ManifestHeader::RuleCount& rule : rules) {
    list.push_back({{"rule", rule.rule},
                    {"clause", rule.clause},
                    {"subjects", rule.subjects},
                    {"records", rule.records},
                    {"oldest", rule.oldest ? Json(rule.oldest->str()) : Json(nullptr)}});
  }
  return list;
}

Json counts_json(const std::vector<ManifestHeader::TableCount>& tables) {
  Json list = Json::array();
  for (const ManifestHeader::TableCount& count : tables) {
    list.push_back({{"dataset", count.dataset},
                    {"table", count.table},
                    {"erase", count.erase},
                    {"mask", count.mask},
                    {"retained", count.retained},
                    {"rows", count.rows}});
  }
  return list;
}

std::string manifest_text(const ManifestHeader& header) {
  std::string text =
      "Manifest " + header.id + ", drafted by " + for_terminal(header.drafted_by.name) +
      (header.drafted_by.claimed ? " (claimed) at " : " at ") + header.drafted_at.str() + '\n';
  text += "Policy " + for_terminal(header.policy) + ' ' + for_terminal(header.policy_version) +
          ", datasets " + datasets(header) + ", as of " + header.as_of.str() + '\n';
  text += "To be applied from " + header.not_before.str() + " to " + header.expires.str() + "\n\n";
  text += counted(header.subjects, "person", "people") + ", " +
          counted(header.records, "record", "records") + ":\n";
  text += rule_table(header.rules) + '\n' + count_table(header.tables) + '\n';
  return text + notes(header) + limits(header);
}

}  // namespace besa::report
