// What is found 64 bytes at a time is what the rules say byte by byte, also in bytes that break
// them.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "besa/base/text.hpp"
#include "source/csv_index.hpp"
#include "source/find_text.hpp"

namespace {

using namespace besa::source;

/// Bytes of a few blocks: long plain runs, so that blocks of every kind follow one another.
std::string any_bytes(const std::vector<std::string>& pieces) {
  std::string bytes;
  const auto count = *rc::gen::inRange(0, 40);
  for (int i = 0; i < count; ++i) {
    bytes += *rc::gen::elementOf(pieces);
    bytes += std::string(*rc::gen::element<std::size_t>(0, 0, 1, 7, 30, 64), 'x');
  }
  return bytes;
}

CsvIndex indexed(const std::string& bytes, std::uint32_t columns, char quote = '"') {
  // What lies behind must not matter.
  const std::string padded =
      bytes + std::string(CsvIndex::padding, *rc::gen::element('"', '\n', '\r', '\xC3', ','));
  CsvIndex index;
  index.columns = columns;
  index_csv({',', quote, true}, std::string_view(padded).substr(0, bytes.size()), true, index);
  return index;
}

/// One byte after another; nothing where a rule is broken.
class Rules {
 public:
  Rules(const std::string& bytes, std::uint32_t columns) : bytes_(bytes), columns_(columns) {
    valid = besa::is_valid_utf8(bytes) && bytes.find('\0') == std::string::npos;
    while (valid && at_ < bytes.size()) valid = record();
  }
  bool valid = true;
  std::vector<std::string> records;
  std::uint32_t lines = 0;

