// Changes to a SQLite database: one transaction, everything verified by looking, nothing taken
// along that was not named.
//
// Foreign keys are enforced by SQLite where every one of them has an index to look up by; where one
// has none, each deleted row would cost a pass over the referring table, so references are checked
// here, by one pass, before the commit. Tables whose keys may be deferred are checked likewise.
#pragma once

#include <filesystem>
#include <memory>

#include "besa/source/source.hpp"

namespace besa::source {

[[nodiscard]] std::unique_ptr<Transaction> begin_change(const std::filesystem::path& file,
                                                        const OpenOptions& options);
/// Lets SQLite roll back what a crashed program left (a hot journal, a -wal without its index).
void recover_database(const std::filesystem::path& file, const OpenOptions& options);

}  // namespace besa::source
