// One line of a JSONL file as a row: values are taken out where they lie, when they are asked for.
//
// The line has been checked (jsonl_check.hpp). Its members are gone through only as far as a
// question needs.
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
  /// `several`: by column, whether it names every element of an array.
  JsonlRow(const JsonlReader& reader, const JsonlFields& fields, const std::vector<bool>& several)
      : reader_(reader),
        several_(several),
        locator_(fields, several.size()),
        cells_(several.size()) {}
  void move_to_line() {
    locator_.move_to(reader_.line());
    ++stamp_;
  }
  [[nodiscard]] ValueView value(std::size_t column) override;
  [[nodiscard]] RowPlace place() const override { return reader_.place(); }
  [[nodiscard]] std::size_t places(std::size_t column) { return locator_.places(column).size(); }
  [[nodiscard]] bool is_several(std::size_t column) const { return several_[column]; }

 private:
  struct Cell {
    std::uint64_t stamp = 0;  ///< of the row it was read from
    ValueView view;
    std::string scratch;
  };
  [[nodiscard]] ValueView read(std::size_t column, std::string& scratch);
  [[nodiscard]] ValueView read_all(std::span<const JsonlSpan> places, std::string& scratch) const;

  const JsonlReader& reader_;
  const std::vector<bool>& several_;
  JsonlLocator locator_;
  std::uint64_t stamp_ = 0;
  std::vector<Cell> cells_;
};

}  // namespace besa::source
