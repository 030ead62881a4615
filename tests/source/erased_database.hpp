// Databases as an ordinary application writes them, for the tests of cleaning, and a search of
// files that shares nothing with besa's own: one memmem for each value and encoding.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <string.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace besa::source::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "besa-clean-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = std::filesystem::canonical(name);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// ASCII only: which is enough for tokens.
inline std::string widened(const std::string& ascii, bool big_endian) {
  std::string out;
  for (const char c : ascii) out += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  return out;
}

/// How many of the values lie whole in the database or beside it.
inline std::size_t values_in_files(const std::filesystem::path& database,
                                   const std::vector<std::string>& values) {
  std::string bytes;
  for (const char* suffix : {"", "-wal", "-journal", "-shm"})
    bytes += content(database.string() + suffix);
  const auto holds = [&](const std::string& form) {
    return memmem(bytes.data(), bytes.size(), form.data(), form.size()) != nullptr;
  };
  std::size_t found = 0;
  for (const std::string& value : values)
    if (holds(value) || holds(widened(value, false)) || holds(widened(value, true))) ++found;
  return found;
}

struct Writing {
  std::string encoding = "UTF-8";
  std::string journal_mode = "DELETE";
  int auto_vacuum = 0;
  int page_size = 4096;
  std::string secure_delete_of_erasure = "ON";
  int members = 600;
};

/// Members with e-mail, name, phone and sometimes a long note, indexed, in a WITHOUT ROWID table
/// too; written with secure_delete off, in random order, updated, and then every twentieth deleted.
class ErasedDatabase {
 public:
  ErasedDatabase(std::filesystem::path path, const Writing& writing) : path_(std::move(path)) {
    SQLite::Database database(path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA page_size=" + std::to_string(writing.page_size));
    database.exec("PRAGMA encoding='" + writing.encoding + "'");
    database.exec("PRAGMA auto_vacuum=" + std::to_string(writing.auto_vacuum));
    query(database, "PRAGMA journal_mode=" + writing.journal_mode);
    query(database, "PRAGMA secure_delete=OFF");
    query(database, "PRAGMA synchronous=OFF");  // no power cut here, only bytes
    database.exec(
        "CREATE TABLE members(id INTEGER PRIMARY KEY, email TEXT, name TEXT, phone TEXT, note "
        "TEXT);"
        "CREATE UNIQUE INDEX by_email ON members(email);"
        "CREATE INDEX by_name ON members(name, phone);"
        "CREATE TABLE aliases(alias TEXT PRIMARY KEY, id INTEGER) WITHOUT ROWID");
    insert_members(database, writing.members);
    churn(database, writing.members);
    erase(database, writing);
  }

  [[nodiscard]] const std::vector<std::string>& erased() const { return erased_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  static void query(SQLite::Database& database, const std::string& sql) {
    SQLite::Statement statement(database, sql);
    while (statement.executeStep()) {
    }
  }

 private:
  std::string token(std::size_t length = 20) {
    std::string text;
    while (text.size() < length) text += "abcdefghijklmnopqrstuvwxyz0123456789"[random_() % 36];
    return text;
  }

  void insert_members(SQLite::Database& database, int count) {
    SQLite::Statement member(database, "INSERT INTO members VALUES(?,?,?,?,?)");
    SQLite::Statement alias(database, "INSERT INTO aliases VALUES(?,?)");
    database.exec("BEGIN");
    for (int id = 1; id <= count; ++id) {
      if (id % 100 == 0) database.exec("COMMIT; BEGIN");
      std::vector<std::string> values{token(), token(), token(), token()};
      if (id % 20 == 0 || id % 50 == 1) values.push_back(token(6000));
      member.bind(1, id);
      for (int i = 0; i < 3; ++i) member.bind(i + 2, values[static_cast<std::size_t>(i)]);
      if (values.size() > 4) member.bind(5, values[4]);
      member.exec();
      member.reset();
      member.clearBindings();
      alias.bind(1, values[3]);
      alias.bind(2, id);
      alias.exec();
      alias.reset();
      if (id % 20 == 0) erased_.insert(erased_.end(), values.begin(), values.end());
    }
    database.exec("COMMIT");
  }

  void churn(SQLite::Database& database, int count) {
    for (int round = 0; round < 300; ++round) {
      SQLite::Statement update(database, "UPDATE members SET phone=?, name=? WHERE id=?");
      const int id = static_cast<int>(random_() % static_cast<unsigned>(count)) + 1;
      const std::string phone = token(), name = token(30);
      update.bind(1, phone);
      update.bind(2, name);
      update.bind(3, id);
      update.exec();
      if (id % 20 == 0) erased_.insert(erased_.end(), {phone, name});
    }
  }

  static void erase(SQLite::Database& database, const Writing& writing) {
    query(database, "PRAGMA secure_delete=" + writing.secure_delete_of_erasure);
    database.exec(
        "BEGIN; DELETE FROM aliases WHERE id%20=0; DELETE FROM members WHERE id%20=0; COMMIT");
    if (writing.auto_vacuum == 2) query(database, "PRAGMA incremental_vacuum");
  }

  std::filesystem::path path_;
  std::vector<std::string> erased_;
  std::mt19937_64 random_{20261122};
};

}  // namespace besa::source::test
