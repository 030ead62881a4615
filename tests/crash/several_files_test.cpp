// Killed between two files of one dataset, or between two datasets, besa finishes what it began and
// nobody else: who has something new since stays.
#include <fstream>

#include "tests/crash/approved_workspace.hpp"
#include "tests/crash/fault.hpp"
#include "tests/workflow/club_workspace.hpp"

namespace besa::crash {
namespace {

using Contents = std::map<std::string, std::string>;

/// What the club owes the tax office stays, and is nobody's any more.
constexpr const char* tax_rule =
    R"({"id": "tax", "clause": "C-1", "kind": "minimum", "scope": "record", "from": "document",
        "period": "P99Y", "document": "receipt", "obligor": "club", "statute": "tax",
        "article": "1"},)";
constexpr const char* receipts_map =
    R"(, "receipts": {"key": ["no"], "links": [{"columns": ["who"], "belongs_to": "members"}],
        "columns": {"amount": "user.payment", "paper": "user.name", "issued": "none"},
        "times": {"issued": {"format": "date"}},
        "documents": [{"document": "receipt", "at": "issued", "columns": ["amount"],
          "obligor": "club"}]})";

/// Members with their visits and receipts in one folder of files, orders and parcels in another.
/// m1, m2 and m3 go, m4 stays.
class SeveralFiles : public ::testing::Test {
 protected:
  SeveralFiles() : club_(tax_rule) {
    club_.clock_.set(SystemClock().now());
    club_.workspace_file(R"("datasets/club.json", "datasets/shop.json")");
    club_.put("datasets/club.json",
              R"({"dataset": "club", "policy": "club", "held_by": "club",
                "source": "csv:data/club", "tables": {)" +
                  std::string(workflow::testing::members_map) + receipts_map + "}}");
    club_.put("datasets/shop.json",
              R"({"dataset": "shop", "policy": "club", "held_by": "club", "source":
                "csv:data/shop", "tables": {"orders": {"key": ["no"],
                "links": [{"columns": ["who"], "belongs_to": "club.members"}],
                "columns": {"street": "user.contact.address.street"}}, "parcels": {"key": ["no"],
                "links": [{"columns": ["ordered"], "belongs_to": "orders"}],
                "columns": {"note": "user.behavior"}}}})");
    club_.put("data/club/members.csv",
              "id,name,email,joined\nm1,Arta,arta@club.example,2010-01-01\n"
              "m2,Besnik,besnik@club.example,2010-01-01\nm3,Cen,cen@club.example,2010-01-01\n" +
                  std::string("m4,Drita,drita@club.example,") + recently() + "\n");
    club_.put("data/club/visits.csv",
              "id,member,at\n1,m1,2012-01-01\n2,m2,2012-01-01\n3,m3,2012-01-01\n4,m1,2013-01-01\n");
    club_.put("data/club/receipts.csv",
              "no,who,paper,amount,issued\nr1,m1,Arta,10,2012-01-01\nr2,m2,Besnik,20,2012-01-01\n"
              "r3,m3,Cen,30,2012-01-01\n");
    club_.put("data/shop/orders.csv",
              "no,who,street\no1,m1,Rruga 1\no2,m2,Rruga 2\no3,m3,Rruga 3\no4,m4,Rruga 4\n");
    club_.put("data/shop/parcels.csv",
              "no,ordered,note\np1,o1,fast\np2,o2,slow\np3,o3,fast\np4,o4,slow\n");
    club_.make_ledger();
    manifest_ = club_.draft();
    club_.approve(manifest_);
  }

  std::string recently() {
    return TimeZone::find("UTC").local_date(SystemClock().now()).plus_days(-1).str();
  }

  [[nodiscard]] Workspace copy() const {
    std::filesystem::remove_all(folder_.path() / "copy");
    std::filesystem::copy(club_.root(), folder_.path() / "copy",
                          std::filesystem::copy_options::recursive);
    return Workspace(folder_.path() / "copy");
  }
  [[nodiscard]] Words apply(const Workspace& where) const {
    return where.besa({"manifest", "apply", manifest_, "--format", "json"});
  }
  static Contents content_of(const Workspace& where) {
    Contents content;
    for (const auto& file : std::filesystem::recursive_directory_iterator(where.root() / "data"))
      if (file.is_regular_file()) content[file.path().filename()] = read_file(file.path());
    return content;
  }
  static void append(const Workspace& where, const std::string& file, const std::string& line) {
    std::ofstream(where.root() / "data" / file, std::ios::app) << line << "\n";
  }

  /// Each time besa dies at another of the calls that put a file in its place.
  template <typename Look>
  void at_each_death(const Look& look) const {
    const Calls calls = count_calls(apply(copy()), folder_.path() / "calls")["rename"];
    for (int when = calls.first; when <= calls.last; ++when) {
      SCOPED_TRACE("rename " + std::to_string(when));
      const Workspace ruined = copy();
      const Ended died =
          run(with_fault(apply(ruined), "rename", "signal=KILL:when=" + std::to_string(when)));
      ASSERT_EQ(died.signal, SIGKILL) << died.str();
      look(ruined);
    }
  }

  /// Killed anywhere and resumed, it leaves the files and the certificate of a run that was not.
  void expect_the_same_end() const {
    const Workspace calm = copy();
    const Contents before = content_of(calm);
    const Ended undisturbed = run(apply(calm));
    ASSERT_EQ(undisturbed.code, 0) << undisturbed.str();
    const Contents after = content_of(calm);
    EXPECT_EQ(after.at("members.csv").find("m1"), std::string::npos);
    EXPECT_EQ(after.at("receipts.csv").find("Arta"), std::string::npos);
    EXPECT_NE(after.at("receipts.csv").find("r1"), std::string::npos);
    const Json whole = parse_json(undisturbed.out).at("certificate");
    std::size_t half_done = 0;
    at_each_death([&](const Workspace& ruined) {
      const Contents left = content_of(ruined);
      half_done += left != before && left != after ? 1U : 0U;
      const Ended resumed = run(apply(ruined));
      EXPECT_EQ(resumed.code, 0) << resumed.str();
      EXPECT_EQ(content_of(ruined), after);
      if (resumed.code != 0) return;
      const Json certificate = parse_json(resumed.out).at("certificate");
      for (const char* field : {"outcome", "tables", "skipped", "retained"})
        EXPECT_EQ(certificate.at(field), whole.at(field)) << field;
    });
    EXPECT_GE(half_done, 4U);
  }

  /// Also of who stays after all: what the first run took of theirs is no skipped row.
  static void expect_certified_what_is_gone(const Ended& ended, const Contents& now) {
    const std::map<std::string, std::vector<std::string>> planned{
        {"orders", {"\no1,", "\no2,", "\no3,"}},
        {"parcels", {"\np1,", "\np2,", "\np3,"}},
        {"visits", {"\n1,", "\n2,", "\n3,", "\n4,"}},
        {"members", {"\nm1,", "\nm2,", "\nm3,"}}};
    const Json certificate = parse_json(ended.out).at("certificate");
    for (const Json& table : certificate.at("tables")) {
      const auto keys = planned.find(table.at("table"));
      if (keys == planned.end()) continue;
      const std::string& file = now.at(keys->first + ".csv");
      const auto gone = std::ranges::count_if(keys->second, [&](const std::string& key) {
        return file.find(key) == std::string::npos;
      });
      EXPECT_EQ(table.at("erased"), gone) << keys->first << to_pretty(certificate);
      EXPECT_EQ(table.at("skipped"), keys->second.size() - static_cast<std::size_t>(gone))
          << keys->first;
    }
  }

  workflow::testing::Club club_;
  workflow::testing::TemporaryFolder folder_;
  std::string manifest_;
};

