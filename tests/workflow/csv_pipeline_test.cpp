// The spine over CSV files: the happy example exported table by table gives the decisions that it
// gives as a database, packed or not, and what is approved is erased from the files.
#include <fstream>

#include "besa/base/text.hpp"
#include "happy_files.hpp"
#include "tests/source/packed_files.hpp"

namespace besa::workflow {
namespace {

using testing::rows_of;

class CsvPipeline : public testing::HappyFiles {
 protected:
  /// Every table of the database as a file; values are quoted, what is NULL is empty.
  void export_tables() const {
    make_folder(root() / "data" / "csv");
    for (const std::string& table : tables()) {
      std::ofstream out(root() / "data" / "csv" / (table + ".csv"), std::ios::binary);
      std::vector<std::string> columns, values;
      for (const auto& column :
           rows_of(database(), "SELECT name FROM pragma_table_info('" + table + "')"))
        columns.push_back(column[0]);
      for (const std::string& column : columns)
        values.push_back("CASE WHEN " + column + " IS NULL THEN '' ELSE '\"' || replace(" + column +
                         ", '\"', '\"\"') || '\"' END");
      out << join(columns, ";") << "\r\n";
      for (const auto& row :
           rows_of(database(), "SELECT " + join(values, "||';'||") + " FROM " + table))
        out << row[0] << "\r\n";
    }
  }

  void declare_csv() const {
    const Path file = root() / "datasets" / "loyalty.json";
    std::string text = read_file(file);
    const std::string source = "\"sqlite:data/loyalty.db\"";
    text.replace(text.find(source), source.size(),
                 "\"csv:data/csv\", \"csv\": { \"delimiter\": \";\" }");
    write_file(file, text);
  }
};

TEST_F(CsvPipeline, files_give_the_decisions_that_the_database_gives_and_are_erased_from) {
  const SweepReport database_says = workflow::sweep(*session(), {}).at(0);
  export_tables();
  declare_csv();
  expect_same_erasure(database_says, root() / "data" / "csv" / "members.csv", 1);
}

TEST_F(CsvPipeline, packed_files_give_the_same_decisions_and_an_apply_leaves_them_as_they_are) {
  const SweepReport database_says = workflow::sweep(*session(), {}).at(0);
  export_tables();
  declare_csv();
  std::map<Path, std::string> packed;
  for (const std::string& table : tables()) {
    const Path file = root() / "data" / "csv" / (table + ".csv");
    const bool newer = packed.size() % 2 == 0;  // both formats side by side
    const std::string rows = read_file(file);
    const std::string bytes = newer ? packed_files::zstandard(rows) : packed_files::gzip(rows);
    std::filesystem::remove(file);
    write_file(packed.emplace(file.string() + (newer ? ".zst" : ".gz"), bytes).first->first, bytes);
  }
  const SweepReport files_say = workflow::sweep(*session(), {}).at(0);
  EXPECT_EQ(files_say.examined, database_says.examined);
  EXPECT_EQ(files_say.due, database_says.due);
  EXPECT_EQ(files_say.undetermined, database_says.undetermined);

  approve_as_drita(files_say.manifest);
  EXPECT_THROW((void)apply_it(files_say.manifest), Error);
  for (const auto& [file, bytes] : packed) EXPECT_EQ(read_file(file), bytes) << file;
}

}  // namespace
}  // namespace besa::workflow
