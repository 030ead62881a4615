#include "source/file_tables.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "besa/base/text.hpp"

namespace besa::source {
namespace {

namespace fs = std::filesystem;

/// What lies in a folder, by name.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator each(folder, error), end; !error && each != end;
       each.increment(error))
    found.push_back(each->path());
  if (error)
    throw Error(ErrorKind::failed, shown(folder) + " cannot be listed: " + error.message());
  std::ranges::sort(found);
  return found;
}

fs::file_status status_of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (!fs::status_known(status) || status.type() == fs::file_type::not_found)
    throw Error(ErrorKind::failed,
                shown(path) + " does not exist" + (error ? ": " + error.message() : ""),
                "check the dataset's source");
  return status;
}

/// `members` for members.csv and members.csv.gz; empty for every other name.
std::string stem_of(const fs::path& path, const std::string& ending) {
  const std::string name = unpacked_name(path.filename()).string();
  if (!name.ends_with(ending) || name.size() == ending.size() || name.starts_with('.')) return {};
  return name.substr(0, name.size() - ending.size());
}

std::vector<fs::path> files_in(const fs::path& folder, const std::string& ending) {
  std::vector<fs::path> found = entries_of(folder);
  std::erase_if(found, [&](const fs::path& path) { return stem_of(path, ending).empty(); });
  return found;
}

/// Rows of files that were read through, whoever opened them: a run opens its sources several
/// times.
class CountedFiles {
 public:
  std::optional<std::uint64_t> rows_of(const DataFile& file) {
    const std::lock_guard lock(mutex_);
    const auto known = files_.find(file.path());
    if (known == files_.end() || known->second.first != file.state()) return std::nullopt;
    return known->second.second;
  }
  void note(const DataFile& file, std::uint64_t rows) {
    const std::lock_guard lock(mutex_);
    files_[file.path()] = {file.state(), rows};
  }

 private:
  std::mutex mutex_;
  std::map<fs::path, std::pair<FileState, std::uint64_t>> files_;
};

CountedFiles& counted_files() {
  static CountedFiles all;
  return all;
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() == fs::file_type::directory;
}

}  // namespace

bool is_folder_without_files(const fs::path& path, const std::string& ending) {
  if (!is_folder(path)) return false;
  try {
    return std::ranges::none_of(entries_of(path), [&](const fs::path& entry) {
      return !stem_of(entry, ending).empty() ||
             (is_folder(entry) && !files_in(entry, ending).empty());
    });
  } catch (const Error&) {
    return false;  // what cannot be listed is there, and opening it says what is wrong
  }
}

FileTables::FileTables(const fs::path& path, std::string ending) : ending_(std::move(ending)) {
  find_tables(fs::absolute(path).lexically_normal());
}

std::string FileTables::stem_of(const fs::path& path) const {
  return source::stem_of(path, ending_);
}

/// A folder viewer's or a version control's own, unless its name says that it is such a file.
bool FileTables::is_hidden(const fs::path& path) const {
  return path.filename().string().starts_with('.') &&
         !unpacked_name(path.filename()).string().ends_with(ending_);
}

/// A folder without any such file is passed over as a whole.
std::vector<fs::path> FileTables::files_of(const fs::path& folder) {
  std::vector<fs::path> found, others;
  for (fs::path& entry : entries_of(folder))
    if (!stem_of(entry).empty())
      found.push_back(std::move(entry));
    else if (!is_hidden(entry))
      others.push_back(std::move(entry));
  if (!found.empty())
    passed_over_.insert(passed_over_.end(), others.begin(), others.end());
  else if (!others.empty())
    passed_over_.push_back(folder);
  return found;
}

void FileTables::find_tables(const fs::path& path) {
  const fs::file_status status = status_of(path);
  if (status.type() == fs::file_type::symlink)
    throw Error(ErrorKind::refused, shown(path) + " is a symbolic link", "name the place itself");
  const std::string stem = stem_of(path);
  if (!stem.empty()) {
    tables_.push_back({stem, {path}});
  } else if (status.type() != fs::file_type::directory) {
    throw Error(ErrorKind::failed, shown(path) + " is neither a folder nor a " + ending_ + " file");
  } else {
    for (const fs::path& entry : entries_of(path)) {
      if (!stem_of(entry).empty())
        tables_.push_back({stem_of(entry), {entry}});
      else if (is_hidden(entry))
        continue;
      else if (!is_folder(entry))
        passed_over_.push_back(entry);
      else if (auto files = files_of(entry); !files.empty())
        tables_.push_back({entry.filename().string(), std::move(files)});
    }
  }
  std::ranges::sort(tables_, {}, &Table::name);
  const auto twin = std::ranges::adjacent_find(tables_, {}, &Table::name);
  if (twin != tables_.end())
    throw Error(ErrorKind::failed, shown(path) + " holds table '" + for_terminal(twin->name) +
                                       "' twice: " + shown(twin->files.front()) + " and " +
                                       shown(std::next(twin)->files.front()));
  if (tables_.empty())
    throw Error(ErrorKind::failed, shown(path) + " holds no " + ending_ + " file");
}

