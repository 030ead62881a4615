#include "ledger/log.hpp"

namespace besa::ledger {

namespace {

constexpr const char* count_sql = "SELECT coalesce(max(number) + 1, 0) FROM entries";
constexpr const char* bytes_sql = "SELECT bytes FROM entries WHERE number = ?";
constexpr const char* leaf_sql = "SELECT leaf FROM entries WHERE number = ?";
constexpr const char* node_sql = "SELECT hash FROM nodes WHERE level = ? AND number = ?";
constexpr const char* insert_entry_sql =
    "INSERT INTO entries (number, leaf, bytes) VALUES (?, ?, ?)";
constexpr const char* insert_node_sql = "INSERT INTO nodes (level, number, hash) VALUES (?, ?, ?)";

}  // namespace

std::uint64_t count_entries(const Database& database) {
  Query query(database, count_sql);
  return query.next() ? query.number(0) : 0;
}

std::optional<std::string> read_bytes(const Database& database, std::uint64_t number) {
  Query query(database, bytes_sql);
  if (!query.with(number).next()) return std::nullopt;
  return query.text(0);
}

model::SubtreeHash stored_subtrees(const Database& database) {
  const auto leaf = std::make_shared<Query>(database, leaf_sql);
  const auto node = std::make_shared<Query>(database, node_sql);
  return [leaf, node](unsigned level, std::uint64_t number) {
    Query& query = level == 0 ? leaf->with(number) : node->with(level, number);
    if (!query.next()) {
      throw Error(ErrorKind::finding,
                  "the ledger's tree has no node " + std::to_string(number) + " on level " +
                      std::to_string(level),
                  "see what was changed with 'besa audit verify'");
    }
    return query.hash(0);
  };
}

Appender::Appender(const Database& database)
    : insert_entry_(database, insert_entry_sql),
      insert_node_(database, insert_node_sql),
      frontier_(count_entries(database), stored_subtrees(database)) {}

void Appender::append(std::string_view bytes) {
  const Digest leaf = model::leaf_hash(bytes);
  insert_entry_.with(frontier_.size(), leaf, as_bytes(bytes)).run();
  frontier_.append(leaf, [&](unsigned level, std::uint64_t number, const Digest& hash) {
    if (level > 0) insert_node_.with(level, number, hash).run();
  });
}

}  // namespace besa::ledger
