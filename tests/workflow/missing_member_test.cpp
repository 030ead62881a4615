// Records of JSON that do not have what is to be masked: what is missing stays missing, and that is
// as it was planned.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "two_stores.hpp"

namespace besa::workflow {
namespace {

class MissingMember : public testing::TwoStores {
 protected:
  MissingMember() {
    lose_the_shop();
    club_.put("datasets/shop.json", R"({"dataset": "shop", "policy": "club", "held_by": "club",
      "source": "jsonl:data/notes", "tables": {"notes": {"key": ["id"],
        "links": [{"columns": ["who"], "mentions": "club.members", "mask": ["t", "u"]}],
        "columns": {"id": "none", "u": "user.content",
                    "t": {"category": "user.content", "mask": {"fixed": "gone"}}}}}})");
    club_.put("data/notes/notes.jsonl",
              "{\"id\":1,\"who\":\"m1\",\"t\":\"one\",\"u\":\"x\"}\n"
              "{\"id\":2,\"who\":\"m1\",\"u\":\"two\"}\n{\"id\":3,\"who\":\"m3\",\"t\":\"3\"}\n");
  }
};

// The certificate said of the second record that it had been skipped, and the erasure was done in
// part only.
TEST_F(MissingMember, a_masked_record_without_the_member_is_as_planned) {
  const ApplyReport report = club_.approve_and_apply(club_.sweep().manifest);
  EXPECT_EQ(name_of(report.certificate.outcome), "done");
  for (const auto& table : report.certificate.tables) {
    EXPECT_EQ(table.skipped, 0U) << table.table;
    EXPECT_EQ(table.masked, table.table == "notes" ? 2U : 0U) << table.table;
  }
  EXPECT_EQ(read_file(club_.root() / "data/notes/notes.jsonl"),
            "{\"id\":1,\"who\":null,\"t\":\"gone\",\"u\":null}\n"
            "{\"id\":2,\"who\":null,\"u\":null}\n{\"id\":3,\"who\":\"m3\",\"t\":\"3\"}\n");
}

}  // namespace
}  // namespace besa::workflow
