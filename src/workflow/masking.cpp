#include "workflow/masking.hpp"

#include <algorithm>

#include "besa/model/manifest.hpp"
#include "workflow/filler.hpp"

namespace besa::workflow {
namespace {

using source::ColumnSchema;
using source::TableSchema;
using source::Value;

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
                          const model::Table& table, const std::string& manifest, KeyForm form) {
  source::Key key;
  for (const std::string& column : table.key) {
    const std::string place = dataset.name + "." + table.name + "." + column;
    const Digest digest = secret.of("tombstone", place + manifest);
    switch (form) {
      case KeyForm::number:
        key.push_back(Value::of(positive(digest)));
        break;
      case KeyForm::uuid:
        key.push_back(Value::of(tagged_uuid(secret, digest)));
        break;
      case KeyForm::text:
        key.push_back(Value::of(model::pseudonym(secret, place, manifest, column, 0)));
    }
  }
  return key;
}

std::vector<source::Key> tombstone_keys(const KeyedDigest& secret, const model::Dataset& dataset,
                                        const model::Table& table, const std::string& manifest) {
  std::vector<source::Key> keys;
  for (const KeyForm form : {KeyForm::number, KeyForm::text, KeyForm::uuid})
    keys.push_back(tombstone_key(secret, dataset, table, manifest, form));
  return keys;
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

namespace {

/// What masks that are the same for every row look like in the source, by column; asked once each,
/// because others are asked for every row.
class Constants {
 public:
  explicit Constants(const Sources& sources) : sources_(sources) {}

  bool has(const model::Dataset& dataset, const model::Table& table, const model::Column* declared,
           const std::string& column, const source::ValueView& value) {
    const std::string place = dataset.name + "." + table.name + "." + column;
    const auto [found, fresh] = known_.try_emplace(place);
    if (fresh) found->second = of(dataset, table, declared, column);
    return found->second && *found->second == Value(value);
  }

 private:
  std::optional<Value> of(const model::Dataset& dataset, const model::Table& table,
                          const model::Column* declared, const std::string& column) const {
    source::Source& source = *sources_.at(dataset.name);
    if (declared != nullptr && declared->mask && declared->mask->kind == model::MaskKind::fixed)
      return source.stored_as(table.name, column, Value::of(declared->mask->value));
    const TableSchema& schema = live(source.schema(), table.name);
    const ColumnSchema& there = live(schema, column);
    if (!there.not_null || filler_for(source, schema, there) != Filler::zero) return std::nullopt;
    return source.stored_as(table.name, column, Value::of(0));
  }

  const Sources& sources_;
  std::map<std::string, std::optional<Value>> known_;
};

}  // namespace

IsMask masks_of(const Sources& sources, const KeyedDigest* secret) {
  auto constants = std::make_shared<Constants>(sources);
  return [constants, secret](const model::Dataset& dataset, const model::Table& table,
                             const std::string& column, const source::ValueView& value) {
    const model::Column* declared = table.column(column);
    if (constants->has(dataset, table, declared, column, value)) return true;
    if (declared != nullptr && declared->mask && declared->mask->kind == model::MaskKind::fixed)
      return false;
    if (generalises(table, column) && value.type == source::Type::text)
      return generalised(table, column, value) == Value(value);
    if (value.type == source::Type::text)
      return secret != nullptr && is_tagged(*secret, value.bytes);
    return value.type == source::Type::integer && secret != nullptr &&
           value.integer == tagged(*secret, value.integer);
  };
}

Masker::Masker(const KeyedDigest& manifest_key, const KeyedDigest& tombstones,
               const model::Dataset& dataset, const model::Table& table, source::Source& source,
               std::string manifest)
    : manifest_key_(manifest_key),
      tombstones_(tombstones),
      dataset_(dataset),
      table_(table),
      source_(source),
      schema_(source.schema()),
      live_(live(schema_, table.name)),
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
  if (mask && mask->kind == model::MaskKind::fixed)
    return stored(table_.name, column, Value::of(mask->value));
  const bool pseudonym = mask && mask->kind == model::MaskKind::pseudonym;
  if (!pseudonym && !schema.not_null) return Value::null();
  return filler(live_, schema, key);
}

/// Something that tells nothing where the schema forbids NULL.
Value Masker::filler(const TableSchema& schema, const ColumnSchema& column,
                     std::string_view key) const {
  const std::string place = dataset_.name + "." + schema.name;
  const auto digest = [&] {
    return manifest_key_.of("mask", place + "." + column.name + std::string(key));
  };
  switch (filler_for(source_, schema, column)) {
    case Filler::zero:
      return stored(schema.name, column.name, Value::of(0));
    case Filler::number:
      return Value::of(tagged(tombstones_, positive(digest())));
    case Filler::uuid:
      return Value::of(tagged_uuid(tombstones_, digest()));
    case Filler::text: {
      std::string invented = model::pseudonym(manifest_key_, place, key, column.name, 0);
      const std::size_t longest = source_.room(schema.name, column.name).longest;
      if (longest != 0) invented.resize(std::min(invented.size(), longest - tag_length));
      return Value::of(invented + tag(tombstones_, invented));
    }
    case Filler::none:
      break;
  }
  throw not_taken(schema.name, column.name);
}

Value Masker::stored(const std::string& table, const std::string& column,
                     const Value& value) const {
  const auto [found, fresh] =
      stored_.try_emplace(table + "." + column + source::encode_key(source::Key{value}));
  if (!fresh) return found->second;
  const auto answer = source_.stored_as(table, column, value);
  if (!answer) throw not_taken(table, column);
  return found->second = *answer;
}

Error Masker::not_taken(const std::string& table, const std::string& column) const {
  return {ErrorKind::refused,
          "column " + dataset_.name + "." + table + "." + column + " takes no mask of besa's own",
          "name a fixed mask that fits it in the dataset file, and draft again with 'besa sweep'"};
}

KeyForm Masker::key_form(const TableSchema& schema, const ColumnSchema& column) const {
  using Takes = source::ColumnRoom::Takes;
  switch (source_.room(schema.name, column.name).takes) {
    case Takes::number:
      return KeyForm::number;
    case Takes::uuid:
      return KeyForm::uuid;
    case Takes::anything:
      return numeric(column) ? KeyForm::number : KeyForm::text;
    case Takes::text:
    case Takes::other:
      break;
  }
  return KeyForm::text;
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
  const source::Key key =
      tombstone_key(tombstones_, dataset_, *target, manifest_, key_form(live_, schema));
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
  const source::Key key = tombstone_key(tombstones_, dataset_, target, manifest_,
                                        key_form(schema, live(schema, target.key.front())));
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
