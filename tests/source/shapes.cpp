#include "tests/source/shapes.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "tests/source/postgresql_server.hpp"

namespace shapes {
namespace {

using namespace besa::source;

struct Database {
  explicit Database(const std::filesystem::path& path) { sqlite3_open(path.c_str(), &handle); }
  ~Database() { sqlite3_close(handle); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  void check(int code) const {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(handle));
  }
  sqlite3* handle = nullptr;
};

std::string quote(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string literal(const Value& value) {
  if (value.type == Type::null) return "NULL";
  if (value.type == Type::integer) return std::to_string(value.integer);
  return "'" + value.bytes + "'";
}

/// A column of the world: an id (its columns depend on the shape) or a plain one.
struct Field {
  std::string name;
  bool id = false;
  std::string type = "TEXT";
};

using Cell = std::optional<std::string>;

struct Rows {
  std::string table;
  std::vector<Field> fields;            ///< the first is the key
  std::vector<std::vector<Cell>> rows;  ///< ids as decimal numbers
};

const std::vector<Rows>& world() {
  static const std::vector<Rows> tables = {
      {"members",
       {{"member", true}, {"name"}, {"city"}},
       {{"1", "Ardit", "Tirane"},
        {"2", "Besa", "Durres"},
        {"3", "Cen", {}},
        {"4", "Drita", "Tirane"}}},
      {"purchases",
       {{"purchase", true}, {"member", true}, {"at"}, {"amount", false, "INTEGER"}},
       {{"10", "1", "2020-01-05", "5"},
        {"11", "1", "2024-03-01", "7"},
        {"12", "2", "2021-06-30", "5"},
        {"13", "9", "2022-01-01", "1"},
        {"14", {}, "2023-01-01", {}}}},
      {"lines",
       {{"line", true}, {"purchase", true}, {"text"}},
       {{"100", "10", "milk"},
        {"101", "10", "bread"},
        {"102", "12", "milk"},
        {"103", "13", "salt"},
        {"104", "99", "tea"}}}};
  return tables;
}

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "besa-source-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

void run_sql(const std::filesystem::path& database, const std::string& sql) {
  const Database opened(database);
  sqlite3_db_config(opened.handle, SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
  opened.check(sqlite3_exec(opened.handle, sql.c_str(), nullptr, nullptr, nullptr));
}

std::string sql_text(const std::filesystem::path& database, const std::string& sql) {
  const Database opened(database);
  std::string all;
  const auto collect = [](void* out, int count, char** values, char**) {
    for (int i = 0; i < count; ++i)
      *static_cast<std::string*>(out) +=
          std::string(i == 0 ? "" : "|") + (values[i] ? values[i] : "NULL");
    *static_cast<std::string*>(out) += "\n";
    return 0;
  };
  opened.check(sqlite3_exec(opened.handle, sql.c_str(), collect, &all, nullptr));
  return all;
}

World::World(const Shape& shape) : shape_(shape) {
  if (shape.memory)
    build_memory();
  else if (shape.postgresql)
    build_postgresql();
  else if (shape.csv)
    build_csv();
  else if (shape.jsonl)
    build_jsonl();
  else
    build_sqlite();
}

std::string World::table(const std::string& plain) const {
  if (shape_.csv || shape_.jsonl) return shape_.odd_names ? plain + "\"; x,y" : plain;
  const std::string name = shape_.odd_names ? plain + "\"; DROP TABLE y;--" : plain;
  return shape_.schema.empty() ? name : shape_.schema + "." + name;
}

std::string World::sql_table(const std::string& plain) const {
  const std::string name = table(plain);
  if (shape_.schema.empty()) return quote(name);
  return quote(shape_.schema) + "." + quote(name.substr(shape_.schema.size() + 1));
}

std::string World::column(const std::string& plain) const {
  if (shape_.csv && shape_.odd_names) return "the \"" + plain + "\",\r\nor so";
  if (shape_.jsonl && shape_.odd_names) return "/at ~1 \"home\"~0/a ~01\n" + plain;
  return shape_.odd_names ? "order " + plain + " \xF0\x9F\x98\x80" : plain;
}

std::vector<std::string> World::columns(const std::vector<std::string>& plain) const {
  std::vector<std::string> names;
  for (const std::string& name : plain) names.push_back(column(name));
  return names;
}

std::vector<std::string> World::key(const std::string& plain) const {
  if (shape_.form == KeyForm::composite) return columns({plain + "_shop", plain + "_number"});
  return {column(plain)};
}

Key World::id(int number) const {
  if (shape_.form == KeyForm::integer) return {integer(number)};
  if (shape_.form == KeyForm::text) return {Value::of("\xC3\x87" + std::to_string(1000 + number))};
  return {Value::of(std::string(number % 2 == 0 ? "even" : "odd")), integer(number)};
}

Value World::integer(int number) const {
  return shape_.csv ? Value::of(std::to_string(number)) : Value::of(std::int64_t{number});
}

int World::number(const Key& id) const {
  const Value& last = id.back();
  if (last.type == Type::null) return 0;
  if (last.type == Type::integer) return static_cast<int>(last.integer);
  if (shape_.form != KeyForm::text) return std::stoi(last.bytes);
  return std::stoi(last.bytes.substr(2)) - 1000;
}

Scan World::scan(const std::string& plain) const {
  Scan scan;
  scan.table = table(plain);
  for (const Rows& rows : world())
    if (rows.table == plain) scan.columns = key(rows.fields.front().name);
  scan.key_width = static_cast<std::uint32_t>(scan.columns.size());
  return scan;
}

std::unique_ptr<Source> World::open(bool for_change) {
  if (shape_.memory) return memory_.another();
  OpenOptions options;
  options.for_change = for_change;
  options.wait = std::chrono::milliseconds(200);
  if (shape_.postgresql) return postgresql::open(service_, options);
  options.csv = shape_.dialect;
  options.columns = declared_;
  const std::string address = shape_.csv ? "csv:." : shape_.jsonl ? "jsonl:." : "sqlite:world.db";
  return besa::source::open(address, folder_.path(), options);
}

void World::build_memory() {
  for (const Rows& rows : world()) {
    MemorySource::Table built;
    built.schema.name = table(rows.table);
    for (const Field& field : rows.fields)
      for (const std::string& name : field.id ? key(field.name) : columns({field.name})) {
        ColumnSchema& column = built.schema.columns.emplace_back();
        column.name = name;
        column.declared_type = field.type;
      }
    for (const auto& cells : rows.rows) {
      std::vector<Value>& row = built.rows.emplace_back();
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const Field& field = rows.fields[i];
        if (!cells[i])
          row.resize(row.size() + (field.id ? key(field.name).size() : 1));
        else if (field.id)
          for (Value& part : id(std::stoi(*cells[i]))) row.push_back(std::move(part));
        else if (field.type == "INTEGER")
          row.push_back(Value::of(std::int64_t{std::stoi(*cells[i])}));
        else
          row.push_back(Value::of(*cells[i]));
      }
    }
    memory_.add(std::move(built));
  }
}

void World::build_sqlite() const {
  run_sql(folder_ / "world.db", "PRAGMA encoding='" + shape_.encoding +
                                    "'; PRAGMA journal_mode=" + shape_.journal +
                                    "; PRAGMA synchronous=OFF; BEGIN;" + sql() + "COMMIT;");
}

void World::build_postgresql() {
  const postgresql::Server& server = postgresql::Server::common();
  service_ = server.emptied_database("world");
  const std::string schema =
      shape_.schema.empty() ? "" : "CREATE SCHEMA " + quote(shape_.schema) + ";";
  server.run(schema + sql(), "world");
}

std::string World::sql() const {
  std::string sql;
  for (const Rows& rows : world()) {
    std::string names, key_names;
    for (const Field& field : rows.fields)
      for (const std::string& name : field.id ? key(field.name) : columns({field.name})) {
        const bool number =
            field.id ? shape_.form == KeyForm::integer ||
                           (shape_.form == KeyForm::composite && name == key(field.name)[1])
                     : field.type == "INTEGER";
        names += quote(name) + (number ? " INTEGER, " : " TEXT, ");
        if (&field == &rows.fields.front())
          key_names += (key_names.empty() ? "" : ", ") + quote(name);
      }
    const std::string key_clause = shape_.indexes ? "PRIMARY KEY(" + key_names + ")" : "CHECK(1)";
    sql += "CREATE TABLE " + sql_table(rows.table) + "(" + names + key_clause + ")" +
           (shape_.without_rowid ? " WITHOUT ROWID" : "") +
           (shape_.partitioned ? " PARTITION BY HASH (" + key_names + ")" : "") + ";";
    for (int part = 0; shape_.partitioned && part < 3; ++part)
      sql += "CREATE TABLE " + quote(rows.table + " part " + std::to_string(part)) +
             " PARTITION OF " + sql_table(rows.table) + " FOR VALUES WITH (MODULUS 3, REMAINDER " +
             std::to_string(part) + ");";
    for (std::size_t f = 1; shape_.indexes && f < rows.fields.size(); ++f) {
      if (!rows.fields[f].id) continue;
      std::string indexed;
      for (const std::string& name : key(rows.fields[f].name)) indexed += quote(name) + ", ";
      sql += "CREATE INDEX " + quote(rows.table + " by \"" + rows.fields[f].name) + " ON " +
             sql_table(rows.table) + "(" + indexed + quote(column(rows.fields.back().name)) + ");";
    }
    for (const auto& cells : rows.rows) {
      std::string values;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        Key parts = {cells[i] ? Value::of(*cells[i]) : Value::null()};
        if (rows.fields[i].id) parts = cells[i] ? id(std::stoi(*cells[i])) : Key(key("x").size());
        for (const Value& part : parts) values += (values.empty() ? "" : ", ") + literal(part);
      }
      sql += "INSERT INTO " + sql_table(rows.table) + " VALUES(" + values + ");";
    }
  }
  return sql;
}

namespace {

/// A cell as the plainest writer would have it: quoted where it can be, so that nothing depends on
/// when it must be; unquoted where the dialect has no quotes.
std::string csv_cell(const std::optional<std::string>& text, const CsvDialect& dialect) {
  if (!text) return dialect.null_text;
  if (dialect.quote == '\0') return *text;
  std::string out(1, dialect.quote);
  for (const char c : *text) out.append(c == dialect.quote ? 2 : 1, c);
  return out + dialect.quote;
}

std::string csv_line(const std::vector<std::optional<std::string>>& cells,
                     const CsvDialect& dialect) {
  std::string line;
  for (const auto& cell : cells) {
    if (!line.empty()) line += dialect.delimiter;
    line += csv_cell(cell, dialect);
  }
  return line;
}

void append_to(const std::filesystem::path& path, const std::string& text,
               besa::CharacterSet encoding) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::app | std::ios::binary) << besa::from_utf8(text, encoding).value();
}

}  // namespace

