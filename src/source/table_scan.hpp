// A scan over tables that can only be read from their beginning: for formats without indexes.
//
// A row is looked at lazily: conditions first, then its owner, then the rest, so that a driver
// takes out of the bytes only what is asked for. Links are followed by a hash join that keeps, of
// the tables on the way, keys and owners only; with a set of owners only theirs.
#pragma once

#include <functional>
#include <string>

#include "besa/source/source.hpp"

namespace besa::source {

/// Where a row's bytes lie in its file, line end included.
struct RowPlace {
  std::uint64_t begin = 0, end = 0;
};

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
/// Hands on every row of a table once, in stored order.
using TableReader = std::function<void(const TableSchema&, const StoredRowSink&)>;

/// Answers one scan, whose names must be known (`require_names`). `decimal`: the mark in numbers
/// that are kept as text; a bound that is a number compares with the number a text spells, and text
/// that spells none is above all numbers, as in SQLite.
void scan_tables(const Schema& schema, const TableReader& reader, const Scan& scan,
                 const RowSink& sink, char decimal = '.');

}  // namespace besa::source
