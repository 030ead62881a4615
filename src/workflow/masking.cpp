#include "workflow/masking.hpp"

#include <algorithm>
#include <cstring>

#include "besa/model/manifest.hpp"

namespace besa::workflow {
namespace {

using source::ColumnSchema;
using source::TableSchema;
using source::Value;

bool contains_any(const std::string& text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

/// SQLite's affinity rules: does the declared type hold numbers?
bool numeric(const ColumnSchema& column) {
  std::string type = column.declared_type;
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  });
  if (contains_any(type, {"INT"})) return true;
  return !type.empty() && !contains_any(type, {"CHAR", "CLOB", "TEXT", "BLOB", "DATE", "TIME"});
}

bool unique_alone(const TableSchema& table, const std::string& column) {
  return std::any_of(table.indexes.begin(), table.indexes.end(),
                     [&](const source::IndexSchema& index) {
                       return index.unique && index.columns == std::vector<std::string>{column};
                     });
}

std::int64_t positive(const Digest& digest) {
  std::uint64_t number = 0;
  std::memcpy(&number, digest.bytes.data(), sizeof number);
  return static_cast<std::int64_t>((number >> 2) |
                                   (std::uint64_t{1} << 60));  // far above any counter
}

std::string tag(const KeyedDigest& secret, std::string_view invented) {
  return secret.of("mask", invented).hex().substr(0, 8);
}

bool is_tagged(const KeyedDigest& secret, std::string_view text) {
  return text.size() > 8 &&
         tag(secret, text.substr(0, text.size() - 8)) == text.substr(text.size() - 8);
}

constexpr std::int64_t low_half = 0xFFFFFFFF;

/// The number with its lower half made from its upper one.
std::int64_t tagged(const KeyedDigest& secret, std::int64_t invented) {
  const std::int64_t upper = invented & ~low_half;
  const std::int64_t lower = positive(secret.of("mask", std::to_string(upper))) & low_half;
  return upper | lower;
}

const TableSchema& live(const source::Schema& schema, const std::string& name) {
  if (const TableSchema* table = schema.table(name)) return *table;
  throw Error(ErrorKind::failed, "table " + name + " is no longer there",
              "draft the manifest again with 'besa sweep'");
}

const ColumnSchema& live(const TableSchema& table, const std::string& name) {
  if (const ColumnSchema* column = table.column(name)) return *column;
  throw Error(ErrorKind::failed, "column " + table.name + "." + name + " is no longer there",
              "draft the manifest again with 'besa sweep'");
}

}  // namespace

source::Key tombstone_key(const KeyedDigest& secret, const model::Dataset& dataset,
                          const model::Table& table, const std::string& manifest, bool integer) {
  source::Key key;
  for (const std::string& column : table.key) {
    const std::string place = dataset.name + "." + table.name + "." + column;
    key.push_back(integer ? Value::of(positive(secret.of("tombstone", place + manifest)))
                          : Value::of(model::pseudonym(secret, place, manifest, column, 0)));
  }
  return key;
}

std::vector<source::Key> tombstone_keys(const KeyedDigest& secret, const model::Dataset& dataset,
                                        const model::Table& table, const std::string& manifest) {
  return {tombstone_key(secret, dataset, table, manifest, true),
          tombstone_key(secret, dataset, table, manifest, false)};
}

std::unique_ptr<KeyedDigest> mask_secret(Session& session) {
  if (!session.has_ledger()) return nullptr;
  const auto secret = session.vault().get(tombstone_secret);
  return secret ? std::make_unique<KeyedDigest>(secret->view()) : nullptr;
}

namespace {

bool generalises(const model::Table& table, const std::string& column) {
  const model::Column* declared = table.column(column);
  return declared != nullptr && declared->mask &&
         declared->mask->kind == model::MaskKind::generalise;
}

/// NULL for what has no coarser value.
Value generalised(const model::Table& table, const std::string& column,
                  const source::ValueView& value) {
  const model::TimeFormat* time = table.time(column);
  const auto coarse =
      value.is_null()
          ? std::nullopt
          : model::generalised(*table.column(column)->mask,
                               time != nullptr ? time->format : std::string(), Value(value).text());
  return coarse ? Value::of(*coarse) : Value::null();
}

}  // namespace

IsMask masks_of(const Sources& sources, const KeyedDigest* secret) {
  return [&sources, secret](const model::Dataset& dataset, const model::Table& table,
                            const std::string& column, const source::ValueView& value) {
    const model::Column* declared = table.column(column);
    if (declared != nullptr && declared->mask && declared->mask->kind == model::MaskKind::fixed)
      return value.type == source::Type::text && value.bytes == declared->mask->value;
    if (generalises(table, column) && value.type == source::Type::text)
      return generalised(table, column, value) == Value(value);
    if (value.type == source::Type::text)
      return secret != nullptr && is_tagged(*secret, value.bytes);
    if (value.type != source::Type::integer) return false;
    source::Source* source = sources.at(dataset.name);
    const ColumnSchema& schema = live(live(source->schema(), table.name), column);
    if (value.integer == 0) return schema.not_null && numeric(schema);
    return secret != nullptr && value.integer == tagged(*secret, value.integer);
  };
}

