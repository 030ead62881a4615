#include "tests/cli/stage.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace besa::cli {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

void change_database(const fs::path& path, const std::string& statement) {
  sqlite3* database = nullptr;
  char* message = nullptr;
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK ||
      sqlite3_exec(database, statement.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
    throw std::runtime_error(statement + ": " + (message != nullptr ? message : "cannot open"));
  }
  sqlite3_close(database);
}

void replace(const fs::path& path, const std::string& from, const std::string& to) {
  std::string text = content_of(path);
  const std::size_t at = text.find(from);
  if (at == std::string::npos) {
    throw std::runtime_error(path.string() + " does not contain " + from);
  }
  write_text(path, text.replace(at, from.size(), to));
}

Instant noon_of(const std::string& date) {
  return Instant::parse(date + "T11:00:00Z").value();
}

}  // namespace

std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool begun = false;
  for (const char character : line) {
    if (quote != 0) {
      quote == character ? static_cast<void>(quote = 0) : word.push_back(character);
    } else if (character == '\'' || character == '"') {
      quote = character;
      begun = true;
    } else if (character != ' ') {
      word.push_back(character);
      begun = true;
    } else if (begun) {
      words.push_back(std::exchange(word, {}));
      begun = false;
    }
  }
  if (begun) {
    words.push_back(word);
  }
  return words;
}

Stage::Stage() : clock(noon_of("2026-11-22")) {
  std::string name = (fs::temp_directory_path() / "besa-stage-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("no folder for the stage");
  }
  top_ = name;
  folder_ = top_ / "desk";
  fs::create_directory(folder_);
  variables = {{"HOME", (top_ / "people").string()}, {"BESA_AS", "drita"}};
}

Stage::~Stage() {
  if (lock_ >= 0) {
    close(lock_);
  }
  std::error_code ignored;
  fs::remove_all(top_, ignored);
}

Outcome Stage::run(const std::string& line) {
  std::vector<std::string> words = shell_words(line);
  std::string redirect;
  if (words.size() > 2 && words[words.size() - 2] == ">") {
    redirect = words.back();
    words.resize(words.size() - 2);
  }
  if (words.front() == "besa") {
    return besa({words.begin() + 1, words.end()}, redirect);
  }
  return prop(words);
}

Outcome Stage::besa(const std::vector<std::string>& words, const std::string& redirect) {
  std::istringstream in(std::exchange(input, {}));
  std::ostringstream out, err;
  const Environment environment{
      .clock = clock,
      .variable = [this](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
      },
      .folder = folder_,
      .user = [] { return std::string("somebody"); },
      .in_is_terminal = in_is_terminal,
      .ask_passphrase =
          [this](const std::string&) { return std::optional<std::string>(passphrase); }};
  const int code = cli::run(words, {in, out, err}, environment);
  if (redirect.empty()) {
    return {out.str(), err.str(), code};
  }
  write_text(folder_ / redirect, out.str());
  return {"", err.str(), code};
}

Outcome Stage::prop(const std::vector<std::string>& words) {
  const std::string& what = words.front();
  if (what == "cd") {
    folder_ = (folder_ / words.at(1)).lexically_normal();
  } else if (what == "day") {
    clock.set(noon_of(words.at(1)));
  } else if (what == "as") {
    variables["BESA_AS"] = words.at(1);
  } else if (what == "sql") {
    change_database(folder_ / words.at(1), words.at(2));
  } else if (what == "replace") {
    replace(folder_ / words.at(1), words.at(2), words.at(3));
  } else if (what == "write") {
    write_text(folder_ / words.at(1), words.at(2) + "\n");
  } else if (what == "show") {
    return {content_of(folder_ / words.at(1)), "", 0};
  } else if (what == "lock") {
    lock_ = open((folder_ / words.at(1)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    flock(lock_, LOCK_EX);
    static_cast<void>(::write(lock_, "somebody else's work\n", 21));
  } else if (what == "unlock") {
    close(std::exchange(lock_, -1));
  } else {
    throw std::runtime_error("no such prop: " + what);
  }
  return {};
}

}  // namespace besa::cli
