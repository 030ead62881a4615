#include "source/owner_runs.hpp"

namespace besa::source {

OwnersInOrder::OwnersInOrder(const KeyIndex& owners) {
  texts_.reserve(owners.size());
  for (std::uint32_t number = 0; number < owners.size(); ++number) {
    const std::string_view encoded = owners.key(number);
    if (const auto text = text_of_key(encoded)) {
      texts_.push_back(*text);
    } else if (const Key key = decode_key(encoded);
               key.size() == 1 && key.front().type == Type::text) {
      texts_.push_back(unescaped_.emplace_back(key.front().bytes));
    }
  }
  if (!std::ranges::is_sorted(texts_)) std::ranges::sort(texts_);
}

OwnerRuns::OwnerRuns(const KeyIndex* owners, const std::optional<Bound>& enough, bool by_bytes)
    : owners_(owners), by_bytes_(by_bytes) {
  if (owners != nullptr && by_bytes) in_order_.emplace(*owners);
  const auto is_text = [](const std::optional<Value>& value) {
    return value && value->type == Type::text;
  };
  if (enough && is_text(enough->at_least) && is_text(enough->below))
    enough_ = Enough{SortedText(enough->at_least->bytes), SortedText(enough->below->bytes)};
}

}  // namespace besa::source
