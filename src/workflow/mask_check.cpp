#include "besa/workflow/mask_check.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/model/mask_reach.hpp"
#include "besa/source/source.hpp"
#include "workflow/filler.hpp"

namespace besa::workflow {
namespace {

using model::Finding;
using model::MaskKind;
using model::Severity;
using source::ColumnSchema;
using source::TableSchema;
using source::Value;

constexpr const char* name_one = "name a fixed mask that fits it in the dataset file";
constexpr const char* erase_instead =
    "let the source allow NULL here, or the rule erase whole rows";

const model::Link* link_of(const model::Table& table, const std::string& column) {
  const auto found = std::ranges::find_if(table.links, [&](const model::Link& link) {
    return std::ranges::count(link.columns, column) != 0;
  });
  return found == table.links.end() ? nullptr : &*found;
}

class TableMasks {
 public:
  TableMasks(const model::MaskReach& reach, const model::Dataset& dataset,
             const model::Table& table, source::Source& source, const TableSchema& live,
             std::vector<Finding>& findings)
      : reach_(reach),
        dataset_(dataset),
        table_(table),
        source_(source),
        live_(live),
        findings_(findings) {}

  void check() {
    for (const model::Column& column : table_.columns) {
      const ColumnSchema* found = live_.column(column.name);
      if (found == nullptr || found->generated || table_.is_key(column.name)) continue;
      if (const model::Link* link = link_of(table_, column.name))
        check_cut(*link, column, *found);
      else if (column.mask || (found->not_null && reach_.may_mask(table_, column)))
        check_mask(column, *found);
    }
    if (std::ranges::none_of(table_.columns, [&](const model::Column& column) {
          return reach_.may_mask(table_, column);
        }))
      return;
    const auto null_too = source_.unique_even_if_null(live_.name);
    for (const source::IndexSchema& index : live_.indexes)
      if (index.unique)
        check_unique(index.columns, std::ranges::count(null_too, index.columns) != 0);
  }

 private:
  void add(const char* code, const std::string& column, const std::string& message,
           const std::string& hint) {
    findings_.push_back({Severity::error, code,
                         for_terminal(dataset_.name + "." + table_.name + "." + column), message,
                         hint});
  }

  static std::string type_of(const ColumnSchema& column) {
    return for_terminal(column.declared_type);
  }

  [[nodiscard]] bool takes(const ColumnSchema& column, const Value& value) const {
    return source_.stored_as(live_.name, column.name, value).has_value();
  }

  // --- masks ---

  void check_mask(const model::Column& column, const ColumnSchema& found) {
    if (column.mask && column.mask->kind == MaskKind::fixed)
      check_text(found, column.mask->value);
    else if (column.mask && column.mask->kind == MaskKind::generalise)
      check_groups(found, column.mask->groups);
    else if (!column.mask || column.mask->kind == MaskKind::pseudonym)
      check_filler(found);
  }

  bool check_text(const ColumnSchema& found, const std::string& text) {
    if (takes(found, Value::of(text))) return true;
    add("mask.not_taken", found.name,
        "does not take the text that it is to be masked with: its type is " + type_of(found),
        "name one that fits it in the dataset file");
    return false;
  }

  /// Any other value goes: to NULL, or to something made up.
  template <class Groups>
  void check_groups(const ColumnSchema& found, const Groups& groups) {
    for (const auto& [value, group] : groups)
      if (!check_text(found, group)) return;
    if (!groups.empty() && found.not_null) check_filler(found);
  }

  void check_filler(const ColumnSchema& found) {
    const Filler filler = filler_for(source_, live_, found);
    const std::size_t room = source_.room(live_.name, found.name).longest;
    const Value sample = sample_of(filler, room);
    if (filler != Filler::none) {
      const auto stored = source_.stored_as(live_.name, found.name, sample);
      // A number made up for one row must come back as it was, to be known again.
      if (stored && (filler == Filler::zero || *stored == sample)) return;
    }
    const std::string why =
        found.not_null ? "does not allow NULL, and " : "is of a type for which ";
    add("mask.not_taken", found.name,
        why + (room != 0 ? "a pseudonym is too long" : "besa can make up nothing that fits") +
            (found.not_null ? " for its type, " + type_of(found) : ": " + type_of(found)),
        live_.is_unique(found.name) ? erase_instead : name_one);
  }

  // --- rows that must differ ---

  void check_unique(const std::vector<std::string>& columns, bool null_too) {
    const bool alike = std::ranges::all_of(
        columns, [&](const std::string& column) { return is_same_for_all(column, null_too); });
    // Of one column alone with a mask that is no NULL coverage tells.
    if (!alike || columns.empty() || (columns.size() == 1 && !null_too)) return;
    add("mask.not_unique", join(columns, "+"),
        std::string(columns.size() == 1 ? "is" : "are") +
            " unique in the source, but several rows would be masked alike",
        "mask a column of it with a pseudonym, or let the rule erase whole rows");
  }

  [[nodiscard]] bool is_same_for_all(const std::string& name, bool null_too) const {
    const model::Column* column = table_.column(name);
    const ColumnSchema* found = live_.column(name);
    if (column == nullptr || found == nullptr || table_.is_key(name) ||
        link_of(table_, name) != nullptr || !reach_.may_mask(table_, *column))
      return false;
    if (column->mask && column->mask->kind == MaskKind::fixed) return true;
    if (column->mask && column->mask->kind == MaskKind::generalise) return false;
    const bool pseudonym = column->mask && column->mask->kind == MaskKind::pseudonym;
    if (!pseudonym && !found->not_null) return null_too;
    return filler_for(source_, live_, *found) == Filler::zero;
  }

  // --- links ---

  /// Where rows stay without their owner, and the link may not be NULL, a tombstone takes its
  /// place.
  void check_cut(const model::Link& link, const model::Column& column, const ColumnSchema& found) {
    const bool may_be_cut = link.kind == model::LinkKind::mentions ||
                            reach_.document_without(table_, column) != nullptr;
    if (!found.not_null || !may_be_cut || !link.by.empty()) return;
    using Takes = source::ColumnRoom::Takes;
    const Takes room = source_.room(live_.name, found.name).takes;
    if (room == Takes::anything) return;
    const Filler form = room == Takes::number ? Filler::number
                        : room == Takes::uuid ? Filler::uuid
                                              : Filler::text;
    const Value sample = sample_of(form, tombstone_text);
    if (source_.stored_as(live_.name, found.name, sample) == sample) return;
    add("mask.no_tombstone", found.name,
        "does not allow NULL, and takes no key that besa can make up for a link that is cut: its "
        "type is " +
            type_of(found),
        "let the source allow NULL here");
  }

  static constexpr std::size_t tombstone_text = 17;  ///< characters of such a key

  const model::MaskReach& reach_;
  const model::Dataset& dataset_;
  const model::Table& table_;
  source::Source& source_;
  const TableSchema& live_;
  std::vector<Finding>& findings_;
};

}  // namespace

std::vector<Finding> check_masks(const model::Policy& policy, const model::Dataset& dataset,
                                 source::Source& source, model::Datasets others) {
  std::vector<Finding> findings;
  const model::MaskReach reach(dataset, policy, others);
  const source::Schema schema = source.schema();
  for (const model::Table& table : dataset.tables)
    if (const TableSchema* live = schema.table(table.name);
        live != nullptr && live->kind == source::TableKind::table)
      TableMasks(reach, dataset, table, source, *live, findings).check();
  return findings;
}

}  // namespace besa::workflow
