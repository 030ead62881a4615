#include "source/file_clean.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "source/cleaning_step.hpp"
#include "source/erased_values.hpp"
#include "source/file_rewrite.hpp"
#include "source/value_search.hpp"

namespace besa::source {
namespace {

namespace fs = std::filesystem;

class Cleaner {
 public:
  Cleaner(FileTables& tables, std::vector<Cleaning::Step> steps) : tables_(tables) {
    cleaning_.steps = std::move(steps);
  }

  Cleaning run(const std::vector<std::string>& erased,
               const std::vector<std::pair<std::string, std::string>>& live_columns) {
    for (const std::string& value : erased)
      tables_.each_text(value, [&](std::string_view text) { erased_.add(text); });
    for (const auto& [table, columns] : by_table(live_columns))
      step("values that stay in " + table, [&, &name = table, &list = columns] {
        const std::uint64_t before = erased_.excused();
        excuse_by(name, list);
        return std::to_string(erased_.excused() - before) + " of the erased";
      });
    remove_temporaries();
    step("look at the bytes", [&] { return look(); });
    erased_.count_in(cleaning_.residue);
    return std::move(cleaning_);
  }

 private:
  void step(const std::string& name, const std::function<std::string()>& work) {
    (void)do_step(cleaning_, name, work);
  }

  static std::map<std::string, std::vector<std::string>> by_table(
      const std::vector<std::pair<std::string, std::string>>& live_columns) {
    std::map<std::string, std::vector<std::string>> columns;
    for (const auto& [table, column] : live_columns) columns[table].push_back(column);
    return columns;
  }

  void excuse_by(const std::string& name, const std::vector<std::string>& columns) {
    const TableSchema* table = tables_.schema().table(name);
    if (table == nullptr) return;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < table->columns.size(); ++i)
      if (std::ranges::count(columns, table->columns[i].name) != 0) places.push_back(i);
    const FileTables::TextSink excuse = [this](std::string_view text) { erased_.excuse(text); };
    const StoredRowSink take = [&](StoredRow& row) {
      for (const std::size_t place : places)
        if (const ValueView value = row.value(place); value.bytes.size() >= shortest_sought)
          tables_.each_text(value.bytes, excuse);
    };
    for (const fs::path& file : tables_.table(name).files) tables_.read(*table, file, take, {});
  }

  void remove_temporaries() {
    step("temporaries of interrupted changes", [&] {
      std::size_t removed = 0;
      for (const fs::path& folder : tables_.folders()) removed += remove_unfinished(folder);
      return removed == 0 ? "none" : std::to_string(removed) + " removed";
    });
  }

  std::string look() {
    const ValueSearch search(erased_.sought(), tables_.encoding(),
                             [this](const std::string& value) { return tables_.spellings(value); });
    std::map<fs::path, std::string> table_of;
    for (const FileTables::Table& table : tables_.tables())
      for (const fs::path& file : table.files) table_of[file] = table.name;
    for (const fs::path& file : files_beside()) {
      const auto known = table_of.find(file);
      const bool own = known != table_of.end();
      const std::uint64_t hits = hits_in(search, file, own);
      if (hits != 0)
        cleaning_.residue.hits.push_back(
            {own ? Residue::Where::live_cell : Residue::Where::side_file, file.string(),
             own ? known->second : std::string(), hits});
    }
    return cleaning_.residue.clean() ? "nothing found" : "values found";
  }

  /// Looked at in several ways, what is seen in the best one counts.
  std::uint64_t hits_in(const ValueSearch& search, const fs::path& file, bool own) {
    std::uint64_t hits = 0;
    for (const auto& stream : tables_.streams(std::make_shared<const DataFile>(file), own)) {
      const ValueSearch::Result found = search.look(
          *stream, own ? ValueSearch::Content::declared : ValueSearch::Content::anything);
      cleaning_.residue.bytes_read += found.bytes_read;
      hits = std::max(hits, found.hits);
    }
    return hits;
  }

  /// Every regular file in the folders of the dataset's files.
  [[nodiscard]] std::set<fs::path> files_beside() const {
    std::set<fs::path> all;
    for (const fs::path& folder : tables_.folders())
      for (const auto& entry : fs::directory_iterator(folder))
        if (entry.symlink_status().type() == fs::file_type::regular) all.insert(entry.path());
    for (const fs::path& file : tables_.files()) all.insert(file);
    return all;
  }

  FileTables& tables_;
  Cleaning cleaning_;
  ErasedValues erased_;
};

}  // namespace

Cleaning clean_files(FileTables& tables, std::vector<Cleaning::Step> steps,
                     const std::vector<std::string>& erased,
                     const std::vector<std::pair<std::string, std::string>>& live_columns) {
  return Cleaner(tables, std::move(steps)).run(erased, live_columns);
}

}  // namespace besa::source
