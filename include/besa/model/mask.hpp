// What takes a value's place where its row stays, each kind with what it tells and what it does
// not.
//
// A pseudonym is made with the manifest's key, which is destroyed when the manifest is closed: from
// then on nobody can make it again from the value. A hash without a key is none: telephone numbers
// and birth dates are few enough to hash them all (Article 29 Working Party, WP 216, 4).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace besa::model {

enum class MaskKind : std::uint8_t { null_value, fixed, pseudonym, generalise };

/// How much of a date a generalised one still tells.
enum class DatePart : std::uint8_t { none, year, month };

/// How a column is masked when its row stays.
struct Mask {
  MaskKind kind = MaskKind::null_value;
  std::string value = {};                          ///< fixed: the text
  DatePart keeps = DatePart::none;                 ///< generalise: a date, in its own format
  std::map<std::string, std::string> groups = {};  ///< generalise: what each value becomes
};

/// Whether dates stored like this can be generalised.
[[nodiscard]] bool has_date_parts(std::string_view time_format);

/// The coarser value: for dates the first day of the year or the month ("1984-05-17" becomes
/// "1984-01-01"), otherwise the value's group. nullopt for what is no date or in no group: it is
/// then masked with null. What is generalised already stays as it is.
[[nodiscard]] std::optional<std::string> generalised(const Mask& mask, std::string_view time_format,
                                                     const std::string& value);

}  // namespace besa::model
