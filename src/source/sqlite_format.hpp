// The few shapes of SQLite's file format that its readers share: numbers, page types, where a
// payload goes on. Format: https://sqlite.org/fileformat2.html
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace besa::source::sqlite_format {

constexpr std::size_t head_size = 100;
constexpr std::uint8_t index_interior = 2, table_interior = 5, index_leaf = 10, table_leaf = 13;

inline std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

inline std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = (number << 8) | byte_at(bytes, at + i);
  return number;
}

inline std::int64_t signed_integer(std::string_view bytes) {
  std::uint64_t number = !bytes.empty() && byte_at(bytes, 0) >= 0x80 ? ~std::uint64_t{0} : 0;
  for (const char byte : bytes) number = (number << 8) | static_cast<std::uint8_t>(byte);
  return static_cast<std::int64_t>(number);
}

/// Advances `at`; false where the bytes end first. Nearly all are of one to three bytes.
inline bool read_varint(std::string_view bytes, std::size_t& at, std::uint64_t& number) {
  if (bytes.size() > at && bytes.size() - at >= 3) {
    const auto* const next = reinterpret_cast<const std::uint8_t*>(bytes.data()) + at;
    if (next[0] < 0x80) {
      number = next[0];
      at += 1;
      return true;
    }
    if (next[1] < 0x80) {
      number = ((next[0] & 0x7FU) << 7) | next[1];
      at += 2;
      return true;
    }
    if (next[2] < 0x80) {
      number = ((next[0] & 0x7FU) << 14) | ((next[1] & 0x7FU) << 7) | next[2];
      at += 3;
      return true;
    }
  }
  number = 0;
  for (int i = 0; i < 9; ++i) {
    if (at >= bytes.size()) return false;
    const std::uint8_t byte = byte_at(bytes, at++);
    if (i == 8) {
      number = (number << 8) | byte;
      return true;
    }
    number = (number << 7) | (byte & 0x7FU);
    if (byte < 0x80) return true;
  }
  return true;
}

/// How many bytes a value of this serial type takes. Types 10 and 11 are nobody's.
constexpr std::uint64_t value_size(std::uint64_t serial_type) {
  constexpr std::array<std::uint8_t, 12> sizes = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
  return serial_type >= 12 ? (serial_type - 12) / 2 : sizes[serial_type];
}

/// How much of a payload lies in its b-tree page; the rest is in overflow pages.
inline std::uint64_t local_size(std::uint8_t page_type, std::uint64_t usable,
                                std::uint64_t payload_size) {
  const std::uint64_t most = page_type == table_leaf ? usable - 35 : (usable - 12) * 64 / 255 - 23;
  if (payload_size <= most) return payload_size;
  const std::uint64_t least = (usable - 12) * 32 / 255 - 23;
  const std::uint64_t even = least + (payload_size - least) % (usable - 4);
  return even <= most ? even : least;
}

}  // namespace besa::source::sqlite_format
