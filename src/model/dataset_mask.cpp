#include "model/dataset_mask.hpp"

#include <algorithm>
#include <initializer_list>

namespace besa::model {
namespace {

constexpr const char* hash_is_no_mask =
    "a hash hides nothing that few others could be: telephone numbers, names and birth dates are "
    "found by hashing them all";
constexpr const char* keyed_instead = "use 'pseudonym': its key is destroyed with the manifest";

bool names_a_hash(const std::string& word) {
  return std::ranges::any_of(
      std::initializer_list<const char*>{"hash", "sha", "md5", "crc"},
      [&](const char* part) { return word.find(part) != std::string::npos; });
}

/// `"year"`, `"month"`, or what each value becomes.
void read_generalise(ObjectReader& reader, Mask& mask) {
  mask.kind = MaskKind::generalise;
  const Json* how = reader.raw("generalise");
  if (!how->is_object()) {
    mask.keeps =
        reader.word("generalise", {"month", "year"}) == "month" ? DatePart::month : DatePart::year;
    return;
  }
  reader.entries("generalise",
                 [&](const std::string& value, const Json& group, const std::string& pointer) {
                   if (group.is_string()) {
                     mask.groups[value] = group.get<std::string>();
                   } else {
                     reader.faults().push_back({pointer, "must be the text it becomes", {}});
                   }
                 });
  if (mask.groups.empty()) {
    reader.fault("generalise", "must say at least of one value what it becomes");
  }
}

}  // namespace

std::optional<Mask> read_mask(ObjectReader& reader) {
  const Json* value = reader.raw("mask");
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_object()) {
    if (value->is_string() && names_a_hash(value->get<std::string>())) {
      reader.fault("mask", hash_is_no_mask, keyed_instead);
      return std::nullopt;
    }
    const auto word = reader.word("mask", {"null", "pseudonym"});
    return Mask{word == "pseudonym" ? MaskKind::pseudonym : MaskKind::null_value};
  }
  Mask mask{MaskKind::fixed};
  reader.object("mask", [&](ObjectReader& each) {
    if (each.has("hash")) {
      (void)each.raw("hash");
      each.fault("hash", hash_is_no_mask, keyed_instead);
    } else if (each.has("generalise")) {
      read_generalise(each, mask);
    } else if (!each.has("fixed")) {
      each.fault("fixed", "is required");
    } else {
      mask.value = each.text_or("fixed", "");
    }
    each.done();
  });
  return mask;
}

void check_masks(const Table& table, std::vector<Fault>& faults) {
  for (const Column& column : table.columns) {
    if (!column.mask || column.mask->keeps == DatePart::none) {
      continue;
    }
    const TimeFormat* time = table.time(column.name);
    if (time == nullptr || !has_date_parts(time->format)) {
      faults.push_back({column.pointer + "/mask/generalise",
                        "'" + column.name + "' is not declared as a date",
                        "give it a format under 'times': date, dd.mm.yyyy or yyyymmdd"});
    }
    if (std::ranges::any_of(table.events,
                            [&](const EventMapping& event) { return event.at == column.name; })) {
      faults.push_back({column.pointer + "/mask/generalise",
                        "'" + column.name + "' says when an event was, and would say it wrongly",
                        "mask it with null"});
    }
  }
}

}  // namespace besa::model
