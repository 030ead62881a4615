// Identifiers as they are compared: version 1 of the rules.
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "besa/base/error.hpp"
#include "besa/base/text.hpp"

namespace besa {

namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_blank(char32_t code) {
  return u_isUWhiteSpace(static_cast<UChar32>(code)) != 0;
}

/// The ASCII part of the same, without asking the tables.
bool is_ascii_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Without white space at either end; of ASCII.
std::string_view trimmed_ascii(std::string_view text) {
  while (!text.empty() && is_ascii_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Without white space at either end; of valid UTF-8.
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(next_character(text).code.value_or(0))) {
    text.remove_prefix(next_character(text).bytes.size());
  }
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = next_character(text.substr(at));
    at += character.bytes.size();
    if (!is_blank(character.code.value_or(0))) end = at;
  }
  return text.substr(0, end);
}

const icu::Normalizer2& nfkc_casefold() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) {
    throw Error(ErrorKind::failed, "the Unicode data for comparing identifiers cannot be loaded",
                "reinstall the ICU library");
  }
  return *normalizer;
}

std::string unicode_folded(std::string_view text) {
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  UErrorCode status = U_ZERO_ERROR;
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  nfkc_casefold().normalizeUTF8(0, piece, sink, nullptr, status);
  if (U_FAILURE(status)) throw Error(ErrorKind::failed, "an identifier cannot be normalised");
  return folded;
}

std::string ascii_folded(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

/// Bytes that are no text have no other form; as they are, they equal only themselves.
std::string folded(std::string_view text) {
  if (is_ascii(text)) return ascii_folded(trimmed_ascii(text));
  if (!is_valid_utf8(text)) return std::string(text);
  return std::string(trimmed(unicode_folded(text)));
}

std::string exact(std::string_view text) {
  const bool blank =
      is_ascii(text) ? trimmed_ascii(text).empty() : is_valid_utf8(text) && trimmed(text).empty();
  return blank ? std::string{} : std::string(text);
}

/// Dots and +tags stay: only some providers ignore them, and guessing would join two people.
std::string email(std::string_view text) {
  std::string address = folded(text);
  const auto at = address.rfind('@');
  const bool whole = at != std::string::npos && at > 0 && at + 1 < address.size();
  return whole ? address : std::string{};
}

/// What people put between the digits of a phone number.
bool is_phone_filler(char32_t code) {
  const auto point = static_cast<UChar32>(code);
  const auto type = u_charType(point);
  return is_blank(code) || type == U_DASH_PUNCTUATION || type == U_FORMAT_CHAR || code == '.' ||
         code == '/' || code == '(' || code == ')';
}

/// Digits, with a + in front where there was one; empty where there is anything else.
std::string phone_digits(std::string_view text) {
  std::string digits;
  while (!text.empty()) {
    if (text.front() >= '0' && text.front() <= '9') {
      digits += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto character = next_character(text);
    text.remove_prefix(character.bytes.size());
    const char32_t code = character.code.value_or(U'?');
    const bool wanted = code == '+' && digits.empty();
    if (!wanted && !is_phone_filler(code)) return {};
    if (wanted) digits += static_cast<char>(code);
  }
  return digits;
}

bool is_mobile(std::string_view number) {
  return number.size() == 9 && number.front() == '6';
}

/// An Albanian number without country code and trunk 0: a mobile, or eight digits from 2, 3, 4, 5
/// or 8 (fixed).
bool is_albanian(std::string_view number) {
  constexpr std::string_view fixed_areas = "23458";
  const bool fixed =
      number.size() == 8 && fixed_areas.find(number.front()) != std::string_view::npos;
  return fixed || is_mobile(number);
}

/// `+355 (0)69 …`: the trunk 0 that is dialled only within the country. Italy keeps its 0.
std::string without_bracketed_zero(std::string text) {
  const auto zero = text.find("(0)");
  const bool international = text.starts_with('+') || text.starts_with("00");
  const bool italian = text.starts_with("+39") || text.starts_with("0039");
  if (zero != std::string::npos && international && !italian) text.erase(zero, 3);
  return text;
}

std::string international(std::string digits) {
  while (digits.starts_with("+3550")) digits.erase(4, 1);  // +355 069…: no Albanian number has it
  const bool fits = digits.size() >= 8 && digits.size() <= 16 && digits[1] != '0';
  return fits ? digits : std::string{};
}

std::string phone(std::string_view text) {
  std::string digits = phone_digits(without_bracketed_zero(folded(text)));
  if (digits.starts_with('+')) return international(std::move(digits));
  if (digits.starts_with("00")) return international('+' + digits.substr(2));
  const std::string_view view = digits;
  if (view.starts_with('0') && is_albanian(view.substr(1))) return "+355" + digits.substr(1);
  if (view.starts_with("355") && is_albanian(view.substr(3))) return '+' + digits;
  // Eight bare digits could be a number of many countries: joining two people is worse than asking.
  return is_mobile(view) ? "+355" + digits : std::string{};
}

}  // namespace

std::string normalise(std::string_view value, IdentifierRule rule) {
  switch (rule) {
    case IdentifierRule::exact:
      return exact(value);
    case IdentifierRule::folded:
      return folded(value);
    case IdentifierRule::email:
      return email(value);
    case IdentifierRule::phone:
      return phone(value);
  }
  return {};
}

}  // namespace besa
