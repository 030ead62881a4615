// The first record of a CSV file, which names its columns, and what is wrong with it.
#pragma once

#include "source/csv_reader.hpp"

namespace besa::source {

/// The names in the record, unchecked.
[[nodiscard]] std::vector<std::string> header_names(const CsvReader& reader,
                                                    const CsvRecord& record,
                                                    const CsvDialect& dialect);
/// The names in the record, checked. Error(failed) for a name that is missing or there twice (also
/// in another case or normalisation: erasure.md C9), and where the dialect does not fit: one column
/// that holds other delimiters (C11), `sep=` or `#` at the beginning (C20).
[[nodiscard]] std::vector<std::string> read_header(const CsvReader& reader, const CsvRecord& record,
                                                   const CsvDialect& dialect);

}  // namespace besa::source
