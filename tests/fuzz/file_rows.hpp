// The rows of a file, for the targets that read files of rows.
#pragma once

#include <vector>

#include "source/file_tables.hpp"

namespace besa::fuzz {

using Rows = std::vector<std::vector<source::Value>>;

/// Those of the first table, of its first file.
template <class Tables>
Rows rows_of(Tables& tables) {
  Rows rows;
  const source::TableSchema& table = tables.schema().tables.front();
  const auto take = [&](source::StoredRow& row) {
    auto& values = rows.emplace_back();
    for (std::size_t i = 0; i < table.columns.size(); ++i) values.emplace_back(row.value(i));
  };
  tables.read(table, tables.files().front(), take, {});
  return rows;
}

}  // namespace besa::fuzz
