// Keys between a source's encoding and the JSON arrays of manifests. Private to workflow.
#pragma once

#include <string>
#include <string_view>

#include "besa/source/value.hpp"

namespace besa::workflow {

/// `["HM-0000017"]`, `[17]`, `[null,{"blob":"00ff"}]`: one form for one key.
void append_key_json(std::string& out, std::string_view encoded);
[[nodiscard]] std::string key_json(std::string_view encoded);
/// The encoding back; Error(failed) for what is no key.
[[nodiscard]] std::string key_from_json(std::string_view json);

}  // namespace besa::workflow
