// The commit, and what became of it where the connection was lost meanwhile (erasure.md, fault 57).
#pragma once

#include "source/postgresql_connection.hpp"

namespace besa::source {

/// Returns when the transaction is committed. Error(refused) or Error(busy) where the server
/// refused it, Error(failed) where it was rolled back or where nobody can tell: the Error says
/// which.
void commit_surely(PostgresqlConnection& connection, const OpenOptions& options);

}  // namespace besa::source
