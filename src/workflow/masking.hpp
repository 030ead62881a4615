// What masked columns, cut links and tombstones become: deterministic in (manifest key, record,
// column), so that a resumed apply recognises its own work. Private to workflow.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "besa/base/digest.hpp"
#include "besa/model/dataset.hpp"
#include "besa/source/source.hpp"
#include "besa/workflow/records.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

/// The vault's name for the secret that tombstones' fresh keys are made from.
constexpr const char* tombstone_secret = "tombstones";

enum class KeyForm { number, text, uuid };

/// The key of the row that stands for everybody whom a manifest removed from a table while
/// something that must stay still points there.
[[nodiscard]] source::Key tombstone_key(const KeyedDigest& secret, const model::Dataset& dataset,
                                        const model::Table& table, const std::string& manifest,
                                        KeyForm form);
/// In every type the key may have: what a later sweep recognises.
[[nodiscard]] std::vector<source::Key> tombstone_keys(const KeyedDigest& secret,
                                                      const model::Dataset& dataset,
                                                      const model::Table& table,
                                                      const std::string& manifest);

/// The secret itself; nullptr where no manifest was ever applied.
[[nodiscard]] std::unique_ptr<KeyedDigest> mask_secret(Session& session);

/// How to know a value that an earlier mask put there: what is fixed, and what `secret` has tagged.
/// Both live as long as the answer.
[[nodiscard]] IsMask masks_of(const Sources& sources, const KeyedDigest* secret);

/// Masks the rows of one table for one manifest. What it invents carries a tag made with the
/// tombstones' secret, so that a later sweep knows it and does not mask it again. Values are in the
/// form in which the source shows them afterwards. Error(refused) where a column takes no such
/// value.
class Masker {
 public:
  Masker(const KeyedDigest& manifest_key, const KeyedDigest& tombstones,
         const model::Dataset& dataset, const model::Table& table, source::Source& source,
         std::string manifest);
  Masker(const Masker&) = delete;
  Masker& operator=(const Masker&) = delete;

  /// Columns that change, in the order of `values`.
  [[nodiscard]] std::vector<std::string> columns(const ColumnPlan& plan) const;
  /// Of these the ones whose mask depends on the value that is there now.
  [[nodiscard]] std::vector<std::string> reads(const ColumnPlan& plan) const;
  /// See source::Source::leaves_missing.
  [[nodiscard]] bool leaves_missing() const { return source_.leaves_missing(); }
  /// `read`: the values of `reads`, in order.
  [[nodiscard]] std::vector<source::Value> values(const ColumnPlan& plan, std::string_view key,
                                                  source::RowView read) const;
  /// Tables in which a tombstone must stand before rows masked by `plan` can be written.
  [[nodiscard]] std::vector<const model::Table*> tombstones_needed(const ColumnPlan& plan) const;
  struct Row {
    std::vector<std::string> columns;
    std::vector<source::Value> values;
  };
  /// The tombstone of `target`: its key, and something harmless where the schema insists.
  [[nodiscard]] Row tombstone(const model::Table& target) const;

 private:
  [[nodiscard]] static bool is_cut(const ColumnPlan& plan, const std::string& column);
  [[nodiscard]] source::Value coarser(const std::string& column, std::string_view key,
                                      const source::ValueView& value) const;
  [[nodiscard]] source::Value masked(const std::string& column, std::string_view key) const;
  [[nodiscard]] source::Value filler(const source::TableSchema& schema,
                                     const source::ColumnSchema& column,
                                     std::string_view key) const;
  /// As the source shows it; asked once.
  [[nodiscard]] source::Value stored(const std::string& table, const std::string& column,
                                     const source::Value& value) const;
  [[nodiscard]] Error not_taken(const std::string& table, const std::string& column) const;
  [[nodiscard]] KeyForm key_form(const source::TableSchema& schema,
                                 const source::ColumnSchema& column) const;
  [[nodiscard]] const model::Link* link_of(const std::string& column) const;
  [[nodiscard]] source::Value cut(const std::string& column) const;

  const KeyedDigest& manifest_key_;
  const KeyedDigest& tombstones_;
  const model::Dataset& dataset_;
  const model::Table& table_;
  source::Source& source_;
  source::Schema schema_;  ///< a copy: the source's own goes when its connection does
  const source::TableSchema& live_;
  std::string manifest_;
  mutable std::map<std::string, source::Value> stored_;
};

}  // namespace besa::workflow
