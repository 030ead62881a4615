// What besa meets outside itself while it applies: outputs that are gone, signals, others at work,
// full disks, limits, files and keys that are not as they should be.
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/crash/approved_workspace.hpp"
#include "tests/crash/fault.hpp"

namespace besa::crash {
namespace {

/// An open connection of somebody else.
class Application {
 public:
  Application(const Path& database, const std::vector<std::string>& statements) {
    if (sqlite3_open_v2(database.c_str(), &connection_, SQLITE_OPEN_READWRITE, nullptr) !=
        SQLITE_OK)
      throw std::runtime_error("cannot open");
    for (const std::string& sql : statements)
      if (sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(connection_));
  }
  ~Application() { sqlite3_close(connection_); }
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

 private:
  sqlite3* connection_ = nullptr;
};

class Circumstances : public CrashTest {
 protected:
  explicit Circumstances(const std::string& journal_mode = "delete") : CrashTest(journal_mode) {}
  void SetUp() override { learn_the_end(); }

  /// Nothing was erased and no run began.
  void expect_untouched(const Workspace& copy) const {
    EXPECT_EQ(content_of(copy.database()), before());
    EXPECT_EQ(copy.entries_of("run.begun"), 0U);
  }
  void expect_resumable(const Workspace& copy, Runs runs = Runs::one) const {
    EXPECT_EQ(faults_between(copy), "");
    const Ended ended = run(copy.apply());
    EXPECT_EQ(ended.code, 0) << ended.str();
    EXPECT_EQ(faults_at_the_end(copy, runs), "");
  }
};

class CircumstancesWithLog : public Circumstances {
 protected:
  CircumstancesWithLog() : Circumstances("wal") {}
};

TEST_F(Circumstances, fault_9_a_termination_between_two_transactions_is_obeyed_and_resumed) {
  if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
  const Workspace copy = fresh();
  // The first journal that goes is the end of the first transaction.
  const Ended ended = run(with_fault(copy.apply(), "unlink", "signal=TERM:when=1"));
  EXPECT_EQ(ended.code, 128 + SIGTERM) << ended.str();
  EXPECT_NE(ended.err.find("besa manifest apply"), std::string::npos) << ended.str();
  EXPECT_EQ(copy.entries_of("run.begun"), 1U);
  EXPECT_EQ(copy.entries_of("run.ended"), 0U);
  expect_resumable(copy);
}

TEST_F(Circumstances, fault_10_a_reader_of_the_output_that_leaves_does_not_stop_the_work) {
  int pipe_ends[2];
  ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC), 0);
  close(pipe_ends[0]);
  const Workspace copy = fresh();
  const Ended ended = run(copy.apply(), {.out = pipe_ends[1], .before_program = {}});
  close(pipe_ends[1]);
  EXPECT_EQ(ended.code, 1) << ended.str();
  EXPECT_NE(ended.err.find("output could not be written"), std::string::npos) << ended.str();
  EXPECT_EQ(faults_at_the_end(copy), "");
}

TEST_F(Circumstances, fault_10_a_closed_output_does_not_stop_the_work) {
  const Workspace copy = fresh();
  const Ended ended =
      run(copy.apply(), {.out = -1, .before_program = [] { close(STDOUT_FILENO); }});
  EXPECT_EQ(ended.code, 1) << ended.str();
  EXPECT_EQ(faults_at_the_end(copy), "");
}

TEST_F(Circumstances, fault_11_a_full_output_is_told_after_the_work) {
  const Fd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  const Workspace copy = fresh();
  const Ended ended = run(copy.apply(), {.out = full.get(), .before_program = {}});
  EXPECT_EQ(ended.code, 1) << ended.str();
  EXPECT_NE(ended.err.find("output could not be written"), std::string::npos) << ended.str();
  EXPECT_EQ(faults_at_the_end(copy), "");
}

TEST_F(Circumstances, fault_13_a_full_disk_is_told_and_resumed_when_there_is_room) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can mount a small file system";
  const Path disk = folder() / "disk";
  std::filesystem::create_directory(disk);
  if (mount("none", disk.c_str(), "tmpfs", 0, "size=3m") != 0) GTEST_SKIP() << "no tmpfs here";
  const Workspace copy = copy_of(base(), disk / "workspace");
  {
    std::ofstream filler(disk / "filler", std::ios::binary);
    filler << std::string(std::size_t{3} << 20U, 'x') << std::flush;
  }
  const Ended ended = run(copy.apply());
  EXPECT_EQ(ended.code, 1) << ended.str();
  std::filesystem::remove(disk / "filler");
  expect_untouched(copy);
  const Ended again = run(copy.apply());
  EXPECT_EQ(again.code, 0) << again.str();
  EXPECT_EQ(faults_at_the_end(copy), "");
  umount2(disk.c_str(), MNT_DETACH);
}

TEST_F(Circumstances, fault_18_a_limit_on_the_size_of_files_is_told_and_resumed_without_it) {
  for (const rlim_t kilobytes : {4U, 40U, 100U}) {
    SCOPED_TRACE(kilobytes);
    const Workspace copy = fresh();
    const Ended ended = run(copy.apply(), {.out = -1, .before_program = [kilobytes] {
                                             const rlimit most{kilobytes * 1024, kilobytes * 1024};
                                             setrlimit(RLIMIT_FSIZE, &most);
                                           }});
    EXPECT_TRUE(ended.code == 1 || ended.code == 6) << ended.str();
    expect_resumable(copy, Runs::some);
  }
}

