#include "source/file_change.hpp"

#include <algorithm>

#include "source/names.hpp"

namespace besa::source {
namespace {

/// A row with its edit before it.
class EditedRow final : public StoredRow {
 public:
  EditedRow(const FileTables& tables, StoredRow& row, const RowEdit& edit)
      : tables_(tables), row_(row), edit_(edit), values_(edit.values.size()) {}
  [[nodiscard]] ValueView value(std::size_t column) override {
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (const auto& [changed, value] = edit_.values[i]; changed == column)
        return (values_[i] = tables_.edited(row_, column, value)).view();
    return row_.value(column);
  }
  [[nodiscard]] RowPlace place() const override { return row_.place(); }

 private:
  const FileTables& tables_;
  StoredRow& row_;
  const RowEdit& edit_;
  std::vector<Value> values_;
};

}  // namespace

FileTransaction::FileTransaction(std::shared_ptr<FileTables> tables, std::shared_ptr<Steps> steps,
                                 std::chrono::milliseconds wait)
    : tables_(std::move(tables)), steps_(std::move(steps)) {
  tables_->require_changeable();
  try {
    hold_files(wait);
  } catch (...) {
    let_go();
    throw;
  }
}

FileTransaction::~FileTransaction() {
  let_go();
}

void FileTransaction::hold_files(std::chrono::milliseconds wait) {
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

void FileTransaction::let_go() {
  for (const auto& [path, held] : held_) tables_->let_go(path);
  held_.clear();
}

FileTransaction::Change& FileTransaction::change_of(const std::string& table) {
  const auto [change, fresh] = changes_.try_emplace(table);
  if (fresh) change->second.edits.resize(tables_->table(table).files.size());
  return change->second;
}

FileTransaction::Change& FileTransaction::changing(const std::string& table) {
  std::erase(order_, table);
  order_.push_back(table);
  return change_of(table);
}

void FileTransaction::read_file(const TableSchema& table, std::size_t file,
                                const PlacedSink& sink) {
  const std::vector<RowEdit>& edits = change_of(table.name).edits[file].all();
  auto edit = edits.begin();
  const StoredRowSink take = [&](StoredRow& row) {
    const Place place{file, row.place(), 0};
    const std::uint64_t begin = place.bytes.begin;
    while (edit != edits.end() && edit->place.begin < begin) ++edit;
    if (edit == edits.end() || edit->place.begin != begin) return sink(row, place);
    if (edit->erased) return;
    EditedRow edited(*tables_, row, *edit);
    sink(edited, place);
  };
  // Every row: of those that are sought the places may not be known, and what an edited row says is
  // not what its bytes say.
  tables_->read(table, tables_->table(table.name).files[file], take, {});
}

void FileTransaction::read_added(const Change& change, const PlacedSink& sink) {
  for (std::size_t i = 0; i < change.added.size(); ++i) {
    NewRow row(change.added[i]);
    sink(row, {Place::added, {}, i});
  }
}

void FileTransaction::read(const TableSchema& table, const PlacedSink& sink) {
  const Change& change = change_of(table.name);
  for (std::size_t file = 0; file < change.edits.size(); ++file) read_file(table, file, sink);
  read_added(change, sink);
}

/// Nobody asks where these rows lie: where none is edited, those that are sought will do.
void FileTransaction::scan(const Scan& scan, const RowSink& sink) {
  require_names(tables_->schema(), scan);
  const TableReader reader = [this](const TableSchema& table, const StoredRowSink& to,
                                    const Sought& sought) {
    const Change& change = change_of(table.name);
    const PlacedSink placed = [&to](StoredRow& row, const Place&) { to(row); };
    for (std::size_t file = 0; file < change.edits.size(); ++file)
      if (change.edits[file].empty())
        tables_->read(table, tables_->table(table.name).files[file], to, sought);
      else
        read_file(table, file, placed);
    read_added(change, placed);
  };
  scan_tables(tables_->schema(), reader, scan, sink, tables_->decimal());
}

void FileTransaction::each_with_key(const TableSchema& table,
                                    const std::vector<std::string>& key_columns,
                                    const KeyIndex& keys, const FoundSink& found) {
  const std::vector<std::size_t> columns = require_columns(table, key_columns);
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
    found(row, place, number);
  });
}

std::uint64_t FileTransaction::erase(const std::string& name,
                                     const std::vector<std::string>& key_columns,
                                     const KeyIndex& keys) {
  return erase_telling(name, key_columns, keys, {}, [](RowView) {});
}

std::uint64_t FileTransaction::erase_telling(const std::string& name,
                                             const std::vector<std::string>& key_columns,
                                             const KeyIndex& keys,
                                             const std::vector<std::string>& columns,
                                             const RowSink& last) {
  const TableSchema& table = require_table(tables_->schema(), name);
  const std::vector<std::size_t> told = require_columns(table, columns);
  Change& change = changing(name);
  std::vector<std::vector<RowEdit>> edits(change.edits.size());
  std::vector<std::size_t> added;
  std::vector<ValueView> values(told.size());
  std::uint64_t count = 0;
  each_with_key(table, key_columns, keys, [&](StoredRow& row, const Place& place, std::uint32_t) {
    ++count;
    std::ranges::transform(told, values.begin(), [&](std::size_t at) { return row.value(at); });
    if (!told.empty()) last(values);
    if (place.file == Place::added)
      added.push_back(place.row);
    else
      edits[place.file].push_back({place.bytes, true, {}});
  });
  for (std::size_t i = 0; i < edits.size(); ++i) change.edits[i].merge(std::move(edits[i]));
  for (; !added.empty(); added.pop_back())
    change.added.erase(change.added.begin() + static_cast<std::ptrdiff_t>(added.back()));
  return count;
}

