#include "besa/workflow/coverage.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "besa/base/json.hpp"
#include "besa/base/text.hpp"
#include "workflow/column_types.hpp"
#include "workflow/unread_files.hpp"

namespace besa::workflow {
namespace {

using model::Finding;
using model::Severity;
using source::TableKind;

constexpr const char* map_it =
    "name it in the dataset file, with category \"none\" if it is nobody's";

std::string quoted(const std::string& name) {
  return "'" + for_terminal(name) + "'";
}

std::string listed(const std::vector<std::string>& names) {
  return for_terminal(join(names, ", "));
}

std::string near(const std::string& name, const std::vector<std::string>& known,
                 const std::string& otherwise) {
  const auto nearest = nearest_name(name, known);
  return nearest ? "did you mean " + quoted(*nearest) + "?" : otherwise;
}

/// SQLite's own bookkeeping; drivers leave it out, other sources may not.
bool engines_own(const std::string& table) {
  return table.starts_with("sqlite_");
}

bool among(const std::string& name, const std::vector<std::string>& names) {
  return std::ranges::find(names, name) != names.end();
}

bool in_conditions(const std::vector<model::When>& conditions, const std::string& column) {
  return std::ranges::any_of(conditions,
                             [&](const model::When& when) { return when.column == column; });
}

/// True for a column that says whose a row is, when something was, or what must be kept.
bool decides(const model::Table& table, const std::string& column) {
  return among(column, table.key) ||
         std::ranges::any_of(
             table.links, [&](const model::Link& link) { return among(column, link.columns); }) ||
         std::ranges::any_of(
             table.identifiers,
             [&](const model::Identifier& each) { return each.column == column; }) ||
         std::ranges::any_of(table.events,
                             [&](const model::EventMapping& event) {
                               return event.at == column || in_conditions(event.when, column);
                             }) ||
         std::ranges::any_of(table.documents, [&](const model::Document& document) {
           return document.at == column || in_conditions(document.when, column);
         });
}

/// Compares one dataset file with one schema.
class Coverage {
 public:
  Coverage(const model::Dataset& dataset, const source::Schema& schema, model::Datasets others)
      : dataset_(dataset), schema_(schema) {
    for (const model::Attachment& way : model::attachments(dataset, others))
      owned_.insert(dataset.tables[way.table].name);
  }

  std::vector<Finding> run() {
    for (const model::Table& table : dataset_.tables) check_mapped(table);
    for (const source::TableSchema& live : schema_.tables)
      if (dataset_.table(live.name) == nullptr && !engines_own(live.name)) check_unmapped(live);
    return std::move(findings_);
  }

 private:
  void add(Severity severity, const char* code, const std::string& where, std::string message,
           std::string hint) {
    findings_.push_back({severity, code, dataset_.name + "." + for_terminal(where),
                         std::move(message), std::move(hint)});
  }

  // --- tables the file does not know ---

  void check_unmapped(const source::TableSchema& live) {
    switch (live.kind) {
      case TableKind::shadow:
        return;  // part of its full-text table
      case TableKind::view:
        return add(Severity::note, "coverage.view", live.name,
                   "is a view: it shows rows of other tables and keeps none", "");
      case TableKind::virtual_table:
        return refuse_virtual(live);
      case TableKind::full_text:
      case TableKind::table:
        break;
    }
    add(Severity::error, "coverage.unknown_table", live.name,
        "this table is not in " + dataset_.file + what_it_reaches(live), map_it);
  }

  std::string what_it_reaches(const source::TableSchema& live) const {
    for (const source::ForeignKey& key : live.foreign_keys)
      if (dataset_.table(key.target) != nullptr)
        return ", and its " + listed(key.columns) + " refers to " + quoted(key.target) +
               ": its rows may be a person's";
    return live.kind == TableKind::full_text ? ", and as a full-text index it holds what it indexes"
                                             : "";
  }

  void refuse_virtual(const source::TableSchema& live) {
    add(Severity::error, "coverage.virtual_table", live.name,
        "is a virtual table of a kind besa does not know: where its data lies cannot be told",
        "move its data to ordinary tables, or out of this source");
  }

  // --- tables the file names ---

