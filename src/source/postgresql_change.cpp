#include "source/postgresql_change.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/names.hpp"
#include "source/postgresql_outcome.hpp"
#include "source/postgresql_references.hpp"
#include "source/postgresql_scan.hpp"
#include "source/postgresql_update.hpp"

namespace besa::source {
namespace {

using Names = std::vector<std::string>;

constexpr auto begin_statement = "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE";
constexpr std::uint32_t keys_at_once = 100'000;
constexpr std::size_t updates_at_once = 20'000;

std::string quoted(const std::string& name) {
  return "'" + for_terminal(name) + "'";
}

/// A change that returns the keys it met, counted: how many rows, and the most with one key.
std::string counting(const std::string& change, const std::vector<PostgresqlColumn>& key) {
  Names shown_key, places;
  for (const PostgresqlColumn& column : key) {
    shown_key.push_back(sortable(*column.type, column.sql) + " AS k" +
                        std::to_string(shown_key.size()));
    places.push_back("k" + std::to_string(places.size()));
  }
  return "WITH changed AS (" + change + " RETURNING " + join(shown_key, ", ") +
         ") SELECT coalesce(sum(n), 0)::pg_catalog.int8, coalesce(max(n), 0)::pg_catalog.int8"
         " FROM (SELECT count(*) AS n FROM changed GROUP BY " +
         join(places, ", ") + ") AS by_key";
}

class PostgresqlTransaction final : public Transaction {
 public:
  PostgresqlTransaction(const std::string& service, const OpenOptions& options)
      : options_(options),
        connection_(service, options, PostgresqlConnection::Purpose::change),
        allow_triggers_(options.allow_triggers) {
    (void)connection_.run(begin_statement);
    catalogue_ = read_catalogue(connection_);
  }

