#include <iostream>

#include "besa/cli/process.hpp"
#include "besa/source/sqlite_settings.hpp"

int main(int count, char** values) {
  besa::cli::harden_process();
  besa::source::set_up_sqlite();
  const besa::SystemClock clock;
  return besa::cli::run(besa::cli::arguments(count, values), {std::cin, std::cout, std::cerr},
                        besa::cli::real_environment(clock));
}
