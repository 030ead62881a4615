#include "besa/model/note.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "besa/model/merkle.hpp"

namespace besa::model {

namespace {

constexpr std::string_view dash = "\u2014 ";  // em dash, space
constexpr std::string_view private_prefix = "PRIVATE+KEY+";
constexpr std::string_view proof_header = "c2sp.org/tlog-proof@v1";
constexpr std::uint8_t ed25519_type = 1;
constexpr std::size_t key_id_size = 4;
constexpr std::size_t most_signatures = 100;

using KeyId = std::array<std::uint8_t, key_id_size>;

KeyId key_id(const std::string& name, const PublicKey& key) {
  const std::array<std::uint8_t, 2> separator{'\n', ed25519_type};
  const Digest digest = Sha256().update(name).update(separator).update(key.bytes).finish();
  KeyId id{};
  std::copy_n(digest.bytes.begin(), id.size(), id.begin());
  return id;
}

/// `name+hex(key id)+base64(0x01 ‖ key)`, of a public key or of a seed.
std::string key_text(const std::string& name, const KeyId& id, ByteView key) {
  Bytes typed{ed25519_type};
  typed.insert(typed.end(), key.begin(), key.end());
  return name + "+" + to_hex(id) + "+" + to_base64(typed);
}

struct KeyParts {
  std::string name;
  Bytes key;
};

std::optional<KeyParts> parse_key_text(std::string_view text) {
  const auto first = text.find('+');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find('+', first + 1);
  if (second == std::string_view::npos || !is_key_name(text.substr(0, first))) return std::nullopt;
  auto typed = from_base64(text.substr(second + 1));
  if (!typed || typed->size() != 33 || typed->front() != ed25519_type) return std::nullopt;
  typed->erase(typed->begin());
  return KeyParts{std::string(text.substr(0, first)), std::move(*typed)};
}

/// The Unicode spaces beyond ASCII, as UTF-8.
constexpr std::array<std::string_view, 18> wide_spaces{
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
    "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u3000"};

bool is_note_text(std::string_view text) {
  const auto forbidden = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  return text.ends_with('\n') && is_valid_utf8(text) && std::ranges::none_of(text, forbidden);
}

/// Takes the next line off `rest`; nullopt where no complete line is left.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return number;
}

std::optional<Digest> parse_hash(std::string_view base64) {
  const auto bytes = from_base64(base64);
  Digest digest;
  if (!bytes || bytes->size() != digest.bytes.size()) return std::nullopt;
  std::ranges::copy(*bytes, digest.bytes.begin());
  return digest;
}

struct SignatureLine {
  std::string_view name;
  Bytes signature;  ///< key id, then the signature itself
};

std::optional<SignatureLine> parse_signature_line(std::string_view line) {
  if (!line.starts_with(dash)) return std::nullopt;
  line.remove_prefix(dash.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return std::nullopt;
  auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= key_id_size) return std::nullopt;
  return SignatureLine{line.substr(0, space), std::move(*bytes)};
}

enum class Verdict { foreign, valid, invalid };

Verdict judge(const SignatureLine& line, std::string_view text, const VerifierKey& key) {
  const KeyId id = key_id(key.name, key.key);
  if (line.name != key.name || !std::equal(id.begin(), id.end(), line.signature.begin())) {
    return Verdict::foreign;
  }
  Signature signature;
  if (line.signature.size() != key_id_size + signature.bytes.size()) return Verdict::invalid;
  std::copy(line.signature.begin() + key_id_size, line.signature.end(), signature.bytes.begin());
  return verify(key.key, as_bytes(text), signature) ? Verdict::valid : Verdict::invalid;
}

}  // namespace

bool is_key_name(std::string_view name) {
  const auto forbidden = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '+' || c == 0x7f;
  };
  const auto holds = [&](std::string_view space) {
    return name.find(space) != std::string_view::npos;
  };
  return !name.empty() && is_valid_utf8(name) && std::ranges::none_of(name, forbidden) &&
         std::ranges::none_of(wide_spaces, holds);
}

std::string VerifierKey::str() const {
  return key_text(name, key_id(name, key), key.bytes);
}

std::optional<VerifierKey> VerifierKey::parse(std::string_view text) {
  const auto parts = parse_key_text(text);
  if (!parts) return std::nullopt;
  VerifierKey read{parts->name, {}};
  std::ranges::copy(parts->key, read.key.bytes.begin());
  if (read.str() != text) return std::nullopt;  // a key id that is not the key's
  return read;
}

