#include "besa/ledger/ledger.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>

#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;
using besa::Error;
using besa::ErrorKind;
using besa::Json;
using besa::Path;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> lines_of(const Ledger& ledger) {
  std::vector<std::string> lines;
  ledger.entries(0, 1'000'000, [&](const Entry& entry) {
    EXPECT_EQ(entry.index, lines.size());
    lines.push_back(entry.bytes);
  });
  return lines;
}

void note(Ledger& ledger, const std::string& kind = "night.done") {
  Change change = ledger.begin();
  change.note(kind, Json::object());
  change.commit();
}

mode_t mode_of(const Path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

TEST(Ledger, begins_with_whose_it_is) {
  const Workbench bench;
  const Ledger ledger = bench.open();
  EXPECT_EQ(ledger.origin(), origin);
  EXPECT_EQ(ledger.size(), 1u);
  EXPECT_EQ(lines_of(ledger)[0], R"({"v":1,"kind":"ledger.created","at":"2026-11-22T16:42:30Z",)"
                                 R"("origin":"on-solutions.al/besa","public_key":")" +
                                     ledger.verifier_key().key.base64() + "\"}");
  EXPECT_EQ(ledger.root(), besa::model::leaf_hash(lines_of(ledger)[0]));
}

TEST(Ledger, an_entry_is_one_line_of_json) {
  Workbench bench;
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  EXPECT_EQ(
      change.place_hold({"", "case-7", 42, {"loyalty.members"}, day("2026-11-22"), {}, {}}, "arta"),
      "H-2026-0001");
  change.note("night.done", {{"swept", 3}});
  change.commit();
  const auto lines = lines_of(ledger);
  EXPECT_EQ(
      lines[1],
      R"({"v":1,"kind":"hold.placed","at":"2026-11-22T16:42:30Z","by":{"name":"arta","claimed":true},)"
      R"("id":"H-2026-0001","matter":"case-7","subject":42,"tables":["loyalty.members"],)"
      R"("placed":"2026-11-22"})");
  EXPECT_EQ(lines[2], R"({"v":1,"kind":"night.done","at":"2026-11-22T16:42:30Z","swept":3})");
}

TEST(Ledger, its_files_are_closed_to_others) {
  const Workbench bench;
  const ::mode_t before = ::umask(0);
  note(*std::make_unique<Ledger>(bench.folder.path(), bench.clock));
  ::umask(before);
  EXPECT_EQ(mode_of(bench.folder / "ledger.db"), 0600u);
  EXPECT_EQ(mode_of(bench.folder / "log.key"), 0600u);
}

TEST(Ledger, is_made_once) {
  const Workbench bench;
  EXPECT_THAT(refusal([&] { Ledger::create(bench.folder.path(), origin, bench.clock); }),
              HasSubstr("there is a ledger already"));
  const Folder empty;
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { Ledger ledger(empty.path(), bench.clock); }),
              HasSubstr("there is no ledger"));
  EXPECT_THAT(refusal([&] { Ledger::create(empty.path(), "two words", bench.clock); }),
              HasSubstr("one word"));
}

TEST(Ledger, a_change_that_is_not_committed_never_was) {
  const Workbench bench;
  Ledger ledger = bench.open();
  {
    Change change = ledger.begin();
    change.note("night.done", Json::object());
    EXPECT_EQ(ledger.size(), 2u);
  }
  EXPECT_EQ(ledger.size(), 1u);
  EXPECT_THAT(ledger.holds(), IsEmpty());
}

TEST(Ledger, a_refused_verb_leaves_the_rest_of_the_change) {
  const Workbench bench;
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  change.note("night.begun", Json::object());
  EXPECT_THROW(change.release_hold("H-2026-0009", day("2026-11-22"), "arta"), Error);
  change.note("night.done", Json::object());
  change.commit();
  EXPECT_EQ(ledger.size(), 3u);
  EXPECT_THAT(ledger.verify(), IsEmpty());
}

TEST(Ledger, numbers_of_a_year_go_on_and_begin_again) {
  Workbench bench;
  Ledger ledger = bench.open();
  const besa::model::Hold hold{"", "case", 0, {}, day("2026-11-22"), {}, {}};
  {
    Change change = ledger.begin();
    EXPECT_EQ(change.place_hold(hold, "arta"), "H-2026-0001");
    EXPECT_EQ(change.place_hold(hold, "arta"), "H-2026-0002");
    EXPECT_EQ(change.next_manifest_id(), "M-2026-0001");
    EXPECT_EQ(change.next_manifest_id(), "M-2026-0002");
    change.commit();
  }
  bench.clock.set(moment("2027-01-01T00:00:00Z"));
  Change change = ledger.begin();
  EXPECT_EQ(change.place_hold(hold, "arta"), "H-2027-0001");
}

