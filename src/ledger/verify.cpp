#include "ledger/verify.hpp"

#include "ledger/fold.hpp"
#include "ledger/log.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* entries_sql = "SELECT number, leaf, bytes FROM entries ORDER BY number";
constexpr const char* level_sql = "SELECT number, hash FROM nodes WHERE level = ? ORDER BY number";
constexpr const char* stray_sql =
    "SELECT level, number FROM nodes WHERE level < 1 OR level > ? ORDER BY level, number";
constexpr const char* checkpoints_sql = "SELECT size, note FROM checkpoints ORDER BY size";
constexpr const char* exported_sql = "SELECT size, root FROM exported_checkpoints ORDER BY size";
constexpr const char* about_sql = "SELECT origin, public_key FROM about";

std::string entry_name(std::uint64_t number) {
  return "entry " + std::to_string(number);
}

/// "tree node 3 of level 2 (entries 12 to 15)"
std::string node_name(unsigned level, std::uint64_t number) {
  const std::uint64_t first = number << level;
  return "tree node " + std::to_string(number) + " of level " + std::to_string(level) +
         " (entries " + std::to_string(first) + " to " +
         std::to_string(first + (std::uint64_t{1} << level) - 1) + ")";
}

std::string checkpoint_name(std::uint64_t size) {
  return "checkpoint " + std::to_string(size);
}

}  // namespace

void Findings::add(std::string where, std::string what) {
  constexpr std::size_t most = 1000;
  if (list_.size() < most) {
    list_.push_back({std::move(where), std::move(what)});
  } else {
    ++more_;
  }
}

std::vector<Tampering> Findings::take() {
  if (more_ > 0) list_.push_back({"elsewhere", std::to_string(more_) + " findings more"});
  return std::move(list_);
}

// --- the tree -----------------------------------------------------------------------------------

StoredTree::StoredTree(const Database& database, Findings& findings)
    : database_(database), findings_(findings) {}

Digest StoredTree::stored(unsigned level, std::uint64_t number, const Digest& expected) {
  if (level > levels_.size()) {
    levels_.push_back({Query(database_, level_sql), false});
    levels_.back().has_row = levels_.back().rows.with(level).next();
  }
  Level& nodes = levels_[level - 1];
  if (!nodes.has_row || nodes.rows.number(0) != number) {
    findings_.add(node_name(level, number), "is missing");
    return expected;
  }
  const Digest hash = nodes.rows.hash(1);
  nodes.has_row = nodes.rows.next();
  if (hash != expected) findings_.add(node_name(level, number), "is not the hash of its children");
  return hash;
}

void StoredTree::append(const Digest& leaf) {
  Digest sum = leaf;
  unsigned level = 0;
  for (std::uint64_t number = size_; (number & 1U) == 1; number >>= 1U) {
    const Digest expected = model::node_hash(peaks_.back(), sum);
    peaks_.pop_back();
    sum = stored(++level, number >> 1U, expected);
  }
  peaks_.push_back(sum);
  ++size_;
}

Digest StoredTree::root() const {
  if (peaks_.empty()) return model::empty_root();
  Digest sum = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak) {
    sum = model::node_hash(*peak, sum);
  }
  return sum;
}

void StoredTree::finish() {
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    Level& nodes = levels_[i];
    for (; nodes.has_row; nodes.has_row = nodes.rows.next()) {
      findings_.add(node_name(static_cast<unsigned>(i) + 1, nodes.rows.number(0)),
                    "does not belong to this tree");
    }
  }
  Query stray(database_, stray_sql);
  for (stray.with(levels_.size()); stray.next();) {
    findings_.add("tree node " + std::to_string(stray.number(1)) + " of level " +
                      std::to_string(stray.number(0)),
                  "does not belong to this tree");
  }
}

// --- the folds ----------------------------------------------------------------------------------

Replay::Replay(Findings& findings) : findings_(findings), memory_(Database::in_memory()) {}

void Replay::entry(std::uint64_t number, std::string_view bytes) {
  const auto heading = read_heading(bytes);
  if (!heading) return findings_.add(entry_name(number), "is not an entry besa writes");
  if (heading->at < last_at_) {
    findings_.add(entry_name(number), "its time lies before that of the entry before");
  }
  if (heading->at != last_at_) last_at_ = heading->at;
  const Fold* fold = fold_of(heading->kind);
  if (fold == nullptr) return;
  try {
    const Record record = read_entry(number, bytes);
    fold->check(memory_, record);
    fold->apply(memory_, record);
  } catch (const std::exception& fault) {
    findings_.add(entry_name(number), std::string("may not be there: ") + fault.what());
  }
}

