#include "source/table_scan.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "besa/base/error.hpp"
#include "source/find_text.hpp"
#include "source/names.hpp"
#include "source/owner_join.hpp"
#include "source/row_filter.hpp"

namespace besa::source {
namespace {

/// The number a text spells, whole.
std::optional<ValueView> number_of(std::string_view text, char decimal) {
  ValueView number = ValueView::of(std::int64_t{0});
  const char* const end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, number.integer);
      read.ec == std::errc{} && read.ptr == end && !text.empty())
    return number;
  std::string plain(text);
  std::ranges::replace(plain, decimal, '.');
  number.type = Type::real;
  const char* const plain_end = plain.data() + plain.size();
  const auto read = std::from_chars(plain.data(), plain_end, number.real);
  const bool whole = read.ec == std::errc{} && read.ptr == plain_end && !plain.empty();
  return whole ? std::optional(number) : std::nullopt;
}

/// One side of a bound, ready to compare with.
class Limit {
 public:
  Limit(const Value& value, char decimal)
      : value_(value), encoded_(encode_key({value})), decimal_(decimal) {}

  /// `value` is not NULL.
  [[nodiscard]] bool is_above(const ValueView& value) const {
    if (value.type == Type::text && value_.type == Type::text) return value.bytes < value_.bytes;
    const bool number = value_.type == Type::integer || value_.type == Type::real;
    if (value.type == Type::text && number)
      if (const auto spelt = number_of(value.bytes, decimal_)) return encoded(*spelt) < encoded_;
    return encoded(value) < encoded_;
  }

 private:
  static std::string encoded(const ValueView& value) { return encode_key(RowView(&value, 1)); }
  Value value_;
  std::string encoded_;
  char decimal_;
};

struct WantedValues {
  std::size_t column = 0;
  KeyIndex values;
};

class TableScan {
 public:
  TableScan(const Schema& schema, const TableReader& reader, const Scan& scan, const RowSink& sink,
            char decimal)
      : scan_(scan),
        table_(require_table(schema, scan.table)),
        reader_(reader),
        filter_(scan, sink, scan.in_key_order) {
    for (const Condition& condition : scan.where) {
      WantedValues& wanted = where_.emplace_back();
      wanted.column = require_column(table_, condition.column);
      for (const Value& value : condition.any_of) wanted.values.add(encode_key({value}));
    }
    if (scan.bound) take_bound(*scan.bound, decimal);
    for (const std::string& name : scan.columns) columns_.push_back(require_column(table_, name));
    if (scan.hops.empty())
      for (const std::string& name : scan.owner) owner_.push_back(require_column(table_, name));
    else
      join_.emplace(schema, reader, scan);
  }

  void run() {
    const StoredRowSink take = [this](StoredRow& row) {
      if (!matches(row)) return;
      if (join_)
        join_->each(row, [&](std::uint32_t owner) {
          views_.clear();
          join_->append_owner(owner, views_);
          hand_on(row);
        });
      else if (take_owner(row))
        hand_on(row);
    };
    reader_(table_, take, {mentions(), range_});
    filter_.finish();
  }

 private:
  void take_bound(const Bound& bound, char decimal) {
    bound_ = require_column(table_, bound.column);
    range_ = TextRange::of(bound, bound_);
    if (bound.at_least) at_least_.emplace(*bound.at_least, decimal);
    if (bound.below) below_.emplace(*bound.below, decimal);
  }

  /// Which rows can be wanted at all, where that is a matter of single values.
  [[nodiscard]] Mentions mentions() const {
    if (!join_ && scan_.owners != nullptr) return mentions_of(scan_.owners, owner_.size());
    return mentions_of(scan_.keys, scan_.key_width);
  }

  bool matches(StoredRow& row) const {
    if (scan_.bound) {
      const ValueView value = row.value(bound_);
      if (value.is_null() || (at_least_ && at_least_->is_above(value)) ||
          (below_ && !below_->is_above(value)))
        return false;
    }
    return std::ranges::all_of(where_, [&](const WantedValues& wanted) {
      return wanted.values.find(row.value(wanted.column)) != KeyIndex::none;
    });
  }

  /// False where the row's own owner is not one of those asked for: then nothing else is read.
  bool take_owner(StoredRow& row) {
    views_.clear();
    for (const std::size_t column : owner_) views_.push_back(row.value(column));
    return scan_.owners == nullptr || owner_.size() != 1 ||
           scan_.owners->find(views_.front()) != KeyIndex::none;
  }

  void hand_on(StoredRow& row) {
    for (const std::size_t column : columns_) views_.push_back(row.value(column));
    filter_.offer(views_);
  }

  const Scan& scan_;
  const TableSchema& table_;
  const TableReader& reader_;
  RowFilter filter_;
  std::vector<WantedValues> where_;
  std::size_t bound_ = 0;
  std::optional<Limit> at_least_, below_;
  std::optional<TextRange> range_;
  std::vector<std::size_t> columns_, owner_;
  std::optional<OwnerJoin> join_;
  std::vector<ValueView> views_;
};

}  // namespace

void place_not_known() {
  throw Error(ErrorKind::failed, "it is not known where in its file a row lies",
              "this is a fault of besa's: nothing was changed; please report it");
}

Mentions mentions_of(const KeyIndex* keys, std::size_t width) {
  constexpr std::uint32_t few = 8;
  constexpr std::size_t shortest = 4;  // what is shorter is everywhere
  Mentions texts;
  if (keys == nullptr || keys->size() > few || width != 1) return texts;
  for (std::uint32_t i = 0; i < keys->size(); ++i) {
    const Key key = decode_key(keys->key(i));
    if (key.size() != 1 || key[0].type != Type::text || key[0].bytes.size() < shortest) return {};
    texts.push_back(key[0].bytes);
  }
  return texts;
}

std::optional<TextRange> TextRange::of(const Bound& bound, std::size_t column) {
  for (const std::optional<Value>& side : {bound.at_least, bound.below})
    if (side && side->type != Type::text) return std::nullopt;
  return TextRange(column, bound);
}

TextRange::TextRange(std::size_t column, const Bound& bound) : column_(column) {
  if (bound.at_least) at_least_.emplace(bound.at_least->bytes);
  if (bound.below) below_.emplace(bound.below->bytes);
}

NextMention::NextMention(const Mentions& texts, std::string_view bytes)
    : texts_(texts), bytes_(bytes), next_(texts.size()) {
  for (std::size_t i = 0; i < texts.size(); ++i) next_[i] = find_text(bytes, texts[i], 0);
}

std::size_t NextMention::from(std::size_t at) {
  std::size_t first = std::string_view::npos;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (next_[i] < at) next_[i] = find_text(bytes_, texts_[i], at);
    first = std::min(first, next_[i]);
  }
  return first;
}

void scan_tables(const Schema& schema, const TableReader& reader, const Scan& scan,
                 const RowSink& sink, char decimal) {
  TableScan(schema, reader, scan, sink, decimal).run();
}

}  // namespace besa::source