TEST_F(Circumstances, fault_21_a_ledger_somebody_holds_is_waited_for_and_then_reported) {
  const Workspace copy = fresh();
  const Application other(copy.ledger(), {"BEGIN IMMEDIATE"});
  const Ended ended = run(copy.apply());
  EXPECT_EQ(ended.code, 5) << ended.str();
  EXPECT_EQ(content_of(copy.database()), before());
}

TEST_F(Circumstances, fault_22_of_two_at_once_one_works_and_the_other_says_who_does) {
  if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
  const Workspace copy = fresh();
  Process first(with_fault(copy.apply(), "fdatasync", "delay_enter=3000000:when=4"));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  const Ended second = run(copy.apply());
  EXPECT_EQ(second.code, 5) << second.str();
  EXPECT_NE(second.err.find("by agim, process"), std::string::npos) << second.str();
  const Ended ended = first.wait();
  EXPECT_EQ(ended.code, 0) << ended.str();
  EXPECT_EQ(faults_at_the_end(copy), "");
}

TEST_F(Circumstances, fault_24_a_database_its_application_holds_is_reported_and_resumed) {
  const Workspace copy = fresh();
  {
    const Application holder(copy.database(), {"BEGIN IMMEDIATE"});
    const Ended ended = run(copy.apply());
    EXPECT_EQ(ended.code, 5) << ended.str();
  }
  expect_resumable(copy);
}

TEST_F(CircumstancesWithLog,
       fault_25_a_reader_of_the_log_leaves_a_residue_that_a_later_run_cleans) {
  const Workspace copy = fresh();
  {
    const Application reader(copy.database(), {"BEGIN", "SELECT count(*) FROM members"});
    const Ended ended = run(copy.apply());
    EXPECT_EQ(ended.code, 6) << ended.str();
    EXPECT_NE(ended.out.find("esidue"), std::string::npos) << ended.str();
  }
  expect_resumable(copy, Runs::some);
}

TEST_F(Circumstances, fault_34_a_clock_behind_the_ledger_is_refused_before_anything_is_touched) {
  const Workspace copy = fresh();
  // A ledger from the future is the same as a clock behind it.
  const SystemClock clock;
  const FixedClock tomorrow(Instant{clock.now().seconds + 2 * 86'400});
  {
    ledger::Ledger ledger(copy.state(), tomorrow);
    ledger::Change change = ledger.begin();
    change.note("test.note", {{"day", "tomorrow"}});
    change.commit();
  }
  const Ended ended = run(copy.apply());
  EXPECT_EQ(ended.code, 4) << ended.str();
  EXPECT_NE(ended.err.find("clock"), std::string::npos) << ended.str();
  expect_untouched(copy);
}

TEST_F(Circumstances, fault_39_without_the_signing_key_nothing_is_touched) {
  const Workspace copy = fresh();
  std::filesystem::remove(copy.state() / "log.key");
  const Ended ended = run(copy.apply());
  EXPECT_EQ(ended.code, 4) << ended.str();
  EXPECT_NE(ended.err.find("log.key"), std::string::npos) << ended.str();
  expect_untouched(copy);
  EXPECT_EQ(run(copy.besa({"audit", "verify"})).code, 0);
}

TEST_F(Circumstances, fault_40_a_key_others_can_read_is_refused_with_what_to_run) {
  for (const char* name : {"log.key", "vault"}) {
    SCOPED_TRACE(name);
    const Workspace copy = fresh();
    const Path key = std::string(name) == "vault"
                         ? copy.state() / "vault" / ("manifest-" + copy.manifest_id() + ".key")
                         : copy.state() / name;
    ASSERT_EQ(chmod(key.c_str(), 0640), 0);
    const Ended ended = run(copy.apply());
    EXPECT_EQ(ended.code, 4) << ended.str();
    EXPECT_NE(ended.err.find("chmod 600"), std::string::npos) << ended.str();
    expect_untouched(copy);
  }
}

TEST_F(Circumstances, fault_42_without_the_manifests_key_nothing_is_touched) {
  const Workspace copy = fresh();
  std::filesystem::remove(copy.state() / "vault" / ("manifest-" + copy.manifest_id() + ".key"));
  const Ended ended = run(copy.apply());
  EXPECT_EQ(ended.code, 4) << ended.str();
  expect_untouched(copy);
}

/// As somebody whom modes bind: root ignores them.
void become_nobody() {
  constexpr uid_t nobody = 65534;
  if (setgid(nobody) != 0 || setuid(nobody) != 0) _exit(126);
}

TEST_F(Circumstances,
       fault_50_a_database_or_folder_that_is_read_only_is_refused_before_the_ledger) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  ASSERT_EQ(chmod(folder().c_str(), 0711), 0);
  for (const char* read_only : {"data", "data/loyalty.db"}) {
    SCOPED_TRACE(read_only);
    const Workspace copy = fresh();
    ASSERT_EQ(run({"chown", "-R", "65534:65534", copy.root().string()}).code, 0);
    const bool whole_folder = std::string(read_only) == "data";
    ASSERT_EQ(chmod((copy.root() / read_only).c_str(), whole_folder ? 0500 : 0400), 0);
    const Ended ended = run(copy.apply(), {.out = -1, .before_program = become_nobody});
    EXPECT_EQ(ended.code, 1) << ended.str();
    EXPECT_NE(ended.err.find("may not be written"), std::string::npos) << ended.str();
    expect_untouched(copy);
  }
}

}  // namespace
}  // namespace besa::crash
