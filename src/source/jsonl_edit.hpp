// Lines of JSONL files written: a masked value where it lies, with every other byte as it was, and
// new records.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "source/data_file.hpp"
#include "source/jsonl_row.hpp"
#include "source/row_edits.hpp"

namespace besa::source {

/// What a column says in which `value` is written: nothing where the line does not have it, an
/// array where it names elements.
[[nodiscard]] Value edited_value(const Value& value, JsonlRow& row, std::size_t column);

/// The line with its new values.
[[nodiscard]] std::string edited_line(const DataFile& file, const RowEdit& edit,
                                      const JsonlFields& fields, std::size_t columns);

/// True for a member, of the record or of an object in it: what a new record can have.
[[nodiscard]] bool is_member(const std::string& column);
/// A record with the values that are not NULL, by column.
[[nodiscard]] std::string new_line(const std::vector<Value>& row, const JsonlFields& fields);

/// CRLF where the file's first line ends so, else LF.
[[nodiscard]] std::string jsonl_line_end_of(const std::shared_ptr<const DataFile>& file);

}  // namespace besa::source
