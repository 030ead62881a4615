// Apply: carries out an approved manifest, deciding again inside each transaction, then cleans,
// looks, and certifies. Killed at any instruction, it is resumed by calling it again; done twice,
// it does nothing the second time.
#pragma once

#include <cstdint>
#include <string>

#include "besa/model/certificate.hpp"
#include "besa/workflow/session.hpp"

namespace besa::workflow {

struct ApplyOptions {
  std::string manifest;
};

struct ApplyReport {
  model::Certificate certificate;
  Path certificate_file;
  bool resumed = false;
  bool already = false;    ///< the manifest was closed before: nothing was done
  bool unchanged = false;  ///< nothing was done, and an earlier certificate says the same: that one
  bool still_open = false;  ///< it is to be applied again: a store was lost, or the next says why
  bool falls_due_later = false;  ///< lines whose not-before has not come yet remain
};

/// Error: refused (not approved, expired, edited, foreign, simulated, not yet), busy (another run
/// or program), failed. Partly done is no Error: the certificate's outcome says so.
[[nodiscard]] ApplyReport apply(Session& session, const ApplyOptions& options);

/// Another thread or a signal handler asks the running apply to stop after its transaction.
void request_stop() noexcept;
[[nodiscard]] bool stop_requested() noexcept;

/// The lock every verb that changes a workspace holds: Error(busy) names the other.
[[nodiscard]] FileLock lock_workspace(const Session& session, const std::string& doing);

}  // namespace besa::workflow