TEST(Ledger, holds_are_placed_and_released) {
  const Workbench bench;
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  const auto id = change.place_hold(
      {"", "case-7", 81985529216486895, {"a.b"}, day("2026-11-22"), day("2027-02-01"), {}}, "arta");
  EXPECT_THAT(refusal([&] { change.release_hold(id, day("2026-11-21"), "arta"); }),
              HasSubstr("was placed on"));
  change.release_hold(id, day("2026-12-24"), "arta");
  EXPECT_THAT(refusal([&] { change.release_hold(id, day("2026-12-25"), "arta"); }),
              HasSubstr("was released on 2026-12-24"));
  EXPECT_THAT(refusal([&] {
                static_cast<void>(change.place_hold(
                    {"", "Agim Rama, Tirana", 0, {}, day("2026-11-22"), {}, {}}, "arta"));
              }),
              HasSubstr("not free text"));
  change.commit();
  const auto holds = ledger.holds();
  ASSERT_EQ(holds.size(), 1u);
  EXPECT_EQ(holds[0].subject, 81985529216486895u);
  EXPECT_EQ(holds[0].review, day("2027-02-01"));
  EXPECT_EQ(holds[0].released, day("2026-12-24"));
}

TEST(Ledger, sweeps_and_backups_are_remembered_newest_first) {
  Workbench bench;
  Ledger ledger = bench.open();
  for (const std::uint64_t records : {10u, 20u}) {
    Change change = ledger.begin();
    change.record_sweep(
        {{}, "on-solutions", day("2026-11-22"), 5, records, 1, 2, day("2019-02-28")}, "arta");
    change.record_backup({"/srv/" + std::to_string(records), {}, day("2026-12-22")}, "arta");
    change.commit();
    bench.clock.set(moment("2026-11-23T16:42:30Z"));
  }
  ASSERT_EQ(ledger.sweeps("on-solutions").size(), 2u);
  EXPECT_EQ(ledger.sweeps("on-solutions")[0].records, 20u);
  EXPECT_EQ(ledger.sweeps("on-solutions")[0].at, moment("2026-11-23T16:42:30Z"));
  EXPECT_EQ(ledger.sweeps("on-solutions")[1].oldest, day("2019-02-28"));
  EXPECT_THAT(ledger.sweeps("another"), IsEmpty());
  EXPECT_EQ(ledger.backups()[0].file, "/srv/20");
}

// No free text, hence no persons: what programs say are codes and numbers.
TEST(Ledger, notes_hold_codes_and_numbers_only) {
  const Workbench bench;
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  const auto refused = [&](const Json& fields) {
    return complaint(ErrorKind::failed, [&] { change.note("alarm.disk", fields); });
  };
  EXPECT_THAT(refused({{"who", "Agim Rama"}}), HasSubstr("not free text"));
  EXPECT_THAT(refused({{"list", {{{"deep", "agim@example.al"}}}}}), HasSubstr("not free text"));
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { change.note("hold.placed", {}); }),
              HasSubstr("its own verb"));
  EXPECT_THAT(complaint(ErrorKind::failed,
                        [&] {
                          change.note("night.done", {{"at", 1}});
                        }),
              HasSubstr("one field at"));
  change.note("alarm.disk", {{"code", "disk-low"}, {"free", 17}, {"sizes", {1, 2}}});
}

TEST(Ledger, an_entry_too_long_for_a_bundle_is_refused) {
  const Workbench bench;
  Ledger ledger = bench.open();
  Change change = ledger.begin();
  Json many = Json::array();
  for (int i = 0; i < 7000; ++i) many.push_back("code-code");
  EXPECT_THAT(complaint(ErrorKind::failed,
                        [&] {
                          change.note("alarm.disk", {{"many", many}});
                        }),
              HasSubstr("more than 65535"));
}

// Fault 34.
TEST(Ledger, time_never_goes_back) {
  Workbench bench;
  Ledger ledger = bench.open();
  bench.clock.set(moment("2026-11-22T15:42:30Z"));  // an hour behind: a clock being set
  note(ledger);
  EXPECT_THAT(lines_of(ledger)[1], HasSubstr("2026-11-22T16:42:30Z"));
  bench.clock.set(moment("2026-11-22T15:42:29Z"));
  EXPECT_THAT(refusal([&] { note(ledger); }), HasSubstr("the clock says 2026-11-22T15:42:29Z"));
  EXPECT_EQ(ledger.size(), 2u);  // reading goes on
}