  void check_mapped(const model::Table& table) {
    const source::TableSchema* live = schema_.table(table.name);
    if (live == nullptr) return report_missing_table(table);
    if (live->kind == TableKind::view)
      return add(Severity::error, "coverage.view", table.name,
                 "is a view: nothing can be erased from it", "name the tables it reads instead");
    if (live->kind == TableKind::virtual_table) return refuse_virtual(*live);
    if (knows_no_column(table, *live))
      report_lost_header(table, *live);
    else
      for (const source::ColumnSchema& column : live->columns) check_live_column(table, column);
    for (const model::Column& column : table.columns) check_named_column(table, column, *live);
    check_triggers(table, *live);
    check_blank_lines(table, *live);
    for (const source::ForeignKey& key : live->foreign_keys) check_reference(table, key);
  }

  void report_missing_table(const model::Table& table) {
    std::vector<std::string> known;
    for (const source::TableSchema& live : schema_.tables)
      if (dataset_.table(live.name) == nullptr) known.push_back(live.name);
    add(Severity::error, "coverage.missing_table", table.name, "the source has no such table",
        near(table.name, known, "remove it from " + dataset_.file + " if it is gone for good"));
  }

  static bool knows_no_column(const model::Table& table, const source::TableSchema& live) {
    return !live.columns.empty() &&
           std::ranges::none_of(live.columns, [&](const source::ColumnSchema& column) {
             return table.column(column.name) != nullptr;
           });
  }

  /// The names are not said: of a file that has lost its header they are somebody's data.
  void report_lost_header(const model::Table& table, const source::TableSchema& live) {
    add(Severity::error, "coverage.unknown_column", table.name,
        "none of its " + counted(live.columns.size(), "column", "columns") + " is in " +
            dataset_.file,
        "has the file lost its header? " + std::string(map_it));
  }

  void check_live_column(const model::Table& table, const source::ColumnSchema& column) {
    if (table.column(column.name) == nullptr)
      add(Severity::error, "coverage.unknown_column", table.name + "." + column.name,
          "this column is not in " + dataset_.file, map_it);
  }

  void check_named_column(const model::Table& table, const model::Column& column,
                          const source::TableSchema& live) {
    const source::ColumnSchema* found = live.column(column.name);
    const std::string where = table.name + "." + column.name;
    if (found == nullptr) {
      if (live.kind == TableKind::full_text && column.name == "rowid")
        return;  // its only key, never listed
      return add(Severity::error, "coverage.missing_column", where,
                 "the source's table has no such column",
                 near(column.name, unmapped_columns(table, live),
                      "remove it from " + dataset_.file + " if it is gone for good"));
    }
    if (found->in_no_row) report_in_no_row(table, column);
    if (found->numbers_as_text) report_numbers_as_text(table, column);
    check_mask(column, *found, live, where);
  }

  void check_mask(const model::Column& column, const source::ColumnSchema& found,
                  const source::TableSchema& live, const std::string& where) {
    if (!column.mask) return;
    if (found.generated)
      add(Severity::error, "coverage.generated_column", where,
          "is computed by the database and cannot be masked",
          "mask the columns it is computed from, and leave \"mask\" out here");
    else if (column.mask->kind == model::MaskKind::null_value && found.not_null)
      add(Severity::error, "coverage.mask_not_null", where,
          "is masked with null, but the source does not allow NULL here",
          "mask it with a fixed value or a pseudonym");
    else if (column.mask->kind != model::MaskKind::null_value &&
             column.mask->kind != model::MaskKind::pseudonym && live.is_unique(column.name))
      add(Severity::error, "coverage.mask_not_unique", where,
          "is unique in the source, but several rows would be masked alike",
          "mask it with null or a pseudonym");
  }

  // --- columns of a format that has no list of them ---

  /// Without it somebody's rows would not be found, or a contact or a duty would not be seen.
  void report_in_no_row(const model::Table& table, const model::Column& column) {
    const bool needed = decides(table, column.name);
    add(needed ? Severity::error : Severity::warning, "coverage.missing_column",
        table.name + "." + column.name,
        "is in no line of the source" +
            std::string(needed ? ", but whose rows are, or what follows for them, hangs on it"
                               : ""),
        "correct its name, or remove it from " + dataset_.file + " until it is there");
  }

