#include "besa/source/sqlite_settings.hpp"

#include <sqlite3.h>

namespace besa::source {

void set_up_sqlite() {
  static_cast<void>(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
}

}  // namespace besa::source
