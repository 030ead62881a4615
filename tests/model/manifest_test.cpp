#include "besa/model/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "besa/base/error.hpp"
#include "tests/model/signed_values.hpp"

namespace {

using namespace besa::model;
using besa::Date;
using besa::Digest;
using besa::Instant;
using besa::model::test::day;
using ::testing::HasSubstr;

Digest repeated(std::string_view pair) {
  std::string hex;
  for (int i = 0; i < 32; ++i) hex += pair;
  return Digest::parse(hex).value();
}
ManifestHeader header() {
  ManifestHeader header;
  header.id = "M-2026-0007";
  header.origin = "on-solutions.al/besa";
  header.why = "retention";
  header.drafted_by = {"arta", true};
  header.drafted_at = Instant::parse("2026-11-22T16:42:30Z").value();
  header.as_of = day("2026-11-22");
  header.not_before = day("2026-11-22");
  header.expires = day("2026-11-29");
  header.policy = "on-solutions";
  header.policy_version = "3";
  header.policy_digest = repeated("aa");
  header.datasets = {{"loyalty", repeated("bb"), repeated("cc")}};
  header.tables = {{"loyalty", "members", 12, 3, 1, 1000}};
  header.rules = {{"members-5y", "4.2", 12, 40, day("2019-02-28")},
                  {"calls-1y", "", 0, 4, std::nullopt}};
  header.subjects = 12;
  header.records = 44;
  header.held = 1;
  header.undetermined = 2;
  header.flagged = 3;
  header.key_check = repeated("dd");
  header.chunk_lines = 50;
  header.body_lines = 56;
  header.body_bytes = 7000;
  header.chunks = {repeated("ee"), repeated("ff")};
  return header;
}

// What a person approves and a signature covers: written out here by hand.
const std::string header_text = R"({
  "format": "besa-manifest/1",
  "id": "M-2026-0007",
  "origin": "on-solutions.al/besa",
  "why": "retention",
  "drafted_by": {
    "name": "arta",
    "claimed": true
  },
  "drafted_at": "2026-11-22T16:42:30Z",
  "as_of": "2026-11-22",
  "not_before": "2026-11-22",
  "expires": "2026-11-29",
  "simulated": false,
  "policy": {
    "name": "on-solutions",
    "version": "3",
    "digest": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  },
  "datasets": [
    {
      "name": "loyalty",
      "digest": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
      "schema": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    }
  ],
  "tables": [
    {
      "dataset": "loyalty",
      "table": "members",
      "erase": 12,
      "mask": 3,
      "retained": 1,
      "rows": 1000
    }
  ],
  "rules": [
    {
      "rule": "members-5y",
      "clause": "4.2",
      "subjects": 12,
      "records": 40,
      "oldest": "2019-02-28"
    },
    {
      "rule": "calls-1y",
      "clause": "",
      "subjects": 0,
      "records": 4
    }
  ],
  "subjects": 12,
  "records": 44,
  "held": 1,
  "undetermined": 2,
  "flagged": 3,
  "exceeded": [],
  "key_check": "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
  "body": {
    "lines": 56,
    "bytes": 7000,
    "chunk_lines": 50,
    "chunks": [
      "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    ]
  }
}
)";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

std::string complaint(std::string_view text) {
  try {
    static_cast<void>(ManifestHeader::parse(text));
    return "accepted";
  } catch (const besa::Error& error) {
    EXPECT_EQ(error.kind(), besa::ErrorKind::failed);
    return error.message();
  }
}

TEST(ManifestHeader, its_bytes_are_these) {
  EXPECT_EQ(header().to_text(), header_text);
}

TEST(ManifestHeader, reads_back_what_it_wrote) {
  EXPECT_EQ(ManifestHeader::parse(header_text).to_text(), header_text);
  auto beyond = header();
  beyond.simulated = true;
  beyond.drafted_by.claimed = false;
  beyond.exceeded = {"12 subjects are due, more than the limit of 10"};
  EXPECT_EQ(ManifestHeader::parse(beyond.to_text()).to_text(), beyond.to_text());
}

TEST(ManifestHeader, one_of_a_newer_besa_says_so) {
  EXPECT_EQ(
      complaint(replaced(header_text, "besa-manifest/1", "besa-manifest/2")),
      "manifest header: its format besa-manifest/2 is newer than besa-manifest/1, the newest this "
      "besa reads");
  EXPECT_EQ(complaint(R"({"format": "besa-approval/1"})"),
            "manifest header: is not in the format besa-manifest/1");
  EXPECT_EQ(complaint("[]"), "manifest header: is not in the format besa-manifest/1");
}

