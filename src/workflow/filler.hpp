// What masks put where a schema insists on a value, and how it is known again. Private to workflow.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "besa/base/digest.hpp"
#include "besa/source/source.hpp"

namespace besa::workflow {

/// Told by the column: nothing fits one that has a form of its own, or is too short.
enum class Filler { zero, number, text, uuid, none };
[[nodiscard]] Filler filler_for(source::Source& source, const source::TableSchema& table,
                                const source::ColumnSchema& column);
/// One such value, as long and as large as they come; NULL for Filler::none.
[[nodiscard]] source::Value sample_of(Filler filler, std::size_t longest);

/// SQLite's affinity rules: does the declared type hold numbers?
[[nodiscard]] bool numeric(const source::ColumnSchema& column);

/// Far above any counter.
[[nodiscard]] std::int64_t positive(const Digest& digest);

/// What marks a text that was made up: its last eight characters.
constexpr std::size_t tag_length = 8;
[[nodiscard]] std::string tag(const KeyedDigest& secret, std::string_view invented);
[[nodiscard]] bool is_tagged(const KeyedDigest& secret, std::string_view text);
/// In 36 characters, the last eight of them the tag of the others (RFC 9562, version 8).
[[nodiscard]] std::string tagged_uuid(const KeyedDigest& secret, const Digest& digest);
/// The number with its lower half made from its upper one.
[[nodiscard]] std::int64_t tagged(const KeyedDigest& secret, std::int64_t invented);

}  // namespace besa::workflow
