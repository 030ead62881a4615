// Names people wrote in a dataset file, found in the schema or refused: a mistyped column must
// never reach SQL, where "emial" would quietly become a string (erasure.md S10).
#pragma once

#include "besa/source/source.hpp"

namespace besa::source {

/// Error(failed) naming the table, with the nearest known name.
const TableSchema& require_table(const Schema& schema, const std::string& name);
/// The column's place in the table. Error(failed) naming table and column, with the nearest name.
std::size_t require_column(const TableSchema& table, const std::string& name);
[[nodiscard]] std::vector<std::size_t> require_columns(const TableSchema& table,
                                                       const std::vector<std::string>& names);
/// Resolves every name of the scan. Error(failed) also for owners of different width, a hop whose
/// two sides differ in number, or a key wider than the columns.
void require_names(const Schema& schema, const Scan& scan);
/// The table at the end of the scan's hops: where its owner columns are.
const std::string& owner_table(const Scan& scan);

}  // namespace besa::source
