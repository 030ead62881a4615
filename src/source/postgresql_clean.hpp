// What follows a committed deletion in a PostgreSQL database (erasure.md 1.6), and what is honest
// to say about it: besa sees what the server shows, not the bytes of its files.
//
// In order, for every table of `live` whose rows the role may change: ANALYZE, since
// samples of erased values stay readable in pg_stats until then; VACUUM, which empties dead rows
// only where no old snapshot still sees them; a look at the live rows of every table and at the
// statistics. Plain VACUUM leaves whole values in holes of pages, and dead rows of the statistics
// themselves: unless the policy says always, the cleaning is never complete, and says what is
// outstanding. With always, each table is rebuilt (VACUUM FULL, which locks it) and so is
// pg_statistic, where the role owns the database.
//
// A step that the server skips with a mere warning, or that cannot be done, is recorded as not done
// and does not throw. What lies outside the database's tables (the write-ahead log, replicas,
// backups, logs) is named each time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "besa/source/source.hpp"

namespace besa::source {

[[nodiscard]] Cleaning clean_postgresql(const std::string& service, const OpenOptions& options,
                                        const std::vector<std::string>& erased,
                                        std::vector<LiveRows> live, VacuumPolicy vacuum);

/// How many dead rows VACUUM (VERBOSE) says it had to leave; nullopt where it says nothing.
[[nodiscard]] std::optional<std::uint64_t> rows_not_removable(std::string_view words);

}  // namespace besa::source