// Fault 39.
TEST(Ledger, without_its_key_it_is_read_and_not_written) {
  const Workbench bench;
  std::filesystem::rename(bench.folder / "log.key", bench.folder / "away");
  Ledger ledger = bench.open();
  EXPECT_EQ(ledger.size(), 1u);
  EXPECT_THAT(ledger.verify(), IsEmpty());
  EXPECT_THAT(refusal([&] { note(ledger); }), HasSubstr("signing key is missing"));
  EXPECT_THAT(refusal([&] { static_cast<void>(ledger.checkpoint()); }),
              HasSubstr("signing key is missing"));
  EXPECT_THAT(refusal([&] { static_cast<void>(ledger.sign_note("text\n")); }),
              HasSubstr("signing key is missing"));
}

// Fault 40.
TEST(Ledger, a_key_open_to_others_or_reached_by_a_link_is_refused) {
  const Workbench bench;
  ::chmod((bench.folder / "log.key").c_str(), 0640);
  Ledger ledger = bench.open();
  EXPECT_THAT(refusal([&] { note(ledger); }), HasSubstr("is open to others"));
  ::chmod((bench.folder / "log.key").c_str(), 0600);
  std::filesystem::rename(bench.folder / "log.key", bench.folder / "real.key");
  std::filesystem::create_symlink(bench.folder / "real.key", bench.folder / "log.key");
  EXPECT_THAT(refusal([&] { note(ledger); }), HasSubstr("must be a regular file"));
}

// Fault 41.
TEST(Ledger, another_ledgers_key_is_refused) {
  const Workbench bench, other;
  std::filesystem::copy_file(other.folder / "log.key", bench.folder / "log.key",
                             std::filesystem::copy_options::overwrite_existing);
  Ledger ledger = bench.open();
  EXPECT_THAT(refusal([&] { note(ledger); }), HasSubstr("is not the key of the ledger"));
}

// Faults 21 and 22.
TEST(Ledger, a_second_writer_is_told_who_holds_it) {
  const Workbench bench;
  Ledger one = bench.open();
  Ledger two = bench.open();
  const Change change = one.begin();
  EXPECT_THAT(complaint(ErrorKind::busy, [&] { static_cast<void>(two.begin()); }),
              HasSubstr("the ledger is in use by process " + std::to_string(::getpid()) +
                        " since 2026-11-22T16:42:30Z"));
  EXPECT_THAT(complaint(ErrorKind::busy, [&] { static_cast<void>(one.begin()); }),
              HasSubstr("this very process"));
  EXPECT_EQ(two.size(), 1u);  // reading needs no turn
}

TEST(Ledger, another_program_that_holds_the_file_is_waited_for_and_then_reported) {
  const Workbench bench;
  Ledger ledger = bench.open();
  SQLite::Database shell((bench.folder / "ledger.db").string(), SQLite::OPEN_READWRITE);
  shell.exec("BEGIN IMMEDIATE");
  EXPECT_THAT(complaint(ErrorKind::busy, [&] { note(ledger); }),
              HasSubstr("in use by another program"));
  shell.exec("ROLLBACK");
  note(ledger);
}

// Fault 62.
TEST(Ledger, one_of_a_newer_besa_is_refused) {
  const Workbench bench;
  SQLite::Database((bench.folder / "ledger.db").string(), SQLite::OPEN_READWRITE)
      .exec("PRAGMA user_version = 99");
  EXPECT_THAT(refusal([&] { static_cast<void>(bench.open()); }),
              HasSubstr("written by a newer besa"));
}

// Version 1 knew no suppressions, and kept the nodes of the tree in a table of their own.
constexpr const char* back_to_version_1 = R"sql(
DROP TABLE given_up;
DROP TABLE suppressions; DROP TABLE suppression_keys; DROP TABLE reappearances;
CREATE TABLE nodes (level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (level, number)) STRICT, WITHOUT ROWID;
INSERT INTO nodes
  WITH levels(level) AS (VALUES (1), (2), (3), (4))
  SELECT level, ((number + 1) >> level) - 1, substr(nodes, 32 * level - 31, 32)
  FROM entries, levels WHERE (number + 1) % (1 << level) = 0;
