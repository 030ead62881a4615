#include "besa/source/value.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sqlite3.h>

#include <cmath>
#include <limits>
#include <map>
#include <memory>

namespace {

using namespace besa::source;

Value real(double number) {
  return Value(ValueView{Type::real, 0, number, {}});
}

Value blob(std::string bytes) {
  Value value = Value::of(std::move(bytes));
  value.type = Type::blob;
  return value;
}

std::string encoded(const Value& value) {
  return encode_key({value});
}

TEST(Key, reads_back_what_was_written) {
  const Key key = {Value::null(),
                   Value::of(std::int64_t{-7}),
                   Value::of(std::string("a\0b", 3)),
                   Value::of(std::string()),
                   real(2.5),
                   blob(std::string("\0\0\xFF", 3)),
                   Value::of(std::numeric_limits<std::int64_t>::max()),
                   Value::of(std::numeric_limits<std::int64_t>::min())};
  EXPECT_EQ(decode_key(encode_key(key)), key);
}

TEST(Key, an_integral_real_is_its_integer_as_in_sqlite) {
  EXPECT_EQ(encoded(real(5.0)), encoded(Value::of(std::int64_t{5})));
  EXPECT_EQ(encoded(real(-0.0)), encoded(Value::of(std::int64_t{0})));
  EXPECT_NE(encoded(real(5.5)), encoded(Value::of(std::int64_t{5})));
  EXPECT_NE(encoded(Value::of(std::string("5"))), encoded(Value::of(std::int64_t{5})));
}

TEST(Key, columns_do_not_run_into_each_other) {
  const auto pair = [](const char* a, const char* b) {
    return encode_key({Value::of(std::string(a)), Value::of(std::string(b))});
  };
  EXPECT_NE(pair("ab", "c"), pair("a", "bc"));
  EXPECT_LT(pair("a", "z"), pair("ab", "a"));
}

TEST(Key, one_that_is_a_text_shows_it_where_it_lies) {
  EXPECT_EQ(text_of_key(encode_key({Value::of(std::string("HM-17"))})), "HM-17");
  EXPECT_EQ(text_of_key(encode_key({Value::of(std::string())})), "");
  for (const Key& other :
       {Key{}, Key{Value::null()}, Key{Value::of(std::int64_t{5})}, Key{blob("HM-17")},
        Key{Value::of(std::string("a\0b", 3))}, Key{Value::of(std::string("\0", 1))},
        Key{Value::of(std::string("a")), Value::of(std::string("b"))},
        Key{Value::of(std::string("a")), Value::null()}})
    EXPECT_EQ(text_of_key(encode_key(other)), std::nullopt);
  for (const char* damaged : {"\x03",
                              "\x03"
                              "abc",
                              "\x03"
                              "abcd"})
    EXPECT_EQ(text_of_key(damaged), std::nullopt);
}

TEST(Key, a_damaged_one_is_an_error_not_a_crash) {
  for (const std::string& bytes : {std::string("\x03"
                                               "abc"),
                                   std::string("\x02"
                                               "12"),
                                   std::string("\x09"),
                                   std::string("\x03"
                                               "a\0",
                                               3),
                                   std::string("\x02\xC0\0\0\0\0\0\0\1\x81", 10)})
    EXPECT_ANY_THROW((void)decode_key(bytes));
}

/// SQLite itself is asked for the order of any two values.
int order_in_sqlite(const Value& a, const Value& b) {
  static const auto database = [] {
    sqlite3* opened = nullptr;
    sqlite3_open(":memory:", &opened);
    return std::unique_ptr<sqlite3, int (*)(sqlite3*)>(opened, &sqlite3_close);
  }();
  sqlite3_exec(database.get(), "DROP TABLE IF EXISTS t; CREATE TABLE t(n, v)", nullptr, nullptr,
               nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database.get(), "INSERT INTO t VALUES(?,?)", -1, &insert, nullptr);
  int number = 0;
  for (const Value* value : {&a, &b}) {
    sqlite3_reset(insert);
    sqlite3_bind_int(insert, 1, number++);
    const auto size = static_cast<int>(value->bytes.size());
    if (value->type == Type::null) sqlite3_bind_null(insert, 2);
    if (value->type == Type::integer) sqlite3_bind_int64(insert, 2, value->integer);
    if (value->type == Type::real) sqlite3_bind_double(insert, 2, value->real);
    if (value->type == Type::text)
      sqlite3_bind_text(insert, 2, value->bytes.data(), size, SQLITE_TRANSIENT);
    if (value->type == Type::blob)
      sqlite3_bind_blob(insert, 2, value->bytes.data(), size, SQLITE_TRANSIENT);
    sqlite3_step(insert);
  }
  sqlite3_finalize(insert);
  sqlite3_stmt* select = nullptr;
  sqlite3_prepare_v2(database.get(),
                     "SELECT CASE WHEN x.v IS y.v THEN 0 ELSE 1 - 2 * (SELECT n = 0 FROM t ORDER "
                     "BY v LIMIT 1) END "
                     "FROM t x, t y WHERE x.n = 0 AND y.n = 1",
                     -1, &select, nullptr);
  sqlite3_step(select);
  const int order = sqlite3_column_int(select, 0);
  sqlite3_finalize(select);
  return order;
}

rc::Gen<Value> any_value() {
  const auto integers = rc::gen::oneOf(
      rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange<std::int64_t>(-3, 4),
      rc::gen::map(rc::gen::inRange<std::int64_t>(-2000, 2000),
                   [](std::int64_t n) { return (std::int64_t{1} << 53) + n; }),
      rc::gen::map(rc::gen::inRange<std::int64_t>(0, 2000),
                   [](std::int64_t n) { return std::numeric_limits<std::int64_t>::max() - n; }));
  const auto reals = rc::gen::oneOf(
      rc::gen::arbitrary<double>(),
      rc::gen::map(rc::gen::inRange(-8, 8), [](int n) { return n / 2.0; }),
      rc::gen::element(9223372036854775808.0, -9223372036854775808.0, 9007199254740992.0, 1e300,
                       -1e300, std::numeric_limits<double>::infinity()));
  const auto texts =
      rc::gen::container<std::string>(rc::gen::element('\0', '\1', 'a', 'b', '\xC3', '\xFF'));
  return rc::gen::oneOf(rc::gen::just(Value::null()),
                        rc::gen::map(integers, [](std::int64_t n) { return Value::of(n); }),
                        rc::gen::map(reals, [](double n) { return real(n); }),
                        rc::gen::map(texts, [](std::string t) { return Value::of(std::move(t)); }),
                        rc::gen::map(texts, [](std::string t) { return blob(std::move(t)); }));
}

RC_GTEST_PROP(Key, sorts_and_equals_as_sqlite_does, ()) {
  const Value a = *any_value(), b = *any_value();
  const std::string x = encoded(a), y = encoded(b);
  RC_ASSERT(order_in_sqlite(a, b) == (x < y ? -1 : x == y ? 0 : 1));
}

RC_GTEST_PROP(Key, of_many_columns_sorts_column_by_column, ()) {
  const Value a = *any_value(), b = *any_value(), c = *any_value(), d = *any_value();
  const std::string first = encoded(a), second = encoded(b);
  const bool less = first != second ? first < second : encoded(c) < encoded(d);
  RC_ASSERT((encode_key({a, c}) < encode_key({b, d})) == less);
}

RC_GTEST_PROP(KeyIndex, numbers_keys_in_order_of_insertion_like_a_map, ()) {
  std::map<std::string, std::uint32_t> model;
  KeyIndex index;
  for (const Value& value : *rc::gen::container<std::vector<Value>>(any_value())) {
    const auto [at, fresh] =
        model.emplace(encoded(value), static_cast<std::uint32_t>(model.size()));
    RC_ASSERT(index.add(encoded(value)) == at->second);
    RC_ASSERT(index.find(value.view()) == at->second);
  }
  RC_ASSERT(index.size() == model.size());
  for (const auto& [key, number] : model) RC_ASSERT(index.key(number) == key);
  const Value other = *any_value();
  RC_ASSERT(index.find(other.view()) ==
            (model.contains(encoded(other)) ? model[encoded(other)] : KeyIndex::none));
}

// Most keys that are not in a set are told by a bit, which must never miss one that is.
TEST(KeyIndex, of_any_size_holds_what_was_added_and_nothing_else) {
  for (const std::int64_t size : {0, 1, 11, 12, 13, 100, 1'000, 30'000}) {
    KeyIndex index, reserved;
    reserved.reserve(static_cast<std::size_t>(size));
    for (std::int64_t i = 0; i < size; ++i) {
      index.add(encoded(Value::of(i * 3)));
      reserved.add(encoded(Value::of(i * 3)));
    }
    const KeyIndex copy = index;
    for (std::int64_t i = -5; i < size * 3 + 5; ++i) {
      const bool in = i >= 0 && i < size * 3 && i % 3 == 0;
      const auto expected = in ? static_cast<std::uint32_t>(i / 3) : KeyIndex::none;
      ASSERT_EQ(index.find(ValueView::of(i)), expected) << size;
      ASSERT_EQ(reserved.find(encoded(Value::of(i))), expected) << size;
      ASSERT_EQ(copy.find(encoded(Value::of(i))), expected) << size;
    }
  }
}

RC_GTEST_PROP(KeyIndex, finds_a_text_as_it_finds_its_encoding, ()) {
  const auto letters =
      rc::gen::weightedElement<char>({{1, '\0'}, {40, 'a'}, {40, '\x80'}, {20, 'b'}});
  KeyIndex index;
  for (std::size_t size = 0; size < 40; ++size) {
    const auto in = *rc::gen::container<std::string>(size, letters);
    auto out = in;
    if (size > 0) out[*rc::gen::inRange<std::size_t>(0, size)] ^= 1;
    index.add(encode_key({Value::of(in)}));
    for (const std::string& text : {in, out})
      RC_ASSERT(index.find(ValueView::of(text)) == index.find(encode_key({Value::of(text)})));
  }
}

TEST(KeyIndex, grows_to_many_keys_and_finds_each) {
  KeyIndex index;
  for (std::int64_t i = 0; i < 100'000; ++i) index.add(encoded(Value::of("M" + std::to_string(i))));
  for (std::int64_t i = 0; i < 100'000; ++i) {
    const std::string text = "M" + std::to_string(i);
    ASSERT_EQ(index.find(ValueView::of(text)), i);
  }
  EXPECT_EQ(index.find(ValueView::of("M100000")), KeyIndex::none);
  EXPECT_EQ(index.find(ValueView::of(std::string(300, 'x'))), KeyIndex::none);
}

TEST(Value, reads_as_people_write_it) {
  EXPECT_EQ(Value::of(std::int64_t{-12}).text(), "-12");
  EXPECT_EQ(real(0.1).text(), "0.1");
  EXPECT_EQ(blob("\x01\xAB").text(), "01ab");
  EXPECT_EQ(Value::of(std::string("Ardit")).text(), "Ardit");
  EXPECT_EQ(Value::null().text(), "");
}

}  // namespace