std::string SignerKey::str() const {
  return std::string(private_prefix) + key_text(name, key_id(name, key.public_key()), key.seed());
}

std::optional<SignerKey> SignerKey::parse(std::string_view text) {
  if (!text.starts_with(private_prefix)) return std::nullopt;
  const auto parts = parse_key_text(text.substr(private_prefix.size()));
  if (!parts) return std::nullopt;
  SignerKey read{parts->name, SigningKey::from_seed(parts->key)};
  if (read.str() != text) return std::nullopt;
  return read;
}

std::string sign_note(std::string_view text, const std::string& name, const SigningKey& key) {
  if (!is_note_text(text) || !is_key_name(name)) {
    throw Error(ErrorKind::failed, "this text or key name cannot be signed as a note",
                "a note is UTF-8 without control characters and ends with a newline; a key name "
                "has no spaces and no '+'");
  }
  const KeyId id = key_id(name, key.public_key());
  Bytes signature(id.begin(), id.end());
  const Signature raw = key.sign(as_bytes(text));
  signature.insert(signature.end(), raw.bytes.begin(), raw.bytes.end());
  return std::string(text) + "\n" + std::string(dash) + name + " " + to_base64(signature) + "\n";
}

std::optional<std::string> open_note(std::string_view note, const VerifierKey& key) {
  const auto blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || !is_note_text(note)) return std::nullopt;
  const std::string_view text = note.substr(0, blank + 1);
  std::string_view rest = note.substr(blank + 2);
  bool opened = false;
  for (std::size_t count = 0; !rest.empty(); ++count) {
    const auto line = parse_signature_line(take_line(rest).value_or(""));
    if (!line || count == most_signatures) return std::nullopt;
    const Verdict verdict = judge(*line, text, key);
    if (verdict == Verdict::invalid) return std::nullopt;
    opened = opened || verdict == Verdict::valid;
  }
  if (!opened) return std::nullopt;
  return std::string(text);
}

std::string Checkpoint::text() const {
  return origin + "\n" + std::to_string(size) + "\n" + to_base64(root.bytes) + "\n";
}

std::optional<Checkpoint> Checkpoint::parse(std::string_view text) {
  std::string_view rest = text;
  const auto origin = take_line(rest);
  const auto size = parse_decimal(take_line(rest).value_or(""));
  const auto root = parse_hash(take_line(rest).value_or(""));
  if (!origin || origin->empty() || !size || !root || !rest.empty()) return std::nullopt;
  return Checkpoint{std::string(*origin), *size, *root};
}

std::string TlogProof::text() const {
  std::string text(proof_header);
  text += "\nindex " + std::to_string(index) + "\n";
  for (const Digest& hash : hashes) text += to_base64(hash.bytes) + "\n";
  return text + "\n" + checkpoint;
}

std::optional<TlogProof> TlogProof::parse(std::string_view text) {
  constexpr std::string_view extra = "extra ";
  constexpr std::string_view index = "index ";
  if (take_line(text) != proof_header) return std::nullopt;
  auto line = take_line(text);
  if (line && line->starts_with(extra)) {  // allowed, never trusted
    if (!from_base64(line->substr(extra.size()))) return std::nullopt;
    line = take_line(text);
  }
  if (!line || !line->starts_with(index)) return std::nullopt;
  const auto number = parse_decimal(line->substr(index.size()));
  if (!number) return std::nullopt;
  TlogProof proof{*number, {}, {}};
  while ((line = take_line(text)) && !line->empty()) {
    const auto hash = parse_hash(*line);
    constexpr std::size_t deepest = 64;
    if (!hash || proof.hashes.size() == deepest) return std::nullopt;
    proof.hashes.push_back(*hash);
  }
  if (!line || text.empty()) return std::nullopt;
  proof.checkpoint = text;
  return proof;
}

bool TlogProof::verify(std::string_view leaf, const VerifierKey& key) const {
  const auto body = open_note(checkpoint, key);
  const auto head = body ? Checkpoint::parse(*body) : std::nullopt;
  return head && head->origin == key.name &&
         verify_inclusion(index, head->size, leaf_hash(leaf), hashes, head->root);
}

}  // namespace besa::model
