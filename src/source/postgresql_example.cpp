#include "source/postgresql_example.hpp"

#include <array>

#include "besa/base/error.hpp"
#include "besa/base/json.hpp"
#include "source/postgresql_connection.hpp"

namespace besa::source {
namespace {

struct ExampleTable {
  const char* name;
  std::vector<std::string> columns;
  const char* create;
};

const std::array<ExampleTable, 2>& tables() {
  static const std::array<ExampleTable, 2> all{
      {{"calls",
        {"call_id", "phone", "member_id", "at", "direction", "remark"},
        "CREATE TABLE public.calls (call_id bigint PRIMARY KEY, phone text, member_id text,"
        " at text NOT NULL, direction text NOT NULL, remark text)"},
       {"consents",
        {"consent_id", "member_id", "purpose", "given_at", "withdrawn_at"},
        "CREATE TABLE public.consents (consent_id bigint PRIMARY KEY, member_id text NOT NULL,"
        " purpose text NOT NULL, given_at text NOT NULL, withdrawn_at text)"}}};
  return all;
}

constexpr auto exists = "SELECT pg_catalog.to_regclass('public.' || $1) IS NOT NULL";
constexpr std::size_t rows_together = 5000;

Json as_json(const ValueView& value) {
  if (value.is_null()) return nullptr;
  if (value.type == Type::integer) return value.integer;
  return Value(value).text();
}

void fill(PostgresqlConnection& connection, const ExampleTable& table, Source& events) {
  const std::string name = table.name;
  const std::string insert = "INSERT INTO public." + name + " SELECT * FROM" +
                             " pg_catalog.json_populate_recordset(NULL::public." + name +
                             ", $1::pg_catalog.json)";
  Json rows = Json::array();
  const auto flush = [&] {
    if (!rows.empty()) (void)connection.run(insert, {to_line(rows)});
    rows = Json::array();
  };
  Scan scan;
  scan.table = name;
  scan.columns = table.columns;
  events.scan(scan, [&](RowView row) {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) object[table.columns[i]] = as_json(row[i]);
    rows.push_back(std::move(object));
    if (rows.size() == rows_together) flush();
  });
  flush();
}

}  // namespace

void fill_postgresql(const std::string& service, Source& events) {
  OpenOptions options;
  options.for_change = true;
  PostgresqlConnection connection(service, options, PostgresqlConnection::Purpose::change);
  (void)connection.run("BEGIN");
  for (const ExampleTable& table : tables()) {
    if (connection.run(exists, {table.name}).flag(0, 0))
      throw Error(
          ErrorKind::refused,
          "PostgreSQL service '" + service + "': the table " + table.name + " exists already",
          "name a service with a database of its own for the example");
    (void)connection.run(table.create);
    fill(connection, table, events);
  }
  (void)connection.run("COMMIT");
}

}  // namespace besa::source