TEST_F(SeveralFiles, killed_between_two_of_them_it_is_resumed_to_the_same_end) {
  if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
  expect_the_same_end();
}

/// The visits alone say when the clock began, and they go before the members do.
class SeveralFilesWithoutACollectionDate : public SeveralFiles {
 protected:
  SeveralFilesWithoutACollectionDate() {
    std::string map = read_file(club_.root() / "datasets/club.json");
    const std::string collected = R"("events": [{"at": "joined", "event": "collected"}],)";
    map.erase(map.find(collected), collected.size());
    club_.put("datasets/club.json", map);
    std::filesystem::remove_all(club_.root() / ".besa");
    append(Workspace(club_.root()), "club/visits.csv", "5,m4," + recently());
    club_.make_ledger();
    manifest_ = club_.draft();
    club_.approve(manifest_);
  }
};

TEST_F(SeveralFilesWithoutACollectionDate, it_is_resumed_to_the_same_end) {
  if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
  expect_the_same_end();
}

TEST_F(SeveralFiles, who_has_something_new_since_the_kill_is_not_finished) {
  if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
  std::size_t half_done = 0;
  at_each_death([&](const Workspace& ruined) {
    if (content_of(ruined).at("members.csv").find("m1") == std::string::npos) return;
    ++half_done;
    append(ruined, "club/visits.csv", "9,m2," + recently());  // he came
    append(ruined, "shop/orders.csv", "o9,m3,Rruga 9");       // of him there is one row more
    const Ended resumed = run(apply(ruined));
    EXPECT_EQ(resumed.code, 6) << resumed.str();
    const Contents now = content_of(ruined);
    for (const char* stays : {"m2", "m3", "m4"})
      EXPECT_NE(now.at("members.csv").find(stays), std::string::npos) << stays;
    EXPECT_EQ(now.at("members.csv").find("m1"), std::string::npos);
    EXPECT_NE(now.at("visits.csv").find("9,m2"), std::string::npos);
    EXPECT_NE(now.at("orders.csv").find("o9,m3"), std::string::npos);
    expect_certified_what_is_gone(resumed, now);
  });
  EXPECT_GE(half_done, 3U);
}

}  // namespace
}  // namespace besa::crash