  ~PostgresqlTransaction() override {
    try {
      if (!connection_.lost()) connection_.roll_back();
    } catch (const Error&) {  // the server rolls back what loses its connection
    }
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

  std::vector<std::string> broken_references() override {
    return guarded([&] { return references_.broken(); });
  }

  void commit() override {
    if (failed_)
      throw Error(ErrorKind::refused, "a step of this change failed: nothing of it is committed");
    if (const Names broken = broken_references(); !broken.empty())
      throw Error(ErrorKind::refused, join(broken, "; "),
                  "erase or unlink the rows that refer first");
    commit_surely(connection_, options_);
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
    const PostgresqlTable& mine = catalogue_.at(table);
    if (known.kind != TableKind::table || mine.materialized || mine.foreign)
      throw Error(ErrorKind::refused, quoted(table) + " is not a table whose rows can be changed");
    if (mine.rules)
      throw Error(ErrorKind::refused,
                  "table " + quoted(table) +
                      " has rules: the server makes something else of a"
                      " change of its rows",
                  "drop the rules, or write them as triggers");
    if (!allow_triggers_ && mine.trigger_events.contains(event))
      throw Error(
          ErrorKind::refused,
          "table " + quoted(table) + " has triggers: " + for_terminal(join(known.triggers, ", ")),
          "read what they do, then allow triggers in the dataset file");
  }

  void require_writable(const std::string& table, const Names& columns) const {
    const TableSchema& known = require_table(catalogue_.schema, table);
    for (const std::string& column : columns)
      if (known.columns[require_column(known, column)].generated)
        throw Error(ErrorKind::refused,
                    "column " + quoted(column) + " of table " + quoted(table) +
                        " is computed by the database",
                    "change the columns it is computed from");
  }

  static Scan rows_with(const std::string& table, const Names& key_columns, const KeyIndex& keys) {
    Scan scan;
    scan.table = table;
    scan.columns = key_columns;
    scan.keys = &keys;
    scan.key_width = static_cast<std::uint32_t>(key_columns.size());
    return scan;
  }

  /// Runs a change that counts; Error(refused) where a key met several rows.
  std::uint64_t count_changed(const std::string& table, const PostgresqlQuery& query,
                              const std::string& sql) {
    connection_.set_with_next(query.ruled_out(), " = off");
    const Rows counts = connection_.run(sql, query.parameters());
    connection_.set_with_next(query.ruled_out(), " TO DEFAULT");
    if (counts.number(0, 1) > 1)
      throw Error(ErrorKind::refused,
                  "a key of table " + quoted(table) + " names more than one row",
                  "declare a key that is unique in the dataset file");
    return static_cast<std::uint64_t>(counts.number(0, 0));
  }

  std::uint64_t erase_rows(const std::string& table, const Names& key_columns,
                           const KeyIndex& keys) {
    require_changeable(table, "DELETE");
    const Scan doomed = rows_with(table, key_columns, keys);
    require_names(catalogue_.schema, doomed);
    std::uint64_t erased = 0;
    for (std::uint32_t first = 0; first < keys.size(); first += keys_at_once) {
      KeyIndex some;
      for (std::uint32_t i = first; i < std::min(keys.size(), first + keys_at_once); ++i)
        some.add(keys.key(i));
      references_.refuse_taking_along(table, key_columns, some, nullptr);
      PostgresqlQuery query(catalogue_);
      const auto key = query.columns(table, "t0", key_columns);
      erased +=
          count_changed(table, query,
                        counting("DELETE FROM " + catalogue_.at(table).rows + " AS t0 WHERE " +
                                     query.with_keys(table, "t0", key_columns, some),
                                 key));
    }
    scanner_.scan(doomed, [&](RowView) {
      throw Error(ErrorKind::refused,
                  "rows erased from table " + quoted(table) + " are still there",
                  "a trigger keeps them or puts them back; nothing was changed");
    });
    return erased;
  }

  static KeyIndex keys_of(const std::string& table, const Names& columns,
                          const std::vector<RowUpdate>& updates) {
    KeyIndex keys;
    keys.reserve(updates.size());
    for (const RowUpdate& update : updates) {
      const std::uint32_t before = keys.size();
      if (keys.add(encode_key(update.key)) != before || update.values.size() != columns.size())
        throw Error(ErrorKind::failed,
                    "the changes to table " + quoted(table) + " name a row twice or lack a value");
    }
    return keys;
  }

  std::uint64_t update_rows(const std::string& table, const Names& key_columns,
                            const Names& columns, const std::vector<RowUpdate>& updates) {
    require_changeable(table, "UPDATE");
    require_writable(table, columns);
    const KeyIndex keys = keys_of(table, columns, updates);
    require_names(catalogue_.schema, rows_with(table, key_columns, keys));
    references_.refuse_taking_along(table, key_columns, keys, &columns);
    const bool verify = catalogue_.at(table).trigger_events.contains("UPDATE");
    std::uint64_t changed = 0;
    // Other servers are told each value once, with all the keys that get it.
    const bool alike = catalogue_.at(table).on_other_servers();
    for (const auto& some : in_statements(updates, updates_at_once, alike)) {
      const PostgresqlUpdate update{catalogue_, table, key_columns, columns, some};
      PostgresqlQuery query(catalogue_);
      const auto key = query.columns(table, "t0", key_columns);
      changed += count_changed(table, query, counting(update.statement(query), key));
      if (verify) require_taken(update);
    }
    return changed;
  }

  /// A trigger may have undone or altered an update: what is stored must be what was asked for.
  void require_taken(const PostgresqlUpdate& update) {
    PostgresqlQuery query(catalogue_);
    const std::string sql = update.rows_that_differ(query);
    if (connection_.run(sql, query.parameters()).size() != 0)
      throw Error(ErrorKind::refused,
                  "a row of table " + quoted(update.table) + " did not take its new values",
                  "a trigger prevents it; nothing was changed");
  }

  void insert_row(const std::string& table, const Names& columns,
                  const std::vector<Value>& values) {
    require_changeable(table, "INSERT");
    require_writable(table, columns);
    PostgresqlQuery query(catalogue_);
    Names names, marks;
    bool overriding = false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const PostgresqlType& type = catalogue_.type(table, columns[i]);
      names.push_back(postgresql_name(columns[i]));
      marks.push_back(query.parameter(values[i].type == Type::null
                                          ? Parameter()
                                          : Parameter(written(values[i].view()))) +
                      "::pg_catalog.text::" + type.name);
      overriding = overriding || type.identity;
    }
    (void)connection_.run("INSERT INTO " + catalogue_.at(table).sql + " (" + join(names, ", ") +
                              ")" + (overriding ? " OVERRIDING SYSTEM VALUE" : "") + " VALUES (" +
                              join(marks, ", ") + ")",
                          query.parameters());
  }

  OpenOptions options_;
  PostgresqlConnection connection_;
  PostgresqlCatalogue catalogue_;
  PostgresqlScanner scanner_{connection_, catalogue_};
  PostgresqlReferences references_{connection_, catalogue_};
  bool allow_triggers_;
  bool failed_ = false;
};

}  // namespace

std::unique_ptr<Transaction> begin_change(const std::string& service, const OpenOptions& options) {
  return std::make_unique<PostgresqlTransaction>(service, options);
}

}  // namespace besa::source
