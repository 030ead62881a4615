// What a PostgreSQL server's refusal means for besa, and which of its words may be repeated.
#pragma once

#include <libpq-fe.h>

#include <string>
#include <string_view>

#include "besa/base/error.hpp"

namespace besa::source {

/// busy: try again later (serialization failure, deadlock, lock or statement time-out, too many
/// connections); refused: a rule of the database; failed: the rest.
[[nodiscard]] ErrorKind kind_of_state(std::string_view sqlstate);

/// The server's words, shown safely. Of errors that are about values (class 22, raised by
/// functions) only the code: their words hold the value.
[[nodiscard]] std::string words_of(const PGresult* result);

/// The Error for a failed statement. `service` says where.
[[nodiscard]] Error error_of(const PGresult* result, PGconn* connection,
                             const std::string& service);

}  // namespace besa::source
