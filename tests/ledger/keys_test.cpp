// Who is enrolled, by whom, and who is refused.
#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using ::testing::HasSubstr;

class Keys : public ::testing::Test {
 protected:
  void enrol(const std::string& name, const besa::SigningKey& key, bool approver,
             const std::string& by, const besa::SigningKey& signer) {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    change.enrol_key(name, key.public_key(), approver, by,
                     Workbench::enrolment(name, key, approver, signer));
    change.commit();
  }
  void retire(const std::string& name, const besa::SigningKey& key, const std::string& by,
              const besa::SigningKey& signer) {
    Ledger ledger = bench.open();
    Change change = ledger.begin();
    const auto statement = retirement_statement(origin, name, key.public_key());
    change.retire_key(name, by, signer.sign(besa::as_bytes(statement)).base64());
    change.commit();
  }
  Workbench bench;
};

TEST_F(Keys, the_first_signs_itself_and_approves) {
  EXPECT_THAT(refusal([&] { enrol("arta", bench.arta, false, "arta", bench.arta); }),
              HasSubstr("first key of a ledger is an approver's"));
  EXPECT_THAT(refusal([&] { enrol("blerta", bench.blerta, true, "arta", bench.arta); }),
              HasSubstr("first key of a ledger is an approver's"));
  EXPECT_THAT(refusal([&] { enrol("arta", bench.arta, true, "arta", bench.blerta); }),
              HasSubstr("the signature is not arta's"));
  enrol("arta", bench.arta, true, "arta", bench.arta);
  const auto key = bench.open().key("arta");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->key, bench.arta.public_key());
  EXPECT_TRUE(key->approver);
  EXPECT_EQ(key->enrolled_at, moment("2026-11-22T16:42:30Z"));
}

TEST_F(Keys, later_ones_are_signed_by_an_approver) {
  bench.enrol_everybody();
  const auto new_key = key_of(9);
  EXPECT_THAT(refusal([&] { enrol("drita", new_key, true, "drita", new_key); }),
              HasSubstr("no key in use is enrolled as drita"));
  EXPECT_THAT(refusal([&] { enrol("drita", new_key, true, "cerciz", bench.cerciz); }),
              HasSubstr("not as an approver"));
  EXPECT_THAT(refusal([&] { enrol("drita", new_key, true, "blerta", bench.cerciz); }),
              HasSubstr("the signature is not blerta's"));
  enrol("drita", new_key, true, "blerta", bench.blerta);
  EXPECT_TRUE(bench.open().key("drita"));
}

TEST_F(Keys, a_signature_covers_role_name_key_and_ledger) {
  bench.enrol_everybody();
  Ledger ledger = bench.open();
  const auto key = key_of(9).public_key();
  const auto signed_by_blerta = [&](const std::string& statement) {
    return bench.blerta.sign(besa::as_bytes(statement)).base64();
  };
  for (const auto& statement :
       {enrolment_statement(origin, "drita", key, false),
        enrolment_statement(origin, "drita2", key, true),
        enrolment_statement("other", "drita", key, true),
        enrolment_statement(origin, "drita", key_of(8).public_key(), true)}) {
    Change change = ledger.begin();
    EXPECT_THAT(refusal([&] {
                  change.enrol_key("drita", key, true, "blerta", signed_by_blerta(statement));
                }),
                HasSubstr("the signature is not blerta's"));
  }
}

TEST_F(Keys, a_key_is_enrolled_once_ever_and_a_name_has_one_key) {
  bench.enrol_everybody();
  EXPECT_THAT(refusal([&] { enrol("drita", bench.cerciz, true, "arta", bench.arta); }),
              HasSubstr("was enrolled before"));
  EXPECT_THAT(refusal([&] { enrol("cerciz", key_of(9), true, "arta", bench.arta); }),
              HasSubstr("cerciz has a key already"));
  retire("cerciz", bench.cerciz, "arta", bench.arta);
  EXPECT_THAT(refusal([&] { enrol("cerciz", bench.cerciz, false, "arta", bench.arta); }),
              HasSubstr("was enrolled before"));
  enrol("cerciz", key_of(9), false, "arta", bench.arta);
  EXPECT_EQ(bench.open().key("cerciz")->key, key_of(9).public_key());
}

TEST_F(Keys, are_retired_by_their_owner_or_an_approver) {
  bench.enrol_everybody();
  EXPECT_THAT(refusal([&] { retire("blerta", bench.blerta, "cerciz", bench.cerciz); }),
              HasSubstr("not as an approver"));
  EXPECT_THAT(refusal([&] { retire("blerta", bench.blerta, "arta", bench.blerta); }),
              HasSubstr("the signature is not arta's"));
  EXPECT_THAT(refusal([&] { retire("nobody", bench.arta, "arta", bench.arta); }),
              HasSubstr("no key in use is enrolled as nobody"));
  retire("cerciz", bench.cerciz, "cerciz", bench.cerciz);
  retire("blerta", bench.blerta, "arta", bench.arta);
  EXPECT_FALSE(bench.open().key("blerta"));
  EXPECT_EQ(bench.open().keys().size(), 3u);
  EXPECT_THAT(refusal([&] { retire("blerta", bench.blerta, "arta", bench.arta); }),
              HasSubstr("no key in use"));
}

TEST_F(Keys, the_last_approver_stays) {
  bench.enrol_everybody();
  retire("blerta", bench.blerta, "blerta", bench.blerta);
  EXPECT_THAT(refusal([&] { retire("arta", bench.arta, "arta", bench.arta); }),
              HasSubstr("arta is the last approver"));
}

TEST_F(Keys, a_name_is_one_word) {
  bench.enrol_everybody();
  EXPECT_THAT(refusal([&] { enrol("two words", key_of(9), true, "arta", bench.arta); }),
              HasSubstr("one word"));
}

}  // namespace
