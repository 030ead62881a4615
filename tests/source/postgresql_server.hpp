// Private PostgreSQL servers for the tests: made in a temporary folder, reachable by a unix socket
// there and nowhere else, with a password that only the passfile of the tests knows, gone with the
// test program. The first test that needs one starts it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "besa/source/source.hpp"

namespace postgresql {

/// A server of its own. Its superuser is "chief".
class Server {
 public:
  /// `settings`: "name=value" of postgresql.conf. A standby has no primary and waits for ever.
  explicit Server(const std::vector<std::string>& settings = {}, bool standby = false);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The one that most tests share.
  static Server& common();

  /// Runs statements as the superuser. A failure is a std::runtime_error with the server's words.
  void run(const std::string& sql, const std::string& database = "postgres") const;
  /// Columns joined by '|', rows ended by a newline, NULL as "NULL".
  [[nodiscard]] std::string text(const std::string& sql,
                                 const std::string& database = "postgres") const;
  /// A database of this name without any table, made if there is none; the superuser's service for
  /// it.
  [[nodiscard]] std::string emptied_database(const std::string& name) const;
  /// The name of a service for this database and role (roles have the tests' password).
  [[nodiscard]] std::string service(const std::string& database,
                                    const std::string& role = "chief") const;
  /// As if its machine went down; what it had committed is there when it starts again.
  void stop();
  void start_again();
  [[nodiscard]] std::filesystem::path socket_folder() const { return folder_ / "socket"; }
  [[nodiscard]] static const std::string& password();
  [[nodiscard]] std::string log() const;  ///< what the server wrote so far

 private:
  void make_cluster() const;
  void start();
  void wait_until_it_answers() const;

  std::vector<std::string> settings_;
  std::filesystem::path folder_;
  int process_ = 0;
};

/// The name of a service with these lines in the tests' service file.
[[nodiscard]] std::string service_with(const std::string& settings);

[[nodiscard]] std::unique_ptr<besa::source::Source> open(const std::string& service,
                                                         besa::source::OpenOptions options = {});

/// A connection of somebody else, with what it has open.
class Session {
 public:
  explicit Session(const std::string& service);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  void run(const std::string& sql) const;
  [[nodiscard]] std::string text(const std::string& sql) const;

 private:
  void* connection_;
};

}  // namespace postgresql
