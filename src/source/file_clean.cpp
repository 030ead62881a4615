#include "source/file_clean.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "besa/base/error.hpp"
#include "besa/base/parallel.hpp"
#include "source/cleaning_step.hpp"
#include "source/erased_values.hpp"
#include "source/file_rewrite.hpp"
#include "source/names.hpp"
#include "source/value_search.hpp"

namespace besa::source {
namespace {

namespace fs = std::filesystem;

class FileCleaner {
 public:
  FileCleaner(FileTables& tables, std::vector<Cleaning::Step> steps) : tables_(tables) {
    cleaning_.steps = std::move(steps);
    for (const FileTables::Table& table : tables.tables())
      for (const fs::path& file : table.files) table_of_[file] = table.name;
  }

  Cleaning run(const std::vector<std::string>& erased, std::vector<LiveRows> live) {
    for (const std::string& value : erased)
      tables_.each_text(value, [&](std::string_view text) { erased_.add(text); });
    excuse(std::move(live));
    remove_temporaries();
    step("look at the bytes", [&] { return look(); });
    erased_.count_in(cleaning_.residue);
    return std::move(cleaning_);
  }

 private:
  void step(const std::string& name, const std::function<std::string()>& work) {
    (void)do_step(cleaning_, name, work);
  }

  void excuse(std::vector<LiveRows> live) {
    for (const auto& [table, ways] : by_table(std::move(live)))
      step("values that stay in " + table, [&, &list = ways] {
        const std::uint64_t before = erased_.excused();
        for (const LiveRows& rows : list) excuse_by(rows);
        return std::to_string(erased_.excused() - before) + " of the erased";
      });
  }

  void excuse_by(const LiveRows& live) {
    require_names(tables_.schema(), live.scan);
    const Excuser excuser(erased_, live, [this](std::string_view value, const auto& sink) {
      if (value.size() >= shortest_sought) tables_.each_text(value, sink);
    });
    const TableReader reader = [this](const TableSchema& table, const StoredRowSink& take,
                                      const Sought& sought) {
      for (const fs::path& file : tables_.table(table.name).files)
        tables_.read(table, file, take, sought);
    };
    scan_tables(tables_.schema(), reader, live.scan, excuser, tables_.decimal());
  }

  void remove_temporaries() {
    step("temporaries of interrupted changes", [&] {
      std::size_t removed = 0;
      for (const fs::path& folder : tables_.folders()) removed += remove_unfinished(folder);
      return removed == 0 ? "none" : std::to_string(removed) + " removed";
    });
  }

  std::string look() {
    const ValueSearch search(erased_.take_sought(), tables_.encoding(),
                             [this](const std::string& value) { return tables_.spellings(value); });
    const std::vector<fs::path> files = files_beside();
    std::vector<ValueSearch::Result> found(files.size());
    std::vector<std::optional<Error>> faults(files.size());
    in_parallel(processors(most_threads), files.size(), [&](std::size_t, std::size_t i) {
      try {
        found[i] = look_into(search, files[i], is_ours(files[i]));
      } catch (const Error& error) {
        faults[i] = error;  // told when what the others hold is
      }
    });
    for (std::size_t i = 0; i < files.size(); ++i) {
      cleaning_.residue.bytes_read += found[i].bytes_read;
      if (found[i].hits == 0) continue;
      const bool own = is_ours(files[i]);
      cleaning_.residue.hits.push_back(
          {own ? Residue::Where::live_cell : Residue::Where::side_file, files[i].string(),
           own ? table_of_.at(files[i]) : std::string(), found[i].hits});
    }
    for (const std::optional<Error>& fault : faults)
      if (fault) throw Error(*fault);
    return cleaning_.residue.clean() ? "nothing found" : "values found";
  }

  [[nodiscard]] bool is_ours(const fs::path& file) const { return table_of_.contains(file); }

  /// Looked at in several ways, what is seen in the best one counts.
  [[nodiscard]] ValueSearch::Result look_into(const ValueSearch& search, const fs::path& file,
                                              bool own) const {
    ValueSearch::Result all;
    for (const auto& stream : tables_.streams(std::make_shared<const DataFile>(file), own)) {
      const ValueSearch::Result found = search.look(
          *stream, own ? ValueSearch::Content::declared : ValueSearch::Content::anything);
      all.bytes_read += found.bytes_read;
      all.hits = std::max(all.hits, found.hits);
    }
    return all;
  }

  /// Every regular file in the folders of the dataset's files.
  [[nodiscard]] std::vector<fs::path> files_beside() const {
    std::set<fs::path> all;
    for (const fs::path& folder : tables_.folders())
      for (const auto& entry : fs::directory_iterator(folder))
        if (entry.symlink_status().type() == fs::file_type::regular) all.insert(entry.path());
    for (const fs::path& file : tables_.files()) all.insert(file);
    return {all.begin(), all.end()};
  }

  /// Each reads a file of its own, of which there are seldom many large ones.
  static constexpr std::size_t most_threads = 4;
  FileTables& tables_;
  std::map<fs::path, std::string> table_of_;  ///< of our files
  Cleaning cleaning_;
  ErasedValues erased_;
};

}  // namespace

Cleaning clean_files(FileTables& tables, std::vector<Cleaning::Step> steps,
                     const std::vector<std::string>& erased, std::vector<LiveRows> live) {
  return FileCleaner(tables, std::move(steps)).run(erased, std::move(live));
}

}  // namespace besa::source
