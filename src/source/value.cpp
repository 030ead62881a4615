#include "besa/source/value.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "besa/base/bytes.hpp"
#include "besa/base/error.hpp"
#include "besa/base/mix_hash.hpp"
#include "source/same_bytes.hpp"

// An encoded key, column after column; each begins with a tag, so that types sort as SQLite's do:
//
//   NULL    01
//   number  02, eight bytes of the greatest double that is not above it (big endian, sign flipped
//   so
//           that bytes sort as numbers), and, for an integer beyond 2^53 that no double hits, what
//           is missing: 80|high, low
//   text    03, the bytes with each 00 written as 00 FF, then 00 00
//   blob    04, likewise

namespace besa::source {
namespace {

constexpr char null_tag = 1, number_tag = 2, text_tag = 3, blob_tag = 4;
constexpr double two_to_63 = 9223372036854775808.0;
constexpr std::int64_t exact_in_double = std::int64_t{1} << 53;

std::uint64_t ordered_bits(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  const std::uint64_t sign = std::uint64_t{1} << 63;
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

double from_ordered_bits(std::uint64_t bits) {
  const std::uint64_t sign = std::uint64_t{1} << 63;
  return std::bit_cast<double>((bits & sign) != 0 ? bits & ~sign : ~bits);
}

/// Writes the tag and the double; returns the end.
char* put_double(char* out, double number) {
  *out++ = number_tag;
  std::uint64_t bits = ordered_bits(number);
  for (int shift = 56; shift >= 0; shift -= 8) *out++ = static_cast<char>(bits >> shift & 0xFF);
  return out;
}

char* put_integer(char* out, std::int64_t number) {
  auto below = static_cast<double>(number);
  if (number >= -exact_in_double && number <= exact_in_double) return put_double(out, below);
  if (below >= two_to_63 || static_cast<std::int64_t>(below) > number)
    below = std::nextafter(below, -std::numeric_limits<double>::infinity());
  out = put_double(out, below);
  const std::int64_t missing = number - static_cast<std::int64_t>(below);
  if (missing == 0) return out;
  *out++ = static_cast<char>(0x80 | missing >> 8);
  *out++ = static_cast<char>(missing & 0xFF);
  return out;
}

/// At most 11 bytes. A real without fraction is written as the integer it equals.
char* put_number(char* out, const ValueView& value) {
  if (value.type == Type::integer) return put_integer(out, value.integer);
  return put_double(out, value.real == 0 ? 0.0 : value.real);
}

bool is_null_key(const ValueView& value) {
  return value.type == Type::null || (value.type == Type::real && std::isnan(value.real));
}

void append_escaped(std::string& out, std::string_view bytes) {
  for (std::size_t zero = 0; (zero = bytes.find('\0')) != std::string_view::npos;) {
    out.append(bytes.substr(0, zero + 1)).push_back('\xFF');
    bytes.remove_prefix(zero + 1);
  }
  out.append(bytes).append(2, '\0');
}

[[noreturn]] void not_a_key() {
  throw Error(ErrorKind::failed, "a stored key is damaged", "draft the manifest again");
}

std::string take_escaped(std::string_view encoded, std::size_t& at) {
  std::string bytes;
  for (;;) {
    const std::size_t zero = encoded.find('\0', at);
    if (zero == std::string_view::npos || zero + 1 >= encoded.size()) not_a_key();
    bytes.append(encoded.substr(at, zero - at));
    at = zero + 2;
    if (encoded[zero + 1] == '\0') return bytes;
    bytes.push_back('\0');
  }
}

Value take_number(std::string_view encoded, std::size_t& at) {
  if (encoded.size() - at < 8) not_a_key();
  std::uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | static_cast<unsigned char>(encoded[at++]);
  const double number = from_ordered_bits(bits);
  const bool integral = number >= -two_to_63 && number < two_to_63 && std::trunc(number) == number;
  Value value;
  value.type = integral ? Type::integer : Type::real;
  if (!integral) value.real = number;
  if (integral) value.integer = static_cast<std::int64_t>(number);
  if (at < encoded.size() && (encoded[at] & 0x80) != 0) {
    if (!integral || encoded.size() - at < 2) not_a_key();
    value.integer += (encoded[at] & 0x7F) << 8 | static_cast<unsigned char>(encoded[at + 1]);
    at += 2;
  }
  return value;
}

Value take_value(std::string_view encoded, std::size_t& at) {
  const char tag = encoded[at++];
  if (tag == null_tag) return Value::null();
  if (tag == number_tag) return take_number(encoded, at);
  if (tag != text_tag && tag != blob_tag) not_a_key();
  Value value = Value::of(take_escaped(encoded, at));
  if (tag == blob_tag) value.type = Type::blob;
  return value;
}

constexpr std::size_t record_head = 2;  // words before a record's bytes: number, size
constexpr std::size_t chunk_words = std::size_t{1} << 16, most_chunks = (std::size_t{1} << 16) - 1;

/// The upper half of the mix, which its multiplication stirs best.
std::uint32_t upper_half(std::uint64_t mixed) {
  return static_cast<std::uint32_t>(mixed >> 32);
}
std::uint32_t slot_hash(std::string_view encoded) {
  return upper_half(mix_hash(encoded));
}

/// Not 0 where one of the eight bytes is 0.
std::uint64_t zeros_in(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101, high_bits = 0x8080808080808080;
  return (word - ones) & ~word & high_bits;
}

/// The last `size` bytes of a text of eight or more, at most eight of them.
std::uint64_t last_of(std::string_view text, std::size_t size) {
  return word_at(text.data() + text.size() - 8) >> (8 - size) * 8;
}

/// What `slot_hash` says of the encoding of a text, from the text: to write it down and read it at
/// once would be to wait for the memory. Nothing for a text with NUL, whose encoding has escapes,
/// and for a short one.
std::optional<std::uint32_t> slot_hash_of_text(std::string_view text) {
  if (text.size() < 8) return std::nullopt;
  MixHash hash(text.size() + 3);  // the tag before it, two NUL behind it
  std::uint64_t nul = zeros_in(word_at(text.data())) | zeros_in(last_of(text, 8));
  hash.add(word_at(text.data()) << 8 | static_cast<std::uint64_t>(text_tag));
  std::size_t at = 7;
  for (; at + 8 <= text.size(); at += 8) {
    nul |= zeros_in(word_at(text.data() + at));
    hash.add(word_at(text.data() + at));
  }
  if (at + 7 == text.size()) {  // and a NUL
    hash.add(last_of(text, 7));
    at += 8;
  }
  if (nul != 0) return std::nullopt;
  return upper_half(hash.end(at < text.size() ? last_of(text, text.size() - at) : 0));
}

}  // namespace

Value::Value(const ValueView& view)
    : type(view.type), integer(view.integer), real(view.real), bytes(view.bytes) {}

Value Value::of(std::int64_t number) {
  return Value(ValueView::of(number));
}

Value Value::of(std::string text) {
  Value value;
  value.type = Type::text;
  value.bytes = std::move(text);
  return value;
}

std::string Value::text() const {
  if (type == Type::null) return "";
  if (type == Type::integer) return std::to_string(integer);
  if (type == Type::blob) return to_hex(as_bytes(bytes));
  if (type == Type::text) return bytes;
  char buffer[32];
  // The shortest decimal that reads back as the same number.
  for (int digits = 15; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, real);
    if (std::strtod(buffer, nullptr) == real) break;
  }
  return buffer;
}

void append_key(std::string& out, const ValueView& value) {
  if (is_null_key(value)) {
    out.push_back(null_tag);
  } else if (value.type == Type::integer || value.type == Type::real) {
    char buffer[16];
    out.append(buffer, static_cast<std::size_t>(put_number(buffer, value) - buffer));
  } else {
    out.push_back(value.type == Type::text ? text_tag : blob_tag);
    append_escaped(out, value.bytes);
  }
}

bool holds_null(const Key& key) {
  return std::ranges::any_of(key, [](const Value& value) { return value.type == Type::null; });
}

std::string encode_key(RowView columns) {
  std::string encoded;
  for (const ValueView& value : columns) append_key(encoded, value);
  return encoded;
}

std::string encode_key(const Key& key) {
  std::string encoded;
  for (const Value& value : key) append_key(encoded, value.view());
  return encoded;
}

Key decode_key(std::string_view encoded) {
  Key key;
  for (std::size_t at = 0; at < encoded.size();) key.push_back(take_value(encoded, at));
  return key;
}

std::optional<std::string_view> text_of_key(std::string_view encoded) {
  if (encoded.size() < 3 || encoded.front() != text_tag) return std::nullopt;
  const std::string_view text = encoded.substr(1, encoded.size() - 3);
  if (encoded.substr(1 + text.size()) != std::string_view("\0\0", 2)) return std::nullopt;
  if (std::memchr(text.data(), '\0', text.size()) != nullptr) return std::nullopt;
  return text;
}

std::size_t encode_short(const ValueView& value, std::span<char> buffer) {
  constexpr std::size_t longest_number = 32;
  if (buffer.size() < longest_number) return 0;
  if (is_null_key(value)) {
    buffer[0] = null_tag;
    return 1;
  }
  if (value.type == Type::integer || value.type == Type::real)
    return static_cast<std::size_t>(put_number(buffer.data(), value) - buffer.data());
  const std::size_t size = value.bytes.size();
  if (size + 3 > buffer.size() || value.bytes.find('\0') != std::string_view::npos) return 0;
  buffer[0] = value.type == Type::text ? text_tag : blob_tag;
  if (size != 0) std::memcpy(buffer.data() + 1, value.bytes.data(), size);
  buffer[size + 1] = buffer[size + 2] = '\0';
  return size + 3;
}

KeyIndex::KeyIndex() : slots_(16), seen_(16 * seen_of_slot / 64) {}

void KeyIndex::reserve(std::size_t count) {
  const std::size_t slots = std::bit_ceil(count + count / 3 + 1);
  if (slots > slots_.size()) grow(slots);
  records_.reserve(count);
}

std::uint32_t KeyIndex::add(std::string_view encoded) {
  const std::uint32_t hash = slot_hash(encoded);
  if (const std::uint32_t known = find_hashed(encoded, hash); known != none) return known;
  const std::size_t words = (encoded.size() + 3) / 4;
  if ((count_ + std::size_t{1}) * 4 > slots_.size() * 3) grow(slots_.size() * 2);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].record != none) at = (at + 1) & mask;
  const std::uint32_t record = new_record(record_head + words);
  slots_[at] = {hash, record};
  note_seen(hash);
  records_.push_back(record);
  std::uint32_t* const head = this->at(record);
  head[0] = count_;
  head[1] = static_cast<std::uint32_t>(encoded.size());
  if (!encoded.empty()) std::memcpy(head + record_head, encoded.data(), encoded.size());
  return count_++;
}

