// A server that is none: it speaks the protocol and lies (erasure.md S19).
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <thread>

#include "tests/source/postgresql_world.hpp"
#include "tests/source/shapes.hpp"

namespace {

using namespace besa::source;
using besa::ErrorKind;
using postgresql::error_of;
using postgresql::mentions;
using postgresql::rows_of;

using Cells = std::vector<std::string>;

/// What a statement is answered with.
struct Reply {
  std::vector<std::uint32_t> types;  ///< of the columns
  std::vector<Cells> rows;
  std::string command = "SELECT 1";
  std::vector<std::pair<std::string, std::string>> notices;  ///< severity, words
  std::string error;                                         ///< words of an error 42501
  bool hang_up = false;
};

std::string number(std::uint32_t value) {
  const std::uint32_t wire = htonl(value);
  return {reinterpret_cast<const char*>(&wire), sizeof wire};
}

std::string number16(std::size_t value) {
  const std::uint16_t wire = htons(static_cast<std::uint16_t>(value));
  return {reinterpret_cast<const char*>(&wire), sizeof wire};
}

/// https://www.postgresql.org/docs/15/protocol-message-formats.html
std::string message(char type, const std::string& body) {
  return type + number(static_cast<std::uint32_t>(body.size() + 4)) + body;
}

std::string text(const std::string& words) {
  return words + '\0';
}

std::string remark(char type, const std::string& severity, const std::string& state,
                   const std::string& words) {
  return message(type, "S" + text(severity) + "V" + text(severity) + "C" + text(state) + "M" +
                           text(words) + '\0');
}

/// Listens in a folder of its own and answers each statement as it is told to.
class Liar {
 public:
  explicit Liar(std::function<Reply(const std::string&)> answer) : answer_(std::move(answer)) {
    listening_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (folder_ / ".s.PGSQL.5432").c_str(),
                 sizeof address.sun_path - 1);
    if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listening_, 4) != 0)
      throw std::runtime_error("cannot listen");
    thread_ = std::thread([this] { serve(); });
  }
  ~Liar() {
    ::shutdown(listening_, SHUT_RDWR);
    ::close(listening_);
    thread_.join();
  }
  Liar(const Liar&) = delete;
  Liar& operator=(const Liar&) = delete;

  [[nodiscard]] std::string service() const {
    return postgresql::service_with("host=" + folder_.path().string() +
                                    "\nport=5432\ndbname=d\nuser=u\n");
  }

 private:
  void serve() {
    for (int one; (one = ::accept(listening_, nullptr, nullptr)) >= 0;) {
      converse(one);
      ::close(one);
    }
  }

  static bool receive(int from, std::string& into, std::size_t size) {
    into.resize(size);
    for (std::size_t got = 0; got < size;) {
      const ssize_t more = ::recv(from, into.data() + got, size - got, 0);
      if (more <= 0) return false;
      got += static_cast<std::size_t>(more);
    }
    return true;
  }
  static std::uint32_t read_number(const std::string& bytes) {
    std::uint32_t wire = 0;
    std::memcpy(&wire, bytes.data(), sizeof wire);
    return ntohl(wire);
  }
  static void send(int to, const std::string& bytes) {
    (void)::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  void converse(int with) {
    std::string bytes, body, statement;
    if (!receive(with, bytes, 4) || !receive(with, body, read_number(bytes) - 4)) return;
    send(with, message('R', number(0)) + message('S', text("server_version") + text("15.0")) +
                   message('S', text("client_encoding") + text("UTF8")) +
                   message('S', text("standard_conforming_strings") + text("on")) +
                   message('K', number(1) + number(1)) + message('Z', "I"));
    char state = 'I';
    bool failed = false;  // then nothing is carried out until what was sent together ends
    while (receive(with, bytes, 5)) {
      if (!receive(with, body, read_number(bytes.substr(1)) - 4)) return;
      if (bytes[0] == 'P') statement = body.substr(body.find('\0') + 1).c_str();
      if (bytes[0] == 'S') {
        send(with, message('Z', std::string(1, state)));
        failed = false;
      }
      if (bytes[0] != 'E' || failed) continue;
      if (statement.starts_with("BEGIN")) state = 'T';
      if (statement == "COMMIT" || statement == "ROLLBACK") state = 'I';
      const Reply reply = answer_(statement);
      if (reply.hang_up) return;
      failed = !reply.error.empty();
      send(with, wire(reply));
    }
  }

  static std::string wire(const Reply& reply) {
    std::string out;
    for (const auto& [severity, words] : reply.notices)
      out += remark('N', severity, "01000", words);
    if (!reply.error.empty()) return out + remark('E', "ERROR", "42501", reply.error);
    out += message('1', "") + message('2', "");
    if (reply.types.empty()) return out + message('n', "") + message('C', text(reply.command));
    std::string columns = number16(reply.types.size());
    for (const std::uint32_t type : reply.types)
      columns += text("c") + number(0) + number16(0) + number(type) + number16(0xFFFF) +
                 number(0xFFFFFFFF) + number16(1);
    out += message('T', columns);
    for (const Cells& row : reply.rows) {
      std::string cells = number16(row.size());
      for (const std::string& cell : row)
        cells += number(static_cast<std::uint32_t>(cell.size())) + cell;
      out += message('D', cells);
    }
    return out + message('C', text(reply.command));
  }

  shapes::Folder folder_;
  std::function<Reply(const std::string&)> answer_;
  int listening_ = -1;
  std::thread thread_;
};

