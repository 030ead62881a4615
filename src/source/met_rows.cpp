#include "source/met_rows.hpp"

namespace besa::source {

std::optional<std::vector<Stretch>> MetRows::of(const DataFile& file,
                                                const Mentions& mentions) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find({file.path(), mentions});
  if (found == known_.end() || found->second.state != file.state()) return std::nullopt;
  return found->second.rows;
}

void MetRows::remember(const DataFile& file, const Mentions& mentions, std::vector<Stretch> rows) {
  constexpr std::size_t questions = 64;
  if (rows.size() > many) return;
  const std::lock_guard lock(mutex_);
  if (known_.size() >= questions) known_.clear();
  known_[{file.path(), mentions}] = {file.state(), std::move(rows)};
}

}  // namespace besa::source
