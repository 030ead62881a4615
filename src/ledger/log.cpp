#include "ledger/log.hpp"

#include <algorithm>

#include "besa/base/bytes.hpp"

namespace besa::ledger {

namespace {

constexpr const char* count_sql = "SELECT coalesce(max(number) + 1, 0) FROM entries";
constexpr const char* last_entry_sql =
    "SELECT number, bytes FROM entries ORDER BY number DESC LIMIT 1";
constexpr const char* hashes_sql = "SELECT leaf, nodes FROM entries WHERE number = ?";
// OR FAIL: what fails ends the change, so no journal of each statement is needed to undo it alone.
constexpr const char* insert_entry_sql =
    "INSERT OR FAIL INTO entries (number, leaf, nodes, bytes) VALUES (?, ?, ?, ?)";

}  // namespace

std::uint64_t last_leaf_of(unsigned level, std::uint64_t number) {
  return ((number + 1) << level) - 1;
}

std::optional<Digest> node_in(std::string_view nodes, unsigned level) {
  Digest hash;
  const std::size_t begin = (level - 1) * hash.bytes.size();
  if (nodes.size() < begin + hash.bytes.size()) return std::nullopt;
  std::copy_n(nodes.begin() + static_cast<std::ptrdiff_t>(begin), hash.bytes.size(),
              hash.bytes.begin());
  return hash;
}

std::uint64_t count_entries(const Database& database) {
  Query query(database, count_sql);
  return query.next() ? query.number(0) : 0;
}

LogEnd read_end(const Database& database) {
  Query query(database, last_entry_sql);
  if (!query.next()) return {};
  return {query.number(0) + 1, query.text(1)};
}

model::SubtreeHash stored_subtrees(const Database& database) {
  const auto hashes = std::make_shared<Query>(database, hashes_sql);
  return [hashes](unsigned level, std::uint64_t number) {
    const bool there = hashes->with(last_leaf_of(level, number)).next();
    if (there && level == 0) return hashes->hash(0);
    const auto node = there ? node_in(hashes->bytes(1), level) : std::nullopt;
    if (!node) {
      throw Error(ErrorKind::finding,
                  "the ledger's tree has no node " + std::to_string(number) + " on level " +
                      std::to_string(level),
                  "see what was changed with 'besa audit verify'");
    }
    return *node;
  };
}

Appender::Appender(const Database& database, std::uint64_t size, const model::Frontier& known)
    : insert_(database, insert_entry_sql),
      frontier_(size == known.size() ? known : model::Frontier(size, stored_subtrees(database))) {}

void Appender::append(std::string_view bytes) {
  const Digest leaf = model::leaf_hash(bytes);
  const std::uint64_t number = frontier_.size();
  nodes_.clear();
  frontier_.append(leaf, [this](unsigned level, std::uint64_t, const Digest& hash) {
    if (level > 0) nodes_ += as_text(hash.view());
  });
  insert_.with(number, Lent{as_text(leaf.view())}, Lent{nodes_}, Lent{bytes}).run();
  last_leaf_ = leaf;
}

}  // namespace besa::ledger
