// Who there is: the people of one subject type, numbered densely, with everything that identifies
// them and when. The one way in which besa finds whose a value is.
//
// A *root* is a row of a subject's own table; a *person* is a set of roots joined by same_person
// links, named by its lowest root. Identifiers resolve within their intervals: a value that several
// people claim at that time, or that nobody does though somebody did at another, is ambiguous.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "besa/base/digest_index.hpp"
#include "besa/base/time.hpp"
#include "besa/model/decide.hpp"
#include "besa/source/source.hpp"

namespace besa::workflow {

using Ordinal = std::uint32_t;
constexpr Ordinal nobody = 0xFFFFFFFF;

/// The opened sources of a realm, by dataset name; nullptr where missing or without a source.
using Sources = std::map<std::string, source::Source*>;

/// Whose a value is. `owner` only if exactly one person; otherwise `candidates` who may be meant.
struct Claim {
  Ordinal owner = nobody;
  std::vector<Ordinal> candidates;
};

/// Any reader of scans: a source, or a transaction on it.
using ScanRows =
    std::function<void(const std::string& dataset, const source::Scan&, const source::RowSink&)>;
[[nodiscard]] ScanRows scan_sources(const Sources& sources);

/// Encoded root keys by "dataset.table".
using RootKeys = std::map<std::string, std::vector<std::string>>;

class Population {
 public:
  /// A table that lists this subject type.
  struct Root {
    const model::Dataset* dataset = nullptr;
    const model::Table* table = nullptr;
    Ordinal first = 0;      ///< ordinal of its first row
    source::KeyIndex keys;  ///< its number + first = ordinal
    [[nodiscard]] std::string full_name() const { return dataset->name + "." + table->name; }
  };

  /// Everybody of the type, in one pass over each root and history table. `excluded` rows
  /// (tombstones) are nobody.
  [[nodiscard]] static Population everybody(const model::Rulebook& rules,
                                            const std::string& subject_type, const ScanRows& scan,
                                            const RootKeys& excluded = {});
  /// Only the people who own these root keys (encoded, by "dataset.table"), the roots merged with
  /// them, and whoever else claims one of their identifiers (so that sharing is seen).
  [[nodiscard]] static Population some(const model::Rulebook& rules,
                                       const std::string& subject_type, const ScanRows& scan,
                                       const RootKeys& root_keys, const RootKeys& excluded = {});

  [[nodiscard]] const std::string& subject_type() const { return type_; }
  [[nodiscard]] Ordinal size() const { return size_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Root>>& roots() const { return roots_; }
  [[nodiscard]] Ordinal person(Ordinal root) const;  ///< the lowest root of the same person
  [[nodiscard]] const Root& root_of(Ordinal ordinal) const;
  [[nodiscard]] std::string_view key_of(Ordinal ordinal) const;  ///< encoded
  /// Roots by their key: the hot path. `columns` are the values of the link, in key order.
  [[nodiscard]] Ordinal by_key(const Root& root, source::RowView columns) const;
  /// The same by a key that another store wrote: a number here may be text there. Candidates where
  /// both are keys of different people.
  [[nodiscard]] Claim by_key_abroad(const Root& root, source::RowView columns) const;
  [[nodiscard]] const Root* root(const model::Dataset& dataset, const std::string& table) const;
  /// The table whose people a way leads to.
  [[nodiscard]] const Root* root(const model::Attachment& way) const;
  /// By another identifier, on a day (nullopt: any day, so only what is unambiguous for ever).
  [[nodiscard]] Claim by_identifier(const std::string& kind, const source::ValueView& value,
                                    std::optional<Date> on) const;
  /// True for people asked for (`some` also loads other claimants, who are only compared with).
  [[nodiscard]] bool asked(Ordinal ordinal) const {
    return ordinal < asked_.size() ? asked_[ordinal] : true;
  }
  /// True for the key of an excluded row, which stands for nobody.
  [[nodiscard]] bool excludes(const Root& root, std::string_view key) const;

 private:
  /// Who claims a value, and from which to which day.
  struct Claimed {
    static constexpr std::int32_t always_from = INT32_MIN, always_to = INT32_MAX;
    Ordinal ordinal = nobody;
    std::int32_t from = always_from, to = always_to;
    [[nodiscard]] bool is_open() const { return from == always_from && to == always_to; }
    [[nodiscard]] bool holds_on(Date day) const { return from <= day.days() && day.days() <= to; }
    friend auto operator<=>(const Claimed&, const Claimed&) = default;
  };
  struct Kind {
    IdentifierRule rule = IdentifierRule::exact;
    DigestIndex values;
    /// By value: its one claim, as most have, which lasts to this day; nobody's where `others`
    /// tells.
    struct Lasting {
      Ordinal ordinal = nobody;
      std::int32_t from = Claimed::always_from;
    };
    std::vector<Lasting> lasting;
    std::vector<std::pair<std::uint32_t, Claimed>> others;  ///< by value, once loaded
    void add(std::uint32_t value, const Claimed& claim);
  };
  Population() = default;
  friend class PopulationLoader;

  std::string type_;
  Ordinal size_ = 0;
  std::vector<std::unique_ptr<Root>> roots_;
  std::map<std::string, Kind> kinds_;
  std::map<std::string, source::KeyIndex, std::less<>> excluded_;
  std::vector<Ordinal> parents_;  ///< union-find; empty where nothing merges
  std::vector<bool> asked_;
};

}  // namespace besa::workflow
