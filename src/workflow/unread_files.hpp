// What lies where the files of a source do and nobody reads. Private to workflow.
#pragma once

#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/policy.hpp"
#include "besa/source/source.hpp"

namespace besa::workflow {

/// An error for each such file or folder that the dataset file does not list (other_files) and no
/// dataset of `others` reads.
[[nodiscard]] std::vector<model::Finding> check_unread_files(const model::Dataset& dataset,
                                                             source::Source& source,
                                                             model::Datasets others);

/// Error(refused) for the first of them: what is to be carried out was decided without it.
void require_none_unread(const model::Dataset& dataset, source::Source& source,
                         model::Datasets others);

}  // namespace besa::workflow
