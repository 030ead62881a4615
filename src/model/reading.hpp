// What the readers of besa's own files share: paths, categories, names, and the file's own format.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/digest.hpp"
#include "besa/base/json.hpp"

namespace besa::model {

/// Parses a file people write (comments allowed); a syntax error carries the file's name.
[[nodiscard]] Json parse_written(std::string_view text, const std::string& file);

/// Reads `$schema` (for editors, ignored) and `format`: the version of the file format, 1 if
/// absent.
void read_format(ObjectReader& reader);

/// Why a path cannot be used inside a workspace; nullopt if it can. Paths are relative, stay below
/// the workspace, and are never expanded by a shell.
[[nodiscard]] std::optional<std::string> path_fault(std::string_view path);

/// "did you mean 'x'?", or the list of what is known.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& known);

/// The first name that occurs twice.
[[nodiscard]] std::optional<std::string> repeated(const std::vector<std::string>& names);

[[nodiscard]] bool contains(const std::vector<std::string>& names, std::string_view name);

/// Faults `name` unless every text in it is a Fides data category (or "none", where allowed).
void check_categories(ObjectReader& reader, const std::string& name,
                      const std::vector<std::string>& categories);

/// Why a text is no data category; empty if it is one ("none" is one).
[[nodiscard]] std::optional<Fault> category_fault(const std::string& category,
                                                  const std::string& pointer);

}  // namespace besa::model
