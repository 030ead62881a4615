#include "source/sqlite_change.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/data_file.hpp"
#include "source/names.hpp"
#include "source/sqlite_references.hpp"
#include "source/sqlite_scan.hpp"

namespace besa::source {
namespace {

using Names = std::vector<std::string>;

std::string shown_name(const std::string& name) {
  return "'" + for_terminal(name) + "'";
}

/// A row to change: where SQLite finds it, and the number of its key in the set that asked for it.
struct Located {
  std::string place;  ///< the encoded rowid or primary key
  std::uint32_t number;
};

class SqliteTransaction final : public Transaction {
 public:
  SqliteTransaction(const std::filesystem::path& file, const OpenOptions& options)
      : connection_(file, Connection::Purpose::change, options),
        catalogue_(read_catalogue(connection_)),
        references_(connection_, catalogue_),
        allow_triggers_(options.allow_triggers) {
    connection_.require_pragma("secure_delete", 1);
    connection_.require_pragma("synchronous", 2);
    connection_.require_pragma("foreign_keys", references_.enforceable() ? 1 : 0);
    connection_.run("BEGIN IMMEDIATE");
    if (read_catalogue(connection_).schema.fingerprint != catalogue_.schema.fingerprint)
      throw Error(ErrorKind::busy, shown(file) + ": its schema was being changed", "try again");
  }

  ~SqliteTransaction() override {
    if (sqlite3_get_autocommit(connection_.handle()) == 0)
      (void)sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }

  void scan(const Scan& scan, const RowSink& sink) override { scanner_.scan(scan, sink); }

  std::uint64_t erase(const std::string& table, const Names& key_columns,
                      const KeyIndex& keys) override {
    return guarded([&] { return erase_rows(table, key_columns, keys); });
  }

  std::uint64_t update(const std::string& table, const Names& key_columns, const Names& columns,
                       const std::vector<RowUpdate>& rows) override {
    return guarded([&] { return update_rows(table, key_columns, columns, rows); });
  }

  void insert(const std::string& table, const Names& columns,
              const std::vector<Value>& values) override {
    guarded([&] {
      insert_row(table, columns, values);
      return 0;
    });
  }

  std::vector<std::string> broken_references() override { return references_.broken(); }

  void commit() override {
    if (failed_)
      throw Error(ErrorKind::refused, "a step of this change failed: nothing of it is committed");
    if (const Names broken = references_.broken(); !broken.empty())
      throw Error(ErrorKind::refused, join(broken, "; "),
                  "erase or unlink the rows that refer first");
    Statement statement = connection_.prepare("COMMIT");
    try {
      statement.step();
    } catch (const Error&) {
      if ((sqlite3_errcode(connection_.handle()) & 0xFF) != SQLITE_IOERR) throw;
      throw Error(ErrorKind::failed,
                  shown(connection_.file()) +
                      ": the disk failed during the commit; whether it took place is not known",
                  "open the database again and look: besa never assumes either");
    }
  }

 private:
  template <class Step>
  auto guarded(Step step) -> decltype(step()) {
    try {
      return step();
    } catch (...) {
      failed_ = true;  // half a step must never be committed
      throw;
    }
  }

  void require_changeable(const std::string& table, const std::string& event) const {
    const TableSchema& known = require_table(catalogue_.schema, table);
    if (known.kind != TableKind::table && known.kind != TableKind::full_text)
      throw Error(ErrorKind::refused,
                  shown_name(table) + " is not a table whose rows can be changed");
    if (!allow_triggers_ && catalogue_.at(table).trigger_events.contains(event))
      throw Error(ErrorKind::refused,
                  "table " + shown_name(table) +
                      " has triggers: " + for_terminal(join(known.triggers, ", ")),
                  "read what they do, then allow triggers in the dataset file");
  }

  [[nodiscard]] Names place_names(const std::string& table) const {
    const SqliteTable& known = catalogue_.at(table);
    if (known.rowid.empty() && known.primary_key.empty())
      throw Error(ErrorKind::refused,
                  "rows of table " + shown_name(table) + " cannot be told apart",
                  "give the table a primary key");
    return known.rowid.empty() ? known.primary_key : Names{known.rowid};
  }

  static Scan rows_with(const std::string& table, const Names& key_columns, const KeyIndex& keys) {
    Scan scan;
    scan.table = table;
    scan.columns = key_columns;
    scan.keys = &keys;
    scan.key_width = static_cast<std::uint32_t>(key_columns.size());
    return scan;
  }

  /// The rows with these keys, in the order in which they lie in the file.
  std::vector<Located> locate(const std::string& table, const Names& key_columns,
                              const KeyIndex& keys) {
    std::vector<Located> rows;
    std::vector<bool> seen(keys.size());
    std::string key;
    scanner_.scan(
        rows_with(table, key_columns, keys),
        [&](RowView row) {
          key.clear();
          for (const ValueView& value : row.first(key_columns.size())) append_key(key, value);
          const std::uint32_t number = keys.find(key);
          if (seen[number])
            throw Error(ErrorKind::refused,
                        "a key of table " + shown_name(table) + " names more than one row",
                        "declare a key that is unique in the dataset file");
          seen[number] = true;
          rows.push_back({encode_key(row.subspan(key_columns.size())), number});
        },
        place_names(table));
    std::ranges::sort(rows, {}, &Located::place);
    return rows;
  }

  [[nodiscard]] std::string at_place(const std::string& table) const {
    Names terms;
    for (const std::string& name : place_names(table)) terms.push_back(sql_name(name) + " = ?");
    return " WHERE " + join(terms, " AND ");
  }

  static void run_at(Statement& statement, int place, const Key& key) {
    for (const Value& value : key) statement.bind(place++, value.view());
    statement.step();
  }

