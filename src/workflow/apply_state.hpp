// What an application of a manifest knows about the people in it. Private to workflow.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "besa/base/file.hpp"
#include "besa/model/manifest.hpp"
#include "besa/source/value.hpp"

namespace besa::workflow {

/// A subject line as apply needs it, and what became of it.
struct Planned {
  /// waiting: their day has not come; postponed: a store is out of reach.
  enum class Fate : std::uint8_t { waiting, postponed, to_do, acted, gone, skipped };
  [[nodiscard]] bool later() const { return fate == Fate::waiting || fate == Fate::postponed; }
  [[nodiscard]] bool going() const { return fate == Fate::to_do || fate == Fate::acted; }
  std::string subject, root;  ///< type; "dataset.table"
  std::string key;            ///< encoded
  std::string rule;
  Date start;
  Digest facts;
  std::vector<Digest> records;  ///< by dataset of the header
  Fate fate = Fate::to_do;
  std::string why;       ///< skipped: in words, no identifiers
  bool begun = false;    ///< something of theirs was committed, or may have been by an earlier run
  bool removed = false;  ///< their own row is to go; else something in it or elsewhere is masked
};

/// All subject lines of a manifest, by number, and by root key.
class PlannedPeople {
 public:
  /// What a line of the body says of them, rows before people. `roots`: by table of the header,
  /// "dataset.table" where it lists people.
  void take(const model::BodyLine& line, const std::vector<std::string>& roots, Date today);
  [[nodiscard]] Planned& at(std::uint32_t number) { return people_.at(number - 1); }
  [[nodiscard]] const Planned& at(std::uint32_t number) const { return people_.at(number - 1); }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(people_.size()); }
  /// The number of the person with that root key; 0 if the manifest does not have it.
  [[nodiscard]] std::uint32_t number_of(const std::string& root, std::string_view key) const;
  void skip(std::uint32_t number, std::string why);
  /// What was done to them in this dataset, by its place in the header, was committed.
  void committed(const std::set<std::uint32_t>& numbers, std::uint32_t place);
  /// Not now, but when the manifest is applied again.
  void postpone(std::uint32_t number) { at(number).fate = Planned::Fate::postponed; }

 private:
  void add(const model::SubjectLine& line, Date today);

  std::vector<Planned> people_;
  std::map<std::string, source::KeyIndex> by_root_;
  std::map<std::string, std::vector<std::uint32_t>> numbers_;
  std::map<std::string, source::KeyIndex> removed_;  ///< rows that go, by root
};

/// Values that must be found nowhere after an erasure: in the manifest's private folder until the
/// look at the bytes has found nothing, so that a crash between deletion and look loses none.
class SoughtValues {
 public:
  SoughtValues(Path folder, std::string dataset)
      : folder_(std::move(folder)), dataset_(std::move(dataset)) {}
  /// One file a call, synced; which, so that it can go again where nothing was erased after all.
  [[nodiscard]] std::optional<Path> save(const source::KeyIndex& values) const;
  [[nodiscard]] std::vector<std::string> load() const;  ///< each value once

 private:
  Path folder_;
  std::string dataset_;
};

/// Destroys those of every dataset, once nothing is to be looked for any more.
void forget_values(const Path& folder);

/// What was erased anywhere is looked for everywhere: an address may stand in every store.
[[nodiscard]] std::vector<std::string> values_sought(const Path& folder,
                                                     const model::ManifestHeader& header);

}  // namespace besa::workflow
