// After an erasure in PostgreSQL: what is cleaned, what is looked at, and what is owned up to.
#include "source/postgresql_clean.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/source/postgresql_world.hpp"

namespace {

using namespace besa::source;
using postgresql::Database;
using postgresql::keys;
using postgresql::number;
using postgresql::Session;

class PostgresqlClean : public Database {
 protected:
  static std::string mail(int id) { return "person" + std::to_string(id) + "@happy.example"; }

  void SetUp() override {
    sql("CREATE TABLE m(id int PRIMARY KEY, mail text, note text);"
        "INSERT INTO m SELECT i, 'person' || i || '@happy.example', 'n' FROM generate_series(1,"
        " 300) i; CREATE INDEX ON m(mail); ANALYZE m");
  }
  void erase(int first, int last, const std::string& role = "chief") {
    KeyIndex doomed;
    for (int id = first; id <= last; ++id) doomed.add(encode_key({number(id)}));
    const auto change = writer({}, role)->begin();
    EXPECT_EQ(change->erase("m", {"id"}, doomed), static_cast<std::uint64_t>(last - first + 1));
    change->commit();
  }
  Cleaning clean(VacuumPolicy policy, const std::string& role = "chief",
                 std::vector<LiveRows> live = {{"m", "mail"}}) {
    std::vector<std::string> erased;
    for (int id = 1; id <= 60; ++id) erased.push_back(mail(id));
    erased.emplace_back("short");
    return writer({}, role)->clean(erased, std::move(live), policy);
  }
  static const Cleaning::Step& step(const Cleaning& cleaning, const std::string& name) {
    static const Cleaning::Step none;
    const auto found = std::ranges::find(cleaning.steps, name, &Cleaning::Step::name);
    if (found == cleaning.steps.end()) {
      ADD_FAILURE() << "there is no step " << name;
      return none;
    }
    return *found;
  }
};

TEST_F(PostgresqlClean, rebuilt_tables_are_clean_as_far_as_besa_can_see) {
  const std::string samples =
      "SELECT count(*) FROM pg_stats WHERE histogram_bounds::text ~ 'person([1-9]|[1-5]\\d|60)@'";
  EXPECT_EQ(answer(samples), "1\n");
  erase(1, 60);
  const Cleaning cleaning = clean(VacuumPolicy::always);
  for (const auto& each : cleaning.steps) EXPECT_TRUE(each.done) << each.name << each.detail;
  EXPECT_TRUE(cleaning.complete());
  EXPECT_TRUE(cleaning.vacuumed);
  EXPECT_EQ(cleaning.residue.values_sought, 60U);
  EXPECT_EQ(cleaning.residue.values_too_short, 1U);
  EXPECT_GT(cleaning.residue.bytes_read, 0U);
  EXPECT_EQ(answer(samples), "0\n");
  const std::string& beyond = step(cleaning, "out of besa's reach").detail;
  for (const char* surface : {"write-ahead log", "replicas", "backups", "log"})
    EXPECT_NE(beyond.find(surface), std::string::npos) << surface;
}

TEST_F(PostgresqlClean, without_a_rebuild_holes_in_pages_are_owned_up_to) {
  erase(1, 60);
  const Cleaning cleaning = clean(VacuumPolicy::when_needed);
  EXPECT_TRUE(cleaning.residue.clean());
  EXPECT_FALSE(cleaning.vacuumed);
  EXPECT_FALSE(cleaning.complete());
  EXPECT_NE(step(cleaning, "holes in pages").detail.find("VACUUM FULL"), std::string::npos);
  EXPECT_TRUE(step(cleaning, "vacuum m").done);
  EXPECT_EQ(answer("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'm'"), "0\n");
}

TEST_F(PostgresqlClean, a_policy_that_never_vacuums_is_never_complete) {
  erase(1, 60);
  const Cleaning cleaning = clean(VacuumPolicy::never);
  EXPECT_FALSE(cleaning.complete());
  EXPECT_FALSE(step(cleaning, "vacuum m").done);
  EXPECT_TRUE(step(cleaning, "statistics of m").done);
}

TEST_F(PostgresqlClean, an_old_snapshot_that_keeps_dead_rows_is_named) {
  const Session old(service_);
  old.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM m LIMIT 1");
  erase(1, 60);
  for (const VacuumPolicy policy : {VacuumPolicy::when_needed, VacuumPolicy::always}) {
    // The lock of the open transaction would stop VACUUM FULL before its snapshot does.
    const Cleaning cleaning = clean(policy);
    const Cleaning::Step& vacuum = step(cleaning, "vacuum m");
    EXPECT_FALSE(vacuum.done);
    if (policy == VacuumPolicy::when_needed) {
      EXPECT_NE(vacuum.detail.find("60 dead rows"), std::string::npos) << vacuum.detail;
    }
    EXPECT_FALSE(cleaning.complete());
  }
  old.run("COMMIT");
  EXPECT_TRUE(clean(VacuumPolicy::always).complete());
}

TEST_F(PostgresqlClean, a_prepared_transaction_elsewhere_keeps_dead_rows_too) {
  const Session other(service_);
  other.run("CREATE TABLE other(v int)");
  other.run("BEGIN; INSERT INTO other VALUES(1); PREPARE TRANSACTION 'forgotten'");
  erase(1, 60);
  for (const VacuumPolicy policy : {VacuumPolicy::when_needed, VacuumPolicy::always})
    EXPECT_NE(step(clean(policy), "vacuum m").detail.find("60 dead rows"), std::string::npos);
  other.run("ROLLBACK PREPARED 'forgotten'");
  EXPECT_TRUE(clean(VacuumPolicy::always).complete());
}

TEST_F(PostgresqlClean, what_the_server_skips_with_a_warning_is_not_done) {
  role("modest");
  sql("GRANT USAGE ON SCHEMA public TO modest; GRANT SELECT, DELETE, UPDATE ON m TO modest");
  erase(1, 60, "modest");
  const Cleaning cleaning = clean(VacuumPolicy::always, "modest");
  EXPECT_FALSE(cleaning.complete());
  EXPECT_FALSE(cleaning.vacuumed);
  for (const char* name : {"statistics of m", "vacuum m", "rebuild pg_catalog.pg_statistic"}) {
    EXPECT_FALSE(step(cleaning, name).done) << name;
    EXPECT_NE(step(cleaning, name).detail.find("skipping"), std::string::npos) << name;
  }
}

TEST_F(PostgresqlClean, values_left_in_statistics_are_found) {
  sql("CREATE TABLE copy AS SELECT * FROM m; ANALYZE copy; DELETE FROM copy WHERE id <= 60");
  role("modest");
  sql("GRANT USAGE ON SCHEMA public TO modest; GRANT SELECT, DELETE, UPDATE ON m TO modest;"
      "GRANT SELECT ON copy TO modest");
  erase(1, 60, "modest");
  const Cleaning cleaning = clean(VacuumPolicy::when_needed, "modest");
  const auto in_statistics = [](const Residue::Hit& hit) {
    return hit.where == Residue::Where::side_file && hit.file == "pg_statistic" &&
           hit.table == "public.copy" && hit.count > 0;
  };
  EXPECT_TRUE(std::ranges::any_of(cleaning.residue.hits, in_statistics));
}

TEST_F(PostgresqlClean, values_in_living_rows_are_found_and_their_owners_excused) {
  sql("UPDATE m SET note = 'call person7@happy.example, urgent' WHERE id = 100;"
      "UPDATE m SET note = 'xperson8@happy.example' WHERE id = 101;"  // somebody else's address
      "UPDATE m SET mail = 'person9@happy.example' WHERE id = 102;"
      "CREATE TABLE blobs(b bytea); INSERT INTO blobs VALUES('\\x00' || "
      "convert_to('person11@happy.example', 'UTF8'))");
  erase(1, 60);
  const Cleaning cleaning = clean(VacuumPolicy::always);
  EXPECT_EQ(cleaning.residue.values_excused, 1U);
  std::vector<std::string> where;
  for (const Residue::Hit& hit : cleaning.residue.hits)
    if (hit.where == Residue::Where::live_cell)
      where.push_back(hit.table + " " + std::to_string(hit.count));
  EXPECT_EQ(where, (std::vector<std::string>{"blobs 1", "m 1"}));
  EXPECT_FALSE(cleaning.complete());
}

TEST_F(PostgresqlClean, a_table_that_cannot_be_looked_at_is_not_clean) {
  role("modest");
  sql("CREATE TABLE secret(v text); GRANT USAGE ON SCHEMA public TO modest;"
      "GRANT SELECT, DELETE, UPDATE ON m TO modest");
  erase(1, 60, "modest");
  const Cleaning cleaning = clean(VacuumPolicy::never, "modest");
  EXPECT_FALSE(step(cleaning, "look at the rows of secret").done);
}

TEST_F(PostgresqlClean, every_partition_is_cleaned_and_a_materialised_copy_is_found) {
  sql("CREATE TABLE p(id int, mail text) PARTITION BY HASH(id);"
      "CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
      "CREATE TABLE p2 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
      "CREATE MATERIALIZED VIEW copy AS SELECT mail FROM m WHERE id = 12");
  erase(1, 60);
  const Cleaning cleaning = clean(VacuumPolicy::always, "chief", {{"m", "mail"}, {"p", "mail"}});
  EXPECT_TRUE(step(cleaning, "vacuum p: public.p1").done);
  EXPECT_TRUE(step(cleaning, "vacuum p: public.p2").done);
  ASSERT_EQ(cleaning.residue.hits.size(), 1U);
  EXPECT_EQ(cleaning.residue.hits[0].table, "copy");
}

TEST_F(PostgresqlClean, tables_without_anything_personal_are_left_alone) {
  sql("CREATE TABLE prices(v int); INSERT INTO prices VALUES(1)");
  const std::string file = answer("SELECT pg_relation_filenode('prices')");
  erase(1, 60);
  EXPECT_TRUE(clean(VacuumPolicy::always).complete());
  EXPECT_EQ(answer("SELECT pg_relation_filenode('prices')"), file);
}

TEST_F(PostgresqlClean, S19_notices_cannot_write_to_a_terminal) {
  // An index on a function that raises warnings, as a hostile schema may have: ANALYZE calls it.
  sql("CREATE FUNCTION shout(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE"
      " WARNING '%]0;owned%', chr(27), chr(7); RETURN $1; END $$; CREATE INDEX ON m(shout(mail))");
  erase(1, 60);
  const Cleaning cleaning = clean(VacuumPolicy::when_needed);
  const Cleaning::Step& statistics = step(cleaning, "statistics of m");
  EXPECT_FALSE(statistics.done);
  EXPECT_NE(statistics.detail.find("\\x1b]0;owned\\x07"), std::string::npos) << statistics.detail;
  for (const auto& each : cleaning.steps)
    EXPECT_EQ(each.detail.find('\x1b'), std::string::npos) << each.name;
}

TEST(PostgresqlRemarks, dead_rows_are_counted_in_the_words_of_every_version) {
  EXPECT_EQ(rows_not_removable("tuples: 5 removed, 95 remain, 3 are dead but not yet removable,"
                               " oldest xmin: 740\npages: 0 removed"),
            3U);
  EXPECT_EQ(rows_not_removable("found 5 removable\n60 dead row versions cannot be removed yet."
                               "\nand 2 dead row versions cannot be removed yet"),
            62U);
  EXPECT_EQ(rows_not_removable("vacuuming \"m\""), std::nullopt);
}

}  // namespace
