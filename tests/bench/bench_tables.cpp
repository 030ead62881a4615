#include "bench_tables.hpp"

#include <fstream>

#include "besa/base/error.hpp"
#include "source/happy_database.hpp"

namespace besa::bench {
namespace {

namespace fs = std::filesystem;

// --- SQLite ---

class SqliteWriter final : public RowWriter {
 public:
  SqliteWriter(source::BulkDatabase& database, const TableShape& shape)
      : insert_(database, sql(shape)), numbered_(shape.numbered) {
    if (numbered_) insert_.null();
  }
  RowWriter& text(std::string_view value) override {
    insert_.text(value);
    return *this;
  }
  RowWriter& number(std::int64_t value) override {
    insert_.number(value);
    return *this;
  }
  void row() override {
    insert_.row();
    if (numbered_) insert_.null();
  }

 private:
  static std::string sql(const TableShape& shape) {
    std::string text = "INSERT INTO " + shape.name + " VALUES (?";
    for (std::size_t i = 1; i < shape.columns.size(); ++i) text += ",?";
    return text + ")";
  }
  source::Insert insert_;
  bool numbered_;
};

class SqliteTables final : public Tables {
 public:
  SqliteTables(const fs::path& folder, std::string_view schema, std::string_view indexes)
      : database_(folder / "members.db"), indexes_(indexes) {
    database_.run("BEGIN");
    database_.run(schema);
  }
  std::unique_ptr<RowWriter> table(const TableShape& shape) override {
    return std::make_unique<SqliteWriter>(database_, shape);
  }
  void finish() override {
    if (!indexes_.empty()) database_.run(indexes_);
    database_.run("COMMIT");
  }

 private:
  source::BulkDatabase database_;
  std::string indexes_;
};

// --- files ---

class FileWriter : public RowWriter {
 public:
  FileWriter(const fs::path& path, const TableShape& shape)
      : shape_(shape), file_(path, std::ios::binary) {}
  RowWriter& number(std::int64_t value) override {
    begin_value();
    line_ += std::to_string(value);
    return *this;
  }
  void row() override {
    end_row();
    line_ += '\n';
    file_.write(line_.data(), static_cast<std::streamsize>(line_.size()));
    if (!file_) throw Error(ErrorKind::failed, "no room for table " + shape_.name);
    line_.clear();
    column_ = 0;
  }

 protected:
  /// What stands before a value.
  virtual void separate(std::size_t column) = 0;
  virtual void end_row() {}
  void begin_value() {
    if (column_ == 0 && shape_.numbered) {
      separate(column_++);
      line_ += std::to_string(++count_);
    }
    separate(column_++);
  }
  const TableShape shape_;
  std::string line_;

 private:
  std::ofstream file_;
  std::size_t column_ = 0;
  std::uint64_t count_ = 0;
};

class CsvWriter final : public FileWriter {
 public:
  CsvWriter(const fs::path& folder, const TableShape& shape)
      : FileWriter(folder / (shape.name + ".csv"), shape) {
    for (const std::string& column : shape.columns) line_ += (line_.empty() ? "" : ",") + column;
    line_ += '\n';
  }
  RowWriter& text(std::string_view value) override {
    begin_value();
    const bool quoted = value.find(',') != std::string_view::npos;
    if (quoted) line_ += '"';
    line_ += value;
    if (quoted) line_ += '"';
    return *this;
  }

 private:
  void separate(std::size_t column) override {
    if (column > 0) line_ += ',';
  }
};

class JsonlWriter final : public FileWriter {
 public:
  JsonlWriter(const fs::path& folder, const TableShape& shape)
      : FileWriter(folder / (shape.name + ".jsonl"), shape) {}
  RowWriter& text(std::string_view value) override {
    begin_value();
    if (value.empty()) {
      line_ += "null";
    } else {
      line_.append("\"").append(value).append("\"");
    }
    return *this;
  }

 private:
  void separate(std::size_t column) override {
    line_ += column > 0 ? ",\"" : "{\"";
    line_.append(shape_.columns[column]).append("\":");
  }
  void end_row() override { line_ += '}'; }
};

template <class Writer>
class FileTables final : public Tables {
 public:
  explicit FileTables(fs::path folder) : folder_(std::move(folder)) {}
  std::unique_ptr<RowWriter> table(const TableShape& shape) override {
    return std::make_unique<Writer>(folder_, shape);
  }
  void finish() override {}

 private:
  fs::path folder_;
};

}  // namespace

std::unique_ptr<Tables> sqlite_tables(const fs::path& folder, std::string_view schema,
                                      std::string_view indexes) {
  return std::make_unique<SqliteTables>(folder, schema, indexes);
}

std::unique_ptr<Tables> csv_tables(const fs::path& folder) {
  return std::make_unique<FileTables<CsvWriter>>(folder);
}

std::unique_ptr<Tables> jsonl_tables(const fs::path& folder) {
  return std::make_unique<FileTables<JsonlWriter>>(folder);
}

}  // namespace besa::bench
