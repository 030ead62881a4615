// A source: an opened dataset, whatever its format. It answers questions about sets of rows and
// changes rows it is told to change; it never learns why.
//
// Reading never writes (a hot journal or a missing file is an Error, not a repair). Changes happen
// only inside a Transaction. Errors: failed (unreadable, corrupt, no such table), busy (held by
// another program beyond the wait), refused (something besa will not touch: a symlink, an unknown
// virtual table, a trigger the dataset does not allow).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "besa/base/digest.hpp"
#include "besa/base/time.hpp"
#include "besa/source/csv_dialect.hpp"
#include "besa/source/value.hpp"

namespace besa::source {

struct ColumnSchema {
  std::string name;
  std::string declared_type;
  bool not_null = false;
  bool generated = false;  ///< computed by the database: read, never written
  bool has_default = false;
  std::uint32_t key_position = 0;  ///< 1-based place in the primary key, 0 where not part
  /// What its values are, where the driver knows better than the declared type's name tells:
  /// "NUMBER", "TEXT", "BOOLEAN" (1 and 0), "DECIMAL" (numbers as texts with their decimals). In a
  /// format without types (jsonl:) where its rows show only numbers, only whole numbers as texts,
  /// or only true and false.
  std::string found_type = {};
  /// In a format without a list of columns (jsonl:), what its rows show:
  bool in_no_row = false;        ///< declared, but in none of them although there are some
  bool numbers_as_text = false;  ///< some of its numbers are texts: 5 and "5" are two values
};

struct ForeignKey {
  std::vector<std::string> columns;
  std::string target;
  std::vector<std::string> target_columns;
  std::string on_delete;  ///< "NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"
};

struct IndexSchema {
  std::string name;
  std::vector<std::string> columns;  ///< empty string for an expression
  bool unique = false;
  bool partial = false;
};

enum class TableKind { table, view, full_text, virtual_table, shadow };

struct TableSchema {
  std::string name;
  TableKind kind = TableKind::table;
  std::vector<ColumnSchema> columns;
  std::vector<ForeignKey> foreign_keys;
  std::vector<IndexSchema> indexes;
  std::vector<std::string> triggers;  ///< names; any trigger on it
  bool without_rowid = false;
  std::uint64_t blank_lines = 0;  ///< of a jsonl: source: passed over, no rows
  [[nodiscard]] const ColumnSchema* column(std::string_view name) const;
  /// True where an index forbids two rows with one value in this column alone.
  [[nodiscard]] bool is_unique(const std::string& name) const;
};

struct Schema {
  std::vector<TableSchema> tables;  ///< ordered by name; besa's and the engine's own left out
  [[nodiscard]] const TableSchema* table(std::string_view name) const;
  /// SHA-256 over the schema's text in a fixed order: changes when any table or column does.
  Digest fingerprint;
};

/// One step from a table to another inside the source: `columns` of the near one equal
/// `target_columns` of `table`.
struct Hop {
  std::vector<std::string> columns;
  std::string table;
  std::vector<std::string> target_columns;
};

/// Rows whose `column` equals one of `any_of` (compared as the source compares).
struct Condition {
  std::string column;
  std::vector<Value> any_of;
};

/// A half-open range on one column, in the column's stored form (besa::TimeReader bounds).
struct Bound {
  std::string column;
  std::optional<Value> at_least;
  std::optional<Value> below;
};

/// One question about a set of rows. The sink gets, for each row: the `owner` columns, then
/// `columns`. `owner` names columns at the end of `hops` (of `table` itself without hops); rows
/// whose chain of hops ends nowhere come with NULL owners, unless a set of owners is asked for.
struct Scan {
  std::string table;
  std::vector<Hop> hops;
  std::vector<std::string> owner;
  std::vector<std::string> columns;
  std::vector<Condition> where;
  std::optional<Bound> bound;
  /// A row inside it tells all that is asked about its owner: a driver may leave out the owner's
  /// other rows below it and inside. What lies at or beyond its end always comes.
  std::optional<Bound> enough = {};
  const KeyIndex* owners = nullptr;  ///< only rows whose owner columns (encoded) are in it
  const KeyIndex* keys = nullptr;    ///< only rows whose `columns` prefix of `key_width` is in it
  std::uint32_t key_width = 0;       ///< how many leading `columns` form the key for `keys`
  bool in_key_order = false;         ///< ordered by the leading `key_width` columns
};

/// A set of rows to mask: `columns` get `values`, row by row.
struct RowUpdate {
  Key key;
  std::vector<Value> values;
};

/// What a program must know before it changes rows: taken when the transaction begins.
class Transaction {
 public:
  virtual ~Transaction() = default;  ///< rolls back unless committed
  /// As Source::scan, and sees this transaction's own changes.
  virtual void scan(const Scan& scan, const RowSink& sink) = 0;
  /// Deletes the rows with these encoded keys; returns how many there were. No cascade: a foreign
  /// key that would take other rows along is refused before the first delete.
  virtual std::uint64_t erase(const std::string& table, const std::vector<std::string>& key_columns,
                              const KeyIndex& keys) = 0;
  /// The same; `last` gets `columns` of each of the rows as they were. A driver that has to read
  /// the rows to erase them reads them once for both.
  virtual std::uint64_t erase_telling(const std::string& table,
                                      const std::vector<std::string>& key_columns,
                                      const KeyIndex& keys, const std::vector<std::string>& columns,
                                      const RowSink& last);
  virtual std::uint64_t update(const std::string& table,
                               const std::vector<std::string>& key_columns,
                               const std::vector<std::string>& columns,
                               const std::vector<RowUpdate>& rows) = 0;
  virtual void insert(const std::string& table, const std::vector<std::string>& columns,
                      const std::vector<Value>& values) = 0;
  /// Tables and rows that violate a foreign key now but did not when the transaction began.
  [[nodiscard]] virtual std::vector<std::string> broken_references() = 0;
  virtual void commit() = 0;
};

/// What is looked for in the bytes after an erasure. Values are personal data: kept in memory and
/// in the manifest's private folder only.
struct Residue {
  enum class Where { live_cell, free_bytes, side_file };
  struct Hit {
    Where where;
    std::string file;
    std::string table;
    std::uint64_t count = 0;
    bool words = false;  ///< mere words (a name, a city), which others may have too
  };
  std::vector<Hit> hits;
  std::uint64_t bytes_read = 0;
  std::uint64_t values_sought = 0;
  std::uint64_t values_too_short = 0;  ///< under eight bytes or stored as numbers: cannot be sought
  std::uint64_t values_excused = 0;    ///< still owned by somebody who stays
  [[nodiscard]] bool clean() const { return hits.empty(); }
  /// Something is left that is no row any more: a rebuilt file would be without it.
  [[nodiscard]] bool is_in_unused_bytes() const;
};

/// A table as it is delivered: each file of its folder by itself.
struct Part {
  std::string name;  ///< of a file in its folder, without the ending; empty: the whole table
  std::uint64_t rows = 0;
};

/// What may be made up for a column. A source without types of its own takes anything; `other` is
/// whatever has a form of its own (a date, an address of a network, a list, one of a few words).
struct ColumnRoom {
  enum class Takes { anything, text, number, uuid, other };
  Takes takes = Takes::anything;
  std::size_t longest = 0;  ///< of a text, in characters; 0: no limit
};

/// Rows in which an erased value may rightly stand: the last `values` columns of a scan's rows,
/// where `stays` says that the row is of somebody who stays. It is asked only where such a value
/// is.
struct LiveRows {
  Scan scan;
  std::size_t values = 0;
  std::function<bool(RowView)> stays = {};
  LiveRows() = default;
  /// One column of every row.
  LiveRows(const std::string& table, const std::string& column) : values(1) {
    scan.table = table;
    scan.columns = {column};
  }
};

enum class VacuumPolicy { when_needed, always, never };

/// The result of the steps after a deletion (erasure.md 1.5), each with what happened.
struct Cleaning {
  struct Step {
    std::string name;
    bool done = false;
    std::string detail;
    double seconds = 0;
  };
  std::vector<Step> steps;
  Residue residue;
  bool vacuumed = false;
  bool of_files = true;  ///< looked at the bytes of its files; false: only at what a server shows
  [[nodiscard]] bool complete() const;  ///< every step done and nothing found
};

struct OpenOptions {
  std::chrono::milliseconds wait{5000};  ///< for a database held by another program
  bool for_change = false;               ///< may begin() be called
  bool allow_triggers = false;
  std::size_t cache_bytes = 64u * 1024 * 1024;
  /// On a server: a statement that takes longer is stopped, as busy.
  std::chrono::milliseconds longest_statement{std::chrono::minutes(30)};
  CsvDialect csv;  ///< how the files of a csv: source are written
  /// By table, the columns that are declared: in the records of a jsonl: source, places with names
  /// (besa/base/json_place.hpp). Its other places become columns where they lie in none of these.
  std::map<std::string, std::vector<std::string>> columns = {};
  /// A private file in which it is noted what was found when files were read through. Who finds a
  /// note there does not read them through again: for questions only, not for what erases.
  std::filesystem::path note = {};
};

class Source {
 public:
  virtual ~Source() = default;
  [[nodiscard]] virtual const Schema& schema() = 0;
  /// When the content last changed, as far as the format can tell (modification time of its files).
  [[nodiscard]] virtual Instant modified_at() = 0;
  /// The same of one table, where it lies in files of its own.
  [[nodiscard]] virtual Instant table_modified_at(const std::string& table);
  [[nodiscard]] virtual std::uint64_t row_count(const std::string& table) = 0;
  /// The parts of a table, by name; of one that is not delivered in files, or in one file of its
  /// name, a single part without name.
  [[nodiscard]] virtual std::vector<Part> parts(const std::string& table);
  [[nodiscard]] virtual ColumnRoom room(const std::string& table, const std::string& column);
  /// The value as a scan shows it once it was written there: a number may get decimals, a document
  /// other blanks. nullopt where the column does not take it whole. Not for NULL.
  [[nodiscard]] virtual std::optional<Value> stored_as(const std::string& table,
                                                       const std::string& column,
                                                       const Value& value);
  /// Sets of columns of which no two rows may have the same, not even where all of them are NULL.
  [[nodiscard]] virtual std::vector<std::vector<std::string>> unique_even_if_null(
      const std::string& table);
  virtual void scan(const Scan& scan, const RowSink& sink) = 0;
  /// Rows of `population` whose owner appears in none of `events` (each with its own bound): the
  /// anti-join. Only where `seeks(events)`: the caller otherwise scans once and joins itself.
  virtual void scan_without(const Scan& population, std::span<const Scan> events,
                            const RowSink& sink) = 0;
  /// True where each scan, asked for single owners, is answered by an index seek.
  [[nodiscard]] virtual bool seeks(std::span<const Scan> scans) = 0;
  /// True where a scan of given owners, whose bound is `enough`, looks at few rows of each: they
  /// lie owner by owner, and those of one by the bound's column. Each of `scans` has its bound.
  [[nodiscard]] virtual bool one_look_tells(std::span<const Scan> scans) = 0;
  /// Another reader of the same data, for use by another thread.
  [[nodiscard]] virtual std::unique_ptr<Source> another() = 0;
  [[nodiscard]] virtual std::unique_ptr<Transaction> begin() = 0;
  /// The files this source owns, side files included, for reports and for checks of permissions.
  [[nodiscard]] virtual std::vector<std::filesystem::path> files() = 0;
  /// What lies where the files of this source do, is none of its tables and so is never read.
  [[nodiscard]] virtual std::vector<std::filesystem::path> passed_over() { return {}; }
  /// True where a change of any size writes whole files anew: then all changes belong in one.
  [[nodiscard]] virtual bool rewrites() const { return false; }
  /// True where a row need not have every column, and an update does not give it what it lacks.
  [[nodiscard]] virtual bool leaves_missing() const { return false; }
  /// Bytes that must be free before a change of this source begins.
  [[nodiscard]] virtual std::uint64_t space_needed() = 0;
  /// Cleans and looks (erasure.md 1.5): `erased` are the values that must be gone, whole.
  /// `live` says where somebody who stays may rightly own one of them.
  [[nodiscard]] virtual Cleaning clean(const std::vector<std::string>& erased,
                                       std::vector<LiveRows> live, VacuumPolicy vacuum) = 0;
};

/// Opens `sqlite:PATH`, `csv:PATH` or `jsonl:PATH`, relative to `root`, or
/// `postgresql:service=NAME`. Error(failed) for an unknown scheme, with the known ones.
[[nodiscard]] std::unique_ptr<Source> open(const std::string& address,
                                           const std::filesystem::path& root,
                                           const OpenOptions& options = {});

/// What an address says after its scheme, without a slash at its end.
[[nodiscard]] std::string place_of(const std::string& address);
/// True for an address of files that somebody delivers (csv:, jsonl:).
[[nodiscard]] bool is_export(const std::string& address);
/// True where a source of this address reads what lies at `path`, below the same root, or has it
/// for a side file of its database.
[[nodiscard]] bool reads(const std::string& address, const std::string& path);

/// False where the address names a file that does not exist, or a folder with none of its files;
/// whether a server answers is only known by opening it.
[[nodiscard]] bool is_there(const std::string& address, const std::filesystem::path& root);

}  // namespace besa::source
