#include "source/owner_runs.hpp"

namespace besa::source {

OwnerRuns::OwnerRuns(const KeyIndex* owners, const std::optional<Bound>& enough) : owners_(owners) {
  const auto is_text = [](const std::optional<Value>& value) {
    return value && value->type == Type::text;
  };
  if (enough && is_text(enough->at_least) && is_text(enough->below))
    enough_ = Enough{SortedText(enough->at_least->bytes), SortedText(enough->below->bytes)};
}

}  // namespace besa::source
