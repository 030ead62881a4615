#include "model/reading.hpp"

#include <algorithm>
#include <set>

#include "besa/base/text.hpp"

namespace besa::model {
namespace {

constexpr std::int64_t format_version = 1;

/// The Fides keys that datasets use most: what a mistyped category is compared with. The taxonomy
/// is open below "user" and "system", so that others of that shape are accepted.
const std::vector<std::string>& common_categories() {
  static const std::vector<std::string> names = {
      "none",
      "user.name",
      "user.name.first",
      "user.name.last",
      "user.contact",
      "user.contact.email",
      "user.contact.phone_number",
      "user.contact.address",
      "user.contact.address.street",
      "user.contact.address.city",
      "user.contact.address.state",
      "user.contact.address.postal_code",
      "user.contact.address.country",
      "user.contact.organization",
      "user.demographic.date_of_birth",
      "user.demographic.gender",
      "user.demographic.language",
      "user.demographic.profile",
      "user.government_id.national_identification_number",
      "user.unique_id",
      "user.unique_id.pseudonymous",
      "user.account.username",
      "user.account.settings",
      "user.behavior",
      "user.behavior.purchase_history",
      "user.behavior.browsing_history",
      "user.device.ip_address",
      "user.device.cookie",
      "user.device.cookie_id",
      "user.financial.bank_account",
      "user.payment",
      "user.privacy_preferences",
      "user.content.private",
      "user.health_and_medical",
      "user.job_title",
      "user.location.imprecise",
  };
  return names;
}

bool is_category_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
}

bool is_category_part(const std::string& part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), is_category_letter);
}

bool is_category(const std::string& text) {
  if (text == "none") {
    return true;
  }
  const auto parts = split(text, '.');
  return (parts.front() == "user" || parts.front() == "system") &&
         std::all_of(parts.begin(), parts.end(), is_category_part);
}

/// A top branch nobody declared is a typing error: "user.contct.email".
bool is_known_branch(const std::string& text) {
  const auto parts = split(text, '.');
  if (parts.size() < 2 || parts.front() != "user") {
    return true;
  }
  static const std::set<std::string> branches = {
      "account",          "authorization",       "behavior",    "biometric",
      "biometric_health", "childrens",           "contact",     "content",
      "credentials",      "criminal_history",    "custom",      "demographic",
      "device",           "financial",           "genetic",     "health_and_medical",
      "job_title",        "government_id",       "location",    "name",
      "payment",          "privacy_preferences", "sensor",      "social",
      "telemetry",        "unique_id",           "user_sensor", "workplace"};
  return branches.count(parts[1]) != 0;
}

bool has_any_of(std::string_view text, std::string_view letters) {
  return text.find_first_of(letters) != std::string_view::npos;
}

}  // namespace

Json parse_written(std::string_view text, const std::string& file) {
  try {
    JsonOptions options;
    options.comments = true;
    return parse_json(text, options);
  } catch (Error& error) {
    error.within(file);
    throw;
  }
}

void read_format(ObjectReader& reader) {
  (void)reader.optional_text("$schema");
  const auto version = reader.optional_integer("format");
  if (version && *version != format_version) {
    reader.fault("format",
                 "format " + std::to_string(*version) + " is not known; this besa reads " +
                     std::to_string(format_version),
                 "use the besa that wrote the file, or a newer one");
  }
}

std::optional<std::string> path_fault(std::string_view path) {
  if (path.empty()) {
    return "the path is empty";
  }
  if (path.front() == '/' || path.front() == '~') {
    return "must be a path below the workspace, not an absolute one";
  }
  if (has_any_of(path, "*?[]{}$`\\") || path.find('\0') != std::string_view::npos) {
    return "patterns, variables and backslashes are not expanded in paths";
  }
  const auto parts = split(path, '/');
  if (contains(parts, "..")) {
    return "must stay below the workspace: '..' is not allowed";
  }
  return std::nullopt;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  if (const auto nearest = nearest_name(word, known)) {
    return "did you mean '" + *nearest + "'?";
  }
  return known.empty() ? std::string{} : "known: " + join(known, ", ");
}

std::optional<std::string> repeated(const std::vector<std::string>& names) {
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) {
      return name;
    }
  }
  return std::nullopt;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_categories(ObjectReader& reader, const std::string& name,
                      const std::vector<std::string>& categories) {
  for (std::size_t i = 0; i < categories.size(); ++i) {
    const auto fault =
        category_fault(categories[i], reader.pointer(name) + "/" + std::to_string(i));
    if (fault) {
      reader.faults().push_back(*fault);
    }
  }
}

std::optional<Fault> category_fault(const std::string& category, const std::string& pointer) {
  if (is_category(category) && is_known_branch(category)) {
    return std::nullopt;
  }
  const auto nearest = nearest_name(category, common_categories());
  return Fault{pointer, "'" + category + "' is no data category",
               nearest ? "did you mean '" + *nearest + "'?"
                       : "a Fides key such as user.contact.email, or none"};
}

}  // namespace besa::model
