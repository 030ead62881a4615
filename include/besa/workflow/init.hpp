// Init: a new workspace, empty or with the built-in example.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "besa/base/crypto.hpp"
#include "besa/base/file.hpp"
#include "besa/base/time.hpp"
#include "besa/workflow/progress.hpp"

namespace besa::workflow {

struct InitOptions {
  Path folder;
  std::string example;  ///< "" or "happy"
  std::uint64_t members = 1000, seed = 1;
  bool one_database = false;    ///< of the example: everything in SQLite
  std::string postgresql = {};  ///< of the example: the service that gets a part of it; empty: none
  std::string person;           ///< whose key becomes the first approver; empty: none yet
  std::optional<SigningKey> key;
};

struct InitReport {
  std::vector<std::string> files;                          ///< made, relative to the folder
  std::vector<std::pair<std::string, std::string>> cases;  ///< of the example: key, what it shows
};

/// Error(refused) if the folder has a besa.json or a .besa already; nothing is left on failure.
InitReport init(const InitOptions& options, const Clock& clock, Progress& progress);

}  // namespace besa::workflow