CREATE TABLE old (number INTEGER PRIMARY KEY, leaf BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
INSERT INTO old SELECT number, leaf, bytes FROM entries;
DROP TABLE entries;
ALTER TABLE old RENAME TO entries;
PRAGMA user_version = 1;
)sql";

// Fault 62.
TEST(Ledger, one_of_an_older_besa_is_brought_up_to_date_after_a_copy_was_made) {
  const Workbench bench;
  {
    auto ledger = bench.open();
    for (int i = 0; i < 20; ++i) note(ledger);
  }
  const std::string file = (bench.folder / "ledger.db").string();
  const auto before = bench.open().root();
  SQLite::Database(file, SQLite::OPEN_READWRITE).exec(back_to_version_1);
  auto ledger = bench.open();
  EXPECT_THAT(ledger.verify(), IsEmpty());
  EXPECT_EQ(ledger.root(), before);
  note(ledger);
  EXPECT_THAT(ledger.verify(), IsEmpty());
  SQLite::Database copy(file + ".version-1");
  EXPECT_EQ(copy.execAndGet("PRAGMA user_version").getInt(), 1);
  EXPECT_EQ(copy.execAndGet("SELECT count(*) FROM entries").getInt64() + 1,
            static_cast<std::int64_t>(ledger.size()));
  EXPECT_EQ(std::filesystem::status(file + ".version-1").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// Version 3 knew no runs that were given up.
TEST(Ledger, one_of_version_3_opens_and_verifies) {
  Workbench bench;
  bench.enrol_everybody();
  const std::string file = (bench.folder / "ledger.db").string();
  SQLite::Database(file, SQLite::OPEN_READWRITE)
      .exec("DROP TABLE given_up; PRAGMA user_version = 3");
  auto ledger = bench.open();
  EXPECT_THAT(ledger.verify(), IsEmpty());
  EXPECT_FALSE(ledger.given_up("M-2026-0001"));
}

// Version 4 aborted where an entry does not follow the last.
constexpr const char* back_to_version_4 = R"sql(
DROP TRIGGER entries_follow;
CREATE TRIGGER entries_follow BEFORE INSERT ON entries
WHEN new.number <> (SELECT coalesce(max(number) + 1, 0) FROM entries)
BEGIN SELECT raise(ABORT, 'an entry must follow the last'); END;
PRAGMA user_version = 4;
)sql";

TEST(Ledger, one_of_version_4_opens_and_still_has_no_gaps) {
  const Workbench bench;
  {
    auto ledger = bench.open();
    for (int i = 0; i < 20; ++i) note(ledger);
  }
  SQLite::Database shell((bench.folder / "ledger.db").string(), SQLite::OPEN_READWRITE);
  shell.exec(back_to_version_4);
  auto ledger = bench.open();
  EXPECT_THAT(ledger.verify(), IsEmpty());
  const auto size = ledger.size();
  for (const std::string way : {"", "OR FAIL ", "OR REPLACE ", "OR IGNORE ", "OR ROLLBACK "}) {
    for (const std::uint64_t number : {std::uint64_t{0}, size - 1, size + 1}) {
      const std::string values = "(" + std::to_string(number) + ", x'00', x'', x'00')";
      EXPECT_THROW(shell.exec("INSERT " + way + "INTO entries VALUES " + values), SQLite::Exception)
          << way << number;
    }
  }
  note(ledger);
  EXPECT_EQ(ledger.size(), size + 1);
  EXPECT_THAT(ledger.verify(), IsEmpty());
}

TEST(Ledger, what_is_no_ledger_says_so) {
  const Workbench bench;
  const Folder folder;
  std::ofstream(folder / "ledger.db") << std::string(4096, 'x');
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { Ledger ledger(folder.path(), bench.clock); }),
              HasSubstr("ledger.db"));
  std::filesystem::remove(folder / "ledger.db");
  SQLite::Database((folder / "ledger.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE t (x)");
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { Ledger ledger(folder.path(), bench.clock); }),
              HasSubstr("is not a ledger of besa"));
}

TEST(Ledger, what_is_committed_is_flushed) {
  const Workbench bench;
  Ledger ledger = bench.open();
  SQLite::Database shell((bench.folder / "ledger.db").string(), SQLite::OPEN_READWRITE);
  EXPECT_EQ(shell.execAndGet("PRAGMA journal_mode").getString(), "wal");
  EXPECT_EQ(shell.execAndGet("PRAGMA application_id").getInt(), 0x62657361);
}

