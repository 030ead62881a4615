// ObjectReader: the checked reader of the files people write (besa/base/json.hpp).
#include <algorithm>
#include <limits>
#include <utility>

#include "besa/base/json.hpp"
#include "besa/base/json_place.hpp"

namespace besa {
namespace {

const std::string date_form = "must be a date, YYYY-MM-DD";
const std::string period_form = "must be a period such as P2Y, P18M, P14D, or INDEFINITE";

std::string listed(const std::vector<std::string>& names) {
  std::string result;
  for (const std::string& name : names) {
    result += (result.empty() ? "" : ", ") + name;
  }
  return result;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  if (const auto nearest = nearest_name(word, known)) {
    return "did you mean '" + *nearest + "'?";
  }
  return "known: " + listed(known);
}

/// nullopt for what is not a whole number of 64 bits with a sign; 5.0 is not whole (J13).
std::optional<std::int64_t> whole_number(const Json& value) {
  if (!value.is_number_integer()) {
    return std::nullopt;
  }
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return std::nullopt;
  }
  return value.get<std::int64_t>();
}

/// A JSON string without U+0000, which other programs would cut short.
const std::string* usable_text(const Json& value) {
  const auto* text = value.get_ptr<const std::string*>();
  return text != nullptr && text->find('\0') == std::string::npos ? text : nullptr;
}

std::string one_line(const Fault& fault) {
  const std::string where = fault.pointer.empty() ? "top level" : fault.pointer;
  return where + ": " + fault.message;
}

}  // namespace

ObjectReader::ObjectReader(const Json& json, std::string pointer, std::vector<Fault>& faults)
    : json_(json), pointer_(std::move(pointer)), faults_(faults) {
  if (!json_.is_object()) {
    fault("", "must be an object");
  }
}

bool ObjectReader::has(const char* name) const {
  return json_.is_object() && json_.find(name) != json_.end();
}

std::string ObjectReader::pointer(const std::string& name) const {
  return pointer_ + "/" + pointer_step(name);
}

void ObjectReader::fault(const std::string& name, std::string message, std::string hint) {
  faults_.push_back({name.empty() ? pointer_ : pointer(name), std::move(message), std::move(hint)});
}

const Json* ObjectReader::find(const char* name, bool required) {
  asked_.emplace_back(name);
  if (!json_.is_object()) {
    return nullptr;  // said once, by the constructor
  }
  const auto field = json_.find(name);
  if (field == json_.end()) {
    if (required) {
      fault(name, "is required");
    }
    return nullptr;
  }
  return &*field;
}

const Json* ObjectReader::raw(const char* name) {
  return find(name, false);
}

std::string ObjectReader::text(const char* name) {
  const Json* value = find(name, true);
  if (value == nullptr) {
    return {};
  }
  const std::string* text = usable_text(*value);
  if (text == nullptr || text->empty()) {
    fault(name, "must be text, not empty");
    return {};
  }
  return *text;
}

std::optional<std::string> ObjectReader::optional_text(const char* name) {
  const Json* value = find(name, false);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (const std::string* text = usable_text(*value)) {
    return *text;
  }
  fault(name, "must be text");
  return std::nullopt;
}

std::string ObjectReader::text_or(const char* name, std::string otherwise) {
  return optional_text(name).value_or(std::move(otherwise));
}

std::int64_t ObjectReader::integer(const char* name) {
  if (!has(name)) {
    find(name, true);
    return 0;
  }
  return optional_integer(name).value_or(0);
}

std::optional<std::int64_t> ObjectReader::optional_integer(const char* name) {
  const Json* value = find(name, false);
  if (value == nullptr) {
    return std::nullopt;
  }
  const auto number = whole_number(*value);
  if (!number) {
    fault(name, "must be a whole number");
  }
  return number;
}

std::optional<double> ObjectReader::optional_number(const char* name) {
  const Json* value = find(name, false);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_number()) {
    fault(name, "must be a number");
    return std::nullopt;
  }
  return value->get<double>();
}

bool ObjectReader::boolean_or(const char* name, bool otherwise) {
  const Json* value = find(name, false);
  if (value == nullptr) {
    return otherwise;
  }
  if (!value->is_boolean()) {
    fault(name, "must be true or false");
    return otherwise;
  }
  return value->get<bool>();
}

std::optional<Date> ObjectReader::optional_date(const char* name) {
  const Json* value = find(name, false);
  if (value == nullptr) {
    return std::nullopt;
  }
  const std::string* text = usable_text(*value);
  const auto date = text != nullptr ? Date::parse(*text) : std::nullopt;
  if (!date) {
    fault(name, date_form);
  }
  return date;
}

