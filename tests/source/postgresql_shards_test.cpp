// Members partitioned over two more servers with postgres_fdw: one table to besa, and what is sent
// to the shards in one piece.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/source/postgresql_world.hpp"

namespace {

using namespace besa::source;
using besa::ErrorKind;
using postgresql::Database;
using postgresql::error_of;
using postgresql::keys;
using postgresql::number;
using postgresql::rows_of;
using postgresql::Server;
using postgresql::text;

class PostgresqlShards : public Database {
 protected:
  static constexpr int members = 400;

  static const std::vector<std::unique_ptr<Server>>& shards() {
    static std::vector<std::unique_ptr<Server>> servers;
    if (servers.empty())
      for (int i = 0; i < 2; ++i)
        servers.push_back(std::make_unique<Server>(std::vector<std::string>{"log_statement=all"}));
    return servers;
  }

  void SetUp() override {
    sql("CREATE EXTENSION postgres_fdw; CREATE TABLE m(id int NOT NULL, mail text, at date)"
        " PARTITION BY HASH(id); CREATE TABLE p(id int PRIMARY KEY, member int)");
    for (std::size_t i = 0; i < shards().size(); ++i) {
      const std::string place = std::to_string(i), shard = "shard" + place;
      shards()[i]->run(
          "DROP TABLE IF EXISTS m; CREATE TABLE m(id int PRIMARY KEY, mail text, at date)");
      sql("CREATE SERVER " + shard + " FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '" +
          shards()[i]->socket_folder().string() +
          "', port '5432', dbname 'postgres'); CREATE USER MAPPING FOR chief SERVER " + shard +
          " OPTIONS (user 'chief', password '" + Server::password() + "'); CREATE FOREIGN TABLE m" +
          place + " PARTITION OF m FOR VALUES WITH (MODULUS 2, REMAINDER " + place + ") SERVER " +
          shard + " OPTIONS (table_name 'm')");
    }
    sql("INSERT INTO m SELECT i, 'person' || i || '@happy.example', date '2020-01-01' + i FROM"
        " generate_series(1, " +
        std::to_string(members) + ") i; INSERT INTO p SELECT i, i FROM generate_series(1, 10) i");
  }
  void TearDown() override {
    for (int i = 0; i < 2; ++i) sql("DROP SERVER shard" + std::to_string(i) + " CASCADE");
  }

  static Scan all() {
    Scan scan;
    scan.table = "m";
    scan.columns = {"id"};
    scan.key_width = 1;
    scan.in_key_order = true;
    return scan;
  }
  static KeyIndex range(int first, int last) {
    KeyIndex index;
    for (int id = first; id <= last; ++id) index.add(encode_key({number(id)}));
    return index;
  }
  static std::size_t statements(const std::string& verb) {
    std::size_t count = 0;
    for (const auto& shard : shards()) {
      const std::string log = shard->log();
      for (std::size_t at = log.find(": " + verb); at != std::string::npos;
           at = log.find(": " + verb, at + 1))
        ++count;
    }
    return count;
  }
};

TEST_F(PostgresqlShards, one_table_is_read_from_both) {
  const auto source = reader();
  ASSERT_EQ(source->schema().tables.size(), 2U);
  EXPECT_EQ(source->row_count("m"), 400U);
  for (const auto& shard : shards())
    EXPECT_GT(std::stoi(shard->text("SELECT count(*) FROM m")), 100);
  EXPECT_EQ(rows_of(all(), *source).size(), 400U);
  const KeyIndex some = range(5, 8);
  Scan chosen = all();
  chosen.keys = &some;
  EXPECT_EQ(rows_of(chosen, *source), (std::vector<std::string>{"5", "6", "7", "8"}));
  Scan early = all();
  early.bound = Bound{"at", {}, text("2020-01-04")};
  EXPECT_EQ(rows_of(early, *source), (std::vector<std::string>{"1", "2"}));
  Scan linked;
  linked.table = "p";
  linked.hops = {{{"member"}, "m", {"id"}}};
  linked.owner = {"mail"};
  linked.where = {{"id", {number(3)}}};
  EXPECT_EQ(rows_of(linked, *source), (std::vector<std::string>{"person3@happy.example"}));
}

TEST_F(PostgresqlShards, a_set_is_erased_by_one_statement_for_each_server) {
  const std::size_t before = statements("DELETE");
  const auto source = writer();
  {
    const auto change = source->begin();
    EXPECT_EQ(change->erase("m", {"id"}, range(1, 100)), 100U);
    change->commit();
  }
  EXPECT_EQ(statements("DELETE") - before, 2U);
  EXPECT_EQ(source->row_count("m"), 300U);
  int left = 0;
  for (const auto& shard : shards()) left += std::stoi(shard->text("SELECT count(*) FROM m"));
  EXPECT_EQ(left, 300);
}

TEST_F(PostgresqlShards, one_mask_for_many_is_one_statement_for_each_server) {
  const std::size_t before = statements("UPDATE");
  const auto source = writer();
  const auto change = source->begin();
  std::vector<RowUpdate> masks;
  for (int id = 1; id <= 50; ++id)
    masks.push_back({{number(id)}, {id % 2 == 0 ? Value::null() : text("masked")}});
  EXPECT_EQ(change->update("m", {"id"}, {"mail"}, masks), 50U);
  change->commit();
  EXPECT_EQ(statements("UPDATE") - before, 4U);
  EXPECT_EQ(answer("SELECT count(*), count(mail) FROM m WHERE mail IS NULL OR mail = 'masked'"),
            "50|25\n");
}

TEST_F(PostgresqlShards, masks_reach_the_rows_wherever_they_are) {
  const auto source = writer();
  const auto change = source->begin();
  std::vector<RowUpdate> masks;
  for (int id = 1; id <= 6; ++id)
    masks.push_back({{number(id)}, {text("masked " + std::to_string(id))}});
  EXPECT_EQ(change->update("m", {"id"}, {"mail"}, masks), 6U);
  change->commit();
  EXPECT_EQ(answer("SELECT count(*) FROM m WHERE mail = 'masked ' || id"), "6\n");
}

TEST_F(PostgresqlShards, the_shards_files_are_not_claimed_to_be_clean) {
  const auto source = writer();
  {
    const auto change = source->begin();
    (void)change->erase("m", {"id"}, range(1, 1));
    change->commit();
  }
  const Cleaning cleaning =
      source->clean({"person1@happy.example"}, {{"m", "mail"}}, VacuumPolicy::always);
  EXPECT_TRUE(cleaning.residue.clean());
  EXPECT_FALSE(cleaning.complete());
  const auto named = [](const Cleaning::Step& step) {
    return !step.done && step.detail.find("shard1") != std::string::npos;
  };
  EXPECT_TRUE(std::ranges::any_of(cleaning.steps, named));
}

TEST_F(PostgresqlShards, S18_a_foreign_table_of_its_own_is_not_ours) {
  sql("CREATE FOREIGN TABLE alone(id int) SERVER shard0 OPTIONS (table_name 'm')");
  const auto source = writer();
  EXPECT_EQ(source->schema().table("alone")->kind, TableKind::virtual_table);
  Scan scan;
  scan.table = "alone";
  scan.columns = {"id"};
  EXPECT_EQ(error_of([&] { (void)rows_of(scan, *source); }).kind(), ErrorKind::refused);
  EXPECT_EQ(error_of([&] { (void)source->begin()->erase("alone", {"id"}, range(1, 1)); }).kind(),
            ErrorKind::refused);
}

}  // namespace
