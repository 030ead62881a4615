// One field of a CSV file: from its bytes to a value and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "besa/source/csv_dialect.hpp"
#include "besa/source/value.hpp"

namespace besa::source {

[[nodiscard]] bool is_ascii(std::string_view bytes);

/// The value of a field's bytes, always NULL or text in UTF-8. What is not in the bytes as such is
/// put into `scratch`. nullopt where a byte is no character of the declared encoding.
[[nodiscard]] std::optional<ValueView> read_field(std::string_view bytes, const CsvDialect& dialect,
                                                  std::string& scratch);

/// The bytes that read back as this value (numbers as their decimal text), quoted where they must
/// be. `alone`: the only field of its record, which must not look like a blank line. Error(refused)
/// where the dialect cannot say it: a character that the encoding lacks, a delimiter without
/// quotes, a text that would read as NULL, NUL.
[[nodiscard]] std::string write_field(const ValueView& value, const CsvDialect& dialect,
                                      bool alone);

}  // namespace besa::source
