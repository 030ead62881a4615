#include "source/csv_change.hpp"

#include <algorithm>

#include "source/csv_field.hpp"
#include "source/names.hpp"

namespace besa::source {
namespace {

void require_changeable(const CsvTables& tables) {
  const CharacterSet set = tables.dialect().encoding;
  for (const std::filesystem::path& file : tables.files())
    if (is_packed(file) || set == CharacterSet::utf16le || set == CharacterSet::utf16be)
      throw Error(ErrorKind::refused,
                  shown(file) + (is_packed(file) ? " is packed" : " is " + name_of(set)) +
                      " and can only be read",
                  "unpack or convert it, and declare that");
}

/// The line end that a file uses: that of its first record.
std::string line_end_of(const std::shared_ptr<const DataFile>& file, const CsvDialect& dialect) {
  CsvReader reader(file, dialect);
  if (!reader.advance()) return "\n";
  const CsvRecord& first = reader.records().front();
  const std::string_view end = reader.whole(first).substr(reader.content(first).size());
  return end.empty() ? "\n" : std::string(end);
}

}  // namespace

CsvTransaction::CsvTransaction(std::shared_ptr<CsvTables> tables, std::shared_ptr<Steps> steps,
                               std::chrono::milliseconds wait)
    : tables_(std::move(tables)), steps_(std::move(steps)) {
  require_changeable(*tables_);
  try {
    hold_files(wait);
  } catch (...) {
    let_go();
    throw;
  }
}

CsvTransaction::~CsvTransaction() {
  let_go();
}

void CsvTransaction::hold_files(std::chrono::milliseconds wait) {
  for (const auto& folder : tables_->folders()) {
    require_room(folder, 0);
    (void)remove_unfinished(folder);
  }
  for (const auto& path : tables_->files()) {
    auto held = std::make_unique<HeldFile>(path, wait);
    tables_->hold(held->file());
    held_[path] = std::move(held);
  }
}

void CsvTransaction::let_go() {
  for (const auto& [path, held] : held_) tables_->let_go(path);
  held_.clear();
}

CsvTransaction::Change& CsvTransaction::change_of(const std::string& table) {
  const auto [change, fresh] = changes_.try_emplace(table);
  if (fresh) change->second.edits.resize(tables_->table(table).files.size());
  return change->second;
}

void CsvTransaction::read_file(const TableSchema& table, std::size_t file, const PlacedSink& sink) {
  const std::vector<CsvEdit>& edits = change_of(table.name).edits[file].all();
  auto edit = edits.begin();
  tables_->read(table, tables_->table(table.name).files[file], [&](CsvRow& row) {
    const CsvRecord& record = row.record();
    const std::uint64_t begin = row.reader().offset(record);
    const Place place{file, begin, begin + (record.next - record.begin), 0};
    while (edit != edits.end() && edit->begin < begin) ++edit;
    if (edit == edits.end() || edit->begin != begin) return sink(row, place);
    if (edit->erased) return;
    EditedRow edited(row, *edit);
    sink(edited, place);
  });
}

void CsvTransaction::read(const TableSchema& table, const PlacedSink& sink) {
  Change& change = change_of(table.name);
  for (std::size_t file = 0; file < change.edits.size(); ++file) read_file(table, file, sink);
  for (std::size_t i = 0; i < change.added.size(); ++i) {
    NewRow row(change.added[i]);
    sink(row, {Place::added, 0, 0, i});
  }
}

void CsvTransaction::scan(const Scan& scan, const RowSink& sink) {
  require_names(tables_->schema(), scan);
  const TableReader reader = [this](const TableSchema& table, const StoredRowSink& to) {
    read(table, [&to](StoredRow& row, const Place&) { to(row); });
  };
  scan_tables(tables_->schema(), reader, scan, sink, tables_->dialect().decimal);
}

void CsvTransaction::each_with_key(const TableSchema& table,
                                   const std::vector<std::string>& key_columns,
                                   const KeyIndex& keys,
                                   const std::function<void(const Place&, std::uint32_t)>& found) {
  std::vector<std::size_t> columns;
  for (const std::string& name : key_columns) columns.push_back(require_column(table, name));
  std::vector<bool> seen(keys.size());
  std::string encoded;
  read(table, [&](StoredRow& row, const Place& place) {
    encoded.clear();
    for (const std::size_t column : columns) append_key(encoded, row.value(column));
    const std::uint32_t number = keys.find(encoded);
    if (number == KeyIndex::none) return;
    if (seen[number])
      throw Error(ErrorKind::refused, "a key of table '" + table.name + "' names more than one row",
                  "declare a key that is unique in the dataset file");
    seen[number] = true;
    found(place, number);
  });
}

std::uint64_t CsvTransaction::erase(const std::string& name,
                                    const std::vector<std::string>& key_columns,
                                    const KeyIndex& keys) {
  const TableSchema& table = require_table(tables_->schema(), name);
  Change& change = change_of(name);
  std::vector<std::vector<CsvEdit>> edits(change.edits.size());
  std::vector<std::size_t> added;
  std::uint64_t count = 0;
  each_with_key(table, key_columns, keys, [&](const Place& place, std::uint32_t) {
    ++count;
    if (place.file == Place::added)
      added.push_back(place.row);
    else
      edits[place.file].push_back({place.begin, place.end, true, {}});
  });
  for (std::size_t i = 0; i < edits.size(); ++i) change.edits[i].merge(std::move(edits[i]));
  for (; !added.empty(); added.pop_back())
    change.added.erase(change.added.begin() + static_cast<std::ptrdiff_t>(added.back()));
  return count;
}

std::uint64_t CsvTransaction::update(const std::string& name,
                                     const std::vector<std::string>& key_columns,
                                     const std::vector<std::string>& columns,
                                     const std::vector<RowUpdate>& rows) {
  const TableSchema& table = require_table(tables_->schema(), name);
  std::vector<std::size_t> places;
  for (const std::string& column : columns) places.push_back(require_column(table, column));
  KeyIndex keys;
  std::vector<const RowUpdate*> by_key;
  for (const RowUpdate& row : rows) {
    const std::uint32_t number = keys.add(encode_key(row.key));
    by_key.resize(keys.size());
    by_key[number] = &row;
    for (const Value& value : row.values)  // refused here, not when half is written
      (void)write_field(value.view(), tables_->dialect(), table.columns.size() == 1);
  }
  Change& change = change_of(name);
  std::vector<std::vector<CsvEdit>> edits(change.edits.size());
  std::uint64_t count = 0;
  each_with_key(table, key_columns, keys, [&](const Place& place, std::uint32_t number) {
    ++count;
    CsvEdit edit{place.begin, place.end, false, {}};
    for (std::size_t i = 0; i < places.size(); ++i) edit.set(places[i], by_key[number]->values[i]);
    if (place.file == Place::added)
      for (auto& [column, value] : edit.values) change.added[place.row][column] = value;
    else
      edits[place.file].push_back(std::move(edit));
  });
  for (std::size_t i = 0; i < edits.size(); ++i) change.edits[i].merge(std::move(edits[i]));
  return count;
}

void CsvTransaction::insert(const std::string& name, const std::vector<std::string>& columns,
                            const std::vector<Value>& values) {
  const TableSchema& table = require_table(tables_->schema(), name);
  std::vector<Value> row(table.columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i)
    row[require_column(table, columns[i])] = values[i];
  for (const Value& value : row)
    (void)write_field(value.view(), tables_->dialect(), row.size() == 1);
  change_of(name).added.push_back(std::move(row));
}

bool CsvTransaction::changed(const Change& change, std::size_t file) const {
  return !change.edits[file].empty() || (!change.added.empty() && file + 1 == change.edits.size());
}

void CsvTransaction::require_space() const {
  std::map<std::filesystem::path, std::uint64_t> needed;
  for (const auto& [name, change] : changes_)
    for (std::size_t i = 0; i < change.edits.size(); ++i)
      if (const auto& path = tables_->table(name).files[i]; changed(change, i))
        needed[path.parent_path()] += held_.at(path)->file()->state().size + 64 * 1024;
  for (const auto& [folder, bytes] : needed) require_room(folder, bytes);
}

void CsvTransaction::commit() {
  require_space();
  std::vector<std::pair<std::filesystem::path, std::unique_ptr<FileRewrite>>> rewrites;
  for (const auto& [name, change] : changes_)
    for (std::size_t i = 0; i < change.edits.size(); ++i) {
      if (!changed(change, i)) continue;
      const std::filesystem::path& path = tables_->table(name).files[i];
      auto rewrite = std::make_unique<FileRewrite>(*held_.at(path));
      write_anew(*tables_->schema().table(name), i, *rewrite);
      rewrite->prepare();
      rewrites.emplace_back(path, std::move(rewrite));
    }
  for (const auto& [path, held] : held_) held->require_ours();
  for (const auto& [path, rewrite] : rewrites) put_in_place(path, *rewrite);
  changes_.clear();
  rewrites.clear();
  let_go();
}

void CsvTransaction::put_in_place(const std::filesystem::path& path, FileRewrite& rewrite) {
  held_.at(path)->require_ours();
  rewrite.replace();
  tables_->let_go(path);
  const bool destroyed = rewrite.destroy_old();
  steps_->push_back({"old content of " + path.filename().string(), destroyed,
                     destroyed ? "overwritten (best effort: the medium may keep copies)"
                               : "could not be overwritten; its name is gone",
                     0});
  if (!held_.at(path)->leased())
    steps_->push_back({"exclusive use of " + path.filename().string(), true,
                       "this file system has no leases; the file was compared with what was read",
                       0});
}

void CsvTransaction::write_anew(const TableSchema& table, std::size_t file,
                                FileRewrite& rewrite) const {
  const Change& change = changes_.at(table.name);
  const std::filesystem::path& path = tables_->table(table.name).files[file];
  const DataFile& old = *held_.at(path)->file();
  std::uint64_t at = 0;
  for (const CsvEdit& edit : change.edits[file].all()) {
    rewrite.copy(at, edit.begin);
    if (!edit.erased) rewrite.write(rewritten(table, old, edit));
    at = edit.end;
  }
  rewrite.copy(at, old.state().size);
  if (file + 1 == change.edits.size() && !change.added.empty()) append(table, path, rewrite);
}

std::string CsvTransaction::rewritten(const TableSchema& table, const DataFile& file,
                                      const CsvEdit& edit) const {
  std::string bytes(edit.end - edit.begin + CsvIndex::padding, ' ');
  bytes.resize(file.read(edit.begin, bytes.data(), edit.end - edit.begin));
  const std::size_t size = bytes.size();
  bytes.resize(size + CsvIndex::padding, ' ');
  const CsvDialect& dialect = tables_->dialect();
  CsvIndex index;
  index.columns = static_cast<std::uint32_t>(table.columns.size());
  index_csv({dialect.delimiter, dialect.quote, false}, std::string_view(bytes).substr(0, size),
            true, index);
  if (index.count != 1)
    throw Error(ErrorKind::failed, shown(file.path()) + " changed while it was read");
  const CsvRecord record = index.records().front();
  std::string out;
  index.each_field(bytes.data(), record, [&](std::uint32_t column, std::string_view field) {
    const Value* changed = edit.value(column);
    if (column > 0) out += dialect.delimiter;
    out += changed == nullptr ? std::string(field)
                              : write_field(changed->view(), dialect, table.columns.size() == 1);
  });
  return out.append(bytes, record.end, record.next - record.end);
}

void CsvTransaction::append(const TableSchema& table, const std::filesystem::path& file,
                            FileRewrite& rewrite) const {
  const CsvDialect& dialect = tables_->dialect();
  const std::string line_end = line_end_of(held_.at(file)->file(), dialect);
  for (const std::vector<Value>& row : changes_.at(table.name).added) {
    if (rewrite.last_byte() != '\n') rewrite.write(line_end);
    std::string out;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += dialect.delimiter;
      out += write_field(row[i].view(), dialect, row.size() == 1);
    }
    rewrite.write(out + line_end);
  }
}

}  // namespace besa::source
