#include "source/jsonl_tables.hpp"

#include <algorithm>

#include "besa/base/json_place.hpp"
#include "besa/base/text.hpp"
#include "source/jsonl_edit.hpp"
#include "source/jsonl_text.hpp"
#include "source/jsonl_value.hpp"

namespace besa::source {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> steps_of(const std::string& table, const std::string& column) {
  auto steps = json_steps(column);
  if (!steps)
    throw Error(ErrorKind::failed,
                "'" + for_terminal(column) + "' of table '" + for_terminal(table) +
                    "' is no place in a JSON object",
                "write a member's name, or a JSON pointer as in /address/city");
  return *steps;
}

/// All that decides what the lines' bytes mean.
std::string form_of(const std::map<std::string, std::vector<std::string>>& columns) {
  return to_line(Json::array({"jsonl", columns}));
}

TableSchema schema_of(const std::string& name, const std::vector<std::string>& columns) {
  TableSchema schema;
  schema.name = name;
  for (const std::string& each : columns) schema.columns.emplace_back().name = each;
  return schema;
}

}  // namespace

JsonlTables::JsonlTables(const fs::path& path,
                         const std::map<std::string, std::vector<std::string>>& columns,
                         const fs::path& note)
    : FileTables(path, ".jsonl"), before_(note, form_of(columns)) {
  for (const Table& table : tables()) {
    const auto declared = columns.find(table.name);
    declare(table.name, declared == columns.end() ? std::vector<std::string>() : declared->second);
  }
}

void JsonlTables::declare(const std::string& table, const std::vector<std::string>& columns) {
  Known& known = known_[table];
  std::vector<std::vector<std::string>> places;
  for (const std::string& column : columns) {
    const std::vector<std::string> steps = steps_of(table, column);
    for (std::size_t i = 0; i < places.size(); ++i)
      if (places_clash(places[i], steps))
        throw Error(ErrorKind::failed,
                    "the columns '" + for_terminal(columns[i]) + "' and '" + for_terminal(column) +
                        "' of table '" + for_terminal(table) + "' lie in one another",
                    "name the inner places only, or the outer one");
    known.places.push_back(known.fields.add(steps));
    known.fields.set_column(known.places.back(), static_cast<std::uint32_t>(places.size()));
    known.several.push_back(means_every_element(steps));
    places.push_back(steps);
  }
  known.columns = columns;
}

const Schema& JsonlTables::schema() {
  const std::lock_guard lock(mutex_);
  if (complete_) return schema_;
  const FileStates states = this->states();
  if (!recall(states)) {
    Json found = Json::object();
    for (const Table& table : tables()) found[table.name] = find_columns(table);
    remember(states, found);
  }
  Schema schema;
  for (const Table& table : tables()) schema.tables.push_back(known_.at(table.name).schema);
  schema.fingerprint = fingerprint_of(schema);
  schema_ = std::move(schema);
  complete_ = true;
  return schema_;
}

std::uint64_t JsonlTables::check(const std::shared_ptr<const DataFile>& file, JsonlCheck& check,
                                 Known& known) {
  JsonlReader reader(file);
  const std::uint64_t before = check.records();
  while (reader.advance()) check.look(reader);
  const std::uint64_t rows = check.records() - before;
  known.checked[file->path()] = {file->state(), check.plain(), rows};
  return reader.lines() - rows;
}

Json JsonlTables::find_columns(const Table& table) {
  Known& known = known_.at(table.name);
  JsonlCheck found(known.fields);
  std::uint64_t blank = 0;
  for (const fs::path& file : table.files) blank += check(open(file), found, known);
  Json findings = JsonlTables::findings(found, known, blank);
  add_columns(table.name, findings, known);
  return findings;
}

Json JsonlTables::findings(const JsonlCheck& found, const Known& known, std::uint64_t blank_lines) {
  Json declared = Json::array();
  for (const std::uint32_t place : known.places)
    declared.push_back({{"in_no_row", found.records() > 0 && !found.occurs(place)},
                        {"type", found.type(place)},
                        {"numbers_as_text", found.numbers_as_text(place)}});
  std::vector<std::string> others;
  for (const std::uint32_t place : found.unnamed())
    others.push_back(json_name(known.fields.steps_to(place)));
  std::ranges::sort(others);
  return {{"declared", declared}, {"others", others}, {"blank_lines", blank_lines}};
}

