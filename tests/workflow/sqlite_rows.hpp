// Plain SQL for tests: the independent look at what besa did.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace besa::workflow::testing {

using SqlRows = std::vector<std::vector<std::string>>;

inline SqlRows run_sql(const std::filesystem::path& database, const std::string& sql, int flags) {
  sqlite3* connection = nullptr;
  if (sqlite3_open_v2(database.c_str(), &connection, flags, nullptr) != SQLITE_OK)
    throw std::runtime_error("cannot open");
  SqlRows rows;
  char* message = nullptr;
  const auto row = [](void* into, int count, char** values, char**) {
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) texts.emplace_back(values[i] != nullptr ? values[i] : "NULL");
    static_cast<SqlRows*>(into)->push_back(std::move(texts));
    return 0;
  };
  const int code = sqlite3_exec(connection, sql.c_str(), row, &rows, &message);
  const std::string text = message != nullptr ? message : "";
  sqlite3_free(message);
  sqlite3_close(connection);
  if (code != SQLITE_OK) throw std::runtime_error(text);
  return rows;
}

inline SqlRows rows_of(const std::filesystem::path& database, const std::string& sql) {
  return run_sql(database, sql, SQLITE_OPEN_READONLY);
}

inline void execute(const std::filesystem::path& database, const std::string& sql) {
  static_cast<void>(run_sql(database, sql, SQLITE_OPEN_READWRITE));
}

}  // namespace besa::workflow::testing
