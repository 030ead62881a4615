// Where something lies in a JSON object, as people name it in a dataset file.
//
// A plain name is a member of the object. A name that begins with a slash is a JSON pointer
// (RFC 6901: ~1 is a slash, ~0 a tilde), in which the step `*` behind an array means every element.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace besa {

/// The steps from the object to the place; nullopt where the name is empty or no JSON pointer.
[[nodiscard]] std::optional<std::vector<std::string>> json_steps(std::string_view name);
/// The shortest name of a place (one step or more).
[[nodiscard]] std::string json_name(const std::vector<std::string>& steps);
/// A step as it stands in a JSON pointer.
[[nodiscard]] std::string pointer_step(std::string_view step);
/// True where a place may be several: a `*` behind the first step.
[[nodiscard]] bool means_every_element(const std::vector<std::string>& steps);
/// True where one place lies in the other, or they name elements of one array in two ways (by
/// number and by `*`): then it could not be said which of them a value belongs to.
[[nodiscard]] bool places_clash(const std::vector<std::string>& a,
                                const std::vector<std::string>& b);

}  // namespace besa
