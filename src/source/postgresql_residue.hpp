// Looks for erased values in what a PostgreSQL server shows: the live rows, and the statistics of
// its planner, which hold samples of values. What lies in its files cannot be seen from here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "source/byte_search.hpp"
#include "source/postgresql_scan.hpp"

namespace besa::source {

class PostgresqlResidue {
 public:
  PostgresqlResidue(PostgresqlConnection& connection, const PostgresqlCatalogue& catalogue,
                    const std::vector<std::string>& erased);

  /// Values that are still whole values there of somebody who stays are not sought. Returns how
  /// many.
  std::uint64_t excuse(const LiveRows& live);
  /// Values standing alone in texts, or anywhere in blobs, of the table's live rows.
  std::uint64_t look_at_rows(const std::string& table);
  /// The same in the planner's statistics, as far as the role may see them.
  std::uint64_t look_at_statistics();

  [[nodiscard]] const Residue& residue() const { return residue_; }

 private:
  const ByteSearch& search();
  [[nodiscard]] std::uint64_t count_in(const ValueView& cell);
  void add_hits(Residue::Where where, const std::string& file, const std::string& table,
                std::uint64_t count);

  PostgresqlConnection& connection_;
  const PostgresqlCatalogue& catalogue_;
  std::vector<std::string> values_;
  std::optional<ByteSearch> search_;  ///< made when every excuse is known
  std::vector<ByteSearch::Match> matches_;
  Residue residue_;
};

}  // namespace besa::source
