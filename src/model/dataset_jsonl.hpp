// The columns of a jsonl: source: places in JSON objects (besa/base/json_place.hpp).
#pragma once

#include "besa/model/dataset.hpp"

namespace besa::model {

/// Faults for columns of a jsonl: source that are no places, that lie in one another, and for every
/// element of an array (`*`) where one value is needed: in keys, identifiers, links, events,
/// conditions and times, and under a mask other than null.
void check_jsonl_columns(const Dataset& dataset, std::vector<Fault>& faults);

}  // namespace besa::model
