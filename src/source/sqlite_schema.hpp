// What a SQLite database says about itself, and what that proves: which columns can be sought, how
// they compare, what a deletion would set off.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "besa/source/source.hpp"
#include "source/sqlite_connection.hpp"

namespace besa::source {

/// How a column converts what is compared with it (https://www.sqlite.org/datatype3.html).
enum class Affinity { none, text, number };

struct SqliteIndex {
  std::string name;
  std::string text;             ///< of its CREATE INDEX; empty where a constraint made it
  std::vector<int> columns;     ///< places in the table; -1 the rowid, -2 an expression
  std::vector<bool> as_column;  ///< the index sorts it as the column compares
  std::vector<bool> by_bytes;   ///< the index sorts its texts by their bytes, ascending
  bool partial = false;

  /// True where its first columns are these, in any order, sorted as they compare.
  [[nodiscard]] bool led_by(const std::vector<std::size_t>& columns) const;
  [[nodiscard]] std::size_t holds(
      const std::vector<std::size_t>& columns) const;  ///< how many of them
};

struct SqliteForeignKey {
  ForeignKey key;
  std::string on_update;
  bool deferred = false;  ///< may be: the table's text says DEFERRED somewhere
};

/// Beyond TableSchema, what only this driver needs.
struct SqliteTable {
  std::vector<Affinity> affinity;  ///< for each column
  std::vector<bool> binary;        ///< compared byte by byte
  std::vector<bool> real;          ///< integers may be stored for whole reals
  std::string text;                ///< of its CREATE TABLE
  std::vector<SqliteIndex> indexes;
  std::vector<SqliteForeignKey> foreign_keys;
  std::string rowid;      ///< a name for the rowid that no column hides; empty without one
  int rowid_column = -1;  ///< the INTEGER PRIMARY KEY, which is the rowid
  std::vector<std::string> primary_key;
  std::set<std::string> trigger_events;  ///< DELETE, INSERT, UPDATE

  /// True where these columns are the rowid itself.
  [[nodiscard]] bool is_rowid(const std::vector<std::size_t>& columns) const {
    return columns.size() == 1 && rowid_column == static_cast<int>(columns[0]);
  }
  /// The clause that makes SQLite seek rows with given values in `columns` (" INDEXED BY …", or
  /// " NOT INDEXED" for the rowid itself); nullopt where that needs a scan. Among several indexes
  /// the one that holds most of `also`. Seeks compare as the columns do: under another collation
  /// than BINARY they may find more than what is sought, never less.
  [[nodiscard]] std::optional<std::string> seek(const std::vector<std::size_t>& columns,
                                                const std::vector<std::size_t>& also = {}) const;
  /// The clause for an index that holds all of `columns`, led by `first`.
  [[nodiscard]] std::optional<std::string> covering(std::size_t first,
                                                    const std::vector<std::size_t>& columns) const;
};

struct Catalogue {
  Schema schema;
  std::map<std::string, SqliteTable> tables;

  [[nodiscard]] const SqliteTable& at(const std::string& table) const { return tables.at(table); }
  /// The places of columns that exist in the table. Error(failed) otherwise.
  [[nodiscard]] std::vector<std::size_t> places(const std::string& table,
                                                const std::vector<std::string>& columns) const;
};

[[nodiscard]] Catalogue read_catalogue(const Connection& connection);

/// The words of a statement of the schema, unquoted, without comments: enough to tell what a CREATE
/// creates, not to understand it. Quoted words are marked, so that a table named "on" is not ON.
struct SqlWord {
  std::string text;  ///< upper case unless quoted
  bool quoted = false;
};
[[nodiscard]] std::vector<SqlWord> words_of(std::string_view sql);

}  // namespace besa::source