Reply row_of(const Cells& cells) {
  return {std::vector<std::uint32_t>(cells.size(), 25), {cells}, "SELECT 1", {}, {}, false};
}

/// The answers of an honest server with one table t(v text).
Reply honest(const std::string& statement) {
  const auto asks = [&](const char* word) { return statement.find(word) != std::string::npos; };
  if (asks("pg_is_in_recovery")) return row_of({"f", "off", "UTF8", ""});
  if (asks("relrowsecurity")) return row_of({"1", "t", "public", "t", "r", "f", "f", "f", "", ""});
  if (asks("attgenerated"))
    return row_of({"1", "v", "text", "f", "f", "f", "f", "0", "", "1", "25", "100"});
  if (asks("typbasetype")) return row_of({"25", "pg_catalog", "text"});
  if (asks("collisdeterministic")) return row_of({"100", "", "t", "f", "f"});
  if (asks("tgisinternal")) return row_of({"f", "f", "f"});
  if (statement.starts_with("FETCH")) return {{25}, {{"x"}}, "FETCH 1", {}, {}, false};
  return {{}, {}, "OK", {}, {}, false};
}

/// An honest server, but for statements with this word in them.
std::function<Reply(const std::string&)> but(const std::string& word, const Reply& lie) {
  return [word, lie](const std::string& statement) {
    return statement.find(word) != std::string::npos ? lie : honest(statement);
  };
}

Scan the_scan() {
  Scan scan;
  scan.table = "t";
  scan.columns = {"v"};
  return scan;
}

besa::Error told(const std::function<Reply(const std::string&)>& answers) {
  const Liar liar(answers);
  return error_of([&] { (void)rows_of(the_scan(), *postgresql::open(liar.service())); });
}

TEST(PostgresqlHostile, the_honest_one_is_believed) {
  const Liar liar(&honest);
  EXPECT_EQ(rows_of(the_scan(), *postgresql::open(liar.service())), (Cells{"x"}));
}

TEST(PostgresqlHostile, S19_numbers_of_a_wrong_size_are_errors) {
  for (const std::uint32_t type : {20U, 21U, 23U, 26U, 701U})
    EXPECT_EQ(told(but("FETCH", {{type}, {{"abc"}}, "FETCH 1", {}, {}, false})).kind(),
              ErrorKind::failed)
        << type;
}

TEST(PostgresqlHostile, S19_other_columns_than_asked_for_are_an_error) {
  EXPECT_EQ(told(but("FETCH", {{25, 25}, {{"x", "y"}}, "FETCH 1", {}, {}, false})).kind(),
            ErrorKind::failed);
  EXPECT_EQ(told(but("FETCH", {{}, {}, "FETCH 0", {}, {}, false})).kind(), ErrorKind::failed);
}

TEST(PostgresqlHostile, S19_a_catalogue_that_makes_no_sense_is_an_error) {
  EXPECT_EQ(told(but("relrowsecurity", row_of({"one", "public"}))).kind(), ErrorKind::failed);
  EXPECT_EQ(told(but("attgenerated", row_of({"1"}))).kind(), ErrorKind::failed);
  EXPECT_EQ(told(but("typbasetype", row_of({"26", "pg_catalog", "text"}))).kind(),
            ErrorKind::failed);
  EXPECT_EQ(
      told(but("relrowsecurity", row_of({"2", "t", "public", "t", "r", "f", "f", "f", "", ""})))
          .kind(),
      ErrorKind::failed);
  EXPECT_EQ(told(but("tgisinternal", {{}, {}, "OK", {}, {}, false})).kind(), ErrorKind::failed);
  EXPECT_EQ(told(but("pg_is_in_recovery", {{}, {}, "OK", {}, {}, false})).kind(),
            ErrorKind::failed);
}

TEST(PostgresqlHostile, S19_its_words_cannot_write_to_a_terminal) {
  Reply loud;
  loud.error = "\x1b]0;owned\x07 \xe2\x80\xae";
  const auto error = told(but("FETCH", loud));
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(error.message().find('\x1b'), std::string::npos);
  EXPECT_TRUE(mentions(error, "\\x1b]0;owned\\x07 \\u202e")) << error.message();
}

TEST(PostgresqlHostile, S19_a_flood_of_notices_does_not_fill_the_memory) {
  Reply flood{{25}, {{"x"}}, "FETCH 1", {}, {}, false};
  flood.notices.assign(20'000, {"NOTICE", std::string(2000, '\x1b')});
  const Liar liar(but("FETCH", flood));
  EXPECT_EQ(rows_of(the_scan(), *postgresql::open(liar.service())), (Cells{"x"}));
}

TEST(PostgresqlHostile, a_server_that_hangs_up_is_a_lost_connection) {
  Reply gone;
  gone.hang_up = true;
  for (const char* when : {"FETCH", "DECLARE", "relrowsecurity", "set_config"}) {
    const auto error = told(but(when, gone));
    EXPECT_EQ(error.kind(), ErrorKind::failed) << when;
    EXPECT_TRUE(mentions(error, "lost")) << error.message();
  }
}

}  // namespace
