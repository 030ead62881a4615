// A line of JSON, read to its last byte: is it one record as RFC 8259 has it, and does it say
// anything in a place that nobody has named?
//
// Error(failed) with file, line and byte for what is no JSON (J5), for more or less than one object
// on a line (J10, J12), a member that is there twice (J2), 65 levels (J3), an escape that is no
// character (J7), and where records have more than 10 000 members that nobody has named (J11).
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "source/jsonl_cursor.hpp"
#include "source/jsonl_fields.hpp"

namespace besa::source {

class JsonlCheck {
 public:
  static constexpr std::size_t depth_limit = 64;
  static constexpr std::size_t unnamed_limit = 10000;

  /// Adds to `fields` what it finds.
  explicit JsonlCheck(JsonlFields& fields) : fields_(fields), named_(fields.size()) {}
  void look(const JsonlReader& reader);

  /// Places that are no column and lie in none, and that hold something in some line: each value
  /// that is no object and no array. An empty object, an empty array and null count as values where
  /// nothing else was ever seen below them and no column lies there.
  [[nodiscard]] std::vector<std::uint32_t> unnamed() const;
  /// True for a column that some line has, or may have: one that lies in something empty or null is
  /// not missing.
  [[nodiscard]] bool occurs(std::uint32_t column) const;
  /// True for a column that holds numbers and besides them whole numbers as texts: 5 and "5" (J13).
  [[nodiscard]] bool numbers_as_text(std::uint32_t column) const;
  /// "NUMBER", "TEXT" or "BOOLEAN" for a column that holds only numbers, only whole numbers as
  /// texts, or only true and false; empty for any other.
  [[nodiscard]] std::string type(std::uint32_t column) const;
  [[nodiscard]] std::uint64_t records() const { return records_; }
  /// True where no record holds objects or arrays, and every name is written without escapes, its
  /// colon right behind it: then a name with its quotes and its colon is nowhere else in a line.
  [[nodiscard]] bool plain() const { return plain_; }

 private:
  struct Seen {
    std::uint64_t object = 0;    ///< the last one that had this member
    std::uint32_t expected = 0;  ///< see JsonlFields::child
    bool value = false, nothing = false;
    bool number = false, digits = false, boolean = false;  ///< of a column: 5, "5", true
    bool other = false;                                    ///< and anything else
  };
  /// A member of a record, and where it lies.
  struct Member {
    std::string key;  ///< its name as it is written, up to and with the colon
    std::uint32_t node = 0;
    bool in_column = false;  ///< it is one
  };
  /// True for a line that is a record with the members of the last one, in their order, and nothing
  /// deeper. False: it must be gone through in full.
  [[nodiscard]] bool is_like_the_last();
  /// `node`: where the value lies; none in a column, where names do not matter.
  void value(std::uint32_t node, std::size_t depth);
  void object(std::uint32_t node, std::size_t depth);
  void array(std::uint32_t node, std::size_t depth);
  void scalar(std::uint32_t node);
  [[nodiscard]] bool is_scalar(std::string_view token);
  /// Of a string's escapes only, where there are some, `scratch_` is what they make of it; false
  /// where one is none.
  [[nodiscard]] bool unescape(std::string_view token);
  void string(std::string_view token);
  [[nodiscard]] std::string_view member_name();
  [[nodiscard]] std::uint32_t member(std::uint32_t node, std::string_view name,
                                     std::uint64_t object);
  [[nodiscard]] std::uint32_t place(std::uint32_t node);
  /// After a record: what the next one is compared with.
  void settle(bool flat);
  /// `token`: where a column's value begins, all of it where it is a scalar.
  static void note_kind(Seen& column, std::string_view token);
  void require_different(std::size_t first);
  /// Steps over a comma (true) or `end` (false).
  [[nodiscard]] bool goes_on(char end);
  Seen& seen(std::uint32_t node);
  [[nodiscard]] bool holds_more(std::uint32_t node) const;
  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const;
  [[noreturn]] void fail_here() const;

  JsonlFields& fields_;
  std::size_t named_;  ///< how many places were there before
  std::vector<Seen> seen_;
  std::vector<Member> last_;  ///< of the last record; none where one of them was no scalar
  const JsonlReader* reader_ = nullptr;
  JsonlCursor cursor_;
  bool escapes_ = true;  ///< there may be some in this line
  std::uint64_t objects_ = 0, records_ = 0;
  std::uint32_t met_ = 0;      ///< the place of the last member
  std::uint32_t name_at_ = 0;  ///< where the last member's name begins
  std::string_view key_;       ///< it, and what follows up to the colon
  bool plain_ = true;
  std::vector<std::string_view> names_;  ///< of members of objects in columns
  std::deque<std::string> unescaped_;    ///< names of this line that have escapes
  std::string scratch_;
};

}  // namespace besa::source