const FileTables::Table& FileTables::table(const std::string& name) const {
  return *std::ranges::find(tables_, name, &Table::name);
}

std::vector<fs::path> FileTables::files() const {
  std::vector<fs::path> all;
  for (const Table& table : tables_) all.insert(all.end(), table.files.begin(), table.files.end());
  return all;
}

std::vector<fs::path> FileTables::folders() const {
  std::set<fs::path> all;
  for (const fs::path& file : files()) all.insert(file.parent_path());
  return {all.begin(), all.end()};
}

std::shared_ptr<const DataFile> FileTables::open(const fs::path& path) const {
  {
    const std::lock_guard lock(held_mutex_);
    if (const auto held = held_.find(path); held != held_.end()) return held->second;
  }
  return std::make_shared<const DataFile>(path);
}

FileStates FileTables::states() const {
  FileStates now;
  for (const fs::path& file : files()) now[file] = open(file)->state();
  return now;
}

void FileTables::hold(std::shared_ptr<const DataFile> file) {
  const std::lock_guard lock(held_mutex_);
  held_[file->path()] = std::move(file);
}

void FileTables::let_go(const fs::path& path) {
  const std::lock_guard lock(held_mutex_);
  held_.erase(path);
}

std::uint64_t FileTables::count(const TableSchema& table, const fs::path& file) {
  std::uint64_t rows = 0;
  read(table, file, [&rows](StoredRow&) { ++rows; }, {});
  return rows;
}

std::uint64_t FileTables::rows_in(const TableSchema& table, const fs::path& file) {
  const auto opened = open(file);
  if (const auto known = noted_rows(*opened)) return *known;
  const std::uint64_t rows = count(table, file);
  note_rows(*opened, rows);
  return rows;
}

void FileTables::note_rows(const DataFile& file, std::uint64_t rows) {
  counted_files().note(file, rows);
}

std::optional<std::uint64_t> FileTables::noted_rows(const DataFile& file) {
  return counted_files().rows_of(file);
}

std::vector<Part> FileTables::parts(const TableSchema& schema) {
  std::vector<Part> parts;
  for (const fs::path& file : table(schema.name).files)
    parts.push_back({stem_of(file), rows_in(schema, file)});
  if (parts.size() == 1 && parts.front().name == schema.name) parts.front().name.clear();
  std::ranges::sort(parts, {}, &Part::name);
  return parts;
}

void FileTables::require_changeable() const {
  for (const fs::path& file : files())
    if (is_packed(file))
      throw Error(ErrorKind::refused, shown(file) + " is packed and can only be read",
                  "unpack it, or name the place of the unpacked files as the source");
}

void FileTables::require_writable_row(const TableSchema& table,
                                      const std::vector<Value>& values) const {
  for (const Value& value : values) require_writable(table, value);
}

Value FileTables::edited(StoredRow&, std::size_t, const Value& value) const {
  return value;
}

void FileTables::each_text(std::string_view value, const TextSink& sink) const {
  sink(value);
}

std::vector<std::unique_ptr<ByteStream>> FileTables::streams(
    const std::shared_ptr<const DataFile>& file, bool own) const {
  std::vector<std::unique_ptr<ByteStream>> all;
  // Others are looked at as they are: nobody has said what they are.
  all.push_back(open_stream(file, own ? encoding() : CharacterSet::utf8));
  return all;
}

Digest fingerprint_of(const Schema& schema) {
  Sha256 digest;
  for (const TableSchema& table : schema.tables) {
    digest.update(encode_key({Value::of(table.name)}));
    for (const ColumnSchema& column : table.columns)
      digest.update(encode_key({Value::of(column.name), Value::of(column.declared_type)}));
  }
  return digest.finish();
}

}  // namespace besa::source
