// What is wrong between the tables of one dataset: links that lead nowhere, names, cycles.
#pragma once

#include <vector>

#include "besa/base/json.hpp"
#include "besa/model/dataset.hpp"

namespace besa::model {

void check_tables(const Dataset& dataset, std::vector<Fault>& faults);

}  // namespace besa::model