std::uint64_t FileTransaction::update(const std::string& name,
                                      const std::vector<std::string>& key_columns,
                                      const std::vector<std::string>& columns,
                                      const std::vector<RowUpdate>& rows) {
  const TableSchema& table = require_table(tables_->schema(), name);
  const std::vector<std::size_t> places = require_columns(table, columns);
  KeyIndex keys;
  std::vector<const RowUpdate*> by_key;
  for (const RowUpdate& row : rows) {
    const std::uint32_t number = keys.add(encode_key(row.key));
    by_key.resize(keys.size());
    by_key[number] = &row;
    for (const Value& value : row.values)  // refused here, not when half is written
      tables_->require_writable(table, value);
  }
  Change& change = changing(name);
  std::vector<std::vector<RowEdit>> edits(change.edits.size());
  std::uint64_t count = 0;
  each_with_key(table, key_columns, keys,
                [&](StoredRow&, const Place& place, std::uint32_t number) {
                  ++count;
                  RowEdit edit{place.bytes, false, {}};
                  for (std::size_t i = 0; i < places.size(); ++i)
                    edit.set(places[i], by_key[number]->values[i]);
                  if (place.file == Place::added)
                    for (auto& [column, value] : edit.values)
                      change.added[place.row][column] = value;
                  else
                    edits[place.file].push_back(std::move(edit));
                });
  for (std::size_t i = 0; i < edits.size(); ++i) change.edits[i].merge(std::move(edits[i]));
  return count;
}

void FileTransaction::insert(const std::string& name, const std::vector<std::string>& columns,
                             const std::vector<Value>& values) {
  const TableSchema& table = require_table(tables_->schema(), name);
  std::vector<Value> row(table.columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i)
    row[require_column(table, columns[i])] = values[i];
  tables_->require_writable_row(table, row);
  changing(name).added.push_back(std::move(row));
}

bool FileTransaction::changed(const Change& change, std::size_t file) const {
  return !change.edits[file].empty() || (!change.added.empty() && file + 1 == change.edits.size());
}

void FileTransaction::require_space() const {
  std::map<std::filesystem::path, std::uint64_t> needed;
  for (const auto& [name, change] : changes_)
    for (std::size_t i = 0; i < change.edits.size(); ++i)
      if (const auto& path = tables_->table(name).files[i]; changed(change, i))
        needed[path.parent_path()] += held_.at(path)->file()->state().size + 64 * 1024;
  for (const auto& [folder, bytes] : needed) require_room(folder, bytes);
}

/// Files get their place one by one, in the order in which their tables were changed: whoever is
/// stopped in between has taken the children away before their parents, and finds them again.
void FileTransaction::commit() {
  require_space();
  std::vector<std::pair<std::filesystem::path, std::unique_ptr<FileRewrite>>> rewrites;
  for (const std::string& name : order_) {
    const Change& change = changes_.at(name);
    for (std::size_t i = 0; i < change.edits.size(); ++i) {
      if (!changed(change, i)) continue;
      const std::filesystem::path& path = tables_->table(name).files[i];
      auto rewrite = std::make_unique<FileRewrite>(*held_.at(path));
      write_anew(*tables_->schema().table(name), i, *rewrite);
      rewrite->prepare();
      rewrites.emplace_back(path, std::move(rewrite));
    }
  }
  for (const auto& [path, held] : held_) held->require_ours();
  for (const auto& [path, rewrite] : rewrites) put_in_place(path, *rewrite);
  changes_.clear();
  order_.clear();
  rewrites.clear();
  let_go();
}

void FileTransaction::put_in_place(const std::filesystem::path& path, FileRewrite& rewrite) {
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

void FileTransaction::write_anew(const TableSchema& table, std::size_t file,
                                 FileRewrite& rewrite) const {
  const Change& change = changes_.at(table.name);
  const std::filesystem::path& path = tables_->table(table.name).files[file];
  const DataFile& old = *held_.at(path)->file();
  std::uint64_t at = 0;
  for (const RowEdit& edit : change.edits[file].all()) {
    rewrite.copy(at, edit.place.begin);
    if (!edit.erased) rewrite.write(tables_->rewritten(table, old, edit));
    at = edit.place.end;
  }
  rewrite.copy(at, old.state().size);
  if (file + 1 == change.edits.size() && !change.added.empty()) append(table, path, rewrite);
}

void FileTransaction::append(const TableSchema& table, const std::filesystem::path& file,
                             FileRewrite& rewrite) const {
  const std::string line_end = tables_->line_end_of(held_.at(file)->file());
  for (const std::vector<Value>& row : changes_.at(table.name).added) {
    if (rewrite.last_byte() != '\n') rewrite.write(line_end);
    rewrite.write(tables_->written(table, row) + line_end);
  }
}

}  // namespace besa::source
