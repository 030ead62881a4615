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

}  // namespace

source::Cleaning look_at_bytes(source::Source& source, const std::vector<std::string>& values,
                               std::vector<source::LiveRows> live, model::VacuumChoice vacuum) {
  try {
    return source.clean(values, std::move(live), vacuum_policy(vacuum));
  } catch (const Error& error) {
    if (!is_a_store_lost(error)) throw;
    return {.steps = {{"look at the bytes", false, error.message(), 0}}, .residue = {}};
  }
}

}  // namespace besa::workflow