void JsonlTables::add_columns(const std::string& table, const Json& findings, Known& known) {
  for (const Json& other : findings.at("others")) {
    const auto name = other.get<std::string>();
    const std::vector<std::string> steps = steps_of(table, name);
    known.fields.set_column(known.fields.add(steps),
                            static_cast<std::uint32_t>(known.columns.size()));
    known.several.push_back(means_every_element(steps));
    known.columns.push_back(name);
  }
  known.schema = schema_of(table, known.columns);
  known.schema.blank_lines = findings.at("blank_lines").get<std::uint64_t>();
  for (std::size_t i = 0; i < known.places.size(); ++i) {
    const Json& facts = findings.at("declared").at(i);
    ColumnSchema& column = known.schema.columns[i];
    column.in_no_row = facts.at("in_no_row").get<bool>();
    column.found_type = facts.at("type").get<std::string>();
    column.numbers_as_text = facts.at("numbers_as_text").get<bool>();
  }
}

void JsonlTables::remember(const FileStates& states, const Json& tables) {
  std::map<fs::path, Json> files;
  for (const auto& [name, known] : known_)
    for (const auto& [path, checked] : known.checked) {
      if (checked.state != states.at(path)) return;  // it changed while it was read
      files[path] = {{"table", name}, {"plain", checked.plain}, {"rows", checked.rows}};
    }
  Json in_order = Json::array();
  for (const auto& [path, file] : files) in_order.push_back(file);
  const Json found = {{"files", in_order}, {"tables", tables}};
  // A member that nobody has named may have somebody's address for its name.
  const bool all_named =
      std::ranges::all_of(tables, [](const Json& table) { return table.at("others").empty(); });
  all_named ? before_.keep(states, found) : before_.keep_for_now(states, found);
}

bool JsonlTables::recall(const FileStates& states) {
  const std::optional<Json> found = before_.found_in(states);
  if (!found) return false;
  auto known = known_;
  try {
    for (auto& [name, each] : known) add_columns(name, found->at("tables").at(name), each);
    for (std::size_t i = 0; const auto& [path, state] : states) {
      const Json& file = found->at("files").at(i++);
      known.at(file.at("table").get<std::string>()).checked[path] = {
          state, file.at("plain").get<bool>(), file.at("rows").get<std::uint64_t>()};
    }
  } catch (const Json::exception&) {  // no note of ours
    return false;
  }
  known_ = std::move(known);
  return true;
}

/// A file that is another one than was checked is checked too, before anything of it is handed on.
bool JsonlTables::require_checked(const std::string& table,
                                  const std::shared_ptr<const DataFile>& file) {
  const std::lock_guard lock(mutex_);
  Known& known = known_.at(table);
  const auto checked = known.checked.find(file->path());
  if (checked != known.checked.end() && checked->second.state == file->state())
    return checked->second.plain;
  JsonlFields fields = known.fields;
  JsonlCheck found(fields);
  check(file, found, known);
  const std::vector<std::uint32_t> fresh = found.unnamed();
  if (fresh.empty()) return found.plain();
  known.checked.erase(file->path());
  throw Error(ErrorKind::failed,
              shown(file->path()) + " has members that were not there when it was opened: " +
                  for_terminal(json_name(fields.steps_to(fresh.front()))),
              "begin again when the program that writes it has finished");
}

/// Whoever checks a file has counted its records.
std::uint64_t JsonlTables::count(const TableSchema& table, const fs::path& path) {
  const auto file = open(path);
  (void)require_checked(table.name, file);
  const std::lock_guard lock(mutex_);
  return known_.at(table.name).checked.at(path).rows;
}

namespace {

/// Without escapes a text lies in its line as it is; objects and arrays may have white space.
bool show_as_they_are(const Mentions& mentions) {
  return std::ranges::none_of(mentions, [](const std::string& text) {
    return text.starts_with('{') || text.starts_with('[');
  });
}

}  // namespace

