// One connection to a PostgreSQL server, set up so that nothing depends on how the server or the
// role is configured: no search path, ISO dates in UTC, shortest exact numbers, and rows hidden by
// row-level security are an error instead of a gap.
//
// Values only ever travel as parameters. Errors of the server become besa::Error; where its words
// may hold a person's values they are left out. Its notices are kept until they are taken.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "besa/source/source.hpp"
#include "source/postgresql_library.hpp"

namespace besa::source {

/// A parameter in PostgreSQL's text form; nullopt is NULL.
using Parameter = std::optional<std::string>;

/// What a statement returned.
class Rows {
 public:
  struct Clear {
    void operator()(PGresult* result) const { postgresql_library().clear(result); }
  };
  using Result = std::unique_ptr<PGresult, Clear>;
  explicit Rows(Result result) : result_(std::move(result)) {}
  [[nodiscard]] int size() const { return library_->tuples(result_.get()); }
  [[nodiscard]] int width() const { return library_->fields(result_.get()); }
  [[nodiscard]] bool is_null(int row, int column) const {
    return library_->is_null(result_.get(), row, column) != 0;
  }
  /// Error(failed) where the server sent fewer rows or columns than that.
  [[nodiscard]] std::string_view bytes(int row, int column) const {
    if (row >= size() || column >= width()) sent_too_little();
    return {library_->value(result_.get(), row, column),
            static_cast<std::size_t>(library_->length(result_.get(), row, column))};
  }
  [[nodiscard]] std::string text(int row, int column) const {
    return std::string(bytes(row, column));
  }
  [[nodiscard]] bool flag(int row, int column) const { return bytes(row, column) == "t"; }
  /// Error(failed) where the server sent something else than a number.
  [[nodiscard]] std::int64_t number(int row, int column) const;
  [[nodiscard]] Oid type(int column) const { return library_->field_type(result_.get(), column); }
  [[nodiscard]] std::size_t memory() const { return library_->result_memory(result_.get()); }
  /// The command's own name for what it did ("COMMIT", "ROLLBACK").
  [[nodiscard]] std::string command() const { return library_->command_status(result_.get()); }

 private:
  [[noreturn]] static void sent_too_little();
  const PostgresqlLibrary* library_ = &postgresql_library();
  Result result_;
};

struct Notice {
  std::string severity;  ///< "WARNING", "INFO", in English whatever the server speaks
  std::string text;      ///< as the server wrote it: for_terminal before anybody sees it
};

class PostgresqlConnection {
 public:
  enum class Purpose { read, change };
  enum class Form { text, binary };
  /// Error(refused) for a server before PostgreSQL 13, a database without an encoding, and for a
  /// change of a standby or of what is read-only by default.
  PostgresqlConnection(const std::string& service, const OpenOptions& options, Purpose purpose);

  /// One statement; its parameters are $1, $2 …
  struct Statement {
    std::string sql;
    std::vector<Parameter> parameters = {};
    Form form = Form::text;
  };
  /// All of them in one journey to the server and back. After one that fails none is carried out,
  /// and its Error is thrown.
  std::vector<Rows> run_together(std::vector<Statement> statements);
  /// Goes to the server with the next statement, just before it.
  void run_with_next(Statement statement) { waiting_.push_back(std::move(statement)); }
  /// Sets these so (" = off", " TO DEFAULT") until the transaction ends, with the next statement.
  void set_with_next(const std::vector<std::string>& settings, const std::string& value);
  /// Ends a transaction, with what waits in it for a next statement.
  void roll_back();
  Rows run(const std::string& sql, const std::vector<Parameter>& parameters = {},
           Form form = Form::text);
  /// The first column of the first row.
  [[nodiscard]] std::string text(const std::string& sql,
                                 const std::vector<Parameter>& parameters = {});

  [[nodiscard]] bool lost() const {
    return postgresql_library().status(connection_.get()) != CONNECTION_OK;
  }
  [[nodiscard]] bool in_transaction() const {
    return postgresql_library().transaction_status(connection_.get()) != PQTRANS_IDLE;
  }
  /// False also where a statement of the transaction has failed.
  [[nodiscard]] bool in_sound_transaction() const {
    return postgresql_library().transaction_status(connection_.get()) == PQTRANS_INTRANS;
  }
  /// What the server remarked since the last call; at most a thousand remarks.
  [[nodiscard]] std::vector<Notice> take_notices();
  [[nodiscard]] const std::string& service() const { return service_; }
  /// A number for a name that this connection has not used yet.
  [[nodiscard]] std::uint64_t next_number() { return ++number_; }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { postgresql_library().finish(connection); }
  };
  void set_up(const OpenOptions& options, Purpose purpose);
  Rows::Result execute(const Statement& statement);
  bool send(const Statement& statement);
  std::vector<Rows::Result> receive(std::size_t count);
  Rows checked(Rows::Result result);
  static void receive_notice(void* self, const PGresult* notice);

  std::string service_;
  std::vector<Notice> notices_;
  std::vector<Statement> waiting_;
  std::uint64_t number_ = 0;
  std::unique_ptr<PGconn, Finish> connection_;
};

/// One name as SQL: "x""; DROP TABLE y;--". Error(refused) for a NUL.
[[nodiscard]] std::string postgresql_name(std::string_view name);

}  // namespace besa::source
