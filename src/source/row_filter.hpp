// What every driver does with a row it has read, whatever its format: is its owner in the set, is
// its key, and in which order is it handed on. And the join that needs no index.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "besa/source/source.hpp"
#include "source/row_buffer.hpp"

namespace besa::source {

/// Hands on the rows of one scan that its `owners` and `keys` allow, in key order if asked to sort.
class RowFilter {
 public:
  RowFilter(const Scan& scan, const RowSink& sink, bool sort);
  void offer(RowView row);
  /// The same for a row that is known to be wanted.
  void take(RowView row);
  /// Where rows that are offered go: straight to the sink if all are wanted as they come.
  [[nodiscard]] RowSink entrance();
  /// The same for rows that are known to be of the one set that the scan asks for.
  [[nodiscard]] RowSink entrance_of_wanted();
  /// Hands on what was kept for sorting.
  void finish() { buffer_.deliver(sink_); }
  /// The encoded owner, or key, of a row of this scan; valid until the next call.
  [[nodiscard]] std::string_view encoded_owner(RowView row);
  [[nodiscard]] std::string_view encoded_key(RowView row);

 private:
  [[nodiscard]] bool wanted(RowView row);
  [[nodiscard]] bool in(const KeyIndex& set, RowView columns);
  [[nodiscard]] bool owner_wanted(RowView owner);

  const Scan& scan_;
  const RowSink& sink_;
  bool sort_;
  std::string encoded_;
  std::string last_owner_;  ///< text of the owner before: rows of an index come owner by owner
  bool last_wanted_ = false;
  RowBuffer buffer_;
};

using Scanner = std::function<void(const Scan&, const RowSink&)>;

/// Source::scan_without for any source: collects the owners of `events`, then asks for the
/// population.
void scan_without_by_sets(const Scanner& scanner, const Scan& population,
                          std::span<const Scan> events, const RowSink& sink);

}  // namespace besa::source
