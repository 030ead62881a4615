// Signed tree heads, proofs against them, and consistency with what was signed before.
#include <array>

#include "ledger/fold.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* last_checkpoint_sql =
    "SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1";
constexpr const char* all_checkpoints_sql = "SELECT note FROM checkpoints ORDER BY size";
constexpr const char* find_checkpoint_sql = "SELECT note FROM checkpoints WHERE size = ?";
constexpr const char* insert_checkpoint_sql = "INSERT INTO checkpoints (size, note) VALUES (?, ?)";
constexpr const char* insert_exported_sql =
    "INSERT OR REPLACE INTO exported_checkpoints (size, root, at) VALUES (?, ?, ?)";
constexpr const char* last_exported_sql = "SELECT max(size) FROM exported_checkpoints";

void apply_export(const Database& database, const Record& entry) {
  Query(database, insert_exported_sql)
      .with(entry.count("size"), entry.digest("root").hex(), entry.at)
      .run();
}

struct SignedHead {
  std::string note;
  model::Checkpoint head;
};

SignedHead open_head(std::string note, const model::VerifierKey& key) {
  const auto text = model::open_note(note, key);
  const auto head = text ? model::Checkpoint::parse(*text) : std::nullopt;
  if (!head || head->origin != key.name) {
    throw Error(ErrorKind::finding, "the checkpoint is not signed by the ledger " + key.name,
                "see what was changed with 'besa audit verify'");
  }
  return {std::move(note), *head};
}

std::optional<SignedHead> last_head(const Database& database, const model::VerifierKey& key) {
  Query query(database, last_checkpoint_sql);
  if (!query.next()) return std::nullopt;
  return open_head(query.text(0), key);
}

/// A log must never sign what contradicts what it signed before: a ledger that went back in time,
/// or was changed, is caught here.
void require_consistent(const SignedHead& last, const model::Checkpoint& next,
                        const model::SubtreeHash& subtree) {
  const std::string before =
      "the checkpoint signed over " + std::to_string(last.head.size) + " entries";
  if (next.size < last.head.size) {
    throw Error(ErrorKind::finding,
                "the ledger has " + std::to_string(next.size) + " entries, fewer than " + before,
                "entries were removed: restore the ledger that was signed");
  }
  const auto proof = model::consistency_proof(last.head.size, next.size, subtree);
  if (!model::verify_consistency(last.head.size, next.size, proof, last.head.root, next.root)) {
    throw Error(ErrorKind::finding, "the ledger contradicts " + before,
                "see what was changed with 'besa audit verify'");
  }
}

}  // namespace

std::span<const Fold> checkpoint_folds() {
  static constexpr std::array folds{Fold{"checkpoint.exported", no_rule, apply_export}};
  return folds;
}

std::string Ledger::checkpoint() {
  const Change change = begin();
  const Database& database = state_->database;
  const auto subtree = stored_subtrees(database);
  const std::uint64_t size = count_entries(database);
  const model::Checkpoint head{state_->origin, size, model::root(size, subtree)};
  const auto last = last_head(database, state_->verifier);
  if (last) {
    require_consistent(*last, head, subtree);
    if (last->head.size == size) return last->note;
  }
  std::string note = sign_note(head.text());
  Query(database, insert_checkpoint_sql).with(size, note).run();
  change.state_->commit();
  return note;
}

std::vector<std::string> Ledger::checkpoints() const {
  std::vector<std::string> notes;
  for (Query query(state_->database, all_checkpoints_sql); query.next();)
    notes.push_back(query.text(0));
  return notes;
}

void Ledger::mark_checkpoint_exported(std::uint64_t size) {
  Change change = begin();
  Query query(state_->database, find_checkpoint_sql);
  if (!query.with(size).next()) {
    refuse("no checkpoint was signed over " + std::to_string(size) + " entries");
  }
  const SignedHead head = open_head(query.text(0), state_->verifier);
  query.run();
  change.state_->append("checkpoint.exported", std::nullopt,
                        {{"size", size}, {"root", head.head.root.hex()}});
  change.commit();
}

std::optional<std::uint64_t> Ledger::last_exported_checkpoint() const {
  Query query(state_->database, last_exported_sql);
  if (!query.next() || query.is_null(0)) return std::nullopt;
  return query.number(0);
}

model::TlogProof Ledger::prove(std::uint64_t index) {
  if (index >= size()) {
    throw Error(ErrorKind::failed, "the ledger has no entry " + std::to_string(index),
                "its entries are numbered from 0 to " + std::to_string(size() - 1));
  }
  auto head = last_head(state_->database, state_->verifier);
  if (!head || head->head.size <= index) head = open_head(checkpoint(), state_->verifier);
  return {index, model::inclusion_proof(index, head->head.size, stored_subtrees(state_->database)),
          head->note};
}

std::vector<Tampering> Ledger::verify_since(const std::string& signed_checkpoint) const {
  const auto text = model::open_note(signed_checkpoint, state_->verifier);
  const auto kept = text ? model::Checkpoint::parse(*text) : std::nullopt;
  if (!kept || kept->origin != state_->origin) {
    return {{"kept checkpoint", "is not signed by the ledger " + state_->origin}};
  }
  const std::string where = "entries before " + std::to_string(kept->size);
  const std::uint64_t now = size();
  if (kept->size > now) {
    return {{where, "the ledger has only " + std::to_string(now) +
                        ": it went back in time, or entries were removed"}};
  }
  if (model::root(kept->size, stored_subtrees(state_->database)) != kept->root) {
    return {{where, "are not those the kept checkpoint was signed over"}};
  }
  return {};
}

}  // namespace besa::ledger
