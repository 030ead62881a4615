#include "besa/base/character_set.hpp"

#include <algorithm>

#include "besa/base/text.hpp"

namespace besa {
namespace {

// What the bytes from 80 on mean; 0 where they mean nothing.
constexpr std::array<char16_t, 128> windows_1250_from_80{
    0x20AC, 0,      0x201A, 0,      0x201E, 0x2026, 0x2020, 0x2021, 0,      0x2030, 0x0160, 0x2039,
    0x015A, 0x0164, 0x017D, 0x0179, 0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0,      0x2122, 0x0161, 0x203A, 0x015B, 0x0165, 0x017E, 0x017A, 0x00A0, 0x02C7, 0x02D8, 0x0141,
    0x00A4, 0x0104, 0x00A6, 0x00A7, 0x00A8, 0x00A9, 0x015E, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x017B,
    0x00B0, 0x00B1, 0x02DB, 0x0142, 0x00B4, 0x00B5, 0x00B6, 0x00B7, 0x00B8, 0x0105, 0x015F, 0x00BB,
    0x013D, 0x02DD, 0x013E, 0x017C, 0x0154, 0x00C1, 0x00C2, 0x0102, 0x00C4, 0x0139, 0x0106, 0x00C7,
    0x010C, 0x00C9, 0x0118, 0x00CB, 0x011A, 0x00CD, 0x00CE, 0x010E, 0x0110, 0x0143, 0x0147, 0x00D3,
    0x00D4, 0x0150, 0x00D6, 0x00D7, 0x0158, 0x016E, 0x00DA, 0x0170, 0x00DC, 0x00DD, 0x0162, 0x00DF,
    0x0155, 0x00E1, 0x00E2, 0x0103, 0x00E4, 0x013A, 0x0107, 0x00E7, 0x010D, 0x00E9, 0x0119, 0x00EB,
    0x011B, 0x00ED, 0x00EE, 0x010F, 0x0111, 0x0144, 0x0148, 0x00F3, 0x00F4, 0x0151, 0x00F6, 0x00F7,
    0x0159, 0x016F, 0x00FA, 0x0171, 0x00FC, 0x00FD, 0x0163, 0x02D9,
};

constexpr std::array<char16_t, 128> windows_1252_from_80{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178, 0x00A0, 0x00A1, 0x00A2, 0x00A3,
    0x00A4, 0x00A5, 0x00A6, 0x00A7, 0x00A8, 0x00A9, 0x00AA, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x00AF,
    0x00B0, 0x00B1, 0x00B2, 0x00B3, 0x00B4, 0x00B5, 0x00B6, 0x00B7, 0x00B8, 0x00B9, 0x00BA, 0x00BB,
    0x00BC, 0x00BD, 0x00BE, 0x00BF, 0x00C0, 0x00C1, 0x00C2, 0x00C3, 0x00C4, 0x00C5, 0x00C6, 0x00C7,
    0x00C8, 0x00C9, 0x00CA, 0x00CB, 0x00CC, 0x00CD, 0x00CE, 0x00CF, 0x00D0, 0x00D1, 0x00D2, 0x00D3,
    0x00D4, 0x00D5, 0x00D6, 0x00D7, 0x00D8, 0x00D9, 0x00DA, 0x00DB, 0x00DC, 0x00DD, 0x00DE, 0x00DF,
    0x00E0, 0x00E1, 0x00E2, 0x00E3, 0x00E4, 0x00E5, 0x00E6, 0x00E7, 0x00E8, 0x00E9, 0x00EA, 0x00EB,
    0x00EC, 0x00ED, 0x00EE, 0x00EF, 0x00F0, 0x00F1, 0x00F2, 0x00F3, 0x00F4, 0x00F5, 0x00F6, 0x00F7,
    0x00F8, 0x00F9, 0x00FA, 0x00FB, 0x00FC, 0x00FD, 0x00FE, 0x00FF,
};

constexpr std::array<char16_t, 128> iso_8859_2_from_80{
    0x0080, 0x0081, 0x0082, 0x0083, 0x0084, 0x0085, 0x0086, 0x0087, 0x0088, 0x0089, 0x008A, 0x008B,
    0x008C, 0x008D, 0x008E, 0x008F, 0x0090, 0x0091, 0x0092, 0x0093, 0x0094, 0x0095, 0x0096, 0x0097,
    0x0098, 0x0099, 0x009A, 0x009B, 0x009C, 0x009D, 0x009E, 0x009F, 0x00A0, 0x0104, 0x02D8, 0x0141,
    0x00A4, 0x013D, 0x015A, 0x00A7, 0x00A8, 0x0160, 0x015E, 0x0164, 0x0179, 0x00AD, 0x017D, 0x017B,
    0x00B0, 0x0105, 0x02DB, 0x0142, 0x00B4, 0x013E, 0x015B, 0x02C7, 0x00B8, 0x0161, 0x015F, 0x0165,
    0x017A, 0x02DD, 0x017E, 0x017C, 0x0154, 0x00C1, 0x00C2, 0x0102, 0x00C4, 0x0139, 0x0106, 0x00C7,
    0x010C, 0x00C9, 0x0118, 0x00CB, 0x011A, 0x00CD, 0x00CE, 0x010E, 0x0110, 0x0143, 0x0147, 0x00D3,
    0x00D4, 0x0150, 0x00D6, 0x00D7, 0x0158, 0x016E, 0x00DA, 0x0170, 0x00DC, 0x00DD, 0x0162, 0x00DF,
    0x0155, 0x00E1, 0x00E2, 0x0103, 0x00E4, 0x013A, 0x0107, 0x00E7, 0x010D, 0x00E9, 0x0119, 0x00EB,
    0x011B, 0x00ED, 0x00EE, 0x010F, 0x0111, 0x0144, 0x0148, 0x00F3, 0x00F4, 0x0151, 0x00F6, 0x00F7,
    0x0159, 0x016F, 0x00FA, 0x0171, 0x00FC, 0x00FD, 0x0163, 0x02D9,
};

/// The next character of valid UTF-8, which is taken off.
char32_t take_utf8(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t c = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i)
    c = (c << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return c;
}

const std::array<char16_t, 128>* upper_half(CharacterSet set) {
  switch (set) {
    case CharacterSet::windows_1250:
      return &windows_1250_from_80;
    case CharacterSet::windows_1252:
      return &windows_1252_from_80;
    case CharacterSet::iso_8859_2:
      return &iso_8859_2_from_80;
    default:
      return nullptr;
  }
}

/// 0 where the byte is no character of the set.
char32_t character_of(unsigned char byte, const std::array<char16_t, 128>* upper) {
  return byte < 0x80 || upper == nullptr ? char32_t{byte} : char32_t{(*upper)[byte - 0x80U]};
}

std::optional<char> byte_of(char32_t c, const std::array<char16_t, 128>* upper) {
  if (c < 0x80 || (upper == nullptr && c < 0x100)) return static_cast<char>(c);
  if (upper == nullptr || c > 0xFFFF) return std::nullopt;
  const auto found = std::ranges::find(*upper, static_cast<char16_t>(c));
  if (found == upper->end()) return std::nullopt;
  return static_cast<char>(0x80 + (found - upper->begin()));
}

void append_unit(std::string& out, char32_t unit, bool big_endian) {
  const char high = static_cast<char>((unit >> 8) & 0xFFU);
  const char low = static_cast<char>(unit & 0xFFU);
  out += big_endian ? high : low;
  out += big_endian ? low : high;
}

std::string to_utf16(std::string_view text, bool big_endian) {
  std::string out;
  while (!text.empty()) {
    const char32_t c = take_utf8(text);
    if (c < 0x10000) {
      append_unit(out, c, big_endian);
    } else {
      append_unit(out, 0xD800 + ((c - 0x10000) >> 10), big_endian);
      append_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FFU), big_endian);
    }
  }
  return out;
}

}  // namespace

