// One little world of members, purchases and their lines, built in every shape a source may have:
// the same contract must hold in each.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "besa/source/memory.hpp"
#include "besa/source/source.hpp"

namespace shapes {

using besa::source::Key;
using besa::source::Value;

enum class KeyForm { integer, text, composite };

struct Shape {
  std::string label;
  bool memory = false;
  KeyForm form = KeyForm::integer;
  bool odd_names = false;
  bool without_rowid = false;
  bool indexes = true;
  std::string encoding = "UTF-8";
  std::string journal = "DELETE";
  bool postgresql = false;
  std::string schema = "";   ///< of PostgreSQL: other than "public"
  bool partitioned = false;  ///< of PostgreSQL
  bool csv = false;          ///< written in `dialect`; every value is text
  besa::source::CsvDialect dialect = {};
  std::string line_end = "\n";
  bool monthly = false;   ///< every table a folder of files, each with some of the rows
  bool jsonl = false;     ///< each row a line; what has no value is missing, or null
  bool declared = false;  ///< of JSONL: the columns are, as in a dataset file
  [[nodiscard]] bool seeks() const { return !memory && !csv && !jsonl && indexes; }
};

inline void PrintTo(const Shape& shape, std::ostream* out) {
  *out << shape.label;
}

/// A folder that goes with the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Runs SQL on a database of its own connection, as the customer's program would.
void run_sql(const std::filesystem::path& database, const std::string& sql);
[[nodiscard]] std::string sql_text(const std::filesystem::path& database, const std::string& sql);

/// The world, in numbers; ids become keys of the shape's form.
///   members    1 Ardit Tirane, 2 Besa Durres, 3 Cen (no city), 4 Drita Tirane
///   purchases  10 of 1 at 2020-01-05, 11 of 1 at 2024-03-01, 12 of 2 at 2021-06-30,
///              13 of 9 (no such member) at 2022-01-01, 14 of nobody (NULL) at 2023-01-01
///   lines      100, 101 of 10; 102 of 12; 103 of 13; 104 of 99 (no such purchase)
class World {
 public:
  explicit World(const Shape& shape);

  [[nodiscard]] std::unique_ptr<besa::source::Source> open(bool for_change = false);
  [[nodiscard]] const Shape& shape() const { return shape_; }

  [[nodiscard]] std::string table(
      const std::string& plain) const;  ///< as it is called in this shape
  [[nodiscard]] std::string column(const std::string& plain) const;
  [[nodiscard]] std::vector<std::string> columns(const std::vector<std::string>& plain) const;
  [[nodiscard]] std::vector<std::string> key(const std::string& plain) const;  ///< columns of an id
  [[nodiscard]] Key id(int number) const;
  [[nodiscard]] int number(const Key& id) const;                          ///< 0 for NULL
  [[nodiscard]] besa::source::Scan scan(const std::string& plain) const;  ///< its key columns
  [[nodiscard]] Value integer(int number) const;  ///< as a column of numbers holds it

 private:
  void build_memory();
  void build_sqlite() const;
  void build_postgresql();
  [[nodiscard]] std::string sql() const;  ///< that makes and fills the tables
  [[nodiscard]] std::string sql_table(const std::string& plain) const;
  std::string service_;
  void build_csv();
  void build_jsonl();
  std::map<std::string, std::vector<std::string>> declared_;
  Shape shape_;
  Folder folder_;
  besa::source::MemorySource memory_;
};

[[nodiscard]] const std::vector<Shape>& all();
[[nodiscard]] const std::vector<Shape>& postgresql();  ///< these need a server

}  // namespace shapes