Masker::Masker(const KeyedDigest& manifest_key, const KeyedDigest& tombstones,
               const model::Dataset& dataset, const model::Table& table,
               const source::Schema& schema, std::string manifest)
    : manifest_key_(manifest_key),
      tombstones_(tombstones),
      dataset_(dataset),
      table_(table),
      schema_(schema),
      live_(live(schema, table.name)),
      manifest_(std::move(manifest)) {}

std::vector<std::string> Masker::columns(const ColumnPlan& plan) const {
  std::vector<std::string> names;
  for (const auto* list : {&plan.clear, &plan.cut})
    for (const std::string& column : *list)
      if (!live(live_, column).generated) names.push_back(column);
  return names;
}

std::vector<std::string> Masker::reads(const ColumnPlan& plan) const {
  std::vector<std::string> names;
  for (const std::string& column : columns(plan))
    if (generalises(table_, column) && !is_cut(plan, column)) names.push_back(column);
  return names;
}

std::vector<Value> Masker::values(const ColumnPlan& plan, std::string_view key,
                                  source::RowView read) const {
  std::vector<Value> values;
  std::size_t next = 0;
  for (const std::string& column : columns(plan)) {
    if (is_cut(plan, column))
      values.push_back(cut(column));
    else if (generalises(table_, column))
      values.push_back(coarser(column, key, read[next++]));
    else
      values.push_back(masked(column, key));
  }
  return values;
}

bool Masker::is_cut(const ColumnPlan& plan, const std::string& column) {
  return std::find(plan.cut.begin(), plan.cut.end(), column) != plan.cut.end();
}

Value Masker::coarser(const std::string& column, std::string_view key,
                      const source::ValueView& value) const {
  Value coarse = generalised(table_, column, value);
  const ColumnSchema& schema = live(live_, column);
  return coarse.type == source::Type::null && schema.not_null ? filler(live_, schema, key) : coarse;
}

Value Masker::masked(const std::string& column, std::string_view key) const {
  const model::Column* declared = table_.column(column);
  const ColumnSchema& schema = live(live_, column);
  const auto mask = declared != nullptr ? declared->mask : std::nullopt;
  if (mask && mask->kind == model::MaskKind::fixed) return Value::of(mask->value);
  const bool pseudonym = mask && mask->kind == model::MaskKind::pseudonym;
  if (!pseudonym && !schema.not_null) return Value::null();
  return filler(live_, schema, key);
}

/// Something that tells nothing where the schema forbids NULL.
Value Masker::filler(const TableSchema& schema, const ColumnSchema& column,
                     std::string_view key) const {
  const bool unique = unique_alone(schema, column.name) || column.key_position > 0;
  const std::string place = dataset_.name + "." + schema.name;
  if (numeric(column))
    return Value::of(
        unique ? tagged(tombstones_, positive(manifest_key_.of(
                                         "mask", place + "." + column.name + std::string(key))))
               : 0);
  const std::string invented = model::pseudonym(manifest_key_, place, key, column.name, 0);
  return Value::of(invented + tag(tombstones_, invented));
}

const model::Link* Masker::link_of(const std::string& column) const {
  for (const model::Link& link : table_.links)
    if (std::find(link.columns.begin(), link.columns.end(), column) != link.columns.end())
      return &link;
  return nullptr;
}

Value Masker::cut(const std::string& column) const {
  const ColumnSchema& schema = live(live_, column);
  if (!schema.not_null) return Value::null();
  const model::Link* link = link_of(column);
  const model::Table* target = link != nullptr ? dataset_.table(link->target) : nullptr;
  if (target == nullptr || !link->by.empty()) return filler(live_, schema, {});
  const source::Key key = tombstone_key(tombstones_, dataset_, *target, manifest_, numeric(schema));
  const auto place =
      std::find(link->columns.begin(), link->columns.end(), column) - link->columns.begin();
  return key.at(static_cast<std::size_t>(place));
}

std::vector<const model::Table*> Masker::tombstones_needed(const ColumnPlan& plan) const {
  std::vector<const model::Table*> targets;
  for (const std::string& column : plan.cut) {
    const model::Link* link = link_of(column);
    if (link == nullptr || !link->by.empty() || !live(live_, column).not_null) continue;
    const model::Table* target = dataset_.table(link->target);
    if (target != nullptr && std::find(targets.begin(), targets.end(), target) == targets.end())
      targets.push_back(target);
  }
  return targets;
}

Masker::Row Masker::tombstone(const model::Table& target) const {
  const TableSchema& schema = live(schema_, target.name);
  const bool integer = numeric(live(schema, target.key.front()));
  const source::Key key = tombstone_key(tombstones_, dataset_, target, manifest_, integer);
  Row row;
  for (std::size_t i = 0; i < target.key.size(); ++i) {
    row.columns.push_back(target.key[i]);
    row.values.push_back(key[i]);
  }
  for (const ColumnSchema& column : schema.columns) {
    const bool in_key =
        std::find(target.key.begin(), target.key.end(), column.name) != target.key.end();
    if (in_key || column.generated || !column.not_null || column.has_default) continue;
    row.columns.push_back(column.name);
    row.values.push_back(filler(schema, column, source::encode_key(key)));
  }
  return row;
}

}  // namespace besa::workflow
