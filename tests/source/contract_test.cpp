// What every source promises, whatever its format: one test for all of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "besa/base/error.hpp"
#include "tests/source/shapes.hpp"

namespace {

using namespace besa::source;
using besa::Error;
using besa::ErrorKind;
using shapes::World;

class Contract : public testing::TestWithParam<shapes::Shape> {
 protected:
  using Pairs = std::multiset<std::pair<int, int>>;  ///< (owner, row), as plain numbers

  Pairs pairs(const Scan& scan, Source& source) {
    Pairs found;
    source.scan(scan, [&](RowView row) { found.insert(pair(scan, row)); });
    return found;
  }
  std::pair<int, int> pair(const Scan& scan, RowView row) {
    const std::size_t width = scan.owner.size();
    return {width == 0 ? 0 : number(row.first(width)), number(row.subspan(width, scan.key_width))};
  }
  int number(RowView columns) {
    Key key;
    for (const ValueView& value : columns) key.emplace_back(value);
    return world_.number(key);
  }
  std::multiset<int> rows(const Scan& scan, Source& source) {
    std::multiset<int> found;
    for (const auto& [owner, row] : pairs(scan, source)) found.insert(row);
    return found;
  }
  KeyIndex ids(std::initializer_list<int> numbers) {
    KeyIndex set;
    for (const int n : numbers) set.add(encode_key(world_.id(n)));
    return set;
  }
  Scan purchases_by_member() {
    Scan scan = world_.scan("purchases");
    scan.owner = world_.key("member");
    return scan;
  }
  Scan lines_by_member() {
    Scan scan = world_.scan("lines");
    scan.hops = {{world_.key("purchase"), world_.table("purchases"), world_.key("purchase")},
                 {world_.key("member"), world_.table("members"), world_.key("member")}};
    scan.owner = world_.key("member");
    return scan;
  }

