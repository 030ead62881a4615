// The file, its schema, and its derived tables against those rebuilt from the entries.
#include <vector>

#include "ledger/verify.hpp"

namespace besa::ledger {

namespace {

constexpr const char* integrity_sql = "PRAGMA integrity_check(20)";
constexpr const char* schema_sql_of =
    "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' "
    "ORDER BY type, name";
constexpr const char* folds_sql =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' "
    "AND name NOT IN ('entries', 'checkpoints') ORDER BY name";
constexpr const char* key_columns_sql = "SELECT count(*) FROM pragma_table_info(?) WHERE pk > 0";

std::map<std::string, std::string> schema_of(const Database& database) {
  std::map<std::string, std::string> parts;
  for (Query row(database, schema_sql_of); row.next();) parts[row.text(0)] = row.text(1);
  return parts;
}

std::string quote_identifier(const std::string& identifier) {
  std::string text = "\"";
  for (const char c : identifier) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

struct Cell {
  int type = 0;
  std::string bytes;
  friend bool operator==(const Cell&, const Cell&) = default;
};
using Row = std::vector<Cell>;

std::optional<Row> next_row(Query& query) {
  if (!query.next()) return std::nullopt;
  Row row;
  for (int column = 0; column < query.columns(); ++column)
    row.push_back({query.type(column), query.text(column)});
  return row;
}

std::string key_of(const Row& row, std::size_t key_columns) {
  std::string key;
  for (std::size_t i = 0; i < key_columns; ++i) key += (i == 0 ? "" : "/") + row[i].bytes;
  return key;
}

class TableComparison {
 public:
  TableComparison(const Database& stored, const Database& rebuilt, std::string table)
      : table_(std::move(table)),
        sql_("SELECT * FROM " + quote_identifier(table_) + " ORDER BY 1, 2"),
        stored_(stored, sql_),
        rebuilt_(rebuilt, sql_) {
    Query keys(rebuilt, key_columns_sql);
    key_columns_ = keys.with(table_).next() ? keys.number(0) : 1;
  }

  /// Reports the first row that differs.
  void run(Findings& findings) {
    while (true) {
      const auto is = next_row(stored_);
      const auto ought = next_row(rebuilt_);
      if (!is && !ought) return;
      if (is == ought) continue;
      const Row& row = ought ? *ought : *is;
      findings.add("table " + table_ + ", row " + key_of(row, key_columns_), fault(is, ought));
      return;
    }
  }

 private:
  [[nodiscard]] std::string fault(const std::optional<Row>& is, const std::optional<Row>& ought) {
    if (!is) return "is missing";
    if (!ought) return "no entry speaks of it";
    if (key_of(*is, key_columns_) != key_of(*ought, key_columns_)) {
      return "comes here by the entries; the table has row " + key_of(*is, key_columns_);
    }
    std::size_t column = 0;
    while (column + 1 < is->size() && (*is)[column] == (*ought)[column]) ++column;
    return std::string("its ") + stored_.name(static_cast<int>(column)) +
           " is not what the entries say";
  }

  std::string table_, sql_;
  Query stored_, rebuilt_;
  std::size_t key_columns_ = 1;
};

}  // namespace

std::vector<std::string> faults_of_file(const Database& stored) {
  std::vector<std::string> faults;
  for (Query row(stored, integrity_sql); row.next();) {
    if (row.bytes(0) != "ok") faults.push_back(row.text(0));
  }
  return faults;
}

void check_schema(const Database& stored, const Database& fresh, Findings& findings) {
  const auto is = schema_of(stored);
  const auto ought = schema_of(fresh);
  for (const auto& [name, sql] : ought) {
    const auto found = is.find(name);
    if (found == is.end()) {
      findings.add(name, "is missing");
    } else if (found->second != sql) {
      findings.add(name, "was redefined");
    }
  }
  for (const auto& [name, sql] : is) {
    if (!ought.contains(name)) findings.add(name, "does not belong to a ledger");
  }
}

void compare_folds(const Database& stored, const Database& rebuilt, Findings& findings) {
  std::vector<std::string> tables;
  for (Query row(rebuilt, folds_sql); row.next();) tables.push_back(row.text(0));
  for (const std::string& table : tables) TableComparison(stored, rebuilt, table).run(findings);
}

}  // namespace besa::ledger
