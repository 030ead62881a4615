// A dataset held against the policy it falls under: words of the one that the other does not know.
#pragma once

#include <vector>

#include "besa/model/dataset.hpp"
#include "besa/model/policy.hpp"

namespace besa::model {

/// Codes: dataset.other_policy, dataset.holder_unknown, event.unknown (a mistyped kind would not
/// count as contact and erase too early), document.obligor_unknown: errors, nothing is decided over
/// such a dataset. subject.no_rule (people nobody promised anything), document.no_rule and
/// document.never_ends (what a minimum keeps would outlive its link to the person for ever, because
/// no rule for records reaches it), table.nobodys (personal data that no link leads to): warnings.
/// Links into other datasets are held against `others`, the datasets under the same policy:
/// link.dataset_unknown, link.table_unknown, link.nobodys, link.columns, link.kind_unknown and
/// link.circle are errors. So is personal data in a key that was to be masked, and would stay:
/// mask.on_key, mask.of_key, document.keeps_key.
[[nodiscard]] std::vector<Finding> lint(const Dataset& dataset, const Policy& policy,
                                        Datasets others);

}  // namespace besa::model
