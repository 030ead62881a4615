#include "besa/ledger/sqlite_facts.hpp"

#include <sqlite3.h>

namespace besa::ledger {

SqliteFacts sqlite_facts() {
  SqliteFacts facts{
      sqlite3_libversion(), sqlite3_libversion_number(), sqlite3_threadsafe() != 0, {}};
  for (int i = 0; const char* option = sqlite3_compileoption_get(i); ++i)
    facts.options.emplace_back(option);
  return facts;
}

}  // namespace besa::ledger