/// A key longer than a chunk has one to itself; the first grows as needed, for small sets are many.
std::uint32_t KeyIndex::new_record(std::size_t words) {
  if (arena_.empty() || arena_.back().size() + words > chunk_words) {
    if (arena_.size() == most_chunks)
      throw Error(ErrorKind::failed, "more keys in one set than its sixteen gigabytes hold");
    arena_.emplace_back();
    if (arena_.size() > 1) arena_.back().reserve(std::max(words, chunk_words));
  }
  std::vector<std::uint32_t>& chunk = arena_.back();
  const std::size_t place = chunk.size();
  chunk.resize(place + words);
  return static_cast<std::uint32_t>((arena_.size() - 1) * chunk_words + place);
}

std::uint32_t* KeyIndex::at(std::uint32_t record) {
  return arena_.data()[record / chunk_words].data() + record % chunk_words;
}

const std::uint32_t* KeyIndex::at(std::uint32_t record) const {
  return arena_.data()[record / chunk_words].data() + record % chunk_words;
}

std::uint32_t KeyIndex::find(std::string_view encoded) const {
  const std::uint32_t hash = slot_hash(encoded);
  return may_hold(hash) ? find_hashed(encoded, hash) : none;
}

std::uint32_t KeyIndex::find_hashed(std::string_view encoded, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot slot = slots_.data()[at];
    if (slot.record == none) return none;
    if (slot.hash != hash) continue;
    const std::uint32_t* const head = this->at(slot.record);
    if (head[1] == encoded.size() && same_bytes(reinterpret_cast<const char*>(head + record_head),
                                                encoded.data(), encoded.size()))
      return head[0];
  }
}

