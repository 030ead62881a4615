// What the tests of the PostgreSQL driver share: a database made of SQL, and a source opened on it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "besa/base/error.hpp"
#include "besa/source/source.hpp"
#include "tests/source/postgresql_server.hpp"

namespace postgresql {

using besa::source::Key;
using besa::source::KeyIndex;
using besa::source::RowView;
using besa::source::Scan;
using besa::source::Source;
using besa::source::Value;

inline Value text(std::string value) {
  return Value::of(std::move(value));
}
inline Value number(std::int64_t value) {
  return Value::of(value);
}
inline KeyIndex keys(const std::vector<Key>& all) {
  KeyIndex index;
  for (const Key& key : all) index.add(besa::source::encode_key(key));
  return index;
}

/// A test with a database of its own on the common server.
class Database : public testing::Test {
 protected:
  void sql(const std::string& statements) const { server_.run(statements, "tests"); }
  [[nodiscard]] std::string answer(const std::string& query) const {
    return server_.text(query, "tests");
  }
  [[nodiscard]] std::unique_ptr<Source> reader(const std::string& role = "chief") const {
    return postgresql::open(server_.service("tests", role));
  }
  [[nodiscard]] std::unique_ptr<Source> writer(besa::source::OpenOptions options = {},
                                               const std::string& role = "chief") const {
    options.for_change = true;
    options.wait = std::chrono::milliseconds(300);
    return postgresql::open(server_.service("tests", role), options);
  }
  /// A role with the tests' password, made once.
  void role(const std::string& name, const std::string& attributes = "") const {
    sql("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" + name +
        "') THEN CREATE ROLE " + name + " LOGIN PASSWORD '" + Server::password() +
        "'; END IF; END $$; ALTER ROLE " + name + " " +
        (attributes.empty() ? "LOGIN" : attributes));
  }

  const Server& server_ = Server::common();
  std::string service_ = server_.emptied_database("tests");
};

/// The rows of a scan, each as text joined by '|'.
inline std::vector<std::string> rows_of(
    const Scan& scan,
    const std::function<void(const Scan&, const besa::source::RowSink&)>& scanner) {
  std::vector<std::string> rows;
  scanner(scan, [&](RowView row) {
    std::string line;
    for (const auto& value : row)
      line += (line.empty() ? "" : "|") + (value.is_null() ? "NULL" : Value(value).text());
    rows.push_back(line);
  });
  return rows;
}
inline std::vector<std::string> rows_of(const Scan& scan, Source& source) {
  return rows_of(scan, [&](const Scan& asked, const besa::source::RowSink& sink) {
    source.scan(asked, sink);
  });
}

/// The Error that `work` ends with.
inline besa::Error error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const besa::Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was refused";
  return {besa::ErrorKind::failed, "", ""};
}

inline bool mentions(const besa::Error& error, const std::string& word) {
  return (error.message() + " / " + error.hint()).find(word) != std::string::npos;
}

}  // namespace postgresql