void append_utf8(std::string& out, char32_t character) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((character >> shift) & 0x3FU));
  };
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xC0U | (character >> 6));
    tail(0);
  } else if (character < 0x10000) {
    out += static_cast<char>(0xE0U | (character >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (character >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

const std::vector<std::string>& character_set_names() {
  static const std::vector<std::string> names = {
      "utf-8", "windows-1250", "windows-1252", "iso-8859-1", "iso-8859-2", "utf-16le", "utf-16be"};
  return names;
}

std::string name_of(CharacterSet set) {
  return character_set_names().at(static_cast<std::size_t>(set));
}

std::optional<CharacterSet> character_set(std::string_view name) {
  const auto& names = character_set_names();
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<CharacterSet>(found - names.begin());
}

bool is_single_byte(CharacterSet set) {
  return set != CharacterSet::utf8 && set != CharacterSet::utf16le && set != CharacterSet::utf16be;
}

std::optional<std::string> to_utf8(std::string_view bytes, CharacterSet set) {
  if (set == CharacterSet::utf8)
    return is_valid_utf8(bytes) ? std::optional(std::string(bytes)) : std::nullopt;
  std::string out;
  if (!is_single_byte(set)) {
    Utf16Decoder decoder(set);
    return decoder.decode(bytes, out) && decoder.complete() ? std::optional(out) : std::nullopt;
  }
  out.reserve(bytes.size() + bytes.size() / 4);
  const auto* const upper = upper_half(set);
  for (const char byte : bytes) {
    const char32_t c = character_of(static_cast<unsigned char>(byte), upper);
    if (c == 0 && byte != '\0') return std::nullopt;
    append_utf8(out, c);
  }
  return out;
}

std::optional<std::string> from_utf8(std::string_view text, CharacterSet set) {
  if (set == CharacterSet::utf8) return std::string(text);
  if (!is_single_byte(set)) return to_utf16(text, set == CharacterSet::utf16be);
  std::string out;
  const auto* const upper = upper_half(set);
  while (!text.empty()) {
    const auto byte = byte_of(take_utf8(text), upper);
    if (!byte) return std::nullopt;
    out += *byte;
  }
  return out;
}

bool Utf16Decoder::decode(std::string_view bytes, std::string& out) {
  for (const char next : bytes) {
    const auto byte = static_cast<unsigned char>(next);
    if (!half_) {
      half_ = byte;
      continue;
    }
    const char32_t high = big_endian_ ? *half_ : byte, low = big_endian_ ? byte : *half_;
    half_.reset();
    if (!take((high << 8) | low, out)) return false;
  }
  return true;
}

bool Utf16Decoder::take(char32_t unit, std::string& out) {
  const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
  if (is_low != (high_ != 0)) return false;
  if (is_low) {
    append_utf8(out, 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
    high_ = 0;
  } else if (unit >= 0xD800 && unit <= 0xDBFF) {
    high_ = unit;
  } else {
    append_utf8(out, unit);
  }
  return true;
}

}  // namespace besa
