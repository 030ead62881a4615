// The part of the happy example that lies on a PostgreSQL server.
#pragma once

#include <string>

#include "besa/source/source.hpp"

namespace besa::source {

/// Makes the tables calls and consents of `events` on the server, in one transaction.
/// Error(refused) where a table of that name exists.
void fill_postgresql(const std::string& service, Source& events);

}  // namespace besa::source
