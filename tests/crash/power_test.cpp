// The power cut: besa is stopped at a system call, the file system loses all that was not synced
// (FS_IOC_SHUTDOWN without flushing its log), and after mounting it again besa resumes.
#include <sys/ioctl.h>
#include <sys/mount.h>

#include "tests/crash/approved_workspace.hpp"
#include "tests/crash/fault.hpp"

namespace besa::crash {
namespace {

constexpr unsigned long shut_down = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t without_flushing = 2;

/// An ext4 file system in a file, mounted on a folder for as long as this lives.
class LoopDisk {
 public:
  LoopDisk(const Path& image, const Path& at) : image_(image), at_(at) {
    std::filesystem::create_directory(at_);
    why_not_ = first_failure(
        {{"truncate", "-s", "48M", image_.string()}, {"mkfs.ext4", "-q", "-F", image_.string()}});
    if (why_not_.empty()) why_not_ = mount();
  }
  ~LoopDisk() {
    if (mounted_) umount2(at_.c_str(), MNT_DETACH);
  }
  LoopDisk(const LoopDisk&) = delete;
  LoopDisk& operator=(const LoopDisk&) = delete;

  [[nodiscard]] const std::string& why_not() const { return why_not_; }
  [[nodiscard]] const Path& at() const { return at_; }

  void sync() const {
    const Fd folder(open(at_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_EQ(syncfs(folder.get()), 0);
  }
  void cut() const {
    const Fd folder(open(at_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    std::uint32_t how = without_flushing;
    ASSERT_EQ(ioctl(folder.get(), shut_down, &how), 0);
  }
  void mount_again() {
    for (int i = 0; i < 200 && umount(at_.c_str()) != 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    mounted_ = false;
    ASSERT_EQ(mount(), "");
  }

 private:
  std::string mount() {
    std::string fault = first_failure(
        {{"mount", "-o", "loop,noauto_da_alloc,commit=600", image_.string(), at_.string()}});
    mounted_ = fault.empty();
    return fault;
  }
  static std::string first_failure(const std::vector<Words>& commands) {
    for (const Words& command : commands)
      if (const Ended ended = run(command); ended.code != 0)
        return "no loop-mounted ext4 here: " + command[0] + ": " + ended.str();
    return {};
  }

  Path image_, at_;
  std::string why_not_;
  bool mounted_ = false;
};

class PowerCut : public CrashTest {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can mount a file system to cut off";
    if (const std::string reason = why_no_strace(); !reason.empty()) GTEST_SKIP() << reason;
    disk_ = std::make_unique<LoopDisk>(folder() / "disk.img", folder() / "disk");
    if (!disk_->why_not().empty()) GTEST_SKIP() << disk_->why_not();
    learn_the_end();
    calls_ = count_calls(fresh().apply(), folder() / "calls");
  }

  [[nodiscard]] Workspace on_disk() const { return Workspace(disk_->at() / "workspace"); }

  /// Runs `command` until strace stops it there, and cuts the power; false where it ran to its end.
  bool run_until_cut(const Words& command) {
    const Path log = folder() / "stops";
    std::filesystem::remove(log);
    Process process(command);
    bool stopped = false;
    for (int i = 0; i < 10'000 && !stopped && !process.has_ended(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      stopped = std::filesystem::exists(log) &&
                read_file(log).find("stopped by SIGSTOP") != std::string::npos;
    }
    disk_->cut();
    process.signal_group(SIGKILL);
    static_cast<void>(process.wait());
    disk_->mount_again();
    return stopped;
  }

  [[nodiscard]] std::string log() const { return (folder() / "stops").string(); }

  void cut_and_resume(const std::string& call, int when) {
    static_cast<void>(copy_of(base(), on_disk().root()));
    disk_->sync();
    ASSERT_TRUE(run_until_cut(
        with_fault(on_disk().apply(), call, "signal=STOP:when=" + std::to_string(when), log())));
    EXPECT_EQ(faults_between(on_disk()), "");
    const Ended ended = run(on_disk().apply());
    EXPECT_EQ(ended.code, 0) << ended.str();
    EXPECT_EQ(faults_at_the_end(on_disk()), "");
  }

  std::unique_ptr<LoopDisk> disk_;
  std::map<std::string, Calls> calls_;
};

TEST_F(PowerCut, faults_1_to_7_cut_off_at_any_system_call_and_resumed_it_reaches_the_same_end) {
  for (const char* call : {"pwrite64", "fdatasync", "fsync", "unlink", "ftruncate", "renameat2"})
    for (const int when : sample(calls_[call], 2)) {
      SCOPED_TRACE(std::string(call) + " " + std::to_string(when));
      cut_and_resume(call, when);
    }
}

/// The tests above can fail: with a ledger whose syncs do nothing, rows go without an intent.
TEST_F(PowerCut, a_ledger_that_is_not_synced_is_found_out) {
  static_cast<void>(copy_of(base(), on_disk().root()));
  disk_->sync();
  const std::string unsynced = on_disk().ledger().string() + "-wal";
  const std::string journal = on_disk().database().string() + "-journal";
  // Only calls about these two files are met: the ledger's syncs, and the end of a commit.
  Words command = {"strace",
                   "-f",
                   "-q",
                   "-o",
                   log(),
                   "-P",
                   unsynced,
                   "-P",
                   journal,
                   "-e",
                   "trace=fdatasync,unlink",
                   "-e",
                   "inject=fdatasync:retval=0",
                   "-e",
                   "inject=unlink:signal=STOP:when=2"};
  const Words apply = on_disk().apply();
  command.insert(command.end(), apply.begin(), apply.end());
  ASSERT_TRUE(run_until_cut(command));
  EXPECT_EQ(faults_between(on_disk()), "rows went without an intent in the ledger\n");
}

}  // namespace
}  // namespace besa::crash