void World::build_csv() {
  const CsvDialect dialect = shape_.dialect;
  for (const Rows& rows : world()) {
    std::vector<std::string> names;
    for (const Field& field : rows.fields)
      for (const std::string& name : field.id ? key(field.name) : columns({field.name}))
        names.push_back(name);
    const auto file = [&](std::size_t row) {
      return shape_.monthly
                 ? folder_ / table(rows.table) / ("2024-0" + std::to_string(1 + row / 2) + ".csv")
                 : folder_ / (table(rows.table) + ".csv");
    };
    for (std::size_t r = 0; r < rows.rows.size(); ++r) {
      if (dialect.header && (r == 0 || file(r) != file(r - 1)))
        append_to(file(r), csv_line({names.begin(), names.end()}, dialect) + shape_.line_end,
                  dialect.encoding);
      std::vector<std::optional<std::string>> cells;
      for (std::size_t i = 0; i < rows.fields.size(); ++i) {
        const Cell& cell = rows.rows[r][i];
        if (!rows.fields[i].id)
          cells.push_back(cell);
        else if (!cell)
          cells.resize(cells.size() + key(rows.fields[i].name).size());
        else
          for (const Value& part : id(std::stoi(*cell))) cells.emplace_back(part.bytes);
      }
      append_to(file(r), csv_line(cells, dialect) + shape_.line_end, dialect.encoding);
    }
    if (!dialect.header) shape_.dialect.columns[table(rows.table)] = names;
  }
}

