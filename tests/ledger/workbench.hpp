// What the ledger's tests share: a folder that goes away, a ledger with people, signed approvals.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "besa/base/error.hpp"
#include "besa/ledger/keyring.hpp"
#include "besa/ledger/ledger.hpp"

namespace besa::ledger::test {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "besa-ledger-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder");
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const Path& path() const { return path_; }
  [[nodiscard]] Path operator/(const std::string& name) const { return path_ / name; }

 private:
  Path path_;
};

inline Instant moment(std::string_view text) {
  return Instant::parse(text).value();
}
inline Date day(std::string_view text) {
  return Date::parse(text).value();
}
inline SigningKey key_of(std::uint8_t number) {
  return SigningKey::from_seed(Bytes(32, number));
}

inline const std::string origin = "on-solutions.al/besa";

/// A ledger with three people: arta and blerta approve, cerciz does not.
class Workbench {
 public:
  Workbench() { Ledger::create(folder.path(), origin, clock); }

  [[nodiscard]] Ledger open() const { return Ledger(folder.path(), clock, 0.2); }

  static std::string enrolment(const std::string& name, const SigningKey& key, bool approver,
                               const SigningKey& by) {
    return by.sign(as_bytes(enrolment_statement(origin, name, key.public_key(), approver)))
        .base64();
  }
  void enrol_everybody() const {
    Ledger ledger = open();
    Change change = ledger.begin();
    change.enrol_key("arta", arta.public_key(), true, "arta", enrolment("arta", arta, true, arta));
    change.enrol_key("blerta", blerta.public_key(), true, "arta",
                     enrolment("blerta", blerta, true, arta));
    change.enrol_key("cerciz", cerciz.public_key(), false, "arta",
                     enrolment("cerciz", cerciz, false, arta));
    change.commit();
  }

  static model::ManifestHeader header(const std::string& id) {
    model::ManifestHeader header;
    header.id = id;
    header.origin = origin;
    header.why = "retention";
    header.drafted_by = {"arta", true};
    header.drafted_at = moment("2026-11-22T10:00:00Z");
    header.as_of = header.not_before = day("2026-11-22");
    header.expires = day("2026-11-29");
    header.policy = "on-solutions";
    header.policy_version = "3";
    header.policy_digest = sha256("policy");
    header.datasets = {{"loyalty", sha256("loyalty"), sha256("schema")}};
    header.rules = {{"members-5y", "4.2", 12, 40, std::nullopt}};
    header.subjects = 12;
    header.records = 40;
    return header;
  }
  /// Drafts it and returns the digest of its header.
  static Digest draft(Ledger& ledger, const model::ManifestHeader& header) {
    Change change = ledger.begin();
    const Digest digest = sha256(header.to_text());
    change.draft_manifest(header, digest);
    change.commit();
    return digest;
  }
  static model::Approval approval(const std::string& manifest, const Digest& header,
                                  const std::string& by, const SigningKey& key) {
    model::Approval approval{manifest, header, by, moment("2026-11-22T12:00:00Z"), "", "", ""};
    sign(approval, key);
    return approval;
  }
  static model::Rejection rejection(const std::string& manifest, const Digest& header,
                                    const std::string& by, const SigningKey& key,
                                    const std::string& reason = "store-lost") {
    model::Rejection rejection{manifest, header, by, moment("2026-11-22T12:00:00Z"),
                               reason,   {},     {}};
    sign(rejection, key);
    return rejection;
  }
  static model::StandingApproval standing(const std::string& id) {
    model::StandingApproval approval;
    approval.id = id;
    approval.origin = origin;
    approval.rules = {"members-5y"};
    approval.policy_digest = sha256("policy");
    approval.datasets = {{"loyalty", sha256("loyalty")}};
    approval.most_subjects = 100;
    approval.most_records = 1000;
    approval.until = day("2027-03-31");
    approval.by = "blerta";
    approval.at = moment("2026-11-22T12:00:00Z");
    return approval;
  }
  template <class Signed>
  static void sign(Signed& approval, const SigningKey& key) {
    approval.public_key = key.public_key().base64();
    approval.signature = key.sign(as_bytes(approval.statement())).base64();
  }

  Folder folder;
  FixedClock clock{moment("2026-11-22T16:42:30Z")};
  SigningKey arta = key_of(1), blerta = key_of(2), cerciz = key_of(3);
};

/// The message of the Error that `act` throws, after looking at its kind; "no error" otherwise.
template <class Act>
std::string complaint(ErrorKind kind, Act&& act) {
  try {
    act();
    return "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.message();
    return error.message();
  }
}
template <class Act>
std::string refusal(Act&& act) {
  return complaint(ErrorKind::refused, std::forward<Act>(act));
}

/// A little of everything, so that every table of the ledger has rows.
inline void fill(Workbench& bench) {
  bench.enrol_everybody();
  Ledger ledger = bench.open();
  const Digest header = Workbench::draft(ledger, Workbench::header("M-2026-0001"));
  Workbench::draft(ledger, Workbench::header("M-2026-0002"));
  const Digest third = Workbench::draft(ledger, Workbench::header("M-2026-0003"));
  Change change = ledger.begin();
  change.approve_manifest(Workbench::approval("M-2026-0001", header, "blerta", bench.blerta));
  auto standing = Workbench::standing(change.next_standing_id());
  Workbench::sign(standing, bench.blerta);
  change.approve_in_advance(standing);
  change.reject_manifest("M-2026-0002", "wrong-day", "blerta");
  change.record_sweep({{}, "on-solutions", day("2026-11-22"), 12, 40, 1, 2, day("2019-02-28")},
                      "arta");
  const std::string run = change.begin_run("M-2026-0001", header, {"loyalty"}, "arta", "blerta");
  change.suppress(run, {"member/email", sha256("secret"), 1, {sha256("an address")}});
  change.record_reappearances("on-solutions", 1);
  change.mark_dataset(run, "loyalty", "done", {{"members", {{"absent", 12}}}});
  change.end_run(run, "done", change.next_certificate_id(), sha256("certificate"), true);
  change.approve_manifest(Workbench::approval("M-2026-0003", third, "blerta", bench.blerta));
  const std::string lost = change.begin_run("M-2026-0003", third, {"loyalty"}, "arta", "blerta");
  change.give_up_run(lost, Workbench::rejection("M-2026-0003", third, "blerta", bench.blerta),
                     change.next_certificate_id(), sha256("certificate"),
                     {{"loyalty", {{"state", "residue"}}}});
  const std::string hold = change.place_hold({"",
                                              "case-7",
                                              81985529216486895,
                                              {"loyalty.members"},
                                              day("2026-11-22"),
                                              day("2027-01-01"),
                                              {}},
                                             "arta");
  change.release_hold(hold, day("2026-12-01"), "arta");
  change.record_backup({"/srv/backup/besa-1", {}, day("2026-12-22")}, "arta");
  change.note("night.done", {{"swept", 1}});
  change.commit();
  static_cast<void>(ledger.checkpoint());
  ledger.mark_checkpoint_exported(ledger.size());
  static_cast<void>(ledger.checkpoint());
}

}  // namespace besa::ledger::test
