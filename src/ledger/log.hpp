// The entries and their tree, as the database stores them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "besa/model/merkle.hpp"
#include "ledger/database.hpp"

namespace besa::ledger {

[[nodiscard]] std::uint64_t count_entries(const Database& database);
/// nullopt where there is none of that number.
[[nodiscard]] std::optional<std::string> read_bytes(const Database& database, std::uint64_t number);
/// Reads stored hashes; valid as long as the database.
[[nodiscard]] model::SubtreeHash stored_subtrees(const Database& database);

/// Adds entries within one transaction: the leaf, and every perfect subtree it completes.
class Appender {
 public:
  explicit Appender(const Database& database);
  [[nodiscard]] std::uint64_t size() const { return frontier_.size(); }
  void append(std::string_view bytes);

 private:
  Query insert_entry_, insert_node_;
  model::Frontier frontier_;
};

}  // namespace besa::ledger
