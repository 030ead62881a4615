#include "source/postgresql_connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/postgresql_error.hpp"

namespace besa::source {
namespace {

// With the questions that follow: each on its own would wait for the network once more.
constexpr auto settings =
    "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only'),"
    " pg_catalog.current_setting('server_encoding'),"
    " pg_catalog.set_config(s.name, s.value, false) FROM (VALUES"
    " ('search_path', ''), ('datestyle', 'ISO, YMD'), ('timezone', 'UTC'),"
    " ('intervalstyle', 'iso_8601'), ('bytea_output', 'hex'), ('extra_float_digits', '1'),"
    " ('standard_conforming_strings', 'on'), ('row_security', 'off'),"
    " ('cursor_tuple_fraction', '1'), ('jit', 'off'),"
    " ('enable_partitionwise_join', 'on'), ('enable_partitionwise_aggregate', 'on'),"
    " ('work_mem', $1), ('lock_timeout', $2), ('statement_timeout', $3),"
    " ('idle_in_transaction_session_timeout', '0'), ('default_transaction_read_only',"
    " coalesce($4, pg_catalog.current_setting('default_transaction_read_only'))))"
    " AS s(name, value)";

constexpr int oldest_version = 130000;
constexpr std::size_t most_notices = 1000;
constexpr std::size_t longest_notice = 4096;

std::string seconds_of(std::chrono::milliseconds wait) {
  return std::to_string(std::max<std::int64_t>(2, (wait.count() + 999) / 1000));
}

/// What a connection is asked for with, as libpq wants it.
struct WantedConnection {
  WantedConnection(const std::string& service, const OpenOptions& options)
      : wait(seconds_of(options.wait)),
        values({service.c_str(), "besa", "UTF8", wait.c_str(), "60000", "30", nullptr}) {}
  std::string wait;
  std::array<const char*, 7> names = {"service",
                                      "application_name",
                                      "client_encoding",
                                      "connect_timeout",
                                      "tcp_user_timeout",
                                      "keepalives_idle",
                                      nullptr};
  std::array<const char*, 7> values;
};

PGconn* connect(const std::string& service, const OpenOptions& options) {
  const WantedConnection wanted(service, options);
  return postgresql_library().connect(wanted.names.data(), wanted.values.data(), 0);
}

/// True where no server answers, or it is starting or stopping. One that answers and does not let
/// us in, and a service that nobody described, are mistakes that time does not mend.
bool is_away(const std::string& service, const OpenOptions& options) {
  const WantedConnection wanted(service, options);
  const PGPing answer = postgresql_library().ping(wanted.names.data(), wanted.values.data(), 0);
  return answer == PQPING_NO_RESPONSE || answer == PQPING_REJECT;
}

/// libpq's words, which may be several lines, in one.
std::string in_one_line(const char* words) {
  std::string line;
  for (const std::string& part : split(words, '\n'))
    if (const std::size_t begin = part.find_first_not_of("\t "); begin != std::string::npos)
      line += (line.empty() ? "" : " ") + part.substr(begin);
  return for_terminal(line);
}

Error cannot_connect(const std::string& service, const OpenOptions& options, const char* words) {
  std::string message = "PostgreSQL service '" + service + "': " + in_one_line(words);
  std::string hint = "see pg_service.conf, the passfile, and whether the server runs";
  if (is_away(service, options)) return Error::out_of_reach(std::move(message), std::move(hint));
  return {ErrorKind::failed, std::move(message), std::move(hint)};
}

std::vector<const char*> values_of(const std::vector<Parameter>& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const Parameter& parameter : parameters)
    values.push_back(parameter ? parameter->c_str() : nullptr);
  return values;
}

}  // namespace

void Rows::sent_too_little() {
  throw Error(ErrorKind::failed, "the server sent less than it was asked for");
}

std::int64_t Rows::number(int row, int column) const {
  const std::string_view digits = bytes(row, column);
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (fault != std::errc() || end != digits.data() + digits.size())
    throw Error(ErrorKind::failed, "the server sent something that is not a number");
  return number;
}

PostgresqlConnection::PostgresqlConnection(const std::string& service, const OpenOptions& options,
                                           Purpose purpose)
    : service_(service), connection_(connect(service, options)) {
  if (lost())
    throw cannot_connect(service_, options, postgresql_library().error_message(connection_.get()));
  postgresql_library().set_notice_receiver(connection_.get(), &receive_notice, this);
  set_up(options, purpose);
}

