// Who may sign, and who may say so.
#include "besa/workflow/enrolment.hpp"

#include <gtest/gtest.h>

#include "besa/base/error.hpp"
#include "happy_workspace.hpp"

namespace besa::workflow {
namespace {

class Enrolment : public testing::HappyWorkspace {
 protected:
  ledger::PersonalKey agim() { return {"agim", agim_}; }
  ledger::PersonalKey drita() { return {"drita", drita_}; }
  SigningKey blerim_ = SigningKey::generate();
  ledger::NamedKey blerim_public() { return {"blerim", blerim_.public_key()}; }
};

TEST_F(Enrolment, an_approver_lets_others_sign) {
  workflow::enrol(*session(), blerim_public(), false, agim());
  const auto enrolled = session()->ledger().key("blerim");
  ASSERT_TRUE(enrolled);
  EXPECT_EQ(enrolled->key, blerim_.public_key());
  EXPECT_FALSE(enrolled->approver);
  EXPECT_TRUE(session()->ledger().verify().empty());
}

TEST_F(Enrolment, who_is_no_approver_enrols_nobody) {
  workflow::enrol(*session(), blerim_public(), false, agim());
  const SigningKey other = SigningKey::generate();
  EXPECT_THROW(workflow::enrol(*session(), {"rina", other.public_key()}, true, {"blerim", blerim_}),
               Error);
  EXPECT_THROW(workflow::enrol(*session(), {"rina", other.public_key()}, true, {"ghost", other}),
               Error);
  EXPECT_FALSE(session()->ledger().key("rina"));
}

TEST_F(Enrolment, a_key_that_only_bears_the_name_signs_nothing) {
  EXPECT_THROW(workflow::enrol(*session(), blerim_public(), true, {"agim", SigningKey::generate()}),
               Error);
}

TEST_F(Enrolment, a_name_is_enrolled_once) {
  EXPECT_THROW(workflow::enrol(*session(), {"drita", blerim_.public_key()}, true, agim()), Error);
}

TEST_F(Enrolment, a_key_is_retired_by_an_approver_or_its_owner) {
  workflow::enrol(*session(), blerim_public(), false, agim());
  EXPECT_THROW(workflow::retire(*session(), "drita", {"blerim", blerim_}), Error);
  workflow::retire(*session(), "blerim", {"blerim", blerim_});
  EXPECT_FALSE(session()->ledger().key("blerim"));
}

TEST_F(Enrolment, the_last_approver_stays) {
  workflow::retire(*session(), "drita", agim());
  EXPECT_THROW(workflow::retire(*session(), "agim", agim()), Error);
  EXPECT_TRUE(session()->ledger().key("agim"));
}

}  // namespace
}  // namespace besa::workflow
