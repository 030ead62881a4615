// What the ledger must not hold: identifiers of subjects, manifest keys, digest secrets.
//
// One encrypted file per thing with its own key file beside it, both 0600; destroying the key file
// (overwrite, unlink) is forgetting, and leaves the ledger's random number meaning nothing.
//
//   vault/<name>.sealed    nonce ‖ XChaCha20-Poly1305(content), bound to the name
//   vault/<name>.key       32 random bytes
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "besa/base/bytes.hpp"
#include "besa/base/file.hpp"

namespace besa::ledger {

class Vault {
 public:
  explicit Vault(const Path& folder);  ///< made 0700 if missing
  /// `name`: safe file name, e.g. "subject-81985529216486895", "manifest-M-2026-0001".
  void put(const std::string& name, ByteView content);
  /// nullopt if forgotten or never there; Error(failed) if damaged, Error(refused) if readable by
  /// others.
  [[nodiscard]] std::optional<Secret> get(const std::string& name) const;
  void forget(const std::string& name);
  /// Destroys what a kill left of files that were being written.
  void forget_unfinished();
  [[nodiscard]] std::vector<std::string> names() const;
  /// Those too of which a kill left one file of the two: what `forget` should be asked about.
  [[nodiscard]] std::vector<std::string> traces() const;
  /// A random 63-bit number that names no subject yet.
  [[nodiscard]] std::uint64_t new_subject() const;

 private:
  Path folder_;
};

}  // namespace besa::ledger
