// What besa wrote and somebody may have changed: manifests, approvals, certificates, notes, keys.
#include "besa/base/error.hpp"
#include "besa/model/certificate.hpp"
#include "besa/model/manifest.hpp"
#include "besa/model/note.hpp"
#include "tests/fuzz/target.hpp"

namespace besa::fuzz {
namespace {

using namespace besa::model;

// The key of the example that golang.org/x/mod/sumdb/note has, which signed one of the seeds.
constexpr std::string_view known_key =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

void body_line(std::string_view bytes) {
  const BodyLine line = parse_body_line(bytes);
  std::string again;
  if (line.subject) append_line(again, *line.subject);
  if (line.record) append_line(again, *line.record);
  require(bytes == again || std::string(bytes) + "\n" == again,
          "a line is read only as it is written");
}

/// What is read is written in a form that stays.
template <class Signed>
void settles(std::string_view bytes) {
  const std::string text = Signed::parse(bytes).to_text();
  require(Signed::parse(text).to_text() == text, "what is written is read the same");
}

template <class Part>
void is_exact(std::string_view bytes, std::string (Part::*print)() const) {
  const auto part = Part::parse(bytes);
  if (!part) return;
  require(((*part).*print)() == bytes, "it is read only as it is written");
}

using Reader = void (*)(std::string_view);

/// Each of the readers may refuse; the bytes are for one of them.
void each_of(std::initializer_list<Reader> readers, std::string_view bytes) {
  for (const Reader reader : readers) try {
      reader(bytes);
    } catch (const Error&) {  // for another of them
    }
}

}  // namespace

void manifest(std::string_view bytes) {
  each_of({body_line, settles<ManifestHeader>, settles<Approval>, settles<Rejection>,
           settles<StandingApproval>},
          bytes);
}

void certificate(std::string_view bytes) {
  const std::string text = to_pretty(Certificate::parse(bytes).to_json());
  require(to_pretty(Certificate::parse(text).to_json()) == text,
          "what is written is read the same");
}

void note(std::string_view bytes) {
  is_exact<VerifierKey>(bytes, &VerifierKey::str);
  is_exact<SignerKey>(bytes, &SignerKey::str);
  is_exact<Checkpoint>(bytes, &Checkpoint::text);
  is_exact<TlogProof>(bytes, &TlogProof::text);
  const auto key = VerifierKey::parse(known_key).value();
  if (const auto text = open_note(bytes, key))
    require(bytes.starts_with(*text), "a note's text is its beginning");
  if (const auto proof = TlogProof::parse(bytes))
    require(!proof->verify("nobody's leaf", key), "no proof is of a leaf that it was not made for");
}

}  // namespace besa::fuzz
