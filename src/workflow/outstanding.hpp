// What a run leaves to others, and to itself for later: stores out of reach, and parties who hold
// the original of an export or what is known by its map alone. Private to workflow.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "besa/model/certificate.hpp"
#include "workflow/apply_dataset.hpp"

namespace besa::workflow {

/// Before anything is touched: by which values parties know the people who go, for datasets known
/// by their map alone. Kept in the manifest's private folder.
void note_for_parties(const ApplyContext& context, const OpenedSources& sources);
void forget_notes_for_parties(const Path& folder);

/// Afterwards: writes one instruction for each party's dataset (JSON lines, 0600, in
/// .besa/instructions: they name people) and lists what is outstanding.
/// Of a run that is given up `still_there` has the rows that no party is told of, by index into
/// header.tables.
[[nodiscard]] std::vector<model::Certificate::Outstanding> outstanding_of(
    const ApplyContext& context, const std::map<std::string, std::string>& lost,
    const std::map<std::uint32_t, source::KeyIndex>& still_there = {});

/// True for a dataset that somebody else than the controller holds.
[[nodiscard]] bool is_a_party(const ApplyContext& context, const model::Dataset& dataset);

}  // namespace besa::workflow