TEST(ManifestHeader, every_field_is_looked_at) {
  const auto with = [](const std::string& what, const std::string& by) {
    return complaint(replaced(header_text, what, by));
  };
  EXPECT_THAT(with(R"(  "id": "M-2026-0007",)", ""), HasSubstr("/id is required"));
  EXPECT_THAT(with("M-2026-0007", "../../etc"), HasSubstr("/id must be like M-2026-0007"));
  EXPECT_THAT(with(R"("claimed": true)", R"("claimed": 1)"), HasSubstr("/drafted_by/claimed"));
  EXPECT_THAT(with("16:42:30Z", "16:42:30+01:00"), HasSubstr("/drafted_at"));
  EXPECT_THAT(with(R"("as_of": "2026-11-22")", R"("as_of": "2026-02-30")"), HasSubstr("/as_of"));
  EXPECT_THAT(with(R"("expires": "2026-11-29")", R"("expires": "2026-11-21")"),
              HasSubstr("/expires"));
  EXPECT_THAT(with("aaaa", "AAAA"), HasSubstr("/policy/digest"));
  EXPECT_THAT(with("bb\"", "\""), HasSubstr("/datasets/0/digest"));
  EXPECT_THAT(with(R"("rows": 1000)", R"("rows": -1)"), HasSubstr("/tables/0/rows"));
  EXPECT_THAT(with(R"("subjects": 12,)", R"("subjects": 1.5,)"), HasSubstr("/rules/0/subjects"));
  EXPECT_THAT(with(R"("exceeded": [],)", R"("exceeded": [7],)"), HasSubstr("/exceeded"));
  EXPECT_THAT(with(R"("lines": 56)", R"("lines": 101)"), HasSubstr("/body/chunks"));
  EXPECT_THAT(with(R"("chunk_lines": 50)", R"("chunk_lines": 0)"), HasSubstr("/body/chunks"));
  EXPECT_THAT(with(R"("why")", R"("reason")"), HasSubstr("/why is required"));
  EXPECT_THAT(with(R"("flagged": 3,)", R"("flagged": 3, "free": "text",)"), HasSubstr("/free"));
}

SubjectLine subject_line() {
  return {3,
          "member",
          R"(["k\"1",7])",
          "loyalty.members",
          "members-5y",
          day("2019-02-28"),
          day("2024-02-29"),
          "purchase",
          day("2026-11-22"),
          repeated("ab"),
          {repeated("cd"), repeated("ef")}};
}

TEST(ManifestBody, a_subject_is_one_line) {
  std::string out;
  append_line(out, subject_line());
  EXPECT_EQ(out, R"({"number":3,"subject":"member","root":"loyalty.members","key":["k\"1",7],)"
                 R"("rule":"members-5y","event":"purchase","start":"2019-02-28",)"
                 R"("due_since":"2024-02-29","not_before":"2026-11-22",)"
                 R"("facts":"abababababababababababababababababababababababababababababababab",)"
                 R"("records":["cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",)"
                 R"("efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef"]})"
                 "\n");
}

TEST(ManifestBody, a_record_is_one_line) {
  std::string out;
  append_line(out, RecordLine{0, 2, "[17]", 3, Deed::erase, "", std::nullopt, {}, {}, ""});
  append_line(out, RecordLine{1,
                              5,
                              R"([null,"a"])",
                              0,
                              Deed::mask,
                              "calls-1y",
                              day("2026-01-02"),
                              {"note", "a \"b\"\n"},
                              {"member_id"},
                              "books-10y"});
  EXPECT_EQ(out, R"({"dataset":0,"table":2,"key":[17],"subject":3,"deed":"erase"})"
                 "\n"
                 R"({"dataset":1,"table":5,"key":[null,"a"],"subject":0,"deed":"mask",)"
                 R"("rule":"calls-1y","due_since":"2026-01-02","clear":["note","a \"b\"\u000a"],)"
                 R"("cut":["member_id"],"ground":"books-10y"})"
                 "\n");
}

