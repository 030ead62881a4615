#include "workflow/column_types.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "besa/base/text.hpp"

namespace besa::workflow {
namespace {

using model::Finding;
using model::Severity;
using source::ColumnSchema;

/// What the values of a column are, as far as that decides: as its driver found, or by its
/// declaration with SQLite's rules. Decimals are texts, of which 1 and 1.0 are two.
enum class Family { unknown, numbers, booleans, decimals, texts };

Family family_of(std::string type) {
  std::ranges::transform(type, type.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const auto has = [&type](const char* word) { return type.find(word) != std::string::npos; };
  if (has("CHAR") || has("CLOB") || has("TEXT")) return Family::texts;
  const bool number = has("INT") || has("REAL") || has("FLOA") || has("DOUB") || has("NUM");
  return number ? Family::numbers : Family::unknown;
}

Family family_of(const ColumnSchema& column) {
  if (column.found_type == "BOOLEAN") return Family::booleans;
  if (column.found_type == "DECIMAL") return Family::decimals;
  return family_of(column.found_type.empty() ? column.declared_type : column.found_type);
}

bool is_text(Family family) {
  return family == Family::texts || family == Family::decimals;
}

/// Of "numeric(6,2)": 2; nullopt where each value has its own.
std::optional<int> decimals_of(const ColumnSchema& column) {
  const std::string& type = column.declared_type;
  if (type.find('(') == std::string::npos) return std::nullopt;
  const std::size_t comma = type.find(',');
  int decimals = 0;
  if (comma != std::string::npos)
    std::from_chars(type.data() + comma + 1, type.data() + type.size(), decimals);
  return decimals;
}

bool is_number(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  return fault == std::errc() && stop == end;
}

int decimals_in(const std::string& text) {
  const std::size_t point = text.find('.');
  return point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

/// Of a declaration alone nothing is sure: a column of SQLite's may hold anything.
bool may_be(const ColumnSchema& column, const std::string& text) {
  if (column.found_type.empty()) return true;
  switch (family_of(column)) {
    case Family::numbers:
      return is_number(text);
    case Family::booleans:
      return text == "0" || text == "1";
    case Family::decimals:
      return is_number(text) &&
             decimals_of(column).value_or(decimals_in(text)) == decimals_in(text);
    case Family::texts:
    case Family::unknown:
      return true;
  }
  return true;
}

const char* what_it_holds(Family family) {
  switch (family) {
    case Family::numbers:
      return "numbers";
    case Family::booleans:
      return "true and false, which are 1 and 0";
    case Family::decimals:
      return "numbers with their decimals";
    case Family::texts:
    case Family::unknown:
      break;
  }
  return "texts";
}

class ColumnTypes {
 public:
  ColumnTypes(const model::Dataset& dataset, const source::Schema& schema)
      : dataset_(dataset), schema_(schema) {}

  std::vector<Finding> run() {
    for (const model::Table& table : dataset_.tables) {
      const source::TableSchema* live = schema_.table(table.name);
      if (live == nullptr) continue;
      for (const model::Link& link : table.links)
        if (link.by.empty() && dataset_.table(link.target) != nullptr)
          check_link(table, link, *live);
      for (const model::EventMapping& event : table.events) check_all(table, event.when, *live);
      for (const model::Document& document : table.documents)
        check_all(table, document.when, *live);
    }
    return std::move(findings_);
  }

 private:
  void say(Severity severity, const char* code, const std::string& where, std::string message,
           std::string hint) {
    findings_.push_back({severity, code, dataset_.name + "." + for_terminal(where),
                         std::move(message), std::move(hint)});
  }

  /// Values of two families are never equal, whatever a join of the source may make of them.
  void check_link(const model::Table& table, const model::Link& link,
                  const source::TableSchema& live) {
    const model::Table& target = *dataset_.table(link.target);
    const source::TableSchema* met = schema_.table(link.target);
    const auto& columns = link.target_columns.empty() ? target.key : link.target_columns;
    for (std::size_t i = 0; met != nullptr && i < std::min(columns.size(), link.columns.size());
         ++i) {
      const ColumnSchema *here = live.column(link.columns[i]), *there = met->column(columns[i]);
      if (here == nullptr || there == nullptr) continue;
      compare(*here, *there, table.name + "." + link.columns[i],
              "'" + for_terminal(link.target + "." + columns[i]) + "'");
    }
  }

  void compare(const ColumnSchema& here, const ColumnSchema& there, const std::string& where,
               const std::string& target) {
    const Family mine = family_of(here), theirs = family_of(there);
    if (mine == Family::unknown || theirs == Family::unknown) return;
    if (is_text(mine) != is_text(theirs))
      return say(Severity::error, "coverage.link_types", where,
                 std::string("holds ") + (is_text(mine) ? "texts" : "numbers") +
                     ", but what it refers to, " + target + ", holds " +
                     (is_text(theirs) ? "texts" : "numbers") + ": no row would be found by it",
                 "give both columns one type in the source, or name the identifier that they are "
                 "(\"by\")" +
                     note_on_decimals(mine, theirs));
    if (mine == Family::decimals || theirs == Family::decimals)
      compare_decimals(here, there, where, target);
  }

  static std::string note_on_decimals(Family mine, Family theirs) {
    const bool decimals = mine == Family::decimals || theirs == Family::decimals;
    return decimals ? "; numbers with decimals (numeric) are texts here, 1 and 1.0 are two" : "";
  }

  void compare_decimals(const ColumnSchema& here, const ColumnSchema& there,
                        const std::string& where, const std::string& target) {
    const bool both = family_of(here) == family_of(there);
    const std::optional<int> mine = decimals_of(here), theirs = decimals_of(there);
    if (both && mine && mine == theirs) return;
    const bool never = both && mine && theirs;
    say(never ? Severity::error : Severity::warning, "coverage.link_types", where,
        "is written with other decimals than what it refers to, " + target +
            (never ? ": no row would be found by it"
                   : ", may be: 1 and 1.0 are two keys, and a row would not be found by the other"),
        "give both columns one type without decimals in the source, as bigint");
  }

  void check_all(const model::Table& table, const std::vector<model::When>& conditions,
                 const source::TableSchema& live) {
    for (const model::When& when : conditions)
      if (const ColumnSchema* column = live.column(when.column))
        for (const std::string& text : when.any_of)
          if (!may_be(*column, text)) never_met(table, *column, text);
  }

  /// What only today's rows show may be otherwise tomorrow; but true and false are asked for by
  /// who means them.
  void never_met(const model::Table& table, const ColumnSchema& column, const std::string& text) {
    const bool booleans = family_of(column) == Family::booleans;
    const bool for_good =
        !column.declared_type.empty() || (booleans && (text == "true" || text == "false"));
    say(for_good ? Severity::error : Severity::warning, "coverage.when",
        table.name + "." + column.name,
        (for_good ? "never is '" : "is nowhere '") + for_terminal(text) +
            "', which \"when\" asks for: it holds " + what_it_holds(family_of(column)),
        "write the value as the source has it" + std::string(booleans ? ": \"1\" or \"0\"" : ""));
  }

  const model::Dataset& dataset_;
  const source::Schema& schema_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_column_types(const model::Dataset& dataset,
                                        const source::Schema& schema) {
  return ColumnTypes(dataset, schema).run();
}

}  // namespace besa::workflow