// Fault 8: killed at any moment, the ledger is sound and holds what was committed.
TEST(Ledger, survives_being_killed_while_it_appends) {
  const Workbench bench;
  for (int round = 0; round < 8; ++round) {
    const ::pid_t child = ::fork();
    if (child == 0) {
      Ledger ledger = bench.open();
      while (true) note(ledger, "night.begun");
    }
    ::usleep(static_cast<useconds_t>(20'000 + round * 7'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    Ledger ledger = bench.open();
    EXPECT_THAT(ledger.verify(), IsEmpty());
    note(ledger);  // fault 23: no lock is left behind
  }
  EXPECT_GE(bench.open().size(), 9u);
}

TEST(Checkpoints, are_signed_by_the_log_and_stay_while_nothing_is_added) {
  const Workbench bench;
  Ledger ledger = bench.open();
  const std::string first = ledger.checkpoint();
  EXPECT_EQ(ledger.checkpoint(), first);
  const auto text = besa::model::open_note(first, ledger.verifier_key());
  ASSERT_TRUE(text);
  const auto head = besa::model::Checkpoint::parse(*text);
  EXPECT_EQ(head->origin, origin);
  EXPECT_EQ(head->size, 1u);
  EXPECT_EQ(head->root, ledger.root());
  note(ledger);
  EXPECT_NE(ledger.checkpoint(), first);
  EXPECT_EQ(ledger.checkpoints().size(), 2u);
}

TEST(Checkpoints, that_left_the_machine_are_remembered) {
  const Workbench bench;
  Ledger ledger = bench.open();
  EXPECT_EQ(ledger.last_exported_checkpoint(), std::nullopt);
  EXPECT_THAT(refusal([&] { ledger.mark_checkpoint_exported(1); }),
              HasSubstr("no checkpoint was signed"));
  static_cast<void>(ledger.checkpoint());
  ledger.mark_checkpoint_exported(1);
  EXPECT_EQ(ledger.last_exported_checkpoint(), 1u);
}

TEST(Checkpoints, are_never_signed_against_an_earlier_one) {
  const Workbench bench;
  Ledger ledger = bench.open();
  note(ledger);
  static_cast<void>(ledger.checkpoint());
  note(ledger);
  SQLite::Database intruder((bench.folder / "ledger.db").string(), SQLite::OPEN_READWRITE);
  intruder.exec(
      "DROP TRIGGER entries_stay; UPDATE entries SET nodes = zeroblob(32) WHERE number = 1");
  EXPECT_THAT(complaint(ErrorKind::finding, [&] { static_cast<void>(ledger.checkpoint()); }),
              HasSubstr("contradicts the checkpoint signed over 2 entries"));
}

TEST(Checkpoints, are_never_signed_over_fewer_entries) {
  const Workbench bench;
  Ledger ledger = bench.open();
  note(ledger);
  static_cast<void>(ledger.checkpoint());
  SQLite::Database intruder((bench.folder / "ledger.db").string(), SQLite::OPEN_READWRITE);
  intruder.exec("DROP TRIGGER entries_remain; DELETE FROM entries WHERE number = 1");
  EXPECT_THAT(complaint(ErrorKind::finding, [&] { static_cast<void>(ledger.checkpoint()); }),
              HasSubstr("fewer than the checkpoint"));
}

TEST(Proofs, hold_for_every_entry_with_the_public_key_alone) {
  const Workbench bench;
  Ledger ledger = bench.open();
  for (int i = 0; i < 20; ++i) note(ledger);
  const auto lines = lines_of(ledger);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto proof = besa::model::TlogProof::parse(ledger.prove(i).text());
    ASSERT_TRUE(proof);
    EXPECT_TRUE(proof->verify(lines[i], ledger.verifier_key()));
    EXPECT_FALSE(proof->verify(lines[i] + " ", ledger.verifier_key()));
  }
  EXPECT_THAT(complaint(ErrorKind::failed, [&] { static_cast<void>(ledger.prove(21)); }),
              HasSubstr("no entry 21"));
}

TEST(Proofs, come_with_a_checkpoint_that_covers_them) {
  const Workbench bench;
  Ledger ledger = bench.open();
  static_cast<void>(ledger.checkpoint());
  note(ledger);
  EXPECT_TRUE(ledger.prove(1).verify(lines_of(ledger)[1], ledger.verifier_key()));
  EXPECT_EQ(ledger.checkpoints().size(), 2u);
}

}  // namespace