Date ObjectReader::date(const char* name) {
  if (!has(name)) {
    find(name, true);
    return {};
  }
  return optional_date(name).value_or(Date{});
}

std::optional<Period> ObjectReader::optional_period(const char* name) {
  const Json* value = find(name, false);
  if (value == nullptr) {
    return std::nullopt;
  }
  const std::string* text = usable_text(*value);
  const auto period = text != nullptr ? Period::parse(*text) : std::nullopt;
  if (!period) {
    fault(name, period_form);
  }
  return period;
}

Period ObjectReader::period(const char* name) {
  if (!has(name)) {
    find(name, true);
    return {};
  }
  return optional_period(name).value_or(Period{});
}

std::vector<std::string> ObjectReader::texts(const char* name) {
  if (!has(name)) {
    find(name, true);
    return {};
  }
  return texts_or_empty(name);
}

std::vector<std::string> ObjectReader::texts_or_empty(const char* name) {
  const Json* value = find(name, false);
  std::vector<std::string> result;
  if (value == nullptr) {
    return result;
  }
  if (!value->is_array()) {
    fault(name, "must be a list of texts");
    return result;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    const std::string* text = usable_text((*value)[i]);
    if (text != nullptr && !text->empty()) {
      result.push_back(*text);
    } else {
      faults_.push_back({pointer(name) + "/" + std::to_string(i), "must be text, not empty", {}});
    }
  }
  return result;
}

std::string ObjectReader::word(const char* name, const std::vector<std::string>& known) {
  if (!has(name)) {
    find(name, true);
    return known.empty() ? std::string{} : known.front();
  }
  return word_or(name, known, known.empty() ? std::string{} : known.front());
}

std::string ObjectReader::word_or(const char* name, const std::vector<std::string>& known,
                                  std::string otherwise) {
  const auto word = optional_text(name);
  if (!word) {
    return otherwise;
  }
  if (std::find(known.begin(), known.end(), *word) == known.end()) {
    fault(name, "unknown word '" + word->substr(0, 40) + "'", suggestion(*word, known));
    return otherwise;
  }
  return *word;
}

bool ObjectReader::object(const char* name, const std::function<void(ObjectReader&)>& each,
                          bool required) {
  const Json* value = find(name, required);
  if (value == nullptr) {
    return false;
  }
  ObjectReader reader(*value, pointer(name), faults_);
  if (value->is_object()) {
    each(reader);
  }
  return value->is_object();
}

void ObjectReader::objects(const char* name,
                           const std::function<void(ObjectReader&, std::size_t)>& each,
                           bool required) {
  const Json* value = find(name, required);
  if (value == nullptr) {
    return;
  }
  if (!value->is_array()) {
    fault(name, "must be a list of objects");
    return;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    ObjectReader reader((*value)[i], pointer(name) + "/" + std::to_string(i), faults_);
    if ((*value)[i].is_object()) {
      each(reader, i);
    }
  }
}

void ObjectReader::entries(
    const char* name,
    const std::function<void(const std::string&, const Json&, const std::string& pointer)>& each,
    bool required) {
  const Json* value = find(name, required);
  if (value == nullptr) {
    return;
  }
  if (!value->is_object()) {
    fault(name, "must be an object");
    return;
  }
  for (const auto& [key, entry] : value->items()) {
    each(key, entry, pointer(name) + "/" + pointer_step(key));
  }
}

void ObjectReader::done() {
  if (!json_.is_object()) {
    return;
  }
  for (const auto& field : json_.items()) {
    if (std::find(asked_.begin(), asked_.end(), field.key()) == asked_.end()) {
      faults_.push_back({pointer(field.key()), "unknown field", suggestion(field.key(), asked_)});
    }
  }
}

void require_none(const std::vector<Fault>& faults, const std::string& file) {
  if (faults.empty()) {
    return;
  }
  if (faults.size() == 1) {
    throw Error(ErrorKind::finding, file + ": " + one_line(faults.front()), faults.front().hint);
  }
  std::string message = file + ": " + std::to_string(faults.size()) + " faults";
  for (const Fault& fault : faults) {
    message += "\n  " + one_line(fault) + (fault.hint.empty() ? "" : " (" + fault.hint + ")");
  }
  throw Error(ErrorKind::finding, std::move(message));
}

}  // namespace besa
