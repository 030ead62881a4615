#include "besa/model/mask.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/model/dataset.hpp"
#include "tests/model/faults.hpp"

namespace {

using besa::model::DatePart;
using besa::model::generalised;
using besa::model::Mask;
using besa::model::MaskKind;
using testing::HasSubstr;

Mask year() {
  return {.kind = MaskKind::generalise, .keeps = DatePart::year};
}

TEST(Mask, a_birth_date_keeps_its_year) {
  EXPECT_EQ(generalised(year(), "date", "1984-05-17"), "1984-01-01");
  EXPECT_EQ(generalised(year(), "dd.mm.yyyy", "17.05.1984"), "01.01.1984");
  EXPECT_EQ(generalised(year(), "yyyymmdd", "19840517"), "19840101");
}

TEST(Mask, or_its_month) {
  const Mask month{.kind = MaskKind::generalise, .keeps = DatePart::month};
  EXPECT_EQ(generalised(month, "date", "1984-05-17"), "1984-05-01");
}

TEST(Mask, what_is_no_such_day_is_masked_with_null) {
  for (const char* value : {"", "1984", "1983-02-29", "17.05.1984", "1984-05-17 ", "1984-5-17",
                            "ABCD-05-17", "0984-05-17"})
    EXPECT_EQ(generalised(year(), "date", value), std::nullopt) << value;
}

TEST(Mask, a_town_becomes_its_county_and_one_nobody_named_nothing) {
  const Mask county{.kind = MaskKind::generalise,
                    .groups = {{"Kavajë", "Qarku Tiranë"}, {"Vorë", "Qarku Tiranë"}}};
  EXPECT_EQ(generalised(county, "", "Kavajë"), "Qarku Tiranë");
  EXPECT_EQ(generalised(county, "", "Kavaje"), std::nullopt);
}

TEST(Mask, done_twice_is_done_once) {
  const Mask county{.kind = MaskKind::generalise, .groups = {{"Vorë", "Qarku Tiranë"}}};
  EXPECT_EQ(generalised(county, "", "Qarku Tiranë"), "Qarku Tiranë");
  EXPECT_EQ(generalised(year(), "date", "1984-01-01"), "1984-01-01");
}

std::string mask_faults(const std::string& mask, const std::string& times = {}) {
  std::vector<besa::Fault> faults;
  (void)besa::model::read_dataset(
      R"({"dataset": "shop", "policy": "p", "held_by": "us", "tables": {"people": {"key": ["id"],
        "columns": {"born": {"category": "user.demographic", "mask": )" +
          mask + "}}" + times + "}}}",
      "shop.json", faults);
  return besa::model::test::as_text(faults);
}

TEST(Mask, a_hash_is_refused_with_the_reason) {
  for (const char* mask :
       {R"("sha256")", R"("hash")", R"("truncated-md5")", R"({"hash": "sha256"})"})
    EXPECT_THAT(mask_faults(mask), HasSubstr("found by hashing them all")) << mask;
}

TEST(Mask, a_year_is_kept_of_a_declared_date_only) {
  EXPECT_THAT(mask_faults(R"({"generalise": "year"})"), HasSubstr("not declared as a date"));
  EXPECT_EQ(mask_faults(R"({"generalise": "year"})", R"(, "times": {"born": {"format": "date"}})"),
            "");
  EXPECT_THAT(mask_faults(R"({"generalise": "year"})",
                          R"(, "times": {"born": {"format": "date"}},
                           "events": [{"at": "born", "event": "collected"}])"),
              HasSubstr("when an event was"));
}

TEST(Mask, groups_must_say_something) {
  EXPECT_THAT(mask_faults(R"({"generalise": {}})"), HasSubstr("what it becomes"));
  EXPECT_THAT(mask_faults(R"({"generalise": {"Vorë": 3}})"), HasSubstr("must be the text"));
  EXPECT_EQ(mask_faults(R"({"generalise": {"Vorë": "Qarku Tiranë"}})"), "");
}

}  // namespace
