#include "workflow/record_digest.hpp"

#include <algorithm>
#include <cstring>

namespace besa::workflow {

Digest RecordDigester::of(const RecordPlan& plan) {
  text_ = rules_.tables()[plan.table].full_name();
  text_ += '\0';
  text_ += plan.key;
  text_ += '\0';
  text_ += plan.remove ? "erase" : "mask";
  if (plan.columns != nullptr) {
    for (const std::string& column : plan.columns->clear) text_.append("\0c", 2).append(column);
    for (const std::string& column : plan.columns->cut) text_.append("\0l", 2).append(column);
  }
  return key_.of("record", text_);
}

RecordSets::RecordSets(const std::vector<Ordinal>& people, std::size_t datasets)
    : people_(people), datasets_(datasets), sums_(people.size() * datasets, Sum{}) {}

std::size_t RecordSets::place(Ordinal person) const {
  // Those of a batch mostly follow one another.
  if (const std::size_t at = person - people_.front(); at < people_.size() && people_[at] == person)
    return at;
  return static_cast<std::size_t>(std::lower_bound(people_.begin(), people_.end(), person) -
                                  people_.begin());
}

void RecordSets::add(std::size_t place, std::size_t dataset, const Digest& record) {
  Sum numbers;
  std::memcpy(numbers.data(), record.bytes.data(), sizeof numbers);
  Sum& sum = sums_[place * datasets_ + dataset];
  for (std::size_t i = 0; i < numbers.size(); ++i) sum[i] += numbers[i];
}

std::vector<Digest> RecordSets::digests(std::size_t place) const {
  std::vector<Digest> result(datasets_);
  for (std::size_t d = 0; d < datasets_; ++d)
    std::memcpy(result[d].bytes.data(), sums_[place * datasets_ + d].data(), sizeof(Sum));
  return result;
}

Digest facts_digest(const KeyedDigest& key, const model::Rulebook& rules, const Population& people,
                    Ordinal person, const model::SubjectDecision& decision) {
  std::string text = people.root_of(person).full_name();
  text += '\0';
  text += people.key_of(person);
  text += '\0';
  text += decision.rule->id + " " + decision.start->date.str() + " " +
          rules.event_kinds()[decision.start->kind] + " " + decision.due_since->str();
  return key.of("facts", text);
}

}  // namespace besa::workflow
