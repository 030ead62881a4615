#include "workflow/filler.hpp"

#include <algorithm>
#include <cstring>

#include "besa/source/source.hpp"

namespace besa::workflow {
namespace {

using source::ColumnSchema;
using source::TableSchema;
using source::Value;

bool contains_any(const std::string& text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

constexpr std::size_t whole_text = 25;   ///< of a pseudonym with its tag
constexpr std::size_t short_text = 14;   ///< with so many no two rows in a thousand are alike
constexpr std::size_t unique_text = 20;  ///< and with so many no two of a million

constexpr std::int64_t low_half = 0xFFFFFFFF;

}  // namespace

bool numeric(const ColumnSchema& column) {
  std::string type = column.declared_type;
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  });
  if (contains_any(type, {"INT"})) return true;
  return !type.empty() && !contains_any(type, {"CHAR", "CLOB", "TEXT", "BLOB", "DATE", "TIME"});
}

std::int64_t positive(const Digest& digest) {
  std::uint64_t number = 0;
  std::memcpy(&number, digest.bytes.data(), sizeof number);
  return static_cast<std::int64_t>((number >> 2) |
                                   (std::uint64_t{1} << 60));  // far above any counter
}

std::string tag(const KeyedDigest& secret, std::string_view invented) {
  return secret.of("mask", invented).hex().substr(0, 8);
}

bool is_tagged(const KeyedDigest& secret, std::string_view text) {
  return text.size() > 8 &&
         tag(secret, text.substr(0, text.size() - 8)) == text.substr(text.size() - 8);
}

std::string tagged_uuid(const KeyedDigest& secret, const Digest& digest) {
  const std::string hex = digest.hex();
  const std::string invented = hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-8" +
                               hex.substr(12, 3) + "-a" + hex.substr(15, 3) + "-" +
                               hex.substr(18, 4);
  return invented + tag(secret, invented);
}

std::int64_t tagged(const KeyedDigest& secret, std::int64_t invented) {
  const std::int64_t upper = invented & ~low_half;
  const std::int64_t lower = positive(secret.of("mask", std::to_string(upper))) & low_half;
  return upper | lower;
}

Filler filler_for(source::Source& source, const TableSchema& table, const ColumnSchema& column) {
  const source::ColumnRoom room = source.room(table.name, column.name);
  const bool unique = table.is_unique(column.name) || column.key_position > 0;
  using Takes = source::ColumnRoom::Takes;
  switch (room.takes) {
    case Takes::anything:
      if (!numeric(column)) return Filler::text;
      return unique ? Filler::number : Filler::zero;
    case Takes::number:
      return unique ? Filler::number : Filler::zero;
    case Takes::text:
      return room.longest == 0 || room.longest >= (unique ? unique_text : short_text)
                 ? Filler::text
                 : Filler::none;
    case Takes::uuid:
      return Filler::uuid;
    case Takes::other:
      break;
  }
  return Filler::none;
}

Value sample_of(Filler filler, std::size_t longest) {
  switch (filler) {
    case Filler::zero:
      return Value::of(0);
    case Filler::number:
      return Value::of(positive(sha256("a sample")));
    case Filler::text:
      return Value::of(std::string(longest == 0 ? whole_text : std::min(longest, whole_text), 'x'));
    case Filler::uuid:
      return Value::of("00000000-0000-8000-a000-000000000000");
    case Filler::none:
      break;
  }
  return Value::null();
}

}  // namespace besa::workflow
