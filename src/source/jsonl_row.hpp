// One line of a JSONL file as a row: values are taken out where they lie, when they are asked for.
//
// The line has been checked (jsonl_check.hpp). Its members are gone through only as far as a
// question needs, or not at all where the names alone show where values lie.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "source/jsonl_cursor.hpp"
#include "source/jsonl_fields.hpp"

namespace besa::source {

/// Where the columns of a line lie.
class JsonlLocator {
 public:
  /// `columns`: how many there are.
  JsonlLocator(const JsonlFields& fields, std::size_t columns)
      : fields_(fields), places_(columns), expected_(fields.size()) {}
  void move_to(const JsonlLine& line);
  /// In order; none where the line does not have it, several only for a column of elements.
  [[nodiscard]] std::span<const JsonlSpan> places(std::size_t column) {
    Places& found = places_[column];
    while (found.line != line_ && step()) continue;
    if (found.line != line_) return {};
    return {found.spans.data(), found.count};
  }
  [[nodiscard]] std::string_view text(JsonlSpan span) const { return cursor_.text(span); }

 private:
  struct Places {
    std::uint64_t line = 0;
    std::size_t count = 0;
    std::vector<JsonlSpan> spans;  ///< of which `count` are of this line
  };
  /// Goes to the next member of the record. False where there is none.
  bool step();
  /// Steps over a member's value; false where no member is.
  bool member(std::uint32_t node);
  void value(std::uint32_t node);
  void values_in(std::uint32_t node);
  void note(std::uint32_t column, JsonlSpan span);
  [[nodiscard]] std::uint32_t child(std::uint32_t node, std::string_view name);

  const JsonlFields& fields_;
  std::vector<Places> places_;
  std::vector<std::uint32_t> expected_;
  JsonlCursor cursor_;
  std::uint64_t line_ = 0;
  bool escapes_ = true;  ///< there may be some in this line
  std::string scratch_;
};

class JsonlRow final : public StoredRow {
 public:
  /// `several`: by column, whether it names every element of an array. `plain`: of a file whose
  /// lines are (JsonlCheck::plain): then values are found by the names before them, and lines need
  /// no marks.
  JsonlRow(JsonlReader& reader, const JsonlFields& fields, const std::vector<bool>& several,
           bool plain);
  void move_to_line() {
    located_ = false;
    ++stamp_;
  }
  [[nodiscard]] ValueView value(std::size_t column) override;
  [[nodiscard]] RowPlace place() const override { return reader_.place(); }
  [[nodiscard]] std::size_t places(std::size_t column) { return located(column).size(); }
  [[nodiscard]] bool is_several(std::size_t column) const { return several_[column]; }
  /// False where the value is a text that does not; only some of those are known.
  [[nodiscard]] bool may_lie_in(const TextRange& range) const;

 private:
  struct Cell {
    std::uint64_t stamp = 0;  ///< of the row it was read from
    ValueView view;
    std::string scratch;
  };
  [[nodiscard]] std::span<const JsonlSpan> located(std::size_t column);
  /// Of a column that has a key: the bytes of its value; empty where the line does not have it.
  [[nodiscard]] std::string_view token_by_key(std::size_t column) const;
  [[nodiscard]] ValueView read(std::size_t column, std::string& scratch);
  [[nodiscard]] ValueView read_one(std::string_view token, std::string& scratch) const;
  [[nodiscard]] ValueView read_all(std::span<const JsonlSpan> places, std::string& scratch) const;

  JsonlReader& reader_;
  const std::vector<bool>& several_;
  JsonlLocator locator_;
  std::vector<std::string> keys_;  ///< by column: `"name":`, or nothing where it is not found by it
  bool located_ = false;           ///< the locator is at this line
  std::uint64_t stamp_ = 0;
  std::vector<Cell> cells_;
};

}  // namespace besa::source