  World world_{GetParam()};
};

TEST_P(Contract, the_schema_names_every_table_and_column) {
  const auto source = world_.open();
  const Schema& schema = source->schema();
  ASSERT_EQ(schema.tables.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(schema.tables, {}, &TableSchema::name));
  const TableSchema* members = schema.table(world_.table("members"));
  ASSERT_NE(members, nullptr);
  EXPECT_NE(members->column(world_.column("city")), nullptr);
  EXPECT_EQ(members->column("no such column"), nullptr);
  EXPECT_EQ(schema.fingerprint, world_.open()->schema().fingerprint);
}

TEST_P(Contract, a_scan_delivers_every_row_once) {
  const auto source = world_.open();
  EXPECT_EQ(rows(world_.scan("members"), *source), (std::multiset{1, 2, 3, 4}));
  EXPECT_EQ(source->row_count(world_.table("purchases")), 5U);
}

TEST_P(Contract, columns_come_in_the_order_asked_for_with_their_types) {
  Scan scan = world_.scan("purchases");
  for (const std::string& name : world_.columns({"amount", "at"})) scan.columns.push_back(name);
  std::map<int, std::vector<Value>> found;
  world_.open()->scan(scan, [&](RowView row) {
    found[number(row.first(scan.key_width))] = {Value(row[scan.key_width]),
                                                Value(row[scan.key_width + 1])};
  });
  EXPECT_EQ(found.at(10), (std::vector{world_.integer(5), Value::of(std::string("2020-01-05"))}));
  EXPECT_EQ(found.at(14), (std::vector{Value::null(), Value::of(std::string("2023-01-01"))}));
}

TEST_P(Contract, owners_come_with_their_rows) {
  const auto source = world_.open();
  EXPECT_EQ(pairs(purchases_by_member(), *source),
            (Pairs{{1, 10}, {1, 11}, {2, 12}, {9, 13}, {0, 14}}));
}

TEST_P(Contract, hops_follow_links_and_a_chain_that_ends_nowhere_has_no_owner) {
  const auto source = world_.open();
  EXPECT_EQ(pairs(lines_by_member(), *source),
            (Pairs{{1, 100}, {1, 101}, {2, 102}, {0, 103}, {0, 104}}));
}

TEST_P(Contract, a_set_of_owners_chooses_their_rows_and_no_others) {
  const auto source = world_.open();
  const KeyIndex owners = ids({1, 3, 9});
  Scan direct = purchases_by_member(), hopping = lines_by_member();
  direct.owners = hopping.owners = &owners;
  EXPECT_EQ(pairs(direct, *source), (Pairs{{1, 10}, {1, 11}, {9, 13}}));
  EXPECT_EQ(pairs(hopping, *source), (Pairs{{1, 100}, {1, 101}}));
}

TEST_P(Contract, an_empty_set_chooses_nothing) {
  const auto source = world_.open();
  const KeyIndex nobody;
  Scan scan = purchases_by_member();
  scan.owners = &nobody;
  EXPECT_TRUE(pairs(scan, *source).empty());
  scan.owners = nullptr;
  scan.keys = &nobody;
  EXPECT_TRUE(pairs(scan, *source).empty());
}

TEST_P(Contract, a_null_owner_in_the_set_chooses_rows_of_nobody) {
  const auto source = world_.open();
  KeyIndex owners = ids({2});
  owners.add(encode_key(Key(world_.key("member").size())));
  Scan scan = purchases_by_member();
  scan.owners = &owners;
  EXPECT_EQ(pairs(scan, *source), (Pairs{{2, 12}, {0, 14}}));
}

TEST_P(Contract, a_set_of_keys_chooses_those_rows) {
  const auto source = world_.open();
  const KeyIndex keys = ids({10, 13, 77});
  Scan scan = purchases_by_member();
  scan.keys = &keys;
  EXPECT_EQ(pairs(scan, *source), (Pairs{{1, 10}, {9, 13}}));
  const KeyIndex owners = ids({9});
  scan.owners = &owners;
  EXPECT_EQ(pairs(scan, *source), (Pairs{{9, 13}}));
  const KeyIndex lines = ids({102, 104});
  Scan hopping = lines_by_member();
  hopping.keys = &lines;
  EXPECT_EQ(pairs(hopping, *source), (Pairs{{2, 102}, {0, 104}}));
}

TEST_P(Contract, conditions_choose_values_and_null_is_a_value) {
  const auto source = world_.open();
  Scan scan = world_.scan("members");
  const auto choose = [&](std::vector<Value> any_of) {
    scan.where = {{world_.column("city"), std::move(any_of)}};
    return rows(scan, *source);
  };
  EXPECT_EQ(choose({Value::of(std::string("Tirane"))}), (std::multiset{1, 4}));
  EXPECT_EQ(choose({Value::of(std::string("Tirane")), Value::of(std::string("Durres"))}),
            (std::multiset{1, 2, 4}));
  EXPECT_EQ(choose({Value::null()}), (std::multiset{3}));
  EXPECT_EQ(choose({Value::null(), Value::of(std::string("Durres"))}), (std::multiset{2, 3}));
  EXPECT_TRUE(choose({}).empty());
}

TEST_P(Contract, a_bound_is_half_open_in_stored_form) {
  const auto source = world_.open();
  Scan scan = world_.scan("purchases");
  const auto between = [&](std::optional<Value> at_least, std::optional<Value> below,
                           const char* column) {
    scan.bound = Bound{world_.column(column), std::move(at_least), std::move(below)};
    return rows(scan, *source);
  };
  const auto text = [](const char* date) { return Value::of(std::string(date)); };
  EXPECT_EQ(between(text("2021-06-30"), {}, "at"), (std::multiset{11, 12, 13, 14}));
  EXPECT_EQ(between({}, text("2021-06-30"), "at"), (std::multiset{10}));
  EXPECT_EQ(between(text("2021-01-01"), text("2023-01-01"), "at"), (std::multiset{12, 13}));
  EXPECT_EQ(between(world_.integer(5), {}, "amount"), (std::multiset{10, 11, 12}));
  EXPECT_EQ(between({}, world_.integer(5), "amount"), (std::multiset{13}));  // NULL is in none
}

TEST_P(Contract, conditions_hold_for_chosen_owners_too) {
  const auto source = world_.open();
  const KeyIndex owners = ids({1, 2});
  Scan scan = purchases_by_member();
  scan.owners = &owners;
  scan.bound = Bound{world_.column("at"), Value::of(std::string("2021-01-01")), {}};
  scan.where = {{world_.column("amount"), {world_.integer(7), world_.integer(8)}}};
  EXPECT_EQ(pairs(scan, *source), (Pairs{{1, 11}}));
}

TEST_P(Contract, key_order_is_the_order_of_encoded_keys) {
  const auto source = world_.open();
  const KeyIndex owners = ids({2, 1, 9}), keys = ids({13, 11, 10, 12, 14});
  Scan plain = purchases_by_member();
  Scan by_owners = plain, by_keys = plain;
  by_owners.owners = &owners;
  by_keys.keys = &keys;
  for (Scan scan : {plain, by_owners, by_keys}) {
    scan.in_key_order = true;
    std::vector<std::string> found;
    source->scan(scan, [&](RowView row) {
      found.push_back(encode_key(row.subspan(scan.owner.size(), scan.key_width)));
    });
    EXPECT_EQ(found.size(), scan.owners != nullptr ? 4U : 5U);
    EXPECT_TRUE(std::ranges::is_sorted(found));
  }
}

TEST_P(Contract, the_anti_join_finds_owners_without_recent_events) {
  const auto source = world_.open();
  Scan members = world_.scan("members");
  members.owner = world_.key("member");
  Scan recent = purchases_by_member(), milk = lines_by_member();
  recent.bound = Bound{world_.column("at"), Value::of(std::string("2022-01-01")), {}};
  milk.where = {{world_.column("text"), {Value::of(std::string("milk"))}}};
  const auto without = [&](std::vector<Scan> events) {
    std::multiset<int> found;
    source->scan_without(members, events,
                         [&](RowView row) { found.insert(pair(members, row).second); });
    return found;
  };
  EXPECT_EQ(without({recent}), (std::multiset{2, 3, 4}));
  EXPECT_EQ(without({milk}), (std::multiset{3, 4}));
  EXPECT_EQ(without({recent, milk}), (std::multiset{3, 4}));
  EXPECT_EQ(without({}), (std::multiset{1, 2, 3, 4}));
  EXPECT_EQ(source->seeks(std::vector{recent, milk}), GetParam().seeks());
}

TEST_P(Contract, a_mistyped_name_is_an_error_that_says_which_S10) {
  const auto source = world_.open();
  const auto message = [&](const Scan& scan) -> std::string {
    try {
      source->scan(scan, [](RowView) {});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::failed);
      return error.message();
    }
    return "";
  };
  Scan no_column = world_.scan("members");
  no_column.columns.push_back("emial");
  EXPECT_NE(message(no_column).find("'emial'"), std::string::npos);
  Scan in_condition = world_.scan("members");
  in_condition.where = {{"ctiy", {Value::of(std::string("ctiy"))}}};
  EXPECT_NE(message(in_condition).find("'ctiy'"), std::string::npos);
  Scan no_table;
  no_table.table = "membres";
  EXPECT_NE(message(no_table).find("'membres'"), std::string::npos);
  Scan in_hop = lines_by_member();
  in_hop.hops[1].target_columns[0] = "memebr";
  EXPECT_NE(message(in_hop).find("'memebr'"), std::string::npos);
}

