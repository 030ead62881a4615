// The happy example as a workspace in a temporary folder, with two people who may approve.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "besa/base/file.hpp"
#include "besa/ledger/keyring.hpp"
#include "besa/ledger/ledger.hpp"
#include "besa/source/happy.hpp"
#include "besa/workflow/apply.hpp"
#include "besa/workflow/approve.hpp"
#include "besa/workflow/manifest_files.hpp"
#include "besa/workflow/session.hpp"
#include "besa/workflow/sweep.hpp"

namespace besa::workflow::testing {

/// A folder that goes when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "besa-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const Path& path() const { return path_; }

 private:
  Path path_;
};

/// 22 November 2026, noon in Tirana.
inline constexpr Instant noon{1'795'345'200};

class HappyWorkspace : public ::testing::Test {
 protected:
  HappyWorkspace() : agim_(SigningKey::generate()), drita_(SigningKey::generate()) {
    static_cast<void>(source::write_happy(root(), {.members = 300,
                                                   .seed = 7,
                                                   .today = *Date::parse("2026-11-22"),
                                                   .stores = source::HappyStores::one_database,
                                                   .postgresql = {},
                                                   .progress = {}}));
    make_ledger();
  }

  void make_ledger() {
    ledger::Ledger::create(root() / ".besa", "besa.test/happy", clock_);
    ledger::Ledger ledger(root() / ".besa", clock_);
    enrol(ledger, "agim", agim_, "agim", agim_);
    enrol(ledger, "drita", drita_, "agim", agim_);
  }

  static void enrol(ledger::Ledger& ledger, const std::string& name, const SigningKey& key,
                    const std::string& by, const SigningKey& by_key) {
    const std::string statement =
        ledger::enrolment_statement(ledger.origin(), name, key.public_key(), true);
    ledger::Change change = ledger.begin();
    change.enrol_key(name, key.public_key(), true, by, by_key.sign(as_bytes(statement)).base64());
    change.commit();
  }

  [[nodiscard]] const Path& root() const { return folder_.path(); }
  [[nodiscard]] Path database() const { return root() / "data" / "loyalty.db"; }

  [[nodiscard]] std::unique_ptr<Session> session(const std::string& as = "agim",
                                                 std::optional<Date> today = {}) {
    return std::make_unique<Session>(SessionOptions{root(), as, today}, clock_, silent_);
  }

  /// Drafts a manifest as agim; empty where nothing is due.
  std::string draft(const SweepOptions& options = {}) {
    return workflow::sweep(*session(), options).at(0).manifest;
  }

  void approve_as_drita(const std::string& manifest, const std::string& override_reason = {}) {
    const auto with = session("drita");
    const std::string header = read_file(with->state() / "manifests" / manifest / "header.json");
    approve(*with, sign_approval(header, "drita", drita_, clock_.now(), override_reason));
  }

  ApplyReport apply_it(const std::string& manifest) {
    return apply(*session("agim"), ApplyOptions{manifest});
  }

  TemporaryFolder folder_;
  FixedClock clock_{noon};
  Silent silent_;
  SigningKey agim_, drita_;
};

}  // namespace besa::workflow::testing
