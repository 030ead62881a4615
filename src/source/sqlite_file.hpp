// A database file as the file system shows it, looked at before SQLite does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "besa/base/time.hpp"

namespace besa::source {

/// The real path of a file that may be opened as a database: a regular file under its own name (not
/// a link; folders on the way may be), with SQLite's header, a format this SQLite reads, and as
/// long as its header says. Never blocks. Error(failed) where it is missing, empty or damaged,
/// Error(refused) for a link or something that is not a file. `for_change` also refuses what may
/// only be read.
[[nodiscard]] std::filesystem::path require_database_file(const std::filesystem::path& path,
                                                          bool for_change);
/// The database and those of -wal, -shm and -journal that exist.
[[nodiscard]] std::vector<std::filesystem::path> database_files(const std::filesystem::path& path);
[[nodiscard]] std::uint64_t size_of(
    const std::filesystem::path& path);  ///< 0 where it does not exist
/// The latest modification of the database or its -wal.
[[nodiscard]] Instant last_modified(const std::filesystem::path& path);

}  // namespace besa::source
