// What follows a committed deletion in a SQLite database, until no erased value lies in its bytes.
//
// In order: secure_delete on; full-text indexes merged; sampled statistics deleted; the write-ahead
// log folded in and cut; a leftover journal removed; a look at the bytes; where something lies
// outside live cells (or the policy says always), a structure check, a check of space, VACUUM, the
// log again; no side file with content may remain; another look.
//
// A step that cannot be done (held by another program, disk full, damage) is recorded as not done
// and does not throw: the rows are erased, and the cleaning can be repeated from the start at any
// time. VACUUM cannot help against values in live cells and is not run for them.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "besa/source/source.hpp"

namespace besa::source {

/// `erased`: values that must be gone, UTF-8. `live`: an erased value that is still a whole value
/// there belongs to somebody who stays and is not sought.
[[nodiscard]] Cleaning clean_sqlite(const std::filesystem::path& database,
                                    const std::vector<std::string>& erased,
                                    std::vector<LiveRows> live, VacuumPolicy vacuum,
                                    std::chrono::milliseconds wait);

}  // namespace besa::source
