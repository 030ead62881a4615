#include "source/postgresql_outcome.hpp"

#include <chrono>
#include <thread>

#include "besa/base/error.hpp"

namespace besa::source {
namespace {

// Also where only other servers were written to, which assigns no number here.
constexpr auto transaction_number = "SELECT pg_catalog.pg_current_xact_id()::text";
constexpr auto transaction_outcome = "SELECT pg_catalog.pg_xact_status($1::text::pg_catalog.xid8)";
constexpr int attempts = 5;
constexpr std::chrono::milliseconds pause{200};

/// "committed", "aborted", "in progress"; empty where the server cannot be asked.
std::string ask(const std::string& service, const OpenOptions& options, const std::string& number) {
  try {
    PostgresqlConnection fresh(service, options, PostgresqlConnection::Purpose::read);
    return fresh.text(transaction_outcome, {number});
  } catch (const Error&) {
    return {};
  }
}

void settle(const std::string& service, const OpenOptions& options, const std::string& number) {
  std::string outcome;
  for (int attempt = 0; attempt < attempts && !number.empty(); ++attempt) {
    outcome = ask(service, options, number);
    if (outcome == "committed") return;
    if (outcome == "aborted")
      throw Error(ErrorKind::failed,
                  "PostgreSQL service '" + service +
                      "': the connection was lost and the change was rolled back",
                  "try again");
    std::this_thread::sleep_for(pause);
  }
  throw Error(ErrorKind::failed,
              "PostgreSQL service '" + service +
                  "': the connection was lost during the commit; whether it took place is not"
                  " known",
              "open the source again and look: besa never assumes either");
}

}  // namespace

void commit_surely(PostgresqlConnection& connection, const OpenOptions& options) {
  const std::string number = connection.text(transaction_number);
  try {
    // A transaction that failed is "committed" by rolling it back, without an error.
    if (connection.run("COMMIT").command() != "COMMIT")
      throw Error(ErrorKind::refused, "PostgreSQL service '" + connection.service() +
                                          "' rolled the change back: nothing was changed");
  } catch (const Error&) {
    if (!connection.lost()) throw;
    settle(connection.service(), options, number);
  }
}

}  // namespace besa::source
