// Dates and times as PostgreSQL sends them in binary form (src/backend/utils/adt/timestamp.c:
// counts from 2000-01-01), as the texts that it would make of them under ISO style and in UTC; a
// time with a zone as RFC 3339 has it. To make them here costs a fraction of what the server needs.
#pragma once

#include <cstdint>
#include <string>

namespace besa::source {

/// "2026-11-22", "0044-03-15 BC", "infinity"; `days` since 2000-01-01.
[[nodiscard]] std::string date_text(std::int32_t days);
/// "2026-11-22 23:30:00.25", with a zone "2026-11-22T23:30:00.25Z"; `microseconds` since then.
[[nodiscard]] std::string time_text(std::int64_t microseconds, bool zoned);

}  // namespace besa::source
