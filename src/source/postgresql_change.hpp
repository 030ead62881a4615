// Changes to a PostgreSQL database: one transaction (REPEATABLE READ), the work done by the server,
// everything verified by looking, nothing taken along that was not named.
//
// Refused before anything happens: views, materialised views, foreign tables of their own, tables
// with rules, triggers that the dataset does not allow, foreign keys that would take other rows
// along, columns that the server computes. Rows hidden by row-level security are an Error.
//
// A conflict with others (serialization failure, deadlock, lock time-out) is Error(busy); whoever
// asked may try the whole transaction again. A connection that is lost during the commit is asked
// about on a new one; where that does not tell, the Error says that the outcome is not known.
#pragma once

#include <memory>
#include <string>

#include "besa/source/source.hpp"

namespace besa::source {

[[nodiscard]] std::unique_ptr<Transaction> begin_change(const std::string& service,
                                                        const OpenOptions& options);

}  // namespace besa::source
