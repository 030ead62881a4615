#include "source/text_terms.hpp"

#include <algorithm>

namespace besa::source {

std::optional<TextTerms> TextTerms::of(const Catalogue& catalogue, const Scan& scan) {
  TextTerms terms;
  std::vector<std::string> names;
  for (const Condition& condition : scan.where) {
    if (!terms.add(condition)) return std::nullopt;
    names.push_back(condition.column);
  }
  if (scan.bound) {
    if (!terms.add(*scan.bound)) return std::nullopt;
    names.push_back(scan.bound->column);
  }
  terms.columns_ = catalogue.places(scan.table, names);
  const SqliteTable& table = catalogue.at(scan.table);
  for (const std::size_t column : terms.columns_)
    if (table.affinity[column] != Affinity::text || !table.binary[column]) return std::nullopt;
  return terms;
}

/// SQLite compares a column of TEXT with a number as with the number's text.
bool TextTerms::add(const Condition& condition) {
  AnyOf& term = conditions_.emplace_back();
  for (const Value& value : condition.any_of) {
    if (value.type == Type::real || value.type == Type::blob) return false;
    if (value.type == Type::null)
      term.null = true;
    else
      term.texts.push_back(value.text());
  }
  return true;
}

bool TextTerms::add(const Bound& bound) {
  Range& range = range_.emplace();
  for (const auto& [limit, text] :
       {std::pair(&bound.at_least, &range.at_least), std::pair(&bound.below, &range.below)}) {
    if (!*limit) continue;
    if ((*limit)->type != Type::text) return false;
    *text = (*limit)->bytes;
  }
  return true;
}

bool TextTerms::hold(RowView values) const {
  for (std::size_t i = 0; i < conditions_.size(); ++i) {
    const AnyOf& term = conditions_[i];
    const ValueView& value = values[i];
    const bool named =
        value.type == Type::text && std::ranges::find(term.texts, value.bytes) != term.texts.end();
    if (!named && !(value.is_null() && term.null)) return false;
  }
  if (!range_) return true;
  const ValueView& value = values[conditions_.size()];
  if (value.is_null()) return false;
  if (value.type == Type::blob) return !range_->below;  // blobs sort after all text
  return !(range_->at_least && value.bytes < *range_->at_least) &&
         !(range_->below && value.bytes >= *range_->below);
}

}  // namespace besa::source
