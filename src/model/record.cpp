#include "model/record.hpp"

#include "besa/model/manifest.hpp"

namespace besa::model {

namespace {

/// The number behind the slash of a format, 0 where there is none.
unsigned long version_of(std::string_view format) {
  const auto slash = format.rfind('/');
  if (slash == std::string_view::npos || format.size() - slash > 9) return 0;
  unsigned long number = 0;
  for (const char c : format.substr(slash + 1)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + static_cast<unsigned long>(c - '0');
  }
  return number;
}

void require_format(const Json& json, const std::string& what, std::string_view format) {
  const auto field = json.is_object() ? json.find("format") : json.end();
  const bool is_text = field != json.end() && field->is_string();
  const std::string said = is_text ? field->get<std::string>() : "";
  if (said == format) return;
  const bool same_kind = said.substr(0, said.rfind('/')) == format.substr(0, format.rfind('/'));
  if (same_kind && version_of(said) > version_of(format)) {
    throw Error(ErrorKind::failed,
                what + ": its format " + said + " is newer than " + std::string(format) +
                    ", the newest this besa reads",
                "use the besa that wrote it, or a newer one");
  }
  throw Error(ErrorKind::failed, what + ": is not in the format " + std::string(format));
}

}  // namespace

Json parse_record(std::string_view text, const std::string& what, std::string_view format) {
  Json json;
  try {
    json = parse_json(text);
  } catch (Error& error) {
    throw error.within(what);
  }
  require_format(json, what, format);
  return json;
}

void require_sound(const std::vector<Fault>& faults, const std::string& what) {
  if (faults.empty()) return;
  const Fault& first = faults.front();
  throw Error(ErrorKind::failed,
              what + ": " + (first.pointer.empty() ? "/" : first.pointer) + " " + first.message,
              "it is damaged or was edited; use the file as besa wrote it");
}

Digest digest_field(ObjectReader& reader, const char* name) {
  const std::string text = reader.text(name);
  const auto digest = Digest::parse(text);
  if (!text.empty() && (!digest || digest->hex() != text)) {
    reader.fault(name, "must be 64 lowercase hexadecimal digits");
  }
  return digest.value_or(Digest{});
}

Instant instant_field(ObjectReader& reader, const char* name) {
  const std::string text = reader.text(name);
  const auto instant = Instant::parse(text);
  if (!text.empty() && (!instant || instant->str() != text)) {
    reader.fault(name, "must be a UTC time like 2026-11-22T16:42:30Z");
  }
  return instant.value_or(Instant{});
}

std::uint64_t count_field(ObjectReader& reader, const char* name) {
  const std::int64_t number = reader.integer(name);
  if (number < 0) reader.fault(name, "must not be negative");
  return number < 0 ? 0 : static_cast<std::uint64_t>(number);
}

bool flag_field(ObjectReader& reader, const char* name) {
  if (!reader.has(name)) reader.fault(name, "is required");
  return reader.boolean_or(name, false);
}

Actor actor_field(ObjectReader& reader, const char* name) {
  Actor actor;
  reader.object(
      name,
      [&](ObjectReader& fields) {
        actor.name = fields.text("name");
        actor.claimed = flag_field(fields, "claimed");
        fields.done();
      },
      true);
  return actor;
}

Json to_json(const Actor& actor) {
  return {{"name", actor.name}, {"claimed", actor.claimed}};
}

}  // namespace besa::model
