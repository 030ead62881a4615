// The frozen list of what will be done to which record and why (besa-formats(5)).
//
// A folder with `header.json`, which people approve, and `body.jsonl`, which only besa reads: a
// line for each record, ordered by dataset, deletion order and key (in each table those of people
// who go before those of record rules), then a line for each subject that is due. The header
// carries the digest of every chunk of the body, so that the body is verified as it is read, a
// chunk at a time. The body holds personal data (keys): 0600, and destroyed when the manifest is
// closed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/date.hpp"
#include "besa/base/digest.hpp"
#include "besa/base/json.hpp"
#include "besa/base/time.hpp"

namespace besa::model {

struct Actor {
  std::string name;
  bool claimed = true;  ///< said, not proven by a signature
  friend bool operator==(const Actor&, const Actor&) = default;
};

struct ManifestHeader {
  static constexpr const char* format = "besa-manifest/1";
  std::string id;      ///< "M-2026-0007"
  std::string origin;  ///< the ledger it belongs to
  std::string why;     ///< "retention"
  Actor drafted_by;
  Instant drafted_at;
  Date as_of;                ///< the day decisions were made for
  Date not_before, expires;  ///< first and last day on which it may be applied
  bool simulated = false;    ///< as_of was not the real day: can never be approved
  std::string policy, policy_version;
  Digest policy_digest;
  struct DatasetRef {
    std::string name;
    Digest digest, schema;
  };
  std::vector<DatasetRef> datasets;
  struct TableCount {
    std::string dataset, table;
    std::uint64_t erase = 0, mask = 0, retained = 0, rows = 0;
  };
  std::vector<TableCount> tables;  ///< in deletion order
  struct RuleCount {
    std::string rule, clause;
    std::uint64_t subjects = 0, records = 0;
    std::optional<Date> oldest;
  };
  std::vector<RuleCount> rules;
  std::uint64_t subjects = 0, records = 0;
  std::uint64_t held = 0, undetermined = 0, flagged = 0;
  std::vector<std::string> exceeded;  ///< limits beyond which an override is needed, in words
  Digest key_check;  ///< SHA-256 of the manifest key: which key its digests are under
  std::uint64_t chunk_lines = 0, body_lines = 0, body_bytes = 0;
  std::vector<Digest> chunks;  ///< SHA-256 of each run of `chunk_lines` lines, '\n' included

  [[nodiscard]] std::string to_text() const;  ///< the exact bytes that are signed
  /// Error(failed) saying what is wrong: format version, missing field.
  [[nodiscard]] static ManifestHeader parse(std::string_view text);
};

/// A subject that is due: decided once, for all its records.
struct SubjectLine {
  std::uint32_t number = 0;  ///< 1-based, in this manifest only
  std::string subject;       ///< subject type
  std::string key;           ///< JSON array, the key of its own row
  std::string root;          ///< "dataset.table" of that row
  std::string rule;
  Date start, due_since;
  std::string event;            ///< kind of the start event
  Date not_before;              ///< first day on which it may be erased
  Digest facts;                 ///< keyed digest of what decided
  std::vector<Digest> records;  ///< for each of header.datasets: keyed digest of its record set
};

enum class Deed { erase, mask };

struct RecordLine {
  std::uint32_t dataset = 0, table = 0;  ///< indexes into header.datasets, header.tables
  std::string key;                       ///< JSON array
  std::uint32_t subject = 0;             ///< number of its SubjectLine; 0: a record rule
  Deed deed = Deed::erase;
  std::string rule;                ///< only for record rules (otherwise the subject's)
  std::optional<Date> due_since;   ///< only for record rules
  std::vector<std::string> clear;  ///< mask: columns that are masked
  std::vector<std::string> cut;    ///< mask: link columns that are cut
  std::string ground;              ///< mask: the rule that retains the rest, if one does
};

void append_line(std::string& out, const SubjectLine& line);
void append_line(std::string& out, const RecordLine& line);
/// Reads exactly what append_line writes, with or without the final newline. Error(failed)
/// otherwise. Exactly one of the two is set.
struct BodyLine {
  std::optional<SubjectLine> subject;
  std::optional<RecordLine> record;
};
[[nodiscard]] BodyLine parse_body_line(std::string_view line);

/// A second person's signature over a manifest's header.
struct Approval {
  static constexpr const char* format = "besa-approval/1";
  std::string manifest;
  Digest header;   ///< SHA-256 of header.json
  std::string by;  ///< enrolled name
  Instant at;
  std::string override_reason;        ///< code; empty: none
  std::string public_key, signature;  ///< base64
  /// The exact bytes that are signed.
  [[nodiscard]] std::string statement() const;
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] static Approval parse(std::string_view text);
};

/// An approver's signature that a manifest which was begun is given up: what was not done stays
/// undone.
struct Rejection {
  static constexpr const char* format = "besa-rejection/1";
  std::string manifest;
  Digest header;   ///< SHA-256 of header.json
  std::string by;  ///< enrolled name
  Instant at;
  std::string reason;                 ///< code
  std::string public_key, signature;  ///< base64
  /// The exact bytes that are signed.
  [[nodiscard]] std::string statement() const;
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] static Rejection parse(std::string_view text);
};

/// Approval in advance, for cron: within these bounds a retention manifest needs no further one.
/// Never for requests.
struct StandingApproval {
  static constexpr const char* format = "besa-standing-approval/1";
  std::string id;      ///< "A-2026-0001"
  std::string origin;  ///< the ledger it was given for
  std::vector<std::string> rules;
  Digest policy_digest;
  std::map<std::string, Digest> datasets;
  std::uint64_t most_subjects = 0, most_records = 0;
  Date until;
  std::string by;
  Instant at;
  std::string public_key, signature;
  [[nodiscard]] std::string statement() const;
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] static StandingApproval parse(std::string_view text);
  /// Empty if the manifest lies within it on `today`; otherwise why it does not, in words.
  [[nodiscard]] std::string refuses(const ManifestHeader& header, Date today) const;
};

/// The blast radius: which limits a manifest exceeds, in words. `earlier` are the record counts of
/// earlier applied or drafted sweeps of the same policy.
struct LimitFacts {
  std::uint64_t subjects = 0, subjects_examined = 0, unusable_dates = 0, records = 0;
  std::vector<ManifestHeader::TableCount> tables;
  std::vector<std::uint64_t> earlier;
};
struct Limits;
[[nodiscard]] std::vector<std::string> exceeded(const Limits& limits, const LimitFacts& facts);

/// A masked value that is the same again for (manifest key, record, column) and unique by counter.
[[nodiscard]] std::string pseudonym(const KeyedDigest& manifest_key, std::string_view table,
                                    std::string_view key, std::string_view column,
                                    std::uint32_t counter);

}  // namespace besa::model
