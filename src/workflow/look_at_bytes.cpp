#include "workflow/look_at_bytes.hpp"

#include "workflow/examine.hpp"

namespace besa::workflow {
namespace {

source::VacuumPolicy vacuum_policy(model::VacuumChoice choice) {
  switch (choice) {
    case model::VacuumChoice::always:
      return source::VacuumPolicy::always;
    case model::VacuumChoice::never:
      return source::VacuumPolicy::never;
    case model::VacuumChoice::when_needed:
      break;
  }
  return source::VacuumPolicy::when_needed;
}

/// Everywhere a survivor may rightly have a value that somebody else's erasure is looking for.
std::vector<std::pair<std::string, std::string>> live_columns(const model::Dataset& dataset) {
  std::vector<std::pair<std::string, std::string>> columns;
  for (const model::Table& table : dataset.tables)
    for (const model::Column& column : table.columns)
      if (column.personal()) columns.emplace_back(table.name, column.name);
  return columns;
}

}  // namespace

source::Cleaning look_at_bytes(source::Source& source, const model::Dataset& dataset,
                               const std::vector<std::string>& values, model::VacuumChoice vacuum) {
  try {
    return source.clean(values, live_columns(dataset), vacuum_policy(vacuum));
  } catch (const Error& error) {
    if (!is_a_store_lost(error)) throw;
    return {.steps = {{"look at the bytes", false, error.message(), 0}}, .residue = {}};
  }
}

}  // namespace besa::workflow
