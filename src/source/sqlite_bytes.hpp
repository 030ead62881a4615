// The bytes of a database file, read through SQLite's own file layer.
//
// Why not a plain descriptor: closing any descriptor of a file drops every POSIX lock this process
// holds on it, also those of a database connection elsewhere in the program. SQLite's layer knows
// its own locks and closes late where need be.
#pragma once

#include <filesystem>

#include "source/sqlite_pages.hpp"

namespace besa::source {

/// Error(failed) where it cannot be read, Error(busy) where it shrinks meanwhile.
[[nodiscard]] ByteInput open_sqlite_bytes(const std::filesystem::path& database);

}  // namespace besa::source
