// Carrying out what was decided about the rows of one batch.
#include <algorithm>

#include "besa/base/text.hpp"
#include "workflow/apply_dataset.hpp"
#include "workflow/run_end.hpp"
#include "workflow/sought_columns.hpp"

namespace besa::workflow {

using source::KeyIndex;
using source::RowView;

namespace {

/// The rows with these keys: the columns of the key, then `columns`.
source::Scan rows_with(const model::Table& table, const KeyIndex& keys,
                       const std::vector<std::string>& columns = {}) {
  source::Scan scan;
  scan.table = table.name;
  scan.columns = table.key;
  scan.columns.insert(scan.columns.end(), columns.begin(), columns.end());
  scan.key_width = static_cast<std::uint32_t>(table.key.size());
  scan.keys = &keys;
  return scan;
}

void add_texts(RowView row, KeyIndex& values) {
  for (const source::ValueView& value : row)
    if (value.type == source::Type::text && !value.bytes.empty()) values.add(value.bytes);
}

}  // namespace

void DatasetApplication::act(source::Transaction& transaction, const Actions& actions) {
  KeyIndex values;
  for (const auto& [table, rows] : actions.tables())
    for (const auto& [plan, keys] : rows.masked)
      collect_masked(transaction, table, keys, *plan, values);
  for (const auto& [table, rows] : actions.tables()) act_on_table(transaction, table, rows, values);
  saved_ = sought_.save(values);  // before it is committed: a crash must not lose what to look for
  if (const auto broken = transaction.broken_references(); !broken.empty())
    throw Error(ErrorKind::refused,
                "dataset " + dataset_.name + ": erasing would leave references to nothing in " +
                    broken.front(),
                "name that link in the dataset file, so that its rows go or are cut too");
}

void DatasetApplication::collect_masked(source::Transaction& transaction, std::uint32_t table,
                                        const KeyIndex& keys, const ColumnPlan& plan,
                                        KeyIndex& values) const {
  const model::Table& declared = *context_.realm.rules->tables()[table].table;
  std::vector<std::string> columns = sought_columns(declared);
  std::erase_if(columns, [&](const std::string& column) {
    return std::find(plan.clear.begin(), plan.clear.end(), column) == plan.clear.end();
  });
  if (columns.empty()) return;
  transaction.scan(rows_with(declared, keys, columns),
                   [&](RowView row) { add_texts(row.subspan(declared.key.size()), values); });
}

void DatasetApplication::act_on_table(source::Transaction& transaction, std::uint32_t table,
                                      const TableActions& actions, KeyIndex& values) {
  const model::Table& declared = *context_.realm.rules->tables()[table].table;
  const Masker masker(context_.digests, context_.tombstone_digests, dataset_, declared, source_,
                      context_.header.id);
  for (const auto& [plan, keys] : actions.masked) {
    const auto rows = updates(transaction, masker, declared, *plan, keys);
    const std::vector<std::string> columns = masker.columns(*plan);
    try {
      place_tombstones(transaction, masker, *plan);
      transaction.update(declared.name, declared.key, columns, rows);
    } catch (const Error& error) {
      throw about_masks(error, declared, columns);
    }
  }
  if (!actions.removed.empty())
    transaction.erase_telling(declared.name, declared.key, actions.removed,
                              sought_columns(declared),
                              [&](RowView row) { add_texts(row, values); });
}

/// What a store says of new values, with where they were to be and how to go on.
Error DatasetApplication::about_masks(const Error& error, const model::Table& table,
                                      const std::vector<std::string>& columns) const {
  const bool for_now = error.is_out_of_reach() || error.kind() == ErrorKind::busy;
  if (for_now || !error.hint().empty()) return error;
  return {error.kind(),
          "masking " + for_terminal(dataset_.name + "." + table.name + " (" + join(columns, ", ")) +
              "): " + error.message(),
          "nothing of this batch was changed; if a type or a constraint forbids the mask, the run "
          "cannot go on: " +
              or_give_up(context_.header.id) +
              "; then name a mask that fits in the dataset file and draft again with 'besa sweep'"};
}

/// What the rows become; those that are only made coarser are read first.
std::vector<source::RowUpdate> DatasetApplication::updates(source::Transaction& transaction,
                                                           const Masker& masker,
                                                           const model::Table& table,
                                                           const ColumnPlan& plan,
                                                           const KeyIndex& keys) {
  std::vector<source::RowUpdate> rows;
  const std::vector<std::string> read = masker.reads(plan);
  if (read.empty()) {
    for (std::uint32_t i = 0; i < keys.size(); ++i)
      rows.push_back({source::decode_key(keys.key(i)), masker.values(plan, keys.key(i), {})});
    return rows;
  }
  transaction.scan(rows_with(table, keys, read), [&](RowView row) {
    const std::string key = source::encode_key(row.first(table.key.size()));
    rows.push_back(
        {source::decode_key(key), masker.values(plan, key, row.subspan(table.key.size()))});
  });
  return rows;
}

void DatasetApplication::place_tombstones(source::Transaction& transaction, const Masker& masker,
                                          const ColumnPlan& plan) {
  for (const model::Table* target : masker.tombstones_needed(plan)) {
    const Masker::Row row = masker.tombstone(*target);
    KeyIndex key;
    key.add(source::encode_key(source::Key(
        row.values.begin(), row.values.begin() + static_cast<std::ptrdiff_t>(target->key.size()))));
    bool there = false;
    transaction.scan(rows_with(*target, key), [&there](RowView) { there = true; });
    if (!there) transaction.insert(target->name, row.columns, row.values);
  }
}

}  // namespace besa::workflow
