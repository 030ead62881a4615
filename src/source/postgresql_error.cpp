#include "source/postgresql_error.hpp"

#include <algorithm>
#include <array>

#include "besa/base/text.hpp"
#include "source/postgresql_library.hpp"

namespace besa::source {
namespace {

// https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr std::array<std::string_view, 6> try_again = {
    "40001",  // serialization failure
    "40P01",  // deadlock
    "55P03",  // lock time-out
    "57014",  // statement time-out
    "53300",  // too many connections
    "57P03",  // starting up or shutting down
};
constexpr std::array<std::string_view, 5> rules = {"23", "25", "27", "42", "44"};
constexpr std::array<std::string_view, 14> without_values = {
    "08", "0A", "23", "25", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58"};

template <std::size_t size>
bool among(const std::array<std::string_view, size>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

std::string field(const PGresult* result, int code) {
  const char* text = postgresql_library().result_error_field(result, code);
  return text == nullptr ? std::string() : text;
}

/// Names the error is about; they are the schema's, never a value.
std::string concerned(const PGresult* result) {
  std::string where;
  if (const auto table = field(result, PG_DIAG_TABLE_NAME); !table.empty())
    where += ", table '" + for_terminal(table) + "'";
  if (const auto column = field(result, PG_DIAG_COLUMN_NAME); !column.empty())
    where += ", column '" + for_terminal(column) + "'";
  return where;
}

std::string hint_for(std::string_view state, ErrorKind kind) {
  if (kind == ErrorKind::busy) return "try again later";
  if (state == "42501") return "see the grants in besa-dataset(5), POSTGRESQL";
  return {};
}

/// After a last word of the server, or one of libpq's own, the end itself may not be read yet.
bool ends_the_connection(const PGresult* result, PGconn* connection, const std::string& state) {
  const std::string severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity == "FATAL" || severity == "PANIC") return true;
  if (state.empty()) (void)postgresql_library().consume_input(connection);
  return postgresql_library().status(connection) != CONNECTION_OK;
}

}  // namespace

ErrorKind kind_of_state(std::string_view sqlstate) {
  if (among(try_again, sqlstate)) return ErrorKind::busy;
  return among(rules, sqlstate.substr(0, 2)) ? ErrorKind::refused : ErrorKind::failed;
}

std::string words_of(const PGresult* result) {
  const std::string state = field(result, PG_DIAG_SQLSTATE);
  if (state.empty()) return for_terminal(postgresql_library().result_error_message(result));
  if (among(without_values, std::string_view(state).substr(0, 2)))
    return for_terminal(field(result, PG_DIAG_MESSAGE_PRIMARY));
  return "the server says " + for_terminal(state) + concerned(result) +
         " (its words may hold values and are left out)";
}

Error error_of(const PGresult* result, PGconn* connection, const std::string& service) {
  const std::string where = "PostgreSQL service '" + service + "': ";
  const std::string state = field(result, PG_DIAG_SQLSTATE);
  if (ends_the_connection(result, connection, state))
    return Error::out_of_reach(where + "the connection was lost", "try again");
  const ErrorKind kind = kind_of_state(state);
  return {kind, where + words_of(result), hint_for(state, kind)};
}

}  // namespace besa::source
