// A manifest's body, for people (samples, masked) and for machines (its lines).
#pragma once

#include <ostream>
#include <string>

#include "besa/base/file.hpp"
#include "besa/model/manifest.hpp"

namespace besa::cli {

/// The first few people with the decision behind each, and the first record of each table. Keys are
/// masked: a hint of a value, never the value.
[[nodiscard]] std::string samples_text(const Path& folder, const model::ManifestHeader& header,
                                       std::uint64_t people);

/// The header as one line, then every line of the body, verified as it is read.
void stream_manifest(std::ostream& out, const Path& folder, const model::ManifestHeader& header);

}  // namespace besa::cli