TEST_P(Contract, what_the_sink_throws_comes_out_and_the_source_goes_on) {
  const auto source = world_.open();
  EXPECT_THROW(
      source->scan(world_.scan("members"), [](RowView) { throw std::runtime_error("enough"); }),
      std::runtime_error);
  EXPECT_EQ(rows(world_.scan("members"), *source).size(), 4U);
}

TEST_P(Contract, a_sink_may_ask_the_same_source) {
  const auto source = world_.open();
  int seen = 0;
  source->scan(world_.scan("members"), [&](RowView) {
    seen += static_cast<int>(rows(world_.scan("lines"), *source).size());
  });
  EXPECT_EQ(seen, 20);
}

TEST_P(Contract, another_reader_sees_the_same) {
  const auto source = world_.open();
  EXPECT_EQ(rows(world_.scan("lines"), *source->another()), rows(world_.scan("lines"), *source));
}

TEST_P(Contract, erased_rows_are_gone_for_the_transaction_at_once_and_for_others_after_commit) {
  const auto source = world_.open(true);
  const KeyIndex keys = ids({10, 12, 77});
  {
    const auto change = source->begin();
    EXPECT_EQ(change->erase(world_.table("purchases"), world_.key("purchase"), keys), 2U);
    std::multiset<int> left;
    change->scan(purchases_by_member(),
                 [&](RowView row) { left.insert(pair(purchases_by_member(), row).second); });
    EXPECT_EQ(left, (std::multiset{11, 13, 14}));
    EXPECT_EQ(change->erase(world_.table("purchases"), world_.key("purchase"), keys), 0U);
    EXPECT_EQ(rows(world_.scan("purchases"), *source).size(), 5U);
    change->commit();
  }
  EXPECT_EQ(rows(world_.scan("purchases"), *source), (std::multiset{11, 13, 14}));
}