std::string_view KeyIndex::bytes(std::uint32_t record) const {
  const std::uint32_t* const head = at(record);
  return {reinterpret_cast<const char*>(head + record_head), head[1]};
}

std::uint32_t KeyIndex::find(const ValueView& single) const {
  if (single.type == Type::text)
    if (const auto hash = slot_hash_of_text(single.bytes); hash && !may_hold(*hash)) return none;
  char buffer[128];
  const std::size_t size = encode_short(single, buffer);
  return find(size != 0 ? std::string_view(buffer, size) : encode_key(RowView(&single, 1)));
}

void KeyIndex::find_many(std::span<const std::string_view> encoded,
                         std::span<std::uint32_t> numbers) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    numbers[i] = slot_hash(encoded[i]);
    __builtin_prefetch(slots_.data() + (numbers[i] & mask));
  }
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const Slot slot = slots_.data()[numbers[i] & mask];
    if (slot.record != none) __builtin_prefetch(at(slot.record));
  }
  for (std::size_t i = 0; i < encoded.size(); ++i) numbers[i] = find_hashed(encoded[i], numbers[i]);
}

std::string_view KeyIndex::key(std::uint32_t number) const {
  return bytes(records_[number]);
}

void KeyIndex::grow(std::size_t slots) {
  std::vector<Slot> larger(slots);
  for (const Slot& slot : slots_) {
    if (slot.record == none) continue;
    std::size_t at = slot.hash & (slots - 1);
    while (larger[at].record != none) at = (at + 1) & (slots - 1);
    larger[at] = slot;
  }
  slots_ = std::move(larger);
  seen_.assign(slots * seen_of_slot / 64, 0);
  for (const Slot& slot : slots_)
    if (slot.record != none) note_seen(slot.hash);
}

}  // namespace besa::source