namespace {

/// A value as a careless writer would have it: characters escaped that need not be, white space
/// wherever there may be some.
std::string json_cell(const Value& value) {
  if (value.type == Type::integer) return std::to_string(value.integer);
  std::string out = "\"";
  for (const char c : value.bytes) out += c == 'a' ? std::string("\\u0061") : std::string(1, c);
  return out + "\"";
}

}  // namespace

void World::build_jsonl() {
  for (const Rows& rows : world()) {
    for (std::size_t r = 0; r < rows.rows.size(); ++r) {
      std::string members;
      const auto add = [&](const std::string& name, const std::string& value) {
        members += std::string(members.empty() ? "" : ", ") + "\"" + name + "\" :\t" + value;
      };
      const std::string front = shape_.odd_names ? "a ~1\\n" : "";
      for (std::size_t i = 0; i < rows.fields.size(); ++i) {
        const Field& field = rows.fields[i];
        const Cell& cell = rows.rows[r][i];
        std::vector<std::string> names = {field.name};
        if (field.id && shape_.form == KeyForm::composite)
          names = {field.name + "_shop", field.name + "_number"};
        Key values = {Value::null()};
        if (cell && field.type == "INTEGER") values = {integer(std::stoi(*cell))};
        if (cell && field.type != "INTEGER") values = {Value::of(*cell)};
        if (cell && field.id) values = id(std::stoi(*cell));
        for (std::size_t n = 0; n < names.size(); ++n)
          if (cell)
            add(front + names[n], json_cell(values[n]));
          else if (n == 0)
            add(front + names[n], "null");
      }
      const std::string record =
          shape_.odd_names ? R"({"tags":[],"at \/ \"home\"~":{)" + members + "}, \"x\":null}"
                           : "{" + members + "}";
      const auto file = shape_.monthly ? folder_ / table(rows.table) /
                                             ("2024-0" + std::to_string(1 + r / 2) + ".jsonl")
                                       : folder_ / (table(rows.table) + ".jsonl");
      append_to(file, record + shape_.line_end, besa::CharacterSet::utf8);
    }
    if (!shape_.declared) continue;
    for (const Field& field : rows.fields)
      for (const std::string& name : field.id ? key(field.name) : columns({field.name}))
        declared_[table(rows.table)].push_back(name);
  }
}

}  // namespace shapes
