// What an entry does to the derived tables: one rule and one fold for each kind, used when it is
// appended and again when `verify` replays the log.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "besa/model/note.hpp"
#include "ledger/database.hpp"
#include "ledger/entry.hpp"

namespace besa::ledger {

struct Fold {
  std::string_view kind;
  /// Error(refused) where the entry may not follow on what is there.
  void (*check)(const Database& database, const Record& entry);
  void (*apply)(const Database& database, const Record& entry);
};

/// nullptr for a kind that is only noted.
[[nodiscard]] const Fold* fold_of(std::string_view kind);

// each beside the verbs it belongs to
[[nodiscard]] std::span<const Fold> about_folds();
[[nodiscard]] std::span<const Fold> key_folds();
[[nodiscard]] std::span<const Fold> manifest_folds();
[[nodiscard]] std::span<const Fold> approval_folds();
[[nodiscard]] std::span<const Fold> run_folds();
[[nodiscard]] std::span<const Fold> hold_folds();
[[nodiscard]] std::span<const Fold> sweep_folds();
[[nodiscard]] std::span<const Fold> backup_folds();
[[nodiscard]] std::span<const Fold> checkpoint_folds();
[[nodiscard]] std::span<const Fold> suppression_folds();
[[nodiscard]] std::span<const Fold> giving_up_folds();

/// The manifest of a run that has not ended; Error(refused) otherwise.
std::string require_unfinished(const Database& database, const std::string& run);
void set_dataset_state(const Database& database, const std::string& run, const std::string& dataset,
                       const std::string& state);
/// Writes down how a run ended; `entry` names its certificate.
void end_run(const Database& database, const std::string& run, std::string_view outcome,
             const Record& entry);

/// For kinds that may always follow.
inline void no_rule(const Database&, const Record&) {}

/// Throws Error(refused).
[[noreturn]] void refuse(const std::string& message, const std::string& hint = {});

/// The civil day of an instant in UTC: coarse on purpose, workflow knows the policy's zone.
[[nodiscard]] Date day_of(Instant instant);

/// The name of this log, from its first entry.
[[nodiscard]] std::string origin_of(const Database& database);
/// The key by which this log signs, from its first entry too.
[[nodiscard]] std::optional<model::VerifierKey> verifier_of(const Database& database);

/// Error(refused) unless `name` is an approver with this key, not retired, who signed `statement`.
void require_signed_by_approver(const Database& database, const std::string& name,
                                const std::string& public_key, const std::string& signature,
                                const std::string& statement);

}  // namespace besa::ledger
