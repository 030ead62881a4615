#include "besa/source/memory.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "besa/base/error.hpp"
#include "source/names.hpp"
#include "source/row_filter.hpp"

namespace besa::source {
namespace {

using Tables = std::map<std::string, MemorySource::Table>;
using Row = std::vector<Value>;
using Places = std::vector<std::size_t>;

std::string encode(const Row& row, const Places& columns) {
  std::string encoded;
  for (const std::size_t column : columns) append_key(encoded, row[column].view());
  return encoded;
}

std::string encode(const Value& value) {
  std::string encoded;
  append_key(encoded, value.view());
  return encoded;
}

bool any_null(const Row& row, const Places& columns) {
  return std::ranges::any_of(columns, [&](std::size_t c) { return row[c].type == Type::null; });
}

/// A hop prepared: the target's rows by the columns that are joined on.
struct Join {
  const MemorySource::Table* target;
  Places near;
  std::unordered_multimap<std::string, std::size_t> rows;
};

/// One scan over tables in memory.
class MemoryScan {
 public:
  MemoryScan(const Tables& tables, const Scan& scan, const RowSink& sink)
      : scan_(scan), table_(tables.at(scan.table)), filter_(scan, sink, scan.in_key_order) {
    const TableSchema* near = &table_.schema;
    for (const Hop& hop : scan.hops) {
      joins_.push_back(prepare(tables.at(hop.table), require_columns(*near, hop.columns), hop));
      near = &joins_.back().target->schema;
    }
    owner_ = require_columns(*near, scan.owner);
    columns_ = require_columns(table_.schema, scan.columns);
    for (const Condition& condition : scan.where) {
      auto& [place, wanted] = where_.emplace_back(require_column(table_.schema, condition.column),
                                                  std::unordered_set<std::string>());
      for (const Value& value : condition.any_of) wanted.insert(encode(value));
    }
    if (scan.bound) bound_ = require_column(table_.schema, scan.bound->column);
  }

  void run() {
    for (const Row& row : table_.rows)
      if (matches(row)) follow(row, row, 0);
    filter_.finish();
  }

 private:
  static Join prepare(const MemorySource::Table& target, Places near, const Hop& hop) {
    Join join{&target, std::move(near), {}};
    const Places columns = require_columns(target.schema, hop.target_columns);
    for (std::size_t i = 0; i < target.rows.size(); ++i)
      join.rows.emplace(encode(target.rows[i], columns), i);
    return join;
  }

  bool matches(const Row& row) const {
    for (const auto& [place, wanted] : where_)
      if (!wanted.contains(encode(row[place]))) return false;
    if (!scan_.bound) return true;
    const Value& value = row[bound_];
    const std::string encoded = encode(value);
    if (value.type == Type::null) return false;
    if (scan_.bound->at_least && encoded < encode(*scan_.bound->at_least)) return false;
    return !scan_.bound->below || encoded < encode(*scan_.bound->below);
  }

  void follow(const Row& first, const Row& near, std::size_t step) {
    if (step == joins_.size()) return emit(first, &near);
    const Join& join = joins_[step];
    const auto [begin, end] = any_null(near, join.near)
                                  ? std::pair(join.rows.end(), join.rows.end())
                                  : join.rows.equal_range(encode(near, join.near));
    if (begin == end && scan_.owners == nullptr) emit(first, nullptr);
    for (auto found = begin; found != end; ++found)
      follow(first, join.target->rows[found->second], step + 1);
  }

  void emit(const Row& first, const Row* owner) {
    views_.clear();
    for (const std::size_t column : owner_)
      views_.push_back(owner != nullptr ? (*owner)[column].view() : ValueView());
    for (const std::size_t column : columns_) views_.push_back(first[column].view());
    filter_.offer(views_);
  }

