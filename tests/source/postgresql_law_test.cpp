// Whatever is asked, a PostgreSQL database answers as plain vectors of rows do, for columns of
// every type: also where its own equality or order is another one.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "besa/source/memory.hpp"
#include "tests/source/postgresql_world.hpp"

namespace {

using namespace besa::source;
using postgresql::number;
using postgresql::text;

struct Kind {
  std::string type;
  std::vector<std::pair<Value, std::string>> values;  ///< as besa has it, as SQL writes it
};

Value real(double value) {
  return Value(ValueView{Type::real, 0, value, {}});
}

Kind textual(const std::string& type) {
  Kind kind{type, {}};
  for (const char* each : {"1", "a", "A", "\xC3\xAB", "\xF0\x9F\x98\x80", "a b"})
    kind.values.emplace_back(text(each), "'" + std::string(each) + "'");
  return kind;
}

Kind written(const std::string& type, const std::vector<std::string>& values) {
  Kind kind{type, {}};
  for (const std::string& each : values) kind.values.emplace_back(text(each), "'" + each + "'");
  return kind;
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> known = {
      {"int", {{number(0), "0"}, {number(1), "1"}, {number(2), "2"}}},
      {"smallint", {{number(0), "0"}, {number(1), "1"}}},
      {"boolean", {{number(0), "false"}, {number(1), "true"}}},
      {"double precision", {{real(0), "0"}, {real(0.5), "0.5"}, {real(1), "1"}}},
      {"bytea", {{Value(ValueView{Type::blob, 0, 0, "a"}), "'\\x61'"}}},
      textual("text"),
      textual("varchar(9)"),
      textual("char(9)"),
      textual("citext"),
      textual("text COLLATE blind"),
      textual("text COLLATE \"C\""),
      textual("text COLLATE \"sq-x-icu\""),
      written("numeric", {"0", "1", "1.0", "10", "9"}),
      written("date", {"2020-01-01", "2021-06-30"}),
      written("timestamptz", {"2020-01-01T00:00:00Z", "2021-06-30T12:00:00.5Z"}),
      written("uuid", {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}),
  };
  return known;
}

struct Tables {
  MemorySource memory;
  std::string sql;
  std::vector<Kind> v;  ///< of near.v and far.v
};

Tables tables() {
  Tables built;
  for (const char* name : {"near", "far"}) {
    const std::string table = name;
    const Kind link = *rc::gen::elementOf(kinds()), v = *rc::gen::elementOf(kinds());
    built.v.push_back(v);
    MemorySource::Table rows;
    rows.schema.name = table;
    for (const char* column : {"id", "link", "v"})
      rows.schema.columns.push_back({.name = column, .declared_type = ""});
    built.sql += "CREATE TABLE " + table + "(id int, link " + link.type + ", v " + v.type +
                 ");CREATE INDEX ON " + table + "(link);";
    const int count = *rc::gen::inRange(0, 12);
    for (int id = 0; id < count; ++id) {
      const auto cell = [](const Kind& kind) {
        return *rc::gen::inRange(0, 4) == 0 ? std::pair(Value::null(), std::string("NULL"))
                                            : *rc::gen::elementOf(kind.values);
      };
      const auto one = cell(link), other = cell(v);
      rows.rows.push_back({number(id), one.first, other.first});
      built.sql += "INSERT INTO " + table + " VALUES(" + std::to_string(id) + "," + one.second +
                   "," + other.second + ");";
    }
    if (*rc::gen::arbitrary<bool>()) built.sql += "ANALYZE " + table + ";";  // known to be small
    built.memory.add(std::move(rows));
  }
  return built;
}

Value some_value() {
  if (*rc::gen::inRange(0, 8) == 0) return Value::null();
  return (*rc::gen::elementOf((*rc::gen::elementOf(kinds())).values)).first;
}

KeyIndex some_keys() {
  KeyIndex keys;
  for (int i = *rc::gen::inRange(0, 12); i > 0; --i) keys.add(encode_key({some_value()}));
  if (*rc::gen::arbitrary<bool>())  // so many that the server is asked in another way
    for (int i = 0; i < 40; ++i) keys.add(encode_key({number(1000 + i)}));
  return keys;
}

Scan some_scan(const KeyIndex& owners, const KeyIndex& keys, const Kind& v) {
  Scan scan;
  scan.table = "near";
  scan.columns = {*rc::gen::element(std::string("id"), std::string("link")), "v"};
  scan.key_width = 1;
  if (*rc::gen::arbitrary<bool>())
    scan.hops = {{{*rc::gen::element(std::string("link"), std::string("v"))},
                  "far",
                  {*rc::gen::element(std::string("id"), std::string("link"), std::string("v"))}}};
  scan.owner = {*rc::gen::element(std::string("id"), std::string("link"), std::string("v"))};
  if (*rc::gen::arbitrary<bool>()) {
    // Of the column's own type: of another, a condition is what people write, and is converted.
    Condition condition{"v", {}};
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
      condition.any_of.push_back((*rc::gen::elementOf(v.values)).first);
    scan.where = {condition};
  }
  if (*rc::gen::arbitrary<bool>()) {
    scan.bound = Bound{"v", {}, {}};
    const auto limit = [] {
      Value value = some_value();
      return value.type == Type::null ? std::optional<Value>() : std::optional(value);
    };
    scan.bound->at_least = limit();
    scan.bound->below = limit();
  }
  if (*rc::gen::arbitrary<bool>()) scan.owners = &owners;
  if (*rc::gen::arbitrary<bool>()) scan.keys = &keys;
  scan.in_key_order = *rc::gen::arbitrary<bool>();
  return scan;
}

std::vector<std::string> answers(Source& source, const Scan& scan) {
  std::vector<std::string> rows, keys;
  source.scan(scan, [&](RowView row) {
    rows.push_back(encode_key(row));
    keys.push_back(encode_key(row.subspan(1, 1)));
  });
  if (scan.in_key_order) RC_ASSERT(std::ranges::is_sorted(keys));
  std::ranges::sort(rows);
  return rows;
}

std::multiset<std::string> without(Source& source, const Scan& population, const Scan& event) {
  std::multiset<std::string> rows;
  source.scan_without(population, std::vector{event},
                      [&](RowView row) { rows.insert(encode_key(row)); });
  return rows;
}

/// A database for all cases; each drops what the one before made.
const std::string& laws() {
  static const std::string service = [] {
    const postgresql::Server& server = postgresql::Server::common();
    std::string found = server.emptied_database("laws");
    server.run(
        "CREATE EXTENSION citext; CREATE COLLATION blind (provider = icu, locale ="
        " 'und-u-ks-level2', deterministic = false)",
        "laws");
    return found;
  }();
  return service;
}

RC_GTEST_PROP(PostgresqlLaw, a_database_answers_as_rows_in_memory_do, ()) {
  const std::string& service = laws();
  Tables built = tables();
  postgresql::Session(service).run("DROP TABLE IF EXISTS near, far;" + built.sql);
  const auto database = postgresql::open(service);
  for (int i = 0; i < 10; ++i) {
    const KeyIndex owners = some_keys(), keys = some_keys();
    const Scan scan = some_scan(owners, keys, built.v.front());
    RC_ASSERT(answers(*database, scan) == answers(built.memory, scan));
    Scan event = some_scan(owners, keys, built.v.front());
    event.owners = event.keys = nullptr;
    RC_ASSERT(without(*database, scan, event) == without(built.memory, scan, event));
  }
}

}  // namespace
