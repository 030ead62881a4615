// Which columns a table has: those it lists, and every other that is named anywhere in it.
#pragma once

#include "besa/model/dataset.hpp"

namespace besa::model {

/// Adds a Column for every column that key, identifiers, links, events, times and documents name
/// and `columns` does not, with the category such a column has; and a TimeFormat (rfc3339) for
/// every column used as a time that declares none.
void complete_columns(Table& table);

}  // namespace besa::model
