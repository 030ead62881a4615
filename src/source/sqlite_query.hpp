// A scan as SQL: its parts, for the statements that are made of them. All names are resolved
// before.
//
// Tables are aliased by a letter and their place along the hops: t0 is the scan's own table, t1 the
// first hop's … The letter tells a scan in a subquery from the one around it.
//
// Conditions and bounds compare as SQLite does, with the column's affinity and collation. In a
// UTF-16 database a bound on text compares UTF-16 bytes: for ASCII, as every date is, the same
// order.
#pragma once

#include <string>
#include <vector>

#include "source/sqlite_schema.hpp"

namespace besa::source {

/// SQL with the values for its question marks, in order.
struct Sql {
  std::string text;
  std::vector<ValueView> values;
};

class QueryText {
 public:
  /// `extra`: SQL names of further columns of the scan's own table (its rowid), after the others.
  QueryText(const Catalogue& catalogue, const Scan& scan, char letter = 't',
            const std::vector<std::string>& extra = {});

  [[nodiscard]] int width() const { return static_cast<int>(expressions_.size()); }
  /// Owner and columns, without the extra ones.
  [[nodiscard]] std::size_t columns_asked() const {
    return scan_.owner.size() + scan_.columns.size();
  }
  /// "t1."member_id", t0."at"": the owner, the columns, the extra ones.
  [[nodiscard]] std::string expressions() const;
  /// From the scan's own table along the hops; rows whose chain ends nowhere stay, unless owners
  /// are asked for. `clause`: which index of the first table to use.
  [[nodiscard]] std::string from(const std::string& clause) const;
  /// From the owners' table back to the scan's own, in this order; nullopt where a step has no
  /// index.
  [[nodiscard]] std::optional<std::string> from_owners() const;
  /// The scan's own conditions and bound: "1" where it has none.
  [[nodiscard]] Sql condition() const;
  /// One of them: a condition by its place, the bound after the last.
  [[nodiscard]] Sql term(std::size_t place) const;
  [[nodiscard]] std::size_t term_count() const {
    return scan_.where.size() + (scan_.bound ? 1 : 0);
  }
  [[nodiscard]] std::size_t term_column(std::size_t place) const;
  [[nodiscard]] std::vector<std::string> owner_names() const;
  [[nodiscard]] std::vector<std::string> key_names() const;
  /// The columns of the scan's own table that it reads or compares.
  [[nodiscard]] std::vector<std::size_t> columns_read() const;
  [[nodiscard]] std::vector<std::size_t> term_columns() const;
  /// True where every hop finds its target by an index.
  [[nodiscard]] bool hops_seek() const;
  /// True where an index led by the owner holds all that is read.
  [[nodiscard]] bool covered() const;

 private:
  [[nodiscard]] std::string alias(std::size_t place) const {
    return letter_ + std::to_string(place);
  }
  [[nodiscard]] std::string table_as(std::size_t place, const std::string& clause) const;
  [[nodiscard]] std::string column(std::size_t place, const std::string& name) const;
  [[nodiscard]] std::string hop_condition(std::size_t hop) const;

  const Catalogue& catalogue_;
  const Scan& scan_;
  std::string letter_;
  std::vector<std::string> expressions_;
};

/// "a = ? AND b IS ?": IS where the key holds a NULL.
[[nodiscard]] std::string equals(const std::vector<std::string>& names, const Key& key);

}  // namespace besa::source
