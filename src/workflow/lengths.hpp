// How long exports were when they were last read. The ledger remembers it, in an entry of its own
// where something is other than before:
//   {"v":1,"kind":"source.length",…,"lengths":{"shop":{"orders":{"":31},"visits":{"<part>":12,…}}}}
// dataset, table, part, rows. A part is a file of the table's folder, as a keyed digest of its name
// (a file may be called after somebody), or the whole table. Private to workflow.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "besa/workflow/session.hpp"
#include "workflow/verify_records.hpp"

namespace besa::workflow {

/// Rows by part.
using Parts = std::map<std::string, std::uint64_t>;
/// By table.
using Lengths = std::map<std::string, Parts>;

[[nodiscard]] std::uint64_t rows_of(const Parts& parts);
/// Rows that parts had before and lack now; what other parts gained makes up for none of it. Where
/// either is the table as a whole, only the sums are compared.
[[nodiscard]] std::uint64_t rows_missing(const Parts& before, const Parts& now);

/// The tables whose missing rows may have been somebody's last contact: those with events that
/// count, and those by which it is found whose events they are; under max_age each with events. Of
/// a source that is no export (a database) only under max_age.
[[nodiscard]] std::vector<std::string> watched_tables(const Realm& realm,
                                                      const model::Dataset& dataset);

/// The watched tables as they are now, as far as the source has them. Throws what a scan throws.
[[nodiscard]] Lengths lengths_now(Session& session, const Realm& realm,
                                  const model::Dataset& dataset, source::Source& source);

/// What the ledger knows of a dataset.
struct LengthsBefore {
  Lengths lengths;
  Date on;
  /// Rows that besa has erased since, by table: as certified, or as planned while a run has not
  /// ended.
  std::map<std::string, std::uint64_t> erased;
};
/// nullopt where it was never read.
[[nodiscard]] std::optional<LengthsBefore> lengths_before(Session& session, const Realm& realm,
                                                          const model::Dataset& dataset);

/// What the ledger is to remember of a source, whatever it knew.
[[nodiscard]] Json lengths_of(Session& session, const Realm& realm, const model::Dataset& dataset,
                              source::Source& source);
/// What the ledger is to remember of the sources that are there: by dataset, as they are now, where
/// that is other than before and nothing is missing that besa did not erase. Reads them: call it
/// before the ledger is locked.
[[nodiscard]] Json lengths_to_remember(Session& session, const Realm& realm,
                                       const Sources& sources);
/// The same at the end of a run, which has erased what was seen.
[[nodiscard]] Json lengths_after_run(Session& session, const Realm& realm, const Sources& sources,
                                     const model::ManifestHeader& header, const Verification& seen);
/// Notes them, an entry for each dataset; `person` is who said that it is right that they are
/// shorter, if somebody did.
void remember_lengths(ledger::Change& change, const Json& lengths, const std::string& person = {});

}  // namespace besa::workflow
