// `dataset check` on the data: one pass over each table, and one for each link, in constant memory
// except where the schema does not promise that keys are unique.
#include <algorithm>
#include <array>
#include <set>

#include "besa/base/text.hpp"
#include "besa/workflow/coverage.hpp"
#include "workflow/abroad_check.hpp"
#include "workflow/time_readers.hpp"

namespace besa::workflow {
namespace {

using model::Finding;
using model::Severity;
using source::RowView;

constexpr std::size_t fault_kinds = 6;  // of TimeFault

/// What was seen in one time column.
struct SeenTimes {
  std::string column;
  TimeReader reader;
  std::string format;
  std::size_t place = 0;
  bool event = false;  ///< a day after today says that something has happened
  std::array<std::uint64_t, fault_kinds> faults{};
  std::uint64_t future = 0;

  [[nodiscard]] std::uint64_t count(TimeFault fault) const {
    return faults[static_cast<std::size_t>(fault)];
  }
};

struct FaultWords {
  TimeFault fault;
  const char* code;
  const char* one;
  const char* many;
  const char* hint;
};

constexpr const char* declare_format = "correct the values, or the column's format under \"times\"";

const std::array<FaultWords, 4> fault_words = {{
    {TimeFault::malformed, "data.unreadable_time", "value is", "values are", declare_format},
    {TimeFault::impossible, "data.impossible_time", "value names", "values name", declare_format},
    {TimeFault::out_of_range, "data.time_out_of_range", "value lies", "values lie", declare_format},
    {TimeFault::sentinel, "data.sentinel", "value stands", "values stand",
     "store NULL where the time is not known: until then these rows prove nothing"},
}};

std::string predicate(TimeFault fault, const std::string& format) {
  switch (fault) {
    case TimeFault::malformed:
      return "no time of the declared format (" + format + ")";
    case TimeFault::impossible:
      return "a day or an hour that does not exist";
    case TimeFault::out_of_range:
      return "outside the years 1900 to 2200";
    case TimeFault::sentinel:
      return "for 'not known' (1970-01-01, 9999-12-31 and the like)";
    case TimeFault::none:
    case TimeFault::empty:
      break;
  }
  return "";
}

bool within(const std::vector<std::string>& some, const std::vector<std::string>& all) {
  return std::all_of(some.begin(), some.end(), [&](const std::string& name) {
    return std::count(all.begin(), all.end(), name) != 0;
  });
}

/// True where the source itself allows no two rows with the same key.
bool unique_by_schema(const source::TableSchema& live, const std::vector<std::string>& key) {
  std::vector<std::string> primary;
  for (const source::ColumnSchema& column : live.columns)
    if (column.key_position != 0) primary.push_back(column.name);
  if (!primary.empty() && within(primary, key)) return true;
  return std::any_of(live.indexes.begin(), live.indexes.end(),
                     [&](const source::IndexSchema& index) {
                       return index.unique && !index.partial && within(index.columns, key);
                     });
}

/// True for a table that is there, with every column that reading would ask for.
bool readable(const model::Table& table, const source::Schema& schema) {
  const source::TableSchema* live = schema.table(table.name);
  if (live == nullptr || live->kind == source::TableKind::view ||
      live->kind == source::TableKind::virtual_table)
    return false;
  return std::all_of(table.columns.begin(), table.columns.end(), [&](const model::Column& column) {
    return live->column(column.name) != nullptr;
  });
}

/// The columns of a table that say when something was.
std::vector<std::string> time_columns(const model::Table& table) {
  std::set<std::string> columns;
  for (const model::TimeFormat& time : table.times) columns.insert(time.column);
  for (const model::EventMapping& event : table.events) columns.insert(event.at);
  for (const model::Document& document : table.documents) columns.insert(document.at);
  for (const model::Identifier& identifier : table.identifiers)
    columns.insert({identifier.from, identifier.to});
  for (const model::Link& link : table.links) columns.insert({link.from, link.to});
  columns.erase("");
  return {columns.begin(), columns.end()};
}

bool is_event(const model::Table& table, const std::string& column) {
  return std::any_of(table.events.begin(), table.events.end(),
                     [&](const model::EventMapping& event) { return event.at == column; });
}

/// Looks at the rows of one table.
class TableCheck {
 public:
  TableCheck(const model::Rulebook& rules, const model::Dataset& dataset, const model::Table& table,
             source::Source& source, Date today, std::vector<Finding>& findings)
      : rules_(rules),
        dataset_(dataset),
        table_(table),
        live_(*source.schema().table(table.name)),
        source_(source),
        today_(today),
        findings_(findings) {}

  void run() {
    check_rows();
    for (const model::Link& link : table_.links) {
      check_used(link);
      check_link(link);
    }
  }

 private:
  void add(Severity severity, const char* code, const std::string& column, std::string message,
           std::string hint) {
    findings_.push_back({severity, code,
                         for_terminal(dataset_.name + "." + table_.name + "." + column),
                         std::move(message), std::move(hint)});
  }

  // --- keys and times, in one pass ---

  void check_rows() {
    ColumnList columns;
    for (const std::string& column : table_.key) columns.place(column);
    std::vector<SeenTimes> times = times_seen(columns);
    const bool count_twice = !unique_by_schema(live_, table_.key);
    source::Scan scan;
    scan.table = table_.name;
    scan.columns = columns.names();
    source_.scan(scan, [&](RowView row) {
      look_at_key(row.first(table_.key.size()), count_twice);
      for (SeenTimes& time : times) look_at_time(time, row[time.place]);
    });
    report_keys();
    for (const SeenTimes& time : times) report_times(time);
  }