void JsonlTables::read(const TableSchema& table, const fs::path& path, const StoredRowSink& sink,
                       const Sought& sought) {
  const auto file = open(path);
  const bool plain = require_checked(table.name, file);
  const Known& known = known_.at(table.name);
  if (!sought.mentions.empty() && show_as_they_are(sought.mentions))
    return read_some(known, plain, file, sink, sought.mentions);
  JsonlReader reader(file);
  JsonlRow row(reader, known.fields, known.several, plain);
  read_all(reader, row, sink, sought);
}

void JsonlTables::read_all(JsonlReader& reader, JsonlRow& row, const StoredRowSink& sink,
                           const Sought& sought) {
  while (reader.advance()) {
    row.move_to_line();
    if (!sought.range || row.may_lie_in(*sought.range)) sink(row);
  }
}

void JsonlTables::read_some(const Known& known, bool plain,
                            const std::shared_ptr<const DataFile>& file, const StoredRowSink& sink,
                            const Mentions& mentions) {
  if (auto found = met_.of(*file, mentions)) {
    JsonlReader reader(file, stream_of(file, std::move(*found)));
    JsonlRow row(reader, known.fields, known.several, plain);
    return read_all(reader, row, sink, {});
  }
  JsonlReader reader(file);
  JsonlRow row(reader, known.fields, known.several, plain);
  reader.leave_marks();  // few lines are looked at
  std::vector<Stretch> met;
  std::optional<NextMention> next;
  while (reader.advance()) {
    if (reader.begins_stretch()) next.emplace(mentions, reader.stretch());
    const JsonlLine& line = reader.line();
    const std::size_t mention = next->from(line.begin);
    if (!reader.stretch_has_escapes()) reader.pass_to(mention);
    if (!line.escapes && mention >= line.end) continue;
    const RowPlace place = reader.place();
    if (met.size() <= MetRows::many) met.push_back({place.begin, place.end});
    row.move_to_line();
    sink(row);
  }
  if (!is_packed(file->path())) met_.remember(*file, mentions, std::move(met));
}

void JsonlTables::require_writable(const TableSchema&, const Value& value) const {
  (void)write_json(value.view());
}

void JsonlTables::require_writable_row(const TableSchema& table,
                                       const std::vector<Value>& values) const {
  FileTables::require_writable_row(table, values);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i].type != Type::null && !is_member(table.columns[i].name))
      throw Error(ErrorKind::refused,
                  "column '" + for_terminal(table.columns[i].name) + "' of table '" +
                      for_terminal(table.name) + "' is an element of an array",
                  "a new row can have members only");
}

Value JsonlTables::edited(StoredRow& row, std::size_t column, const Value& value) const {
  // What is edited are the rows that `read` hands on.
  return edited_value(value, static_cast<JsonlRow&>(row), column);
}

std::string JsonlTables::rewritten(const TableSchema& table, const DataFile& file,
                                   const RowEdit& edit) const {
  const Known& known = known_.at(table.name);
  return edited_line(file, edit, known.fields, known.columns.size());
}

std::string JsonlTables::written(const TableSchema& table, const std::vector<Value>& row) const {
  return new_line(row, known_.at(table.name).fields);
}

std::string JsonlTables::line_end_of(const std::shared_ptr<const DataFile>& file) const {
  return jsonl_line_end_of(file);
}

std::vector<std::string> JsonlTables::spellings(const std::string& value) const {
  return json_spellings(value);
}

void JsonlTables::each_text(std::string_view value, const TextSink& sink) const {
  sink(value);
  if (value.starts_with('{') || value.starts_with('[')) each_text_in(value, sink);
}

std::vector<std::unique_ptr<ByteStream>> JsonlTables::streams(
    const std::shared_ptr<const DataFile>& file, bool own) const {
  std::vector<std::unique_ptr<ByteStream>> all;
  if (!own) all.push_back(open_stream(file, CharacterSet::utf8));
  all.push_back(unescaped_stream(open_stream(file, CharacterSet::utf8)));
  return all;
}

}  // namespace besa::source
