// The blast radius of a manifest, in words; and masked values.
#include <algorithm>
#include <array>
#include <charconv>

#include "besa/base/text.hpp"
#include "besa/model/manifest.hpp"
#include "besa/model/workspace.hpp"

namespace besa::model {

namespace {

std::string decimal(double number) {
  std::array<char, 400> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, 1);
  std::string shown(text.data(), end.ptr);
  if (shown.ends_with(".0")) shown.resize(shown.size() - 2);
  return shown;
}

std::string percent(double share) {
  return decimal(share * 100) + " %";
}

/// Counts are whole: a share of 0.29 of 100 is 29 rows, whatever binary fractions make of it.
bool beyond_share(std::uint64_t count, double share, std::uint64_t of) {
  constexpr double slack = 1e-9;
  return static_cast<double>(count) > share * static_cast<double>(of) + slack;
}

double median(std::vector<std::uint64_t> numbers) {
  std::ranges::sort(numbers);
  const std::size_t middle = numbers.size() / 2;
  if (numbers.size() % 2 == 1) return static_cast<double>(numbers[middle]);
  return (static_cast<double>(numbers[middle - 1]) + static_cast<double>(numbers[middle])) / 2;
}

using Words = std::vector<std::string>;

void check_subjects(Words& words, const Limits& limits, const LimitFacts& facts) {
  if (!limits.subjects || facts.subjects <= *limits.subjects) return;
  words.push_back(counted(facts.subjects, "subject is", "subjects are") +
                  " due, more than the limit of " + grouped(*limits.subjects));
}

void check_tables(Words& words, const Limits& limits, const LimitFacts& facts) {
  if (!limits.share_of_table) return;
  for (const auto& table : facts.tables) {
    const std::uint64_t changed = table.erase + table.mask;
    if (table.rows == 0 || !beyond_share(changed, *limits.share_of_table, table.rows)) continue;
    const double share = static_cast<double>(changed) / static_cast<double>(table.rows);
    words.push_back(grouped(changed) + " of " + counted(table.rows, "row", "rows") + " of " +
                    table.dataset + "." + table.table + " would change (" + percent(share) +
                    "), more than the limit of " + percent(*limits.share_of_table));
  }
}

/// Where the usual sweep finds nothing there is no factor to speak of; the other limits stand.
void check_earlier(Words& words, const Limits& limits, const LimitFacts& facts) {
  if (!limits.factor_of_earlier || facts.earlier.empty()) return;
  const double usual = median(facts.earlier);
  if (usual <= 0 || static_cast<double>(facts.records) <= *limits.factor_of_earlier * usual) return;
  words.push_back(counted(facts.records, "record is ", "records are ") +
                  decimal(static_cast<double>(facts.records) / usual) +
                  " times the median of earlier sweeps (" + decimal(usual) +
                  "), more than the limit of " + decimal(*limits.factor_of_earlier) + " times");
}

void check_dates(Words& words, const Limits& limits, const LimitFacts& facts) {
  if (!limits.share_of_unusable_dates || facts.subjects_examined == 0) return;
  const double limit = *limits.share_of_unusable_dates;
  if (!beyond_share(facts.unusable_dates, limit, facts.subjects_examined)) return;
  const double share =
      static_cast<double>(facts.unusable_dates) / static_cast<double>(facts.subjects_examined);
  words.push_back(grouped(facts.unusable_dates) + " of " +
                  counted(facts.subjects_examined, "subject", "subjects") +
                  " examined have a missing, unreadable or future date (" + percent(share) +
                  "), more than the limit of " + percent(limit));
}

/// Length and bytes, so that no two lists of parts are the same text.
void append_part(std::string& text, std::string_view part) {
  text += std::to_string(part.size());
  text += ':';
  text += part;
}

}  // namespace

std::vector<std::string> exceeded(const Limits& limits, const LimitFacts& facts) {
  Words words;
  check_subjects(words, limits, facts);
  check_tables(words, limits, facts);
  check_earlier(words, limits, facts);
  check_dates(words, limits, facts);
  return words;
}

std::string pseudonym(const KeyedDigest& manifest_key, std::string_view table, std::string_view key,
                      std::string_view column, std::uint32_t counter) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
  constexpr std::size_t length = 16;  // of five bits each
  std::string text;
  append_part(text, table);
  append_part(text, key);
  append_part(text, column);
  text += std::to_string(counter);
  const Digest digest = manifest_key.of("besa-mask/1", text);
  std::string name = "x";
  for (std::size_t i = 0; i < length; ++i) {
    const std::size_t bit = i * 5;
    const auto pair =
        static_cast<unsigned>(digest.bytes[bit / 8] << 8U | digest.bytes[bit / 8 + 1]);
    name += letters[pair >> (11 - bit % 8) & 31U];
  }
  return name;
}

}  // namespace besa::model
