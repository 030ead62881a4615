#include "source/sqlite_schema.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "besa/base/error.hpp"
#include "source/names.hpp"

namespace besa::source {
namespace {

// The engine's own tables, indexes and statistics are not the customer's schema.
constexpr auto all_objects =
    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema "
    "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name";
constexpr auto all_tables_of_file =
    "SELECT name, type, wr FROM pragma_table_list "
    "WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
constexpr auto table_columns =
    "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden "
    "FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid";
constexpr auto table_indexes =
    "SELECT name, \"unique\", partial, origin FROM pragma_index_list(?) ORDER BY name";
constexpr auto index_columns =
    "SELECT cid, name, coll, \"desc\" FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno";
constexpr auto table_foreign_keys =
    "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete "
    "FROM pragma_foreign_key_list(?) ORDER BY id, seq";

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// The rules of https://www.sqlite.org/datatype3.html, 3.1, in their order.
Affinity affinity_of(const std::string& declared_type, bool strict_any) {
  const std::string type = upper(declared_type);
  const auto has = [&](const char* part) { return type.find(part) != std::string::npos; };
  if (strict_any && type == "ANY") return Affinity::none;
  if (has("INT")) return Affinity::number;
  if (has("CHAR") || has("CLOB") || has("TEXT")) return Affinity::text;
  if (has("BLOB") || type.empty()) return Affinity::none;
  return Affinity::number;
}

/// The fifth rule as well: what is left of numbers is REAL or NUMERIC.
bool is_real(const std::string& declared_type) {
  const std::string type = upper(declared_type);
  const auto has = [&](const char* part) { return type.find(part) != std::string::npos; };
  return affinity_of(declared_type, false) == Affinity::number && !has("INT") &&
         (has("REAL") || has("FLOA") || has("DOUB"));
}

struct Object {
  std::string type, name, table, sql;
};

/// Reads one database's catalogue.
class SqliteSchemaReader {
 public:
  explicit SqliteSchemaReader(const Connection& connection) : connection_(connection) {}

  Catalogue read() {
    read_objects();
    Statement tables = connection_.prepare(all_tables_of_file);
    while (tables.step()) read_table(tables.text(0), tables.text(1), tables.integer(2) != 0);
    for (TableSchema& table : found_.schema.tables) complete_foreign_keys(table);
    return std::move(found_);
  }

 private:
  void read_objects() {
    Sha256 digest;
    Statement statement = connection_.prepare(all_objects);
    while (statement.step()) {
      Object object{statement.text(0), statement.text(1), statement.text(2), statement.text(3)};
      digest.update(encode_key({Value::of(object.type), Value::of(object.name),
                                Value::of(object.table), Value::of(object.sql)}));
      objects_.push_back(std::move(object));
    }
    found_.schema.fingerprint = digest.finish();
  }

  std::string text_of(const std::string& table) const {
    for (const Object& object : objects_)
      if (object.name == table && (object.type == "table" || object.type == "view"))
        return object.sql;
    return "";
  }

  static TableKind kind_of(const std::string& listed, const std::vector<SqlWord>& words) {
    if (listed == "view") return TableKind::view;
    if (listed == "shadow") return TableKind::shadow;
    if (listed != "virtual") return TableKind::table;
    const auto is_using = [](const SqlWord& word) { return !word.quoted && word.text == "USING"; };
    const auto found = std::ranges::find_if(words, is_using);
    if (found == words.end() || found + 1 == words.end()) return TableKind::virtual_table;
    const std::string module = upper((found + 1)->text);
    const bool full_text = module == "FTS3" || module == "FTS4" || module == "FTS5";
    return full_text ? TableKind::full_text : TableKind::virtual_table;
  }

  void read_table(const std::string& name, const std::string& listed, bool without_rowid) {
    TableSchema table;
    SqliteTable& detail = found_.tables[name];
    detail.text = text_of(name);
    const std::vector<SqlWord> words = words_of(detail.text);
    table.name = name;
    table.kind = kind_of(listed, words);
    table.without_rowid = without_rowid;
    const bool strict =
        !words.empty() && (words.back().text == "STRICT" ||
                           (words.size() > 3 && words[words.size() - 3].text == "STRICT"));
    read_columns(table, detail, strict);
    read_indexes(table, detail);
    read_foreign_keys(table, detail, words);
    read_triggers(table, detail);
    find_rowid(table, detail);
    found_.schema.tables.push_back(std::move(table));
  }