  const Scan& scan_;
  const MemorySource::Table& table_;
  RowFilter filter_;
  std::vector<Join> joins_;
  Places owner_, columns_;
  std::vector<std::pair<std::size_t, std::unordered_set<std::string>>> where_;
  std::size_t bound_ = 0;
  std::vector<ValueView> views_;
};

/// Rows of foreign keys that point nowhere, a line for each table and target.
std::vector<std::string> dangling(const Tables& tables) {
  std::vector<std::string> found;
  for (const auto& [name, table] : tables)
    for (const ForeignKey& foreign : table.schema.foreign_keys) {
      const Places near = require_columns(table.schema, foreign.columns);
      const auto& target = tables.at(foreign.target);
      const Places far = require_columns(target.schema, foreign.target_columns);
      std::unordered_set<std::string> known;
      for (const Row& row : target.rows) known.insert(encode(row, far));
      const auto lost = std::ranges::count_if(table.rows, [&](const Row& row) {
        return !any_null(row, near) && !known.contains(encode(row, near));
      });
      for (auto i = lost; i > 0; --i)
        found.push_back("a row of table '" + name + "' refers to a row of '" + foreign.target +
                        "' that is gone");
    }
  return found;
}

void require_unique(std::unordered_set<std::string>& seen, const std::string& key,
                    const std::string& table) {
  if (!seen.insert(key).second)
    throw Error(ErrorKind::refused, "a key of table '" + table + "' names more than one row",
                "declare a key that is unique in the dataset file");
}

}  // namespace

/// Works on a copy and puts it in place when committed.
class MemoryTransaction final : public Transaction {
 public:
  MemoryTransaction(std::shared_ptr<Tables> tables, const Schema& schema)
      : shared_(std::move(tables)), mine_(*shared_), schema_(schema), before_(dangling(mine_)) {}

  void scan(const Scan& scan, const RowSink& sink) override {
    require_names(schema_, scan);
    MemoryScan(mine_, scan, sink).run();
  }

  std::uint64_t erase(const std::string& table, const std::vector<std::string>& key_columns,
                      const KeyIndex& keys) override {
    auto& [schema, rows] = mine_.at(require_table(schema_, table).name);
    const Places key = require_columns(schema, key_columns);
    const auto doomed = [&](const Row& row) {
      return keys.find(encode(row, key)) != KeyIndex::none;
    };
    std::unordered_set<std::string> seen;
    for (const Row& row : rows)
      if (doomed(row)) require_unique(seen, encode(row, key), table);
    refuse_cascade(table, doomed);
    return std::erase_if(rows, doomed);
  }

  std::uint64_t update(const std::string& table, const std::vector<std::string>& key_columns,
                       const std::vector<std::string>& columns,
                       const std::vector<RowUpdate>& updates) override {
    auto& [schema, rows] = mine_.at(require_table(schema_, table).name);
    const Places key = require_columns(schema, key_columns),
                 changed = require_columns(schema, columns);
    std::unordered_map<std::string, const RowUpdate*> by_key;
    for (const RowUpdate& update : updates) by_key[encode_key(update.key)] = &update;
    std::unordered_set<std::string> seen;
    for (Row& row : rows) {
      const auto found = by_key.find(encode(row, key));
      if (found == by_key.end()) continue;
      require_unique(seen, found->first, table);
      for (std::size_t i = 0; i < changed.size(); ++i) row[changed[i]] = found->second->values[i];
    }
    return seen.size();
  }

  void insert(const std::string& table, const std::vector<std::string>& columns,
              const std::vector<Value>& values) override {
    auto& [schema, rows] = mine_.at(require_table(schema_, table).name);
    Row row(schema.columns.size());
    const Places filled = require_columns(schema, columns);
    for (std::size_t i = 0; i < filled.size(); ++i) row[filled[i]] = values[i];
    rows.push_back(std::move(row));
  }

  std::vector<std::string> broken_references() override {
    std::vector<std::string> now = dangling(mine_), before = before_, fresh;
    std::ranges::sort(now);
    std::ranges::sort(before);
    std::ranges::set_difference(now, before, std::back_inserter(fresh));
    return fresh;
  }

  void commit() override { *shared_ = std::move(mine_); }

