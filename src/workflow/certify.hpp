// The certificate of a run: from what was seen, no identifiers. Private to workflow.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "besa/model/certificate.hpp"
#include "besa/workflow/approve.hpp"
#include "workflow/apply_state.hpp"
#include "workflow/verify_records.hpp"

namespace besa::workflow {

struct DatasetLook {
  std::string dataset;
  source::Cleaning cleaning;
  /// Mere words in live rows of tables that are about nobody: a catalogue shares them with
  /// somebody's name. Shown, not counted as left behind; an address or a number would be.
  std::vector<source::Residue::Hit> catalogue;
};

/// Sets such hits apart.
void set_catalogue_apart(DatasetLook& look, const model::Dataset& dataset);

struct CertificateFacts {
  Session& session;
  const Realm& realm;
  const model::ManifestHeader& header;
  Digest header_digest;
  std::string run;
  Instant begun;
  const Authority& authority;
  const PlannedPeople& people;
  const Verification& seen;
  const std::vector<DatasetLook>& looks;
  const std::vector<model::Certificate::Outstanding>& outstanding;
  const model::Rejection* given_up = nullptr;  ///< of a run that is given up
};

struct SignedCertificate {
  model::Certificate certificate;
  std::string note;
};

/// One of this workspace. nullopt where there is none of this id, or it is not as it was signed.
[[nodiscard]] std::optional<SignedCertificate> read_certificate(Session& session,
                                                                const std::string& id);

/// True where two applications of one manifest saw the same: the same rows gone and kept, the same
/// values found in the same places, the same things not done. When that was, and how much was read
/// for it, may differ.
[[nodiscard]] bool says_the_same(const model::Certificate& a, const model::Certificate& b);

[[nodiscard]] model::Certificate certificate(const CertificateFacts& facts, const std::string& id);

}  // namespace besa::workflow
