// The JSON that people write: the reader of JSON itself, and of the three files of a workspace.
#include "besa/base/json.hpp"
#include "besa/model/dataset.hpp"
#include "besa/model/policy.hpp"
#include "besa/model/workspace.hpp"
#include "tests/fuzz/target.hpp"

namespace besa::fuzz {

void json(std::string_view bytes) {
  const std::string line = to_line(parse_json(bytes, {.comments = true}));
  require(line.find('\n') == std::string::npos, "one line is one line");
  const Json again = parse_json(line);
  require(to_line(again) == line, "what is written is read the same");
  require(to_line(parse_json(to_pretty(again))) == line, "prettily, too");
}

void policy(std::string_view bytes) {
  std::vector<Fault> faults;
  const model::Policy policy = model::read_policy(bytes, "policy.json", faults);
  if (!faults.empty()) return;
  const auto today = Date::parse("2026-11-22").value();
  for (const model::Finding& finding : model::lint(policy, today))
    require(!finding.code.empty(), "a finding has its code");
}

void dataset(std::string_view bytes) {
  std::vector<Fault> faults;
  const model::Dataset dataset = model::read_dataset(bytes, "dataset.json", faults);
  if (!faults.empty()) return;
  for (const model::Table& table : dataset.tables)
    require(dataset.table(table.name) != nullptr, "every table is found by its name");
}

void workspace(std::string_view bytes) {
  std::vector<Fault> faults;
  (void)model::read_workspace(bytes, "besa.json", faults);
}

}  // namespace besa::fuzz
