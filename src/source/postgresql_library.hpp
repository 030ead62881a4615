// libpq, loaded when the first PostgreSQL server is spoken to.
//
// besa does not link it: with the libraries that it brings along (TLS, Kerberos, LDAP) it took
// almost half of what each command costs to start, also of those that meet no server. The types of
// the functions are those of its header, so the compiler checks each call.
#pragma once

#include <libpq-fe.h>

#include <string>

namespace besa::source {

struct PostgresqlLibrary {
  decltype(&PQclear) clear = nullptr;
  decltype(&PQcmdStatus) command_status = nullptr;
  decltype(&PQconnectdbParams) connect = nullptr;
  decltype(&PQconsumeInput) consume_input = nullptr;
  decltype(&PQenterPipelineMode) enter_pipeline = nullptr;
  decltype(&PQerrorMessage) error_message = nullptr;
  decltype(&PQexecParams) execute = nullptr;
  decltype(&PQexitPipelineMode) exit_pipeline = nullptr;
  decltype(&PQfinish) finish = nullptr;
  decltype(&PQftype) field_type = nullptr;
  decltype(&PQgetisnull) is_null = nullptr;
  decltype(&PQgetlength) length = nullptr;
  decltype(&PQgetResult) result = nullptr;
  decltype(&PQgetvalue) value = nullptr;
  decltype(&PQnfields) fields = nullptr;
  decltype(&PQntuples) tuples = nullptr;
  decltype(&PQpingParams) ping = nullptr;
  decltype(&PQpipelineSync) pipeline_end = nullptr;
  decltype(&PQresultErrorField) result_error_field = nullptr;
  decltype(&PQresultErrorMessage) result_error_message = nullptr;
  decltype(&PQresultMemorySize) result_memory = nullptr;
  decltype(&PQresultStatus) result_status = nullptr;
  decltype(&PQsendQueryParams) send = nullptr;
  decltype(&PQserverVersion) server_version = nullptr;
  decltype(&PQsetNoticeReceiver) set_notice_receiver = nullptr;
  decltype(&PQstatus) status = nullptr;
  decltype(&PQtransactionStatus) transaction_status = nullptr;
};

/// The library, loaded by the first who asks, for as long as the program runs; any thread may ask.
/// Error(failed) where it is not installed: the next who asks tries again.
[[nodiscard]] const PostgresqlLibrary& postgresql_library();
/// The same from this file. Error(failed) also where it is some other library.
[[nodiscard]] PostgresqlLibrary load_postgresql_library(const std::string& file);

}  // namespace besa::source