  std::vector<SeenTimes> times_seen(ColumnList& columns) {
    std::vector<SeenTimes> times;
    for (const std::string& column : time_columns(table_)) {
      const model::TimeFormat* declared = table_.time(column);
      times.push_back(
          {.column = column,
           .reader = time_reader(rules_, table_, column),
           .format = declared != nullptr ? declared->format : model::TimeFormat{}.format,
           .place = columns.place(column),
           .event = is_event(table_, column)});
    }
    return times;
  }

  void look_at_key(RowView key, bool count_twice) {
    if (std::any_of(key.begin(), key.end(),
                    [](const source::ValueView& value) { return value.is_null(); })) {
      ++null_keys_;
      return;
    }
    if (!count_twice) return;
    const std::uint32_t before = keys_.size();
    keys_.add(source::encode_key(key));
    if (keys_.size() == before) ++keys_twice_;
  }

  void look_at_time(SeenTimes& time, const source::ValueView& value) const {
    const ParsedTime parsed = read_time(time.reader, value);
    ++time.faults[static_cast<std::size_t>(parsed.fault)];
    if (parsed.ok() && time.event && parsed.date > today_) ++time.future;
  }

  void report_keys() {
    const std::string key = join(table_.key, "+");
    if (null_keys_ != 0)
      add(Severity::error, "data.key_null", key,
          counted(null_keys_, "row has", "rows have") + " NULL in the key",
          "give each row its key, or declare a key that every row has");
    if (keys_twice_ != 0)
      add(Severity::error, "data.key_not_unique", key,
          counted(keys_twice_, "row has", "rows have") + " the key of another row",
          "declare a key that names each row once");
  }

  void report_times(const SeenTimes& time) {
    for (const FaultWords& words : fault_words)
      if (const std::uint64_t count = time.count(words.fault); count != 0)
        add(Severity::warning, words.code, time.column,
            counted(count, words.one, words.many) + " " + predicate(words.fault, time.format),
            words.hint);
    if (time.future != 0)
      add(Severity::warning, "data.future", time.column,
          counted(time.future, "value lies", "values lie") + " after " + today_.str() +
              ", though it says what has happened",
          "correct them: until then they count as nothing, least of all as a licence to keep");
  }

  // --- links ---

  /// A name that is nobody's in the data, as where a JSON field is mistyped, would find nobody.
  void check_used(const model::Link& link) {
    source::Scan scan;
    scan.table = table_.name;
    scan.columns = link.columns;
    std::uint64_t rows = 0, filled = 0;
    source_.scan(scan, [&](RowView row) {
      ++rows;
      if (std::ranges::none_of(row, [](const auto& value) { return value.is_null(); })) ++filled;
    });
    if (rows != 0 && filled == 0)
      add(Severity::warning, "data.link_empty", join(link.columns, "+"),
          "no row says whose it is here: nobody is found by this link",
          "if the source names the column otherwise, correct the dataset file");
  }

  const model::Table* target_here(const model::Link& link) const {
    const model::Table* target = dataset_.table(link.target);
    return target != nullptr && readable(*target, source_.schema()) && link.by.empty()
               ? target
               : nullptr;  // by an identifier: who is unknown was never a member
  }

  /// The source joins: a row whose chain ends nowhere comes with NULL in place of the target's key.
  void check_link(const model::Link& link) {
    const model::Table* target = target_here(link);
    if (target == nullptr) return;
    const auto& met = link.target_columns.empty() ? target->key : link.target_columns;
    source::Scan scan;
    scan.table = table_.name;
    scan.hops = {{link.columns, target->name, met}};
    scan.owner = met;
    scan.columns = link.columns;
    std::uint64_t dangling = 0;
    source_.scan(scan, [&](RowView row) {
      const RowView near = row.subspan(met.size());
      const bool points =
          std::none_of(near.begin(), near.end(), [](const auto& value) { return value.is_null(); });
      if (points && row.front().is_null()) ++dangling;
    });
    if (dangling != 0)
      add(Severity::warning, "data.dangling", join(link.columns, "+"),
          counted(dangling, "row refers", "rows refer") + " to no row of '" +
              for_terminal(target->name) + "'",
          "nobody owns them, so that no promise about a person reaches them: correct or remove "
          "them");
  }

  const model::Rulebook& rules_;
  const model::Dataset& dataset_;
  const model::Table& table_;
  const source::TableSchema& live_;
  source::Source& source_;
  Date today_;
  std::vector<Finding>& findings_;
  source::KeyIndex keys_;
  std::uint64_t null_keys_ = 0, keys_twice_ = 0;
};

}  // namespace

std::vector<Finding> check_dataset(const model::Rulebook& rules, const model::Dataset& dataset,
                                   source::Source& source, Date today, const Sources& others) {
  std::vector<Finding> findings = check_coverage(dataset, source, rules.datasets());
  for (const model::Table& table : dataset.tables)
    if (readable(table, source.schema())) {
      TableCheck(rules, dataset, table, source, today, findings).run();
      check_links_abroad(dataset, table, source, rules.datasets(), others, findings);
    }
  return findings;
}

}  // namespace besa::workflow