TEST(ManifestBody, lines_read_back_and_are_json) {
  std::string subject;
  append_line(subject, subject_line());
  const auto read = parse_body_line(subject);
  ASSERT_TRUE(read.subject && !read.record);
  std::string again;
  append_line(again, *read.subject);
  EXPECT_EQ(again, subject);
  EXPECT_EQ(besa::parse_json(subject)["key"][0], "k\"1");

  const RecordLine masked{1,
                          5,
                          R"([{"blob":"00ff"},-1.5e3])",
                          0,
                          Deed::mask,
                          "r",
                          day("2026-01-02"),
                          {"note", "\x01\\ë"},
                          {"member_id"},
                          "g"};
  std::string record;
  append_line(record, masked);
  const auto line = parse_body_line(std::string_view(record).substr(0, record.size() - 1));
  ASSERT_TRUE(line.record && !line.subject);
  EXPECT_EQ(line.record->clear, masked.clear);
  EXPECT_EQ(line.record->cut, masked.cut);
  EXPECT_EQ(line.record->due_since, masked.due_since);
  EXPECT_EQ(line.record->key, masked.key);
  EXPECT_EQ(line.record->ground, "g");
  EXPECT_EQ(besa::parse_json(record)["clear"][1], "\x01\\ë");
}

TEST(ManifestBody, a_line_cut_anywhere_is_none) {
  std::string subject, record;
  append_line(subject, subject_line());
  append_line(record,
              RecordLine{1, 5, "[1]", 0, Deed::mask, "r", day("2026-01-02"), {"a"}, {"b"}, "g"});
  for (const std::string& line : {subject, record}) {
    for (std::size_t size = 0; size + 1 < line.size(); ++size) {
      EXPECT_THROW(static_cast<void>(parse_body_line(line.substr(0, size))), besa::Error) << size;
    }
  }
}

TEST(ManifestBody, anything_else_is_no_line) {
  for (const std::string_view line :
       {"", "{}", "null", R"({"number":0,"subject":"m"})",
        R"({"dataset":0,"table":2,"key":[17],"subject":3,"deed":"keep"})",
        R"({"dataset":00,"table":2,"key":[17],"subject":3,"deed":"erase"})",
        R"({"dataset":4294967296,"table":2,"key":[17],"subject":3,"deed":"erase"})",
        R"({"dataset":0,"table":2,"key":17,"subject":3,"deed":"erase"})",
        R"({"dataset":0,"table":2,"key":[17,],"subject":3,"deed":"erase"})",
        R"({"dataset":0,"table":2,"key":[[[[[[[[[[[[]]]]]]]]]]]],"subject":3,"deed":"erase"})",
        R"({"dataset":0,"table":2,"key":[17],"subject":3,"deed":"erase"}x)",
        R"({"dataset":0,"table":2,"key":[17],"subject":3,"deed":"erase","clear":[]})",
        R"({"dataset":0,"table":2,"key":[17],"subject":3,"deed":"mask","cut":["\u0041"]})",
        R"({ "dataset":0,"table":2,"key":[17],"subject":3,"deed":"erase"})"}) {
    EXPECT_THROW(static_cast<void>(parse_body_line(line)), besa::Error) << line;
  }
}

TEST(Pseudonym, is_seventeen_letters_and_the_same_again) {
  const besa::KeyedDigest key(besa::as_bytes("manifest key"));
  const std::string name = pseudonym(key, "loyalty.members", "[17]", "first_name", 0);
  EXPECT_THAT(name, ::testing::MatchesRegex("x[a-z2-7]+"));
  EXPECT_EQ(name.size(), 17u);
  EXPECT_EQ(pseudonym(key, "loyalty.members", "[17]", "first_name", 0), name);
}

TEST(Pseudonym, differs_by_record_column_counter_and_key) {
  const besa::KeyedDigest key(besa::as_bytes("manifest key"));
  const besa::KeyedDigest other(besa::as_bytes("another key"));
  std::set<std::string> names;
  for (const auto* table : {"loyalty.members", "loyalty.member"}) {
    for (const auto* row : {"[17]", "s[17]"}) {  // "members"+"[17]" is not "member"+"s[17]"
      for (const auto* column : {"a", "b"}) {
        for (std::uint32_t counter = 0; counter < 20; ++counter) {
          names.insert(pseudonym(key, table, row, column, counter));
          names.insert(pseudonym(other, table, row, column, counter));
        }
      }
    }
  }
  EXPECT_EQ(names.size(), 2u * 2 * 2 * 20 * 2);
}

// HMAC-SHA-256 computed apart from this code (Python hmac), then RFC 4648 base32 in lower case.
TEST(Pseudonym, is_the_keyed_digest_in_base32) {
  const besa::KeyedDigest key(besa::as_bytes("manifest key"));
  EXPECT_EQ(pseudonym(key, "loyalty.members", "[17]", "first_name", 0), "xj4rmdfdu7zmooyjy");
}

}  // namespace
