// Tables in memory, written as a test reads best.
#pragma once

#include <string>
#include <vector>

#include "besa/source/memory.hpp"

namespace besa::workflow {

/// A table whose columns are all text; those named in `key` form its primary key, in order.
inline source::MemorySource::Table table_of(const std::string& name,
                                            const std::vector<std::string>& columns,
                                            const std::vector<std::string>& key,
                                            std::vector<std::vector<source::Value>> rows = {}) {
  source::MemorySource::Table table;
  table.schema.name = name;
  for (const std::string& column : columns) {
    source::ColumnSchema schema;
    schema.name = column;
    schema.declared_type = "TEXT";
    for (std::size_t i = 0; i < key.size(); ++i)
      if (key[i] == column) schema.key_position = static_cast<std::uint32_t>(i + 1);
    table.schema.columns.push_back(schema);
  }
  table.rows = std::move(rows);
  return table;
}

inline source::Value text(std::string value) {
  return source::Value::of(std::move(value));
}
inline source::Value number(std::int64_t value) {
  return source::Value::of(value);
}
inline source::Value nothing() {
  return source::Value::null();
}

}  // namespace besa::workflow
