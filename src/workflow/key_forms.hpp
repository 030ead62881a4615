// A key as other stores may write it: what is a number in a database is text in a CSV file. Private
// to workflow.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "besa/source/value.hpp"

namespace besa::workflow {

/// Every form of an encoded key, itself first: whole numbers as decimal text, and decimal text, as
/// a number is written, as whole numbers. Anything else has one form.
[[nodiscard]] std::vector<std::string> key_forms(std::string_view encoded);
[[nodiscard]] std::vector<std::string> key_forms(source::RowView columns);

/// The keys of a set in every form: what to ask another store for.
[[nodiscard]] source::KeyIndex in_every_form(const source::KeyIndex& keys);

/// The form of the key that is in the set; empty where none is, or where several are, which may be
/// different people's.
[[nodiscard]] std::string form_in(const source::KeyIndex& keys, std::string_view encoded);

}  // namespace besa::workflow
