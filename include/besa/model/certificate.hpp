// What was done, what was not, what was out of scope: holds no identifiers. Signed as a C2SP note
// by the ledger's key, so that the file and a public key are enough to check it anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/json.hpp"
#include "besa/base/time.hpp"
#include "besa/model/manifest.hpp"

namespace besa::model {

/// given_up: an approver ended the run before everything was done, or seen to be so.
enum class RunOutcome { done, partly_done, residue_pending, given_up };
[[nodiscard]] std::string_view name_of(RunOutcome outcome);

struct Certificate {
  static constexpr const char* format = "besa-certificate/1";
  std::string id;  ///< "C-2026-0003"
  std::string origin, manifest, run;
  Digest header;  ///< of the manifest's header
  std::string policy, policy_version;
  Digest policy_digest;
  Instant begun, finished;
  RunOutcome outcome = RunOutcome::done;
  Actor drafted_by;
  std::vector<std::string> approved_by;  ///< names; a standing approval's id
  std::uint32_t eyes = 0;                ///< different people who drafted, approved and applied
  std::string override_reason;
  std::string given_up_by, given_up_reason;  ///< of a run that was given up: name and code
  struct TableResult {
    std::string dataset, table;
    std::uint64_t erased = 0, masked = 0, retained = 0, skipped = 0;
    std::uint64_t verified_absent = 0, still_there = 0;
    std::uint64_t given_up = 0;  ///< not as planned when the run was given up
  };
  std::vector<TableResult> tables;
  struct Count {
    std::string what;
    std::uint64_t count = 0;
  };
  /// Why somebody was skipped who stays for good: no question is left.
  static constexpr const char* no_longer_due = "no longer due";
  std::vector<Count> skipped;   ///< subjects, by why: "changed since approval", "held", …
  std::vector<Count> retained;  ///< rows, by the minimum's rule and clause
  struct Look {
    std::string dataset;
    std::uint64_t bytes_read = 0, values_sought = 0, too_short = 0, excused = 0;
    std::vector<std::string> found;  ///< "live rows of members: 2", never values
    std::vector<std::string> steps;  ///< "checkpoint: done", "vacuum: not needed"
    bool clean = false;
    bool of_files = true;  ///< false: a server's rows and statistics were searched, not its files
  };
  std::vector<Look> looks;
  /// What is still to be done elsewhere: by a party that holds the original of an export or what is
  /// known by its map alone, or by besa in a store that could not be reached. Nothing of it is
  /// erased for all that this certificate says.
  struct Outstanding {
    std::string dataset;
    std::string party;          ///< who has to; empty: besa itself, when it is applied again
    std::string why;            ///< "its own copy", "known by its map alone", "could not be opened"
    std::uint64_t records = 0;  ///< that the manifest names there; 0 where only its map is known
    std::string instruction;    ///< file for the party, relative to the workspace; empty: none
  };
  std::vector<Outstanding> outstanding;
  std::vector<std::string> not_covered;  ///< backups and their expiry, replicas, disk blocks …
  std::uint64_t ledger_size = 0;         ///< entries when it was made
  Digest ledger_root;

  /// True where values of erased people were found again, as far as it was looked.
  [[nodiscard]] bool found_values() const;
  /// True where nothing it lists remains to be done, anywhere, by anybody.
  [[nodiscard]] bool nothing_outstanding() const;
  [[nodiscard]] Json to_json() const;
  [[nodiscard]] static Certificate parse(std::string_view json_text);
};

}  // namespace besa::model