  void read_columns(TableSchema& table, SqliteTable& detail, bool strict) {
    Statement statement = connection_.prepare(table_columns);
    statement.bind(1, ValueView::of(table.name));
    try {
      while (statement.step()) read_column(statement, table, detail, strict);
    } catch (const Error&) {
      if (table.kind != TableKind::virtual_table) throw;
      table.columns.clear();  // its module is not in this SQLite: known by name only
    }
    std::vector<const ColumnSchema*> key;
    for (const ColumnSchema& column : table.columns)
      if (column.key_position != 0) key.push_back(&column);
    std::ranges::sort(key, {}, &ColumnSchema::key_position);
    for (const ColumnSchema* column : key) detail.primary_key.push_back(column->name);
  }

  void read_column(const Statement& row, TableSchema& table, SqliteTable& detail, bool strict) {
    ColumnSchema& column = table.columns.emplace_back();
    column.name = row.text(0);
    column.declared_type = row.text(1);
    column.not_null = row.integer(2) != 0;
    column.has_default = row.integer(3) != 0;
    column.key_position = static_cast<std::uint32_t>(row.integer(4));
    column.generated = row.integer(5) >= 2;
    detail.affinity.push_back(affinity_of(column.declared_type, strict));
    detail.real.push_back(is_real(column.declared_type));
    detail.binary.push_back(collation(table, column) == "BINARY");
  }

  std::string collation(const TableSchema& table, const ColumnSchema& column) const {
    const char* name = nullptr;
    if (table.kind == TableKind::view) return "BINARY";
    const int code = sqlite3_table_column_metadata(connection_.handle(), "main", table.name.c_str(),
                                                   column.name.c_str(), nullptr, &name, nullptr,
                                                   nullptr, nullptr);
    if (code != SQLITE_OK || name == nullptr) return "BINARY";
    return upper(name);
  }

  void read_indexes(TableSchema& table, SqliteTable& detail) {
    if (table.kind != TableKind::table && table.kind != TableKind::shadow) return;
    Statement statement = connection_.prepare(table_indexes);
    statement.bind(1, ValueView::of(table.name));
    while (statement.step()) {
      IndexSchema index{
          statement.text(0), {}, statement.integer(1) != 0, statement.integer(2) != 0};
      SqliteIndex& known = detail.indexes.emplace_back();
      known.name = index.name;
      for (const Object& object : objects_)
        if (object.type == "index" && object.name == index.name) known.text = object.sql;
      known.partial = index.partial;
      if (statement.text(3) == "pk") has_key_index_.insert(table.name);
      read_index_columns(table, index, known);
      table.indexes.push_back(std::move(index));
    }
  }

  void read_index_columns(const TableSchema& table, IndexSchema& index, SqliteIndex& known) {
    Statement statement = connection_.prepare(index_columns);
    statement.bind(1, ValueView::of(index.name));
    while (statement.step()) {
      const bool expression = statement.is_null(1);
      const std::string name = statement.text(1);
      index.columns.push_back(name);
      const ColumnSchema* column = expression ? nullptr : table.column(name);
      known.columns.push_back(column != nullptr ? static_cast<int>(column - table.columns.data())
                                                : static_cast<int>(statement.integer(0)));
      known.as_column.push_back(column != nullptr &&
                                collation(table, *column) == upper(statement.text(2)));
      known.by_bytes.push_back(upper(statement.text(2)) == "BINARY" && statement.integer(3) == 0);
    }
  }

  void read_foreign_keys(TableSchema& table, SqliteTable& detail,
                         const std::vector<SqlWord>& words) {
    const bool deferred = std::ranges::any_of(
        words, [](const SqlWord& w) { return !w.quoted && w.text == "DEFERRED"; });
    Statement statement = connection_.prepare(table_foreign_keys);
    statement.bind(1, ValueView::of(table.name));
    std::int64_t last = -1;
    while (statement.step()) {
      if (statement.integer(0) != last)
        detail.foreign_keys.push_back(
            {{{}, statement.text(1), {}, statement.text(5)}, statement.text(4), deferred});
      last = statement.integer(0);
      ForeignKey& key = detail.foreign_keys.back().key;
      key.columns.push_back(statement.text(2));
      if (!statement.is_null(3)) key.target_columns.push_back(statement.text(3));
    }
  }

