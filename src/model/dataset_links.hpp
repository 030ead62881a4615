// Where a link of a dataset leads.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "besa/model/dataset.hpp"

namespace besa::model {

/// The table of this dataset a link leads to ("members"); nullopt where it
/// leads into another dataset or nowhere.
[[nodiscard]] std::optional<std::uint32_t> target_of(const Dataset& dataset, const Link& link);

/// True where the target names a table of another dataset.
[[nodiscard]] bool leads_out(const Dataset& dataset, const Link& link);

/// The columns of the target that the link's columns equal; empty for a link by identifier.
[[nodiscard]] const std::vector<std::string>& columns_met(const Link& link, const Table& target);

/// True if rows with this link go with the row they lead to: its own, a copy, or derived from it.
[[nodiscard]] bool owns(const Link& link);

/// The kinds of identifier that people of a subject type have, in their own table or in a table
/// that is theirs (cards, e-mail history, merged rows).
[[nodiscard]] std::set<std::string> identifier_kinds(const Dataset& dataset,
                                                     const std::string& subject,
                                                     Datasets others = {});

}  // namespace besa::model
