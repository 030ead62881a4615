// How columns of a dataset file are masked.
#pragma once

#include <optional>
#include <vector>

#include "besa/model/dataset.hpp"

namespace besa::model {

/// `"mask": "null"`, `"pseudonym"`, `{"fixed": "text"}`, `{"generalise": "year"}` or
/// `{"generalise": {"Kavajë": "Tiranë"}}`.
[[nodiscard]] std::optional<Mask> read_mask(ObjectReader& reader);

/// A part of a date can only be kept where it is known how dates are written.
void check_masks(const Table& table, std::vector<Fault>& faults);

}  // namespace besa::model
