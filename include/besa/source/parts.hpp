// How long and how old a table is, by the parts in which it is delivered: the files of a folder,
// each by itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "besa/source/source.hpp"

namespace besa::source {

struct Part {
  std::string name;  ///< of a file in its folder, without the ending; empty: the whole table
  std::uint64_t rows = 0;
};

/// The parts of a table, by name; of one that is not delivered in files, or in one file of its
/// name, a single part without name. Reads the files that were not counted before. Throws what a
/// scan throws.
[[nodiscard]] std::vector<Part> parts_of(Source& source, const std::string& table);

/// When the content of a table last changed: the latest of its files', where it lies in files of
/// its own; of any other as Source::modified_at.
[[nodiscard]] Instant modified_at(Source& source, const std::string& table);

}  // namespace besa::source