TEST_P(Contract, rows_tell_what_they_were_when_they_are_erased) {
  const auto source = world_.open(true);
  const auto change = source->begin();
  EXPECT_EQ(change->update(world_.table("members"), world_.key("member"), {world_.column("name")},
                           {{world_.id(2), {Value::of(std::string("m-2"))}}}),
            1U);
  std::multiset<std::string> told;
  EXPECT_EQ(change->erase_telling(world_.table("members"), world_.key("member"), ids({2, 4, 77}),
                                  world_.columns({"name", "city"}),
                                  [&](RowView row) {
                                    ASSERT_EQ(row.size(), 2U);
                                    told.insert(Value(row[0]).text() + "/" + Value(row[1]).text());
                                  }),
            2U);
  EXPECT_EQ(told, (std::multiset<std::string>{"Drita/Tirane", "m-2/Durres"}));
  EXPECT_EQ(change->erase_telling(world_.table("members"), world_.key("member"), ids({3}), {},
                                  [](RowView) { ADD_FAILURE() << "nothing was asked"; }),
            1U);
  change->commit();
  EXPECT_EQ(rows(world_.scan("members"), *source), (std::multiset{1}));
}

TEST_P(Contract, a_transaction_that_is_not_committed_changes_nothing) {
  const auto source = world_.open(true);
  {
    const auto change = source->begin();
    EXPECT_EQ(change->erase(world_.table("members"), world_.key("member"), ids({1, 2})), 2U);
    EXPECT_EQ(change->update(world_.table("lines"), world_.key("line"), {world_.column("text")},
                             {{world_.id(100), {Value::null()}}}),
              1U);
  }
  EXPECT_EQ(rows(world_.scan("members"), *source), (std::multiset{1, 2, 3, 4}));
}

TEST_P(Contract, updates_mask_columns_row_by_row) {
  const auto source = world_.open(true);
  const auto change = source->begin();
  EXPECT_EQ(change->update(
                world_.table("members"), world_.key("member"), world_.columns({"name", "city"}),
                {{world_.id(2), {Value::of(std::string("m-2")), Value::null()}},
                 {world_.id(8), {Value::of(std::string("m-8")), Value::null()}},
                 {world_.id(1), {Value::of(std::string("m-1")), Value::of(std::string("x"))}}}),
            2U);
  change->commit();
  Scan scan = world_.scan("members");
  for (const std::string& name : world_.columns({"name", "city"})) scan.columns.push_back(name);
  std::map<int, std::string> found;
  source->scan(scan, [&](RowView row) {
    found[number(row.first(scan.key_width))] =
        Value(row[scan.key_width]).text() + "/" + Value(row[scan.key_width + 1]).text();
  });
  EXPECT_EQ(found, (std::map<int, std::string>{
                       {1, "m-1/x"}, {2, "m-2/"}, {3, "Cen/"}, {4, "Drita/Tirane"}}));
}

TEST_P(Contract, a_row_can_be_put_in) {
  const auto source = world_.open(true);
  const auto change = source->begin();
  std::vector<std::string> columns = world_.key("member");
  columns.push_back(world_.column("name"));
  std::vector<Value> values = world_.id(5);
  values.push_back(Value::of(std::string("Tombstone")));
  change->insert(world_.table("members"), columns, values);
  change->commit();
  EXPECT_EQ(rows(world_.scan("members"), *source), (std::multiset{1, 2, 3, 4, 5}));
}

TEST_P(Contract, a_key_that_names_several_rows_is_refused) {
  const auto source = world_.open(true);
  const auto change = source->begin();
  KeyIndex cities;
  cities.add(encode_key({Value::of(std::string("Tirane"))}));
  try {
    (void)change->erase(world_.table("members"), {world_.column("city")}, cities);
    ADD_FAILURE() << "erased two members by their city";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::refused);
  }
}

TEST_P(Contract, a_null_in_a_key_finds_the_row_without_a_value) {
  const auto source = world_.open(true);
  const auto change = source->begin();
  KeyIndex keys;
  keys.add(encode_key({Value::null()}));
  EXPECT_EQ(change->erase(world_.table("members"), {world_.column("city")}, keys), 1U);
  change->commit();
  EXPECT_EQ(rows(world_.scan("members"), *source), (std::multiset{1, 2, 4}));
}

INSTANTIATE_TEST_SUITE_P(Sources, Contract, testing::ValuesIn(shapes::all()),
                         [](const auto& shape) { return shape.param.label; });
INSTANTIATE_TEST_SUITE_P(Postgresql, Contract, testing::ValuesIn(shapes::postgresql()),
                         [](const auto& shape) { return shape.param.label; });

}  // namespace
