// What a column of a SQLite table makes of a value: its affinity turns '0' into 0, or 0 into 0.0.
#pragma once

#include "besa/source/value.hpp"
#include "source/sqlite_schema.hpp"

namespace besa::source {

/// Asked of a table in memory with a column of the same affinity.
[[nodiscard]] Value stored_by_sqlite(Affinity affinity, bool real, const Value& value);

}  // namespace besa::source
