#include "tests/source/postgresql_server.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <thread>

namespace postgresql {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& why) {
  throw std::runtime_error(why);
}

/// Where Debian and others keep the server's programs.
fs::path programs() {
  std::vector<fs::path> found;
  for (const char* top : {"/usr/lib/postgresql", "/usr/local/pgsql", "/usr/pgsql-15"}) {
    if (fs::exists(fs::path(top) / "bin/initdb")) found.push_back(fs::path(top) / "bin");
    std::error_code none;
    for (const auto& version : fs::directory_iterator(top, none))
      if (fs::exists(version.path() / "bin/initdb")) found.push_back(version.path() / "bin");
  }
  if (found.empty())
    fail("there is no PostgreSQL server to test against: ./dev setup installs postgresql");
  return *std::ranges::max_element(found);
}

/// The server refuses to be run by root.
const passwd* server_user() {
  if (::geteuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

void give_to_server(const fs::path& path) {
  const passwd* user = server_user();
  if (user != nullptr && ::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
    fail("cannot give " + path.string() + " to the server's user");
}

/// Starts a program as the server's user; it dies with this one. Its words go to `log`.
pid_t launch(const fs::path& program, std::vector<std::string> arguments, const fs::path& log) {
  arguments.insert(arguments.begin(), program.string());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const passwd* user = server_user();
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  if (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (::chdir("/") != 0) ::_exit(126);
  ::execv(program.c_str(), argv.data());
  ::_exit(127);
}

void finish(pid_t child, const std::string& what, const fs::path& log) {
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status == 0) return;
  std::ifstream words(log);
  fail(what + " failed: " + std::string(std::istreambuf_iterator<char>(words), {}));
}

/// The tests' service file and passfile, for every server of this program.
class Services {
 public:
  Services() {
    std::string name = (fs::temp_directory_path() / "besa-services-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) fail("no temporary folder");
    folder_ = name;
    write(folder_ / "passfile", "*:*:*:*:" + Server::password() + "\n");
    write(folder_ / "services", "");
    ::setenv("PGSERVICEFILE", (folder_ / "services").c_str(), 1);
    ::setenv("PGPASSFILE", (folder_ / "passfile").c_str(), 1);
  }
  ~Services() {
    std::error_code error;
    fs::remove_all(folder_, error);
  }
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  static Services& all() {
    static Services services;
    return services;
  }

  std::string name(const std::string& settings) {
    const auto [found, is_new] =
        names_.emplace(settings, "test_" + std::to_string(names_.size() + 1));
    if (is_new) {
      std::ofstream file(folder_ / "services", std::ios::app);
      file << "[" << found->second << "]\n" << settings << "\n";
    }
    return found->second;
  }

 private:
  static void write(const fs::path& path, const std::string& content) {
    std::ofstream(path) << content;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  }
  fs::path folder_;
  std::map<std::string, std::string> names_;
};

PGconn* as_connection(void* connection) {
  return static_cast<PGconn*>(connection);
}

}  // namespace

const std::string& Server::password() {
  static const std::string secret = "for the tests only";
  return secret;
}

std::string Server::log() const {
  std::ifstream words(folder_ / "log");
  return {std::istreambuf_iterator<char>(words), {}};
}

Server::Server(const std::vector<std::string>& settings, bool standby) : settings_(settings) {
  (void)Services::all();  // goes after every server
  std::string name = (fs::temp_directory_path() / "besa-pg-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail("no temporary folder");
  folder_ = name;
  ::chmod(folder_.c_str(), 0711);
  for (const char* part : {"data", "socket"}) {
    fs::create_directory(folder_ / part);
    ::chmod((folder_ / part).c_str(), 0700);
    give_to_server(folder_ / part);
  }
  make_cluster();
  if (standby) {
    std::ofstream(folder_ / "data/standby.signal").flush();
    give_to_server(folder_ / "data/standby.signal");
  }
  start();
}

void Server::stop() {
  if (process_ <= 0) return;
  ::kill(process_, SIGQUIT);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

void Server::start_again() {
  if (process_ <= 0) start();
}

Server::~Server() {
  stop();
  std::error_code error;
  fs::remove_all(folder_, error);
}

Server& Server::common() {
  static Server server;
  return server;
}

void Server::make_cluster() const {
  const fs::path secret = folder_ / "password", log = folder_ / "log";
  std::ofstream(secret) << password() << "\n";
  give_to_server(secret);
  fs::permissions(secret, fs::perms::owner_read);
  std::ofstream(log).flush();
  give_to_server(log);
  finish(
      launch(programs() / "initdb",
             {"-D", (folder_ / "data").string(), "-U", "chief", "--pwfile", secret.string(), "-A",
              "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
             log),
      "initdb", log);
  fs::remove(secret);
}

void Server::start() {
  std::vector<std::string> arguments = {"-D", (folder_ / "data").string()};
  std::vector<std::string> all = {"listen_addresses=",
                                  "unix_socket_directories=" + socket_folder().string(),
                                  "fsync=off",
                                  "full_page_writes=off",
                                  "autovacuum=off",
                                  "shared_buffers=32MB",
                                  "max_prepared_transactions=4"};
  all.insert(all.end(), settings_.begin(), settings_.end());
  for (const std::string& setting : all) {
    arguments.emplace_back("-c");
    arguments.push_back(setting);
  }
  ::chmod(socket_folder().c_str(), 0755);
  process_ = launch(programs() / "postgres", arguments, folder_ / "log");
  wait_until_it_answers();
}

void Server::wait_until_it_answers() const {
  const std::string target = "service=" + service("postgres");
  for (int attempt = 0; attempt < 600; ++attempt) {
    if (::waitpid(process_, nullptr, WNOHANG) != 0) break;
    if (PQping(target.c_str()) == PQPING_OK) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  fail("the server does not answer: " + log());
}

std::string Server::service(const std::string& database, const std::string& role) const {
  return service_with("host=" + socket_folder().string() + "\nport=5432\ndbname=" + database +
                      "\nuser=" + role + "\n");
}

std::string service_with(const std::string& settings) {
  return Services::all().name(settings);
}

void Server::run(const std::string& sql, const std::string& database) const {
  Session(service(database)).run(sql);
}

std::string Server::text(const std::string& sql, const std::string& database) const {
  return Session(service(database)).text(sql);
}

std::string Server::emptied_database(const std::string& name) const {
  const std::string found = service(name);
  if (text("SELECT 1 FROM pg_database WHERE datname = '" + name + "'").empty())
    run("CREATE DATABASE \"" + name + "\"");
  run(R"sql(DO $$ DECLARE found text; BEGIN
    FOR found IN SELECT quote_ident(nspname) FROM pg_namespace
                 WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
      EXECUTE 'DROP SCHEMA ' || found || ' CASCADE';
    END LOOP;
    EXECUTE 'CREATE SCHEMA public';
    EXECUTE 'GRANT USAGE ON SCHEMA public TO public';
  END $$)sql",
      name);
  return found;
}

std::unique_ptr<besa::source::Source> open(const std::string& service,
                                           besa::source::OpenOptions options) {
  return besa::source::open("postgresql:service=" + service, ".", options);
}

Session::Session(const std::string& service)
    : connection_(PQconnectdb(("service=" + service).c_str())) {
  if (PQstatus(as_connection(connection_)) != CONNECTION_OK)
    fail(PQerrorMessage(as_connection(connection_)));
  PQsetNoticeReceiver(
      as_connection(connection_), [](void*, const PGresult*) {}, nullptr);
}

Session::~Session() {
  PQfinish(as_connection(connection_));
}

void Session::run(const std::string& sql) const {
  (void)text(sql);
}

std::string Session::text(const std::string& sql) const {
  PGresult* result = PQexec(as_connection(connection_), sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  std::string all;
  for (int row = 0; row < PQntuples(result); ++row) {
    for (int column = 0; column < PQnfields(result); ++column)
      all += std::string(column == 0 ? "" : "|") +
             (PQgetisnull(result, row, column) ? "NULL" : PQgetvalue(result, row, column));
    all += "\n";
  }
  const std::string words = PQresultErrorMessage(result);
  PQclear(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
    fail(words);
  return all;
}

}  // namespace postgresql
