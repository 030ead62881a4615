#include "ledger/verify.hpp"

#include <future>

#include "ledger/fold.hpp"
#include "ledger/log.hpp"
#include "ledger/state.hpp"

namespace besa::ledger {

namespace {

constexpr const char* all_entries_sql =
    "SELECT number, leaf, nodes, bytes FROM entries ORDER BY number";
constexpr const char* checkpoints_sql = "SELECT size, note FROM checkpoints ORDER BY size";
constexpr const char* exported_sql = "SELECT size, root FROM exported_checkpoints ORDER BY size";

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

Digest StoredTree::stored(unsigned level, std::string_view nodes, const Digest& expected) {
  const auto hash = node_in(nodes, level);
  if (hash == expected) return expected;
  findings_.add(node_name(level, size_ >> level),
                hash ? "is not the hash of its children" : "is missing");
  return hash.value_or(expected);
}

void StoredTree::append(const Digest& leaf, std::string_view nodes) {
  Digest sum = leaf;
  unsigned level = 0;
  for (std::uint64_t number = size_; (number & 1U) == 1; number >>= 1U) {
    const Digest expected = model::node_hash(peaks_.back(), sum);
    peaks_.pop_back();
    sum = stored(++level, nodes, expected);
  }
  if (nodes.size() > level * sum.bytes.size()) {
    findings_.add(entry_name(size_), "holds more tree nodes than it completes");
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

// --- the folds ----------------------------------------------------------------------------------

Replay::Replay(Findings& findings) : findings_(findings), memory_(Database::in_memory()) {}

void Replay::entry(std::uint64_t number, std::string_view bytes) {
  const auto heading = read_heading(bytes);
  if (!heading) return findings_.add(entry_name(number), "is not an entry besa writes");
  if (heading->at < last_at_) {
    findings_.add(entry_name(number), "its time lies before that of the entry before");
  }
  if (heading->at != last_at_) last_at_ = heading->at;
  if (heading->kind != last_kind_) {
    last_kind_ = heading->kind;
    last_fold_ = fold_of(last_kind_);
  }
  if (last_fold_ == nullptr) return;
  try {
    const Record record = read_entry(number, bytes);
    last_fold_->check(memory_, record);
    last_fold_->apply(memory_, record);
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

}  // namespace

void check_checkpoints(const Database& stored, const Database& rebuilt,
                       const std::map<std::uint64_t, Digest>& roots, Findings& findings) {
  const auto key = verifier_of(rebuilt);
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
  StoredTree tree(findings);
  std::uint64_t next = 0;
  for (Query row(database, all_entries_sql); row.next(); ++next) {
    if (row.number(0) != next) {
      findings.add(entry_name(next), "is missing");
      break;  // every later one would be out of its place
    }
    const Digest leaf = row.hash(1);
    const std::string_view bytes = row.bytes(3);
    if (model::leaf_hash(bytes) != leaf) {
      findings.add(entry_name(next), "its bytes are not those that were recorded");
    }
    tree.append(leaf, row.bytes(2));
    replay.entry(next, bytes);
    if (wanted.contains(next + 1)) roots[next + 1] = tree.root();
  }
  return roots;
}

/// The file's own check beside everything else, on a connection of its own; within a change, whose
/// pages nobody else sees, on the change's.
std::future<std::vector<std::string>> file_check(const Database& database, const Path& file,
                                                 bool within_change) {
  if (within_change)
    return std::async(std::launch::deferred, [&database] { return faults_of_file(database); });
  return std::async(std::launch::async, [file] { return faults_of_file(Database::plain(file)); });
}

}  // namespace

std::vector<Tampering> Ledger::verify() const {
  Findings findings;
  const Database& database = state_->database;
  const bool within_change = state_->changing;
  if (!within_change) database.execute("BEGIN");  // one snapshot for everything
  try {
    auto faults = file_check(database, state_->file(), within_change);
    Replay replay(findings);
    check_schema(database, replay.database(), findings);
    replay.database().execute("BEGIN");
    const auto roots = walk_entries(database, replay, checkpoint_sizes(database), findings);
    check_checkpoints(database, replay.database(), roots, findings);
    compare_folds(database, replay.database(), findings);
    for (const std::string& fault : faults.get()) findings.add("file", fault);
  } catch (...) {
    if (!within_change) database.execute("ROLLBACK");
    throw;
  }
  if (!within_change) database.execute("COMMIT");
  return findings.take();
}

}  // namespace besa::ledger