// --- the checkpoints ----------------------------------------------------------------------------

namespace {

/// What is wrong with a note said to be signed over `size` entries; empty if nothing.
std::string fault_of_note(const std::string& note, const model::VerifierKey& key,
                          std::uint64_t size, const std::map<std::uint64_t, Digest>& roots) {
  const auto text = model::open_note(note, key);
  const auto head = text ? model::Checkpoint::parse(*text) : std::nullopt;
  if (!head || head->origin != key.name) return "is not signed by this ledger's key";
  if (head->size != size) return "was signed over " + std::to_string(head->size) + " entries";
  const auto root = roots.find(size);
  if (root == roots.end()) return "the ledger has fewer entries than it was signed over";
  if (root->second != head->root) return "was signed over other entries";
  return {};
}

std::optional<model::VerifierKey> log_key(const Database& rebuilt) {
  Query about(rebuilt, about_sql);
  const auto key = about.next() ? PublicKey::parse(about.bytes(1)) : std::nullopt;
  if (!key) return std::nullopt;
  return model::VerifierKey{about.text(0), *key};
}

}  // namespace

void check_checkpoints(const Database& stored, const Database& rebuilt,
                       const std::map<std::uint64_t, Digest>& roots, Findings& findings) {
  const auto key = log_key(rebuilt);
  if (!key) return findings.add(entry_name(0), "does not say whose ledger this is");
  std::map<std::uint64_t, bool> present;
  for (Query row(stored, checkpoints_sql); row.next();) {
    const std::uint64_t size = row.number(0);
    present[size] = true;
    const std::string fault = fault_of_note(row.text(1), *key, size, roots);
    if (!fault.empty()) findings.add(checkpoint_name(size), fault);
  }
  for (Query row(rebuilt, exported_sql); row.next();) {
    const std::uint64_t size = row.number(0);
    if (!present.contains(size)) findings.add(checkpoint_name(size), "was handed out and is gone");
    const auto root = roots.find(size);
    if (root != roots.end() && root->second.hex() != row.text(1)) {
      findings.add(checkpoint_name(size), "was handed out over other entries");
    }
  }
}

// --- all of it ----------------------------------------------------------------------------------

namespace {

std::map<std::uint64_t, Digest> checkpoint_sizes(const Database& database) {
  std::map<std::uint64_t, Digest> sizes;
  for (Query row(database, checkpoints_sql); row.next();) sizes[row.number(0)] = {};
  return sizes;
}

/// Streams the entries once: leaves, tree and folds. Returns the roots at the sizes of `wanted`
/// that the tree reached.
std::map<std::uint64_t, Digest> walk_entries(const Database& database, Replay& replay,
                                             const std::map<std::uint64_t, Digest>& wanted,
                                             Findings& findings) {
  std::map<std::uint64_t, Digest> roots;
  StoredTree tree(database, findings);
  std::uint64_t next = 0;
  for (Query row(database, entries_sql); row.next(); ++next) {
    if (row.number(0) != next) {
      findings.add(entry_name(next), "is missing");
      break;  // every later one would be out of its place
    }
    const Digest leaf = row.hash(1);
    if (model::leaf_hash(row.bytes(2)) != leaf) {
      findings.add(entry_name(next), "its bytes are not those that were recorded");
    }
    tree.append(leaf);
    replay.entry(next, row.bytes(2));
    if (wanted.contains(next + 1)) roots[next + 1] = tree.root();
  }
  tree.finish();
  return roots;
}

}  // namespace

std::vector<Tampering> Ledger::verify() const {
  Findings findings;
  const Database& database = state_->database;
  const bool within_change = state_->changing;
  if (!within_change) database.execute("BEGIN");  // one snapshot for everything
  try {
    Replay replay(findings);
    check_file(database, findings);
    check_schema(database, replay.database(), findings);
    replay.database().execute("BEGIN");
    const auto roots = walk_entries(database, replay, checkpoint_sizes(database), findings);
    check_checkpoints(database, replay.database(), roots, findings);
    compare_folds(database, replay.database(), findings);
  } catch (...) {
    if (!within_change) database.execute("ROLLBACK");
    throw;
  }
  if (!within_change) database.execute("COMMIT");
  return findings.take();
}

}  // namespace besa::ledger