  std::uint64_t erase_rows(const std::string& table, const Names& key_columns,
                           const KeyIndex& keys) {
    require_changeable(table, "DELETE");
    const Scan doomed = rows_with(table, key_columns, keys);
    require_names(catalogue_.schema, doomed);
    references_.refuse_taking_along(scanner_, doomed, nullptr);
    references_.watch(table);
    Statement statement =
        connection_.prepare("DELETE FROM main." + sql_name(table) + at_place(table));
    std::uint64_t erased = 0;
    const auto count = [&] {
      erased += static_cast<std::uint64_t>(sqlite3_changes64(connection_.handle()));
    };
    if (catalogue_.at(table).is_rowid(catalogue_.places(table, key_columns))) {
      for (const std::int64_t row : rowids_of(keys)) {  // they need not be looked up
        statement.bind(1, row).step();
        count();
      }
    } else {
      for (const Located& row : locate(table, key_columns, keys)) {
        run_at(statement, 1, decode_key(row.place));
        count();
      }
    }
    if (may_come_back(table)) require_gone(doomed);
    return erased;
  }

  /// Only where something else has a say does a row stay that SQLite has deleted without complaint.
  [[nodiscard]] bool may_come_back(const std::string& table) const {
    return !catalogue_.at(table).trigger_events.empty() ||
           require_table(catalogue_.schema, table).kind != TableKind::table;
  }

  void require_gone(const Scan& doomed) {
    scanner_.scan(doomed, [&](RowView) {
      throw Error(ErrorKind::refused,
                  "rows erased from table " + shown_name(doomed.table) + " are still there",
                  "a trigger keeps them or puts them back; nothing was changed");
    });
  }

  std::uint64_t update_rows(const std::string& table, const Names& key_columns,
                            const Names& columns, const std::vector<RowUpdate>& updates) {
    require_changeable(table, "UPDATE");
    require_writable(table, columns);
    const KeyIndex keys = keys_of(table, columns, updates);
    references_.refuse_taking_along(scanner_, rows_with(table, key_columns, keys), &columns);
    references_.watch(table);
    const std::vector<Located> rows = locate(table, key_columns, keys);
    Names changes;
    for (const std::string& column : columns) changes.push_back(sql_name(column) + " = ?");
    Statement statement = connection_.prepare("UPDATE OR ABORT main." + sql_name(table) + " SET " +
                                              join(changes, ", ") + at_place(table));
    for (const Located& row : rows) {
      int place = 1;
      for (const Value& value : updates[row.number].values) statement.bind(place++, value.view());
      const Key key = decode_key(row.place);
      run_at(statement, place, key);
    }
    if (catalogue_.at(table).trigger_events.contains("UPDATE"))
      verify(table, columns, updates, rows);
    return rows.size();
  }

  void require_writable(const std::string& table, const Names& columns) const {
    const TableSchema& known = require_table(catalogue_.schema, table);
    for (const std::string& column : columns)
      if (known.columns[require_column(known, column)].generated)
        throw Error(ErrorKind::refused,
                    "column " + shown_name(column) + " of table " + shown_name(table) +
                        " is computed by the database",
                    "change the columns it is computed from");
  }

  static KeyIndex keys_of(const std::string& table, const Names& columns,
                          const std::vector<RowUpdate>& updates) {
    KeyIndex keys;
    keys.reserve(updates.size());
    for (const RowUpdate& update : updates) {
      const std::uint32_t before = keys.size();
      if (keys.add(encode_key(update.key)) != before || update.values.size() != columns.size())
        throw Error(ErrorKind::failed, "the changes to table " + shown_name(table) +
                                           " name a row twice or lack a value");
    }
    return keys;
  }

  /// A trigger may have undone or ignored an update: what is stored must be what was asked for.
  void verify(const std::string& table, const Names& columns, const std::vector<RowUpdate>& updates,
              const std::vector<Located>& rows) const {
    std::string terms;
    for (const std::string& column : columns)
      terms += " AND " + sql_name(column) + " IS ? COLLATE BINARY";
    Statement statement =
        connection_.prepare("SELECT 1 FROM main." + sql_name(table) + at_place(table) + terms);
    for (const Located& row : rows) {
      const Key key = decode_key(row.place);
      int place = 1;
      for (const Value& value : key) statement.bind(place++, value.view());
      for (const Value& value : updates[row.number].values) statement.bind(place++, value.view());
      if (!statement.step())
        throw Error(ErrorKind::refused,
                    "a row of table " + shown_name(table) + " did not take its new values",
                    "a trigger prevents it; nothing was changed");
      statement.reset();
    }
  }

  void insert_row(const std::string& table, const Names& columns,
                  const std::vector<Value>& values) {
    require_changeable(table, "INSERT");
    require_writable(table, columns);
    references_.watch(table);
    Names names, marks(columns.size(), "?");
    for (const std::string& column : columns) names.push_back(sql_name(column));
    Statement statement =
        connection_.prepare("INSERT OR ABORT INTO main." + sql_name(table) + "(" +
                            join(names, ", ") + ") VALUES(" + join(marks, ", ") + ")");
    run_at(statement, 1, values);
  }

  Connection connection_;
  Catalogue catalogue_;
  SqliteScanner scanner_{connection_, catalogue_};
  SqliteReferences references_;
  bool allow_triggers_;
  bool failed_ = false;
};

}  // namespace

std::unique_ptr<Transaction> begin_change(const std::filesystem::path& file,
                                          const OpenOptions& options) {
  return std::make_unique<SqliteTransaction>(file, options);
}

void recover_database(const std::filesystem::path& file, const OpenOptions& options) {
  const Connection recovered(file, Connection::Purpose::change,
                             options);  // its first look recovers
}

}  // namespace besa::source
