#include "source/postgresql_library.hpp"

#include <dlfcn.h>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"

namespace besa::source {
namespace {

constexpr auto file_name = "libpq.so.5";
constexpr auto install_hint = "install libpq, PostgreSQL's client library (Debian: libpq5)";

/// The functions of an opened library, one by one.
class Symbols {
 public:
  /// Stays open: what it registers with others (TLS, Kerberos) does not survive being closed.
  /// What it needs of others is bound as it is called: it knows more of them than besa ever uses.
  explicit Symbols(const std::string& file) : library_(dlopen(file.c_str(), RTLD_LAZY)) {
    if (library_ == nullptr) fail();
  }

  template <typename Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
    if (function == nullptr) fail();
  }

 private:
  [[noreturn]] static void fail() {
    const char* const words = dlerror();
    throw Error(ErrorKind::failed,
                "PostgreSQL's client library cannot be used: " +
                    for_terminal(words == nullptr ? "" : words),
                install_hint);
  }

  void* library_;
};

}  // namespace

PostgresqlLibrary load_postgresql_library(const std::string& file) {
  Symbols symbols(file);
  PostgresqlLibrary library;
  symbols.find(library.clear, "PQclear");
  symbols.find(library.command_status, "PQcmdStatus");
  symbols.find(library.connect, "PQconnectdbParams");
  symbols.find(library.consume_input, "PQconsumeInput");
  symbols.find(library.enter_pipeline, "PQenterPipelineMode");
  symbols.find(library.error_message, "PQerrorMessage");
  symbols.find(library.execute, "PQexecParams");
  symbols.find(library.exit_pipeline, "PQexitPipelineMode");
  symbols.find(library.finish, "PQfinish");
  symbols.find(library.field_type, "PQftype");
  symbols.find(library.is_null, "PQgetisnull");
  symbols.find(library.length, "PQgetlength");
  symbols.find(library.result, "PQgetResult");
  symbols.find(library.value, "PQgetvalue");
  symbols.find(library.fields, "PQnfields");
  symbols.find(library.tuples, "PQntuples");
  symbols.find(library.ping, "PQpingParams");
  symbols.find(library.pipeline_end, "PQpipelineSync");
  symbols.find(library.result_error_field, "PQresultErrorField");
  symbols.find(library.result_error_message, "PQresultErrorMessage");
  symbols.find(library.result_memory, "PQresultMemorySize");
  symbols.find(library.result_status, "PQresultStatus");
  symbols.find(library.send, "PQsendQueryParams");
  symbols.find(library.server_version, "PQserverVersion");
  symbols.find(library.set_notice_receiver, "PQsetNoticeReceiver");
  symbols.find(library.status, "PQstatus");
  symbols.find(library.transaction_status, "PQtransactionStatus");
  return library;
}

const PostgresqlLibrary& postgresql_library() {
  static const PostgresqlLibrary library = load_postgresql_library(file_name);
  return library;
}

}  // namespace besa::source