  /// A foreign key may be written in another case, and without the target's columns.
  void complete_foreign_keys(TableSchema& table) {
    for (SqliteForeignKey& foreign : found_.tables.at(table.name).foreign_keys) {
      for (const TableSchema& target : found_.schema.tables) {
        if (!same_name(target.name, foreign.key.target)) continue;
        foreign.key.target = target.name;
        if (foreign.key.target_columns.empty())
          foreign.key.target_columns = found_.tables.at(target.name).primary_key;
        as_declared(foreign.key.target_columns, target);
      }
      as_declared(foreign.key.columns, table);
      table.foreign_keys.push_back(foreign.key);
    }
  }

  static void as_declared(std::vector<std::string>& names, const TableSchema& table) {
    for (std::string& name : names)
      for (const ColumnSchema& column : table.columns)
        if (same_name(column.name, name)) name = column.name;
  }

  void read_triggers(TableSchema& table, SqliteTable& detail) {
    for (const Object& object : objects_) {
      if (object.type != "trigger" || !same_name(object.table, table.name)) continue;
      table.triggers.push_back(object.name);
      for (const SqlWord& word : words_of(object.sql)) {
        if (word.quoted) continue;
        if (word.text == "DELETE" || word.text == "INSERT" || word.text == "UPDATE") {
          detail.trigger_events.insert(word.text);  // the first such word is its event
          break;
        }
      }
    }
  }

  void find_rowid(const TableSchema& table, SqliteTable& detail) {
    if (table.without_rowid || table.kind == TableKind::view ||
        table.kind == TableKind::virtual_table)
      return;
    if (detail.primary_key.size() == 1 && !has_key_index_.contains(table.name) &&
        table.kind == TableKind::table)
      detail.rowid_column = static_cast<int>(require_column(table, detail.primary_key[0]));
    for (const char* name : {"_rowid_", "rowid", "oid"}) {
      const auto hides = [&](const ColumnSchema& column) { return same_name(column.name, name); };
      if (std::ranges::none_of(table.columns, hides)) {
        detail.rowid = name;
        return;
      }
    }
    if (detail.rowid_column >= 0) detail.rowid = detail.primary_key[0];
  }

  const Connection& connection_;
  Catalogue found_;
  std::vector<Object> objects_;
  std::set<std::string> has_key_index_;
};

}  // namespace

bool SqliteIndex::led_by(const std::vector<std::size_t>& wanted) const {
  if (partial || wanted.empty() || columns.size() < wanted.size()) return false;
  return std::ranges::all_of(wanted, [&](std::size_t column) {
    const auto begin = columns.begin(), end = begin + static_cast<std::ptrdiff_t>(wanted.size());
    const auto found = std::find(begin, end, static_cast<int>(column));
    return found != end && as_column[static_cast<std::size_t>(found - begin)];
  });
}

std::size_t SqliteIndex::holds(const std::vector<std::size_t>& wanted) const {
  return static_cast<std::size_t>(std::ranges::count_if(wanted, [&](std::size_t column) {
    return std::ranges::count(columns, static_cast<int>(column)) != 0;
  }));
}

std::optional<std::string> SqliteTable::seek(const std::vector<std::size_t>& wanted,
                                             const std::vector<std::size_t>& also) const {
  if (is_rowid(wanted)) return " NOT INDEXED";
  const SqliteIndex* best = nullptr;
  for (const SqliteIndex& index : indexes)
    if (index.led_by(wanted) && (best == nullptr || index.holds(also) > best->holds(also)))
      best = &index;
  if (best == nullptr) return std::nullopt;
  return " INDEXED BY " + sql_name(best->name);
}

std::optional<std::string> SqliteTable::covering(std::size_t first,
                                                 const std::vector<std::size_t>& wanted) const {
  for (const SqliteIndex& index : indexes)
    if (index.led_by({first}) && index.holds(wanted) == wanted.size())
      return " INDEXED BY " + sql_name(index.name);
  return std::nullopt;
}

std::vector<std::size_t> Catalogue::places(const std::string& table,
                                           const std::vector<std::string>& columns) const {
  const TableSchema& known = require_table(schema, table);
  std::vector<std::size_t> found;
  for (const std::string& column : columns) found.push_back(require_column(known, column));
  return found;
}

Catalogue read_catalogue(const Connection& connection) {
  return SqliteSchemaReader(connection).read();
}

}  // namespace besa::source
