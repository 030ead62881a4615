// A manifest's folder: writing it once, reading it verified, destroying its body.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "besa/base/file.hpp"
#include "besa/model/manifest.hpp"

namespace besa::workflow {

/// Writes body.jsonl line by line with its chunk digests, then header.json: the folder appears
/// whole under its name or not at all.
class ManifestWriter {
 public:
  explicit ManifestWriter(const Path& folder);  ///< "…/manifests/M-2026-0001", must not exist
  ~ManifestWriter();
  void add(const model::SubjectLine& line);
  void add(const model::RecordLine& line);
  /// Completes the header with the body's figures and digests; returns the digest of header.json.
  Digest finish(model::ManifestHeader& header);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] model::ManifestHeader read_header(const Path& folder, Digest* digest = nullptr);

/// Streams the body, each chunk verified against the header before any of its lines is shown.
/// Error(refused) "body.jsonl was changed after it was written" naming the chunk.
void read_body(const Path& folder, const model::ManifestHeader& header,
               const std::function<void(const model::BodyLine&)>& each);

void destroy_body(const Path& folder);
/// Of one that was never recorded: the whole folder, each file overwritten before it is unlinked.
/// One that is not there is fine.
void destroy_manifest(const Path& folder);

}  // namespace besa::workflow
