// The member "csv" of a dataset file: how the files of a csv: source are written.
#pragma once

#include "besa/model/dataset.hpp"

namespace besa::model {

/// Reads it into `dataset`, whose source and tables are known; wrong fields become faults.
void read_csv_format(ObjectReader& reader, Dataset& dataset);

}  // namespace besa::model
