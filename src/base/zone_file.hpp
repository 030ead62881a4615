// A file of the system's tz database (TZif, RFC 8536): what its 64-bit block lists, and the rule
// behind it. Read directly where a zone is asked for by its name: the library would look at every
// other file first.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/posix_zone.hpp"

namespace besa {

struct ZoneFile {
  /// In time order; the first one begins before all others, whenever its `begin` says.
  std::vector<ZoneSpan> spans;
  PosixZone rule;  ///< what holds after the last one
  /// nullopt where the bytes are no such file, or one without a 64-bit block or a rule.
  [[nodiscard]] static std::optional<ZoneFile> read(std::string_view bytes);
};

}  // namespace besa
