// JSON as besa reads it: strict, with positions; and the checked reader of the files people write.
//
// nlohmann/json stops at a NUL byte, keeps the last of two equal keys and rounds large integers;
// every one of these is an Error here (erasure.md J1–J15). Depth limit 64, size limit stated.
#pragma once

#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/date.hpp"
#include "besa/base/error.hpp"

namespace besa {

using Json =
    nlohmann::ordered_json;  // order of fields is kept: files read back as they were written

struct JsonOptions {
  bool comments = false;                       ///< // and /* */, in files people write
  std::size_t size_limit = 64u * 1024 * 1024;  ///< bytes
};

/// Throws Error(failed) "line L, column C: …" for anything that is not exactly one JSON document.
[[nodiscard]] Json parse_json(std::string_view text, const JsonOptions& options = {});
/// One line, UTF-8, keys as they are; throws on NaN or invalid UTF-8 rather than writing it.
[[nodiscard]] std::string to_line(const Json& json);
[[nodiscard]] std::string to_pretty(const Json& json);  ///< two spaces, final newline

/// The known name nearest to a mistyped one (Damerau–Levenshtein, at most a third of its length).
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view word,
                                                      const std::vector<std::string>& known);

/// One thing wrong in a file: JSON pointer, what, and what to do.
struct Fault {
  std::string pointer;
  std::string message;
  std::string hint;
};

/// Reads one object of a file people write. Every wrong field becomes a Fault in the shared list,
/// so that one run reports all of them; getters then return a harmless value and reading goes on.
/// Usage: construct, get each known field, then `done()` reports fields nobody asked for.
class ObjectReader {
 public:
  ObjectReader(const Json& json, std::string pointer, std::vector<Fault>& faults);

  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] std::string pointer(
      const std::string& name) const;  ///< of the field, escaped (RFC 6901)
  std::string text(const char* name);  ///< required, non-empty string
  std::string text_or(const char* name, std::string otherwise);
  std::optional<std::string> optional_text(const char* name);
  std::int64_t integer(const char* name);
  std::optional<std::int64_t> optional_integer(const char* name);
  std::optional<double> optional_number(const char* name);
  bool boolean_or(const char* name, bool otherwise);
  std::optional<Date> optional_date(const char* name);
  Date date(const char* name);
  Period period(const char* name);
  std::optional<Period> optional_period(const char* name);
  std::vector<std::string> texts(const char* name);  ///< required array of strings
  std::vector<std::string> texts_or_empty(const char* name);
  /// One of `known`; a wrong word is a Fault with the nearest.
  std::string word(const char* name, const std::vector<std::string>& known);
  std::string word_or(const char* name, const std::vector<std::string>& known,
                      std::string otherwise);
  /// Calls `each(reader)` for the object in `name`; absent is nothing unless `required`.
  bool object(const char* name, const std::function<void(ObjectReader&)>& each,
              bool required = false);
  /// Calls `each(reader, index)` for every object of the array in `name`.
  void objects(const char* name, const std::function<void(ObjectReader&, std::size_t)>& each,
               bool required = false);
  /// Calls `each(key, value)` for every field of the object in `name` (a map people key freely).
  void entries(
      const char* name,
      const std::function<void(const std::string&, const Json&, const std::string& pointer)>& each,
      bool required = false);
  const Json* raw(const char* name);  ///< the value unread, or nullptr
  void fault(const std::string& name, std::string message, std::string hint = {});
  /// Reports every field that no getter asked for, with the nearest name that one did.
  void done();
  [[nodiscard]] const std::string& here() const { return pointer_; }
  [[nodiscard]] std::vector<Fault>& faults() { return faults_; }

 private:
  const Json* find(const char* name, bool required);
  const Json& json_;
  std::string pointer_;
  std::vector<Fault>& faults_;
  std::vector<std::string> asked_;
};

/// Throws Error(finding) listing `faults` (all of them, one a line) in `file`, if there are any.
void require_none(const std::vector<Fault>& faults, const std::string& file);

}  // namespace besa