void PostgresqlConnection::set_up(const OpenOptions& options, Purpose purpose) {
  if (postgresql_library().server_version(connection_.get()) < oldest_version)
    throw Error(ErrorKind::refused,
                "PostgreSQL service '" + service_ + "' is older than PostgreSQL 13",
                "besa's questions need a server that is still maintained");
  const bool reads = purpose == Purpose::read;
  const Rows state = run(
      settings,
      {std::to_string(options.cache_bytes / 1024) + "kB", std::to_string(options.wait.count()),
       std::to_string(options.longest_statement.count()), reads ? Parameter("on") : std::nullopt});
  const bool standby = state.flag(0, 0);
  const bool changeable = state.text(0, 1) == "off";
  if (state.text(0, 2) == "SQL_ASCII")
    throw Error(ErrorKind::refused,
                "PostgreSQL service '" + service_ + "': the database has no encoding (SQL_ASCII)",
                "what its bytes mean cannot be told; move it to UTF8");
  if (reads) return;
  if (standby)
    throw Error(ErrorKind::refused,
                "PostgreSQL service '" + service_ + "' is a standby: nothing can be changed there",
                "name the primary in the service file");
  if (!changeable)
    throw Error(ErrorKind::refused, "PostgreSQL service '" + service_ + "' is set to be read-only",
                "somebody set default_transaction_read_only for this role, database or server");
}

Rows PostgresqlConnection::run(const std::string& sql, const std::vector<Parameter>& parameters,
                               Form form) {
  if (waiting_.empty()) return checked(execute({sql, parameters, form}));
  return std::move(run_together({{sql, parameters, form}}).back());
}

std::vector<Rows> PostgresqlConnection::run_together(std::vector<Statement> statements) {
  std::vector<Statement> all = std::exchange(waiting_, {});
  const auto before = std::ssize(all);
  std::ranges::move(statements, std::back_inserter(all));
  const PostgresqlLibrary& library = postgresql_library();
  bool sent = library.enter_pipeline(connection_.get()) == 1;
  std::size_t count = 0;
  for (; sent && count < all.size(); ++count) sent = send(all[count]);
  sent = library.pipeline_end(connection_.get()) == 1 && sent;
  std::vector<Rows::Result> results = receive(count);
  const bool ended = library.exit_pipeline(connection_.get()) == 1;
  std::vector<Rows> rows;
  rows.reserve(results.size());
  for (Rows::Result& result : results) rows.push_back(checked(std::move(result)));
  if (lost()) throw error_of(nullptr, connection_.get(), service_);
  if (!sent || !ended)
    throw Error(ErrorKind::failed, "PostgreSQL service '" + service_ + "': " +
                                       in_one_line(library.error_message(connection_.get())));
  rows.erase(rows.begin(), rows.begin() + before);
  return rows;
}

Rows::Result PostgresqlConnection::execute(const Statement& statement) {
  const auto values = values_of(statement.parameters);
  return Rows::Result(postgresql_library().execute(
      connection_.get(), statement.sql.c_str(), static_cast<int>(values.size()), nullptr,
      values.data(), nullptr, nullptr, statement.form == Form::binary ? 1 : 0));
}

bool PostgresqlConnection::send(const Statement& statement) {
  const auto values = values_of(statement.parameters);
  return postgresql_library().send(connection_.get(), statement.sql.c_str(),
                                   static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                                   nullptr, statement.form == Form::binary ? 1 : 0) == 1;
}

/// One result for each statement, in order, and what ends them; none from a lost connection.
std::vector<Rows::Result> PostgresqlConnection::receive(std::size_t count) {
  const auto next = [&] { return Rows::Result(postgresql_library().result(connection_.get())); };
  std::vector<Rows::Result> results(count);
  for (Rows::Result& result : results) {
    result = next();
    while (!lost() && next() != nullptr) {
    }
  }
  (void)next();
  return results;
}

Rows PostgresqlConnection::checked(Rows::Result result) {
  const ExecStatusType status = postgresql_library().result_status(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw error_of(result.get(), connection_.get(), service_);
  return Rows(std::move(result));
}

void PostgresqlConnection::set_with_next(const std::vector<std::string>& settings,
                                         const std::string& value) {
  for (const std::string& setting : settings) run_with_next({"SET LOCAL " + setting + value});
}

void PostgresqlConnection::roll_back() {
  waiting_.clear();
  if (in_transaction()) (void)run("ROLLBACK");
}

std::string PostgresqlConnection::text(const std::string& sql,
                                       const std::vector<Parameter>& parameters) {
  const Rows rows = run(sql, parameters);
  return rows.size() == 0 || rows.width() == 0 ? std::string() : rows.text(0, 0);
}

std::vector<Notice> PostgresqlConnection::take_notices() {
  return std::exchange(notices_, {});
}

void PostgresqlConnection::receive_notice(void* self, const PGresult* notice) {
  auto& kept = static_cast<PostgresqlConnection*>(self)->notices_;
  if (kept.size() >= most_notices) return;
  const auto field = [&](int code) {
    const char* text = postgresql_library().result_error_field(notice, code);
    return std::string(text == nullptr ? "" : text).substr(0, longest_notice);
  };
  const std::string detail = field(PG_DIAG_MESSAGE_DETAIL);
  kept.push_back({field(PG_DIAG_SEVERITY_NONLOCALIZED),
                  field(PG_DIAG_MESSAGE_PRIMARY) + (detail.empty() ? "" : "\n" + detail)});
}

std::string postgresql_name(std::string_view name) {
  if (name.find('\0') != std::string_view::npos)
    throw Error(ErrorKind::refused, "a name holds a NUL byte");
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2U : 1U, c);
  return out + "\"";
}

}  // namespace besa::source
