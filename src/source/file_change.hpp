// Changes of files of text: collected by the places of their rows, written when committed.
//
// The files of the dataset are held from the beginning (see file_rewrite.hpp), so nobody appends to
// them meanwhile. Every file that changes is written anew: rows that stay, blank lines, line ends
// and the byte order mark byte for byte; in a row that is masked everything else is; new rows
// follow at the end of the table's last file. All new files are complete on the disk before the
// first one gets its name.
//
// Files that can only be read (FileTables::require_changeable) are refused when a change begins.
#pragma once

#include <map>

#include "source/file_rewrite.hpp"
#include "source/file_tables.hpp"

namespace besa::source {

/// Steps of changes, for the report of the cleaning that follows.
using Steps = std::vector<Cleaning::Step>;

class FileTransaction final : public Transaction {
 public:
  FileTransaction(std::shared_ptr<FileTables> tables, std::shared_ptr<Steps> steps,
                  std::chrono::milliseconds wait);
  ~FileTransaction() override;
  FileTransaction(const FileTransaction&) = delete;
  FileTransaction& operator=(const FileTransaction&) = delete;

  void scan(const Scan& scan, const RowSink& sink) override;
  std::uint64_t erase(const std::string& table, const std::vector<std::string>& key_columns,
                      const KeyIndex& keys) override;
  std::uint64_t erase_telling(const std::string& table, const std::vector<std::string>& key_columns,
                              const KeyIndex& keys, const std::vector<std::string>& columns,
                              const RowSink& last) override;
  std::uint64_t update(const std::string& table, const std::vector<std::string>& key_columns,
                       const std::vector<std::string>& columns,
                       const std::vector<RowUpdate>& rows) override;
  void insert(const std::string& table, const std::vector<std::string>& columns,
              const std::vector<Value>& values) override;
  std::vector<std::string> broken_references() override { return {}; }  // files know none
  void commit() override;

 private:
  struct Change {
    std::vector<RowEdits> edits;  ///< by file
    std::vector<std::vector<Value>> added;
  };
  /// Where a row was met: in a file, or among the added.
  struct Place {
    static constexpr std::size_t added = static_cast<std::size_t>(-1);
    std::size_t file = added;
    RowPlace bytes;
    std::size_t row = 0;
  };
  using PlacedSink = std::function<void(StoredRow&, const Place&)>;

  void hold_files(std::chrono::milliseconds wait);
  void let_go();
  Change& change_of(const std::string& table);
  /// As change_of, for a table that is changed now.
  Change& changing(const std::string& table);
  /// Hands on every row as it is now, and where it lies.
  void read(const TableSchema& table, const PlacedSink& sink);
  void read_file(const TableSchema& table, std::size_t file, const PlacedSink& sink);
  static void read_added(const Change& change, const PlacedSink& sink);
  using FoundSink = std::function<void(StoredRow&, const Place&, std::uint32_t)>;
  /// Calls `found(row, place, number of the key)` for every row with one of the keys.
  /// Error(refused) where a key names more than one.
  void each_with_key(const TableSchema& table, const std::vector<std::string>& key_columns,
                     const KeyIndex& keys, const FoundSink& found);
  void require_space() const;
  [[nodiscard]] bool changed(const Change& change, std::size_t file) const;
  void write_anew(const TableSchema& table, std::size_t file, FileRewrite& rewrite) const;
  void append(const TableSchema& table, const std::filesystem::path& file,
              FileRewrite& rewrite) const;
  void put_in_place(const std::filesystem::path& path, FileRewrite& rewrite);

  std::shared_ptr<FileTables> tables_;
  std::shared_ptr<Steps> steps_;
  std::map<std::filesystem::path, std::unique_ptr<HeldFile>> held_;
  std::map<std::string, Change> changes_;
  std::vector<std::string> order_;  ///< changed tables, the one that was changed last behind
};

}  // namespace besa::source