 private:
  bool record() {
    const std::size_t begin = at_;
    std::uint32_t fields = 1;
    for (;; ++fields) {
      if (!field()) return false;
      if (at_ == bytes_.size() || bytes_[at_] != ',') break;
      ++at_;
    }
    const std::string content = bytes_.substr(begin, at_ - begin);
    if (at_ < bytes_.size() && bytes_[at_] == '\r') ++at_;
    if (at_ < bytes_.size() && bytes_[at_] != '\n') return false;
    if (at_ == bytes_.size() && bytes_.back() == '\r') return false;
    if (at_ < bytes_.size()) ++lines, ++at_;
    if (content.empty()) return true;
    records.push_back(content);
    return fields == columns_;
  }
  bool field() {
    if (at_ == bytes_.size() || bytes_[at_] != '"') {
      while (at_ < bytes_.size() &&
             std::string_view(",\n\r\"").find(bytes_[at_]) == std::string::npos)
        ++at_;
      return at_ == bytes_.size() || bytes_[at_] != '"';
    }
    for (++at_; at_ < bytes_.size(); ++at_) {
      if (bytes_[at_] == '\n') ++lines;
      if (bytes_[at_] != '"') continue;
      if (at_ + 1 == bytes_.size() || bytes_[at_ + 1] != '"') return ++at_, true;
      ++at_;
    }
    return false;
  }
  const std::string& bytes_;
  std::uint32_t columns_;
  std::size_t at_ = 0;
};

RC_GTEST_PROP(CsvIndexLaw, any_bytes_are_accepted_where_the_rules_accept_them, ()) {
  const std::string bytes =
      any_bytes({",", ",", "a,b\n", "a,b\n", "a,b\r\n", "\n", "\r\n", "\"a\"", "\"a,\"\"\n\",b\n",
                 "\xC3\xAB", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"});
  const std::uint32_t columns = 2;
  const Rules rules(bytes, columns);
  const CsvIndex index = indexed(bytes, columns);
  RC_CLASSIFY(rules.valid && !rules.records.empty());
  const bool accepted = index.fault == CsvFault::none && !index.inside_quotes;
  RC_ASSERT(accepted == rules.valid);
  if (!rules.valid) return;
  RC_ASSERT(index.lines == rules.lines);
  RC_ASSERT(index.records().size() == rules.records.size());
  for (std::size_t i = 0; i < rules.records.size(); ++i) {
    const CsvRecord& record = index.records()[i];
    RC_ASSERT(bytes.substr(record.begin, record.end - record.begin) == rules.records[i]);
  }
}

RC_GTEST_PROP(CsvIndexLaw, records_of_two_fields_are_accepted_whatever_is_in_them, ()) {
  std::string bytes, fields;
  std::vector<std::string> records;
  const auto count = *rc::gen::inRange(0, 30);
  for (int i = 0; i < count; ++i) {
    std::string record;
    for (const char* end : {",", ""}) {
      const auto size = *rc::gen::element<std::size_t>(0, 1, 5, 40, 63, 64, 65, 200);
      const auto* const inner = *rc::gen::element("x", "\xC3\xAB", "\xE2\x82\xAC", "x\xC3\xA7");
      std::string field;
      while (field.size() < size) field += inner;
      if (*rc::gen::inRange(0, 5) == 0)
        field = '"' + field + *rc::gen::element(",", "\n", "\"\"", "\r") + '"';
      record += field + end;
    }
    records.push_back(record);
    bytes += record + *rc::gen::element("\n", "\r\n", "\n\n");
  }
  const CsvIndex index = indexed(bytes, 2);
  RC_ASSERT(index.fault == CsvFault::none);
  RC_ASSERT(index.records().size() == records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const CsvRecord& record = index.records()[i];
    RC_ASSERT(bytes.substr(record.begin, record.end - record.begin) == records[i]);
  }
}

RC_GTEST_PROP(CsvIndexLaw, what_is_not_utf8_is_told_where_it_begins, ()) {
  const std::string before = any_bytes({"\xC3\xAB", "a", "\xE2\x82\xAC", "\xC3\xA7\xC3\xAB"});
  const std::string wrong =
      *rc::gen::element<std::string>("\x80", "\xBF", "\xC3", "\xC3\xC3\xAB", "\xC0\x80", "\xC1\xBF",
                                     "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82", "\xF0\x80\x80\x80",
                                     "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC3x");
  const CsvIndex index =
      indexed(before + wrong + *rc::gen::element<std::string>("", "\n", "x\xC3\xAB\n"), 1);
  RC_ASSERT(index.fault == CsvFault::not_utf8);
  RC_ASSERT(index.fault_at == before.size());
}

RC_GTEST_PROP(CsvIndexLaw, one_fault_among_plain_bytes_is_found_where_it_is, ()) {
  std::string bytes;
  while (bytes.size() < *rc::gen::element<std::size_t>(10, 100, 300)) bytes += "abc,de\n";
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  using Piece = std::pair<std::string, CsvFault>;
  const auto [piece, fault] = *rc::gen::elementOf(std::vector<Piece>{
      {std::string(1, '\0'), CsvFault::zero_byte},
      {"\r", CsvFault::lone_return},
      {"\xC3", CsvFault::not_utf8},
      {",", CsvFault::ragged},
  });
  if (piece == "\r" && bytes[at] == '\n') return;  // then it is a line end
  bytes.insert(at, piece);
  const CsvIndex index = indexed(bytes, 2);
  RC_ASSERT(index.fault == fault);
  RC_ASSERT(index.fault_at == (fault == CsvFault::ragged ? at - at % 7 : at));
}

RC_GTEST_PROP(FindText, a_text_is_found_where_the_library_finds_it, ()) {
  const auto letters = rc::gen::container<std::string>(rc::gen::element('a', 'b'));
  std::string bytes;
  while (bytes.size() < *rc::gen::element<std::size_t>(0, 20, 200)) bytes += 'a' + *letters;
  const std::string text = *letters;
  const auto from = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
  RC_ASSERT(find_text(bytes, text, from) == bytes.find(text, from));
}

}  // namespace
