// Reading the JSON records that besa itself writes: whole, strict, and of a format it knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "besa/base/digest.hpp"
#include "besa/base/json.hpp"
#include "besa/base/time.hpp"

namespace besa::model {

struct Actor;

/// The document in `text`, after looking at its "format". Error(failed) naming `what`: it is not
/// JSON, not this kind of record, or written by a newer besa.
[[nodiscard]] Json parse_record(std::string_view text, const std::string& what,
                                std::string_view format);
/// Error(failed) naming `what` and the first fault, if there is one.
void require_sound(const std::vector<Fault>& faults, const std::string& what);

[[nodiscard]] Digest digest_field(ObjectReader& reader, const char* name);
[[nodiscard]] Instant instant_field(ObjectReader& reader, const char* name);
[[nodiscard]] std::uint64_t count_field(ObjectReader& reader, const char* name);
[[nodiscard]] bool flag_field(ObjectReader& reader, const char* name);
[[nodiscard]] Actor actor_field(ObjectReader& reader, const char* name);
[[nodiscard]] Json to_json(const Actor& actor);

template <class Item>
[[nodiscard]] Json list_json(const std::vector<Item>& items, Json (*one)(const Item&)) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(one(item));
  return list;
}

}  // namespace besa::model
