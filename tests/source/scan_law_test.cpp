// Whatever is asked, a database answers as plain vectors of rows do: with every index, without any,
// in every encoding.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "besa/source/memory.hpp"
#include "tests/source/shapes.hpp"

namespace {

using namespace besa::source;

/// Few values of each type, so that joins and sets hit; BLOB affinity leaves them as they are.
const std::vector<std::pair<Value, std::string>>& values() {
  static const std::vector<std::pair<Value, std::string>> known = [] {
    std::vector<std::pair<Value, std::string>> list;
    list.emplace_back(Value::null(), "NULL");
    for (const int n : {0, 1, 2}) list.emplace_back(Value::of(std::int64_t{n}), std::to_string(n));
    for (const char* text : {"1", "a", "A", "\xC3\xAB", "\xF0\x9F\x98\x80"})
      list.emplace_back(Value::of(std::string(text)), "'" + std::string(text) + "'");
    Value half, blob = Value::of(std::string("a"));
    half.type = Type::real;
    half.real = 0.5;
    blob.type = Type::blob;
    list.emplace_back(half, "0.5");
    list.emplace_back(blob, "x'61'");
    return list;
  }();
  return known;
}

struct Tables {
  MemorySource memory;
  std::string sql;
};

Tables tables(bool indexes) {
  Tables built;
  for (const char* name : {"near", "far"}) {
    const std::string table = name;
    MemorySource::Table rows;
    rows.schema.name = table;
    for (const char* column : {"id", "link", "v"})
      rows.schema.columns.push_back({.name = column, .declared_type = ""});
    built.sql += "CREATE TABLE " + table + "(id, link, v);";
    if (indexes)
      built.sql += "CREATE UNIQUE INDEX " + table + "_id ON " + table + "(id);CREATE INDEX " +
                   table + "_link ON " + table + "(link, v);CREATE INDEX " + table + "_v ON " +
                   table + "(v);";
    const int count = *rc::gen::inRange(0, 25);
    for (int id = 0; id < count; ++id) {
      const auto& link = *rc::gen::elementOf(values());
      const auto& value = *rc::gen::elementOf(values());
      rows.rows.push_back({Value::of(std::int64_t{id}), link.first, value.first});
      built.sql += "INSERT INTO " + table + " VALUES(" + std::to_string(id) + "," + link.second +
                   "," + value.second + ");";
    }
    built.memory.add(std::move(rows));
  }
  return built;
}

KeyIndex some_keys() {
  KeyIndex keys;
  for (const auto& value : *rc::gen::container<std::vector<std::size_t>>(
           rc::gen::inRange<std::size_t>(0, values().size())))
    keys.add(encode_key({values()[value].first}));
  return keys;
}

Scan some_scan(const KeyIndex& owners, const KeyIndex& keys, bool text_bounds) {
  Scan scan;
  scan.table = "near";
  scan.columns = {*rc::gen::element(std::string("id"), std::string("link")), "v"};
  scan.key_width = 1;
  if (*rc::gen::arbitrary<bool>())
    scan.hops = {{{"link"}, "far", {*rc::gen::element(std::string("id"), std::string("v"))}}};
  scan.owner = {*rc::gen::element(std::string("id"), std::string("link"), std::string("v"))};
  if (*rc::gen::arbitrary<bool>()) {
    Condition condition{"v", {}};
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
      condition.any_of.push_back((*rc::gen::elementOf(values())).first);
    scan.where = {condition};
  }
  if (*rc::gen::arbitrary<bool>()) {
    scan.bound = Bound{"v", {}, {}};
    // A UTF-16 database bounds text in the order of its UTF-16 bytes: the same for ASCII only.
    const std::size_t bounds = text_bounds ? 8 : 4;
    if (*rc::gen::arbitrary<bool>())
      scan.bound->at_least = values()[*rc::gen::inRange<std::size_t>(1, bounds)].first;
    if (*rc::gen::arbitrary<bool>())
      scan.bound->below = values()[*rc::gen::inRange<std::size_t>(1, bounds)].first;
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

void answers_agree(bool indexes, const std::string& encoding) {
  Tables built = tables(indexes);
  const shapes::Folder folder;
  shapes::run_sql(folder / "a.db", "PRAGMA encoding='" + encoding +
                                       "';PRAGMA synchronous=OFF;BEGIN;" + built.sql + "COMMIT;");
  const auto database = open("sqlite:a.db", folder.path());
  for (int i = 0; i < 10; ++i) {
    const KeyIndex owners = some_keys(), keys = some_keys();
    const Scan scan = some_scan(owners, keys, encoding == "UTF-8");
    RC_ASSERT(answers(*database, scan) == answers(built.memory, scan));
    Scan population = scan, event = some_scan(owners, keys, encoding == "UTF-8");
    event.owners = event.keys = nullptr;
    std::multiset<std::string> here, there;
    database->scan_without(population, std::vector{event},
                           [&](RowView row) { here.insert(encode_key(row)); });
    built.memory.scan_without(population, std::vector{event},
                              [&](RowView row) { there.insert(encode_key(row)); });
    RC_ASSERT(here == there);
  }
}

RC_GTEST_PROP(ScanLaw, a_database_with_indexes_answers_as_rows_in_memory_do, ()) {
  answers_agree(true, "UTF-8");
}
RC_GTEST_PROP(ScanLaw, a_database_without_indexes_answers_as_rows_in_memory_do, ()) {
  answers_agree(false, "UTF-8");
}
RC_GTEST_PROP(ScanLaw, a_utf16_database_answers_as_rows_in_memory_do, ()) {
  answers_agree(true, "UTF-16le");
}

}  // namespace
