#include "workflow/key_forms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace besa::workflow {
namespace {

using source::encode_key;
using source::Key;
using source::KeyIndex;
using source::Value;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

const std::string number_key = encode_key(Key{Value::of(17)});
const std::string text_key = encode_key(Key{Value::of("17")});

TEST(KeyForms, a_number_is_text_elsewhere_and_the_other_way_round) {
  EXPECT_THAT(key_forms(number_key), ElementsAre(number_key, text_key));
  EXPECT_THAT(key_forms(text_key), ElementsAre(text_key, number_key));
}

// A row that says 3.0 was nobody's, where the key is the text 3.
TEST(KeyForms, a_number_with_a_point_and_no_fraction_is_that_number) {
  const source::ValueView number{source::Type::real, 0, 17.0, {}};
  EXPECT_THAT(key_forms(source::RowView(&number, 1)), ElementsAre(number_key, text_key));
}

TEST(KeyForms, what_no_number_is_written_as_is_only_text) {
  for (const char* word :
       {"017", "-0", "+17", " 17", "17.0", "", "HM-0000017", "9223372036854775808"}) {
    const std::string only = encode_key(Key{Value::of(word)});
    EXPECT_THAT(key_forms(only), ElementsAre(only)) << word;
  }
}

TEST(KeyForms, each_column_of_a_key_by_itself) {
  EXPECT_THAT(key_forms(encode_key(Key{Value::of(1), Value::of("2")})),
              UnorderedElementsAre(encode_key(Key{Value::of(1), Value::of("2")}),
                                   encode_key(Key{Value::of("1"), Value::of("2")}),
                                   encode_key(Key{Value::of(1), Value::of(2)}),
                                   encode_key(Key{Value::of("1"), Value::of(2)})));
}

TEST(KeyForms, where_both_forms_are_keys_neither_is_meant) {
  KeyIndex keys;
  keys.add(number_key);
  EXPECT_EQ(form_in(keys, text_key), number_key);
  keys.add(text_key);
  EXPECT_EQ(form_in(keys, text_key), "");
  EXPECT_EQ(form_in(keys, encode_key(Key{Value::of(18)})), "");
}

}  // namespace
}  // namespace besa::workflow
