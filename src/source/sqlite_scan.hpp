// Answers scans on one connection: by seeks where the schema proves that they find exactly what was
// asked and they are the cheaper way, by one pass otherwise.
//
// Equality of owners and keys is that of encode_key, byte by byte; seeks only nominate rows, each
// is compared again. Key order: for free from seeks by key; by SQLite (in memory) for whole tables;
// in memory here, bounded by the set, for rows of given owners.
#pragma once

#include <span>

#include "source/sqlite_leaves.hpp"
#include "source/sqlite_query.hpp"
#include "source/text_terms.hpp"

namespace besa::source {

class SqliteScanner {
 public:
  SqliteScanner(Connection& connection, const Catalogue& catalogue)
      : connection_(connection), catalogue_(catalogue) {}

  /// As Source::scan. `extra` columns of the scan's own table, by their SQL names, come last.
  void scan(const Scan& scan, const RowSink& sink, const std::vector<std::string>& extra = {});
  void scan_without(const Scan& population, std::span<const Scan> events, const RowSink& sink);
  [[nodiscard]] bool seeks(std::span<const Scan> scans) const;
  [[nodiscard]] bool one_look_tells(std::span<const Scan> scans) const;
  /// About how many rows: from statistics, the span of rowids or the file's size; never by
  /// counting.
  [[nodiscard]] std::uint64_t about_rows(const std::string& table) const;

 private:
  enum class By { owner, key };
  void require_readable(const std::string& table) const;
  void require_readable(const Scan& scan) const;
  [[nodiscard]] std::vector<std::size_t> key_places(const Scan& scan) const;
  [[nodiscard]] bool by_rowid(const Scan& scan) const;  ///< only rows with given rowids
  /// Nanoseconds for every row of the table, and more for each that is asked for.
  struct PassCost {
    double row = 0, found = 0;
  };
  [[nodiscard]] PassCost pass_cost(const QueryText& query, const Scan& scan) const;
  [[nodiscard]] bool worth_seeking(const std::string& from, const std::vector<std::string>& names,
                                   const QueryText& query, const Scan& scan,
                                   const KeyIndex& set) const;
  void seek(const QueryText& query, const std::string& from, const Scan& scan, By by,
            const RowSink& sink);
  /// A pass by pages: of the columns read, `width` are asked for and the others tested.
  struct LeafPass {
    TableLeaves::Choice choice;
    std::size_t width = 0;
    TextTerms terms;
  };
  [[nodiscard]] bool may_read_leaves() const;
  /// nullopt where only SQLite can answer, as far as the schema tells.
  [[nodiscard]] std::optional<LeafPass> leaf_pass(const QueryText& query, const Scan& scan) const;
  /// False where SQLite has to do it after all: nothing was delivered then.
  [[nodiscard]] bool pass_leaves(const LeafPass& pass, const Scan& scan, RowFilter& filter);
  void pass(const QueryText& query, const Scan& scan, const Sql& without, const RowSink& sink);
  [[nodiscard]] std::string clause_for_pass(const QueryText& query, const Scan& scan) const;
  [[nodiscard]] bool selective(const QueryText& query, const Scan& scan, std::size_t term,
                               const std::string& clause) const;
  [[nodiscard]] std::string order(const QueryText& query, const Scan& scan) const;
  [[nodiscard]] std::optional<double> rows_of_an_owner(const Scan& scan) const;
  [[nodiscard]] bool comparable(const Scan& population, const Scan& event) const;
  [[nodiscard]] std::optional<Sql> not_exists(const Scan& population, const Scan& event,
                                              char letter) const;
  [[nodiscard]] std::optional<Sql> not_exists(const Scan& population,
                                              std::span<const Scan> events) const;

  Connection& connection_;
  const Catalogue& catalogue_;
};

}  // namespace besa::source
