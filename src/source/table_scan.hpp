// A scan over tables that can only be read from their beginning: for formats without indexes.
//
// A row is looked at lazily: conditions first, then its owner, then the rest, so that a driver
// takes out of the bytes only what is asked for. Links are followed by a hash join that keeps, of
// the tables on the way, keys and owners only; with a set of owners only theirs.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/mix_hash.hpp"
#include "besa/source/source.hpp"

namespace besa::source {

/// Where a row's bytes lie in its file, line end included.
struct RowPlace {
  std::uint64_t begin = 0, end = 0;
};

/// Of a row that was read from remembered stretches of its file: to change it there would be to
/// change another.
[[noreturn]] void place_not_known();

/// A row as it is stored.
class StoredRow {
 public:
  virtual ~StoredRow() = default;
  /// By the column's place in the table; valid until the sink returns.
  [[nodiscard]] virtual ValueView value(std::size_t column) = 0;
  /// Nothing for a row that is in no file.
  [[nodiscard]] virtual RowPlace place() const { return {}; }
};

using StoredRowSink = std::function<void(StoredRow&)>;
/// Values of which every row that is wanted has at least one, in whatever column; none: every row
/// may be wanted.
using Mentions = std::vector<std::string>;

/// Of one column: the texts from one on and below another.
class TextRange {
 public:
  /// Nothing where a side of the bound is no text: then types decide first.
  [[nodiscard]] static std::optional<TextRange> of(const Bound& bound, std::size_t column);
  [[nodiscard]] std::size_t column() const { return column_; }
  [[nodiscard]] bool holds(std::string_view text) const {
    return (!at_least_ || !at_least_->is_above(text)) && (!below_ || below_->is_above(text));
  }

 private:
  /// Most texts differ from it in their first eight bytes, which are compared at once.
  struct Side {
    explicit Side(std::string_view side) : text(side), head(sorting_word(side)) {}
    [[nodiscard]] bool is_above(std::string_view other) const {
      const std::uint64_t others = sorting_word(other);
      return others != head ? others < head : other < text;
    }
    std::string text;
    std::uint64_t head = 0;
  };
  TextRange(std::size_t column, const Bound& bound);
  std::size_t column_;
  std::optional<Side> at_least_, below_;
};

/// What is known of the rows that are wanted before any is looked at. What a reader makes of it is
/// its own affair: it may always hand on more.
struct Sought {
  Mentions mentions = {};
  /// A row whose value in that column is a text outside of it is not wanted.
  std::optional<TextRange> range = {};
};
/// Hands on every wanted row of a table once, in stored order.
using TableReader = std::function<void(const TableSchema&, const StoredRowSink&, const Sought&)>;

/// The texts of a set of keys of one column; nothing where they are many, short, or no texts.
[[nodiscard]] Mentions mentions_of(const KeyIndex* keys, std::size_t width);

/// Finds in a stretch of bytes where the next of a few texts begins.
class NextMention {
 public:
  NextMention(const Mentions& texts, std::string_view bytes);
  /// The first place from `at` on; npos where there is none. `at` never goes back.
  [[nodiscard]] std::size_t from(std::size_t at);

 private:
  const Mentions& texts_;
  std::string_view bytes_;
  std::vector<std::size_t> next_;  ///< by text: where it is next
};

/// Answers one scan, whose names must be known (`require_names`). `decimal`: the mark in numbers
/// that are kept as text; a bound that is a number compares with the number a text spells, and text
/// that spells none is above all numbers, as in SQLite.
void scan_tables(const Schema& schema, const TableReader& reader, const Scan& scan,
                 const RowSink& sink, char decimal = '.');

}  // namespace besa::source
