#include "workflow/key_forms.hpp"

#include <charconv>
#include <optional>

namespace besa::workflow {
namespace {

using source::Key;
using source::KeyIndex;
using source::RowView;
using source::Type;
using source::Value;

std::optional<Value> other_form(const Value& value) {
  if (value.type == Type::integer) return Value::of(std::to_string(value.integer));
  if (value.type != Type::text) return std::nullopt;
  std::int64_t number = 0;
  const char* last = value.bytes.data() + value.bytes.size();
  const auto [end, fault] = std::from_chars(value.bytes.data(), last, number);
  const bool as_written = fault == std::errc{} && end == last &&
                          std::to_string(number) == value.bytes;  // no 007, no -0
  return as_written ? std::optional(Value::of(number)) : std::nullopt;
}

std::vector<std::string> forms_of(const Key& key) {
  std::vector<Key> forms{key};
  for (std::size_t column = 0; column < key.size(); ++column) {
    const auto other = other_form(key[column]);
    if (!other) continue;
    for (std::size_t i = forms.size(); i-- > 0;) {
      Key form = forms[i];
      form[column] = *other;
      forms.push_back(std::move(form));
    }
  }
  std::vector<std::string> encoded;
  encoded.reserve(forms.size());
  for (const Key& form : forms) encoded.push_back(source::encode_key(form));
  return encoded;
}

}  // namespace

std::vector<std::string> key_forms(std::string_view encoded) {
  return forms_of(source::decode_key(encoded));
}

std::vector<std::string> key_forms(RowView columns) {
  return key_forms(source::encode_key(columns));  // in which 3.0 is 3
}

KeyIndex in_every_form(const KeyIndex& keys) {
  KeyIndex all;
  for (std::uint32_t number = 0; number < keys.size(); ++number)
    for (const std::string& form : key_forms(keys.key(number))) all.add(form);
  return all;
}

std::string form_in(const KeyIndex& keys, std::string_view encoded) {
  std::string found;
  for (std::string& form : key_forms(encoded)) {
    if (keys.find(form) == KeyIndex::none) continue;
    if (!found.empty()) return {};
    found = std::move(form);
  }
  return found;
}

}  // namespace besa::workflow
