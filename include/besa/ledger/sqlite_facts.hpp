// What the SQLite that besa runs on can do: for `doctor`.
#pragma once

#include <string>
#include <vector>

namespace besa::ledger {

struct SqliteFacts {
  std::string version;     ///< "3.40.1"
  int version_number = 0;  ///< 3040001
  bool thread_safe = false;
  std::vector<std::string> options;  ///< compile options, without "SQLITE_"
};

[[nodiscard]] SqliteFacts sqlite_facts();

}  // namespace besa::ledger