 private:
  template <class Doomed>
  void refuse_cascade(const std::string& table, const Doomed& doomed) const {
    for (const auto& [name, child] : mine_)
      for (const ForeignKey& foreign : child.schema.foreign_keys) {
        if (foreign.target != table || foreign.on_delete.empty() ||
            foreign.on_delete == "NO ACTION" || foreign.on_delete == "RESTRICT")
          continue;
        const Places near = require_columns(child.schema, foreign.columns);
        const auto& parent = mine_.at(table);
        const Places far = require_columns(parent.schema, foreign.target_columns);
        std::unordered_set<std::string> leaving;
        for (const Row& row : parent.rows)
          if (doomed(row)) leaving.insert(encode(row, far));
        for (const Row& row : child.rows)
          if (!any_null(row, near) && leaving.contains(encode(row, near)) &&
              !(name == table && doomed(row)))
            throw Error(ErrorKind::refused, "erasing from table '" + table +
                                                "' would take rows of table '" + name + "' along");
      }
  }

  std::shared_ptr<Tables> shared_;
  Tables mine_;
  Schema schema_;
  std::vector<std::string> before_;
};

void MemorySource::add(Table table) {
  const std::string name = table.schema.name;
  std::erase_if(schema_.tables, [&](const TableSchema& known) { return known.name == name; });
  schema_.tables.push_back(table.schema);
  std::ranges::sort(schema_.tables, {}, &TableSchema::name);
  tables_->insert_or_assign(name, std::move(table));
  Sha256 digest;
  for (const TableSchema& known : schema_.tables) {
    digest.update(encode_key({Value::of(known.name)}));
    for (const ColumnSchema& column : known.columns)
      digest.update(encode_key({Value::of(column.name), Value::of(column.declared_type)}));
  }
  schema_.fingerprint = digest.finish();
}

const MemorySource::Table& MemorySource::table(const std::string& name) const {
  (void)require_table(schema_, name);
  return tables_->at(name);
}

const Schema& MemorySource::schema() {
  return schema_;
}

std::uint64_t MemorySource::row_count(const std::string& name) {
  return table(name).rows.size();
}

void MemorySource::scan(const Scan& scan, const RowSink& sink) {
  require_names(schema_, scan);
  MemoryScan(*tables_, scan, sink).run();
}

void MemorySource::scan_without(const Scan& population, std::span<const Scan> events,
                                const RowSink& sink) {
  scan_without_by_sets([this](const Scan& s, const RowSink& to) { scan(s, to); }, population,
                       events, sink);
}

std::unique_ptr<Source> MemorySource::another() {
  return std::make_unique<MemorySource>(*this);
}

std::unique_ptr<Transaction> MemorySource::begin() {
  return std::make_unique<MemoryTransaction>(tables_, schema_);
}

Cleaning MemorySource::clean(const std::vector<std::string>& erased, std::vector<LiveRows> live,
                             VacuumPolicy) {
  const std::unordered_set<std::string> sought(erased.begin(), erased.end());
  Cleaning cleaning;
  std::unordered_set<std::string> stay;
  for (const LiveRows& rows : live)
    scan(rows.scan, [&](RowView row) {
      for (const ValueView& value : row.last(rows.values))
        if (const std::string text(value.bytes); sought.contains(text) && !stay.contains(text))
          if (!rows.stays || rows.stays(row)) stay.insert(text);
    });
  cleaning.residue.values_excused = stay.size();
  cleaning.residue.values_sought = sought.size();
  for (const auto& [name, table] : *tables_) {
    std::uint64_t hits = 0;
    for (const Row& row : table.rows)
      for (std::size_t i = 0; i < row.size(); ++i) {
        cleaning.residue.bytes_read += row[i].bytes.size();
        if (sought.contains(row[i].bytes) && !stay.contains(row[i].bytes)) ++hits;
      }
    if (hits != 0)
      cleaning.residue.hits.push_back({Residue::Where::live_cell, "memory", name, hits});
  }
  cleaning.steps.push_back({"look at the cells", true, "nothing lies on a disk", 0});
  return cleaning;
}

}  // namespace besa::source