  /// Inside one store a number and its digits are two keys; between stores they are one.
  bool joins(const model::Table& table, const std::string& column) const {
    return among(column, table.key) ||
           std::ranges::any_of(table.links, [&](const model::Link& link) {
             return among(column, link.columns) && joined_here(link);
           });
  }

  bool joined_here(const model::Link& link) const {
    return link.by.empty() && dataset_.table(link.target) != nullptr;
  }

  void report_numbers_as_text(const model::Table& table, const model::Column& column) {
    const bool needed = joins(table, column.name);
    add(needed ? Severity::error : Severity::warning, "coverage.mixed_types",
        table.name + "." + column.name,
        "holds numbers and also numbers as texts: 5 and \"5\" are two values" +
            std::string(needed ? ", and so two keys" : ""),
        "let the program that writes the file write one of them");
  }

  void check_blank_lines(const model::Table& table, const source::TableSchema& live) {
    if (live.blank_lines > 0)
      add(Severity::note, "coverage.blank_lines", table.name,
          counted(live.blank_lines, "blank line was", "blank lines were") + " passed over", "");
  }

  static std::vector<std::string> unmapped_columns(const model::Table& table,
                                                   const source::TableSchema& live) {
    std::vector<std::string> names;
    for (const source::ColumnSchema& column : live.columns)
      if (table.column(column.name) == nullptr) names.push_back(column.name);
    return names;
  }

  void check_triggers(const model::Table& table, const source::TableSchema& live) {
    if (live.triggers.empty()) return;
    const std::string names =
        counted(live.triggers.size(), "trigger", "triggers") + " (" + listed(live.triggers) + ")";
    if (table.allow_triggers)
      add(Severity::note, "coverage.trigger", table.name,
          names + " run when rows change, as the dataset file allows", "");
    else
      add(Severity::error, "coverage.trigger", table.name,
          names + " may copy rows away or put them back",
          "read what they do, then say \"triggers\": \"allow\" for this table in " + dataset_.file);
  }

  // --- foreign keys ---

  static bool same_columns(std::vector<std::string> a, std::vector<std::string> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
  }

  bool linked(const model::Table& table, const source::ForeignKey& key) const {
    return std::any_of(table.links.begin(), table.links.end(), [&](const model::Link& link) {
      const bool same_target =
          link.target == key.target || link.target == dataset_.name + "." + key.target;
      return same_target && same_columns(link.columns, key.columns);
    });
  }

  static bool takes_along(const source::ForeignKey& key) {
    return key.on_delete == "CASCADE" || key.on_delete.starts_with("SET ");
  }

  void check_reference(const model::Table& table, const source::ForeignKey& key) {
    if (dataset_.table(key.target) == nullptr) return;  // said already: an unknown table
    const std::string where = table.name + "." + join(key.columns, "+");
    const std::string refers = "refers to " + quoted(key.target);
    if (linked(table, key)) {
      if (takes_along(key))
        add(Severity::note, "coverage.cascade", where,
            refers + " ON DELETE " + key.on_delete +
                "; besa decides about these rows itself, before those they refer to go",
            "");
      return;
    }
    if (takes_along(key))
      add(Severity::error, "coverage.cascade", where,
          refers + " ON DELETE " + key.on_delete +
              ": rows would change undecided, because the dataset file has no such link",
          "add the link to " + dataset_.file + ", with what it means");
    else if (owned_.contains(key.target))
      add(Severity::warning, "coverage.reference", where,
          refers +
              " in the source, but the dataset file has no such link: rows there could not go "
              "while these stay",
          "add the link to " + dataset_.file + ", with what it means");
  }

  const model::Dataset& dataset_;
  const source::Schema& schema_;
  std::set<std::string> owned_;  ///< tables whose rows are somebody's
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_coverage(const model::Dataset& dataset, source::Source& source,
                                    model::Datasets others) {
  std::vector<Finding> findings = Coverage(dataset, source.schema(), others).run();
  std::ranges::move(check_column_types(dataset, source.schema()), std::back_inserter(findings));
  std::ranges::move(check_unread_files(dataset, source, others), std::back_inserter(findings));
  return findings;
}

}  // namespace besa::workflow
