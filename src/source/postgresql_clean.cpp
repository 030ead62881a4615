#include "source/postgresql_clean.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/cleaning_step.hpp"
#include "source/erased_values.hpp"
#include "source/postgresql_residue.hpp"

namespace besa::source {
namespace {

constexpr auto no_hurry = "SET statement_timeout = 0";
constexpr auto may_change =
    "SELECT has_table_privilege($1, 'DELETE') OR has_any_column_privilege($1, 'UPDATE')";
constexpr auto dead_rows = "SELECT coalesce(pg_stat_get_dead_tuples($1::text::regclass), 0)";
constexpr auto fresh_statistics = "SELECT pg_stat_clear_snapshot()";
constexpr auto surroundings = R"sql(
SELECT current_setting('archive_mode'),
       (SELECT count(*) FROM pg_stat_replication), (SELECT count(*) FROM pg_replication_slots),
       EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements'),
       EXISTS (SELECT FROM pg_largeobject_metadata))sql";
constexpr auto statistics_tables = {"pg_catalog.pg_statistic", "pg_catalog.pg_statistic_ext_data"};

std::string who_holds(std::uint64_t rows) {
  return counted(rows, "dead row", "dead rows") +
         " could not be removed: an open transaction, a prepared one or a replication slot still"
         " sees them; repeat when it has ended";
}

class PostgresqlCleaner {
 public:
  PostgresqlCleaner(const std::string& service, const OpenOptions& options, VacuumPolicy policy)
      : service_(service), options_(options), policy_(policy) {}

  Cleaning run(const std::vector<std::string>& erased, std::vector<LiveRows> live) {
    cleaning_.of_files = false;
    if (!step("connection", [&] { return connect(); })) return std::move(cleaning_);
    std::set<std::string> personal;
    for (const LiveRows& rows : live) personal.insert(rows.scan.table);
    for (const std::string& table : changeable(personal)) clean_table(table);
    settle_holes();
    look(erased, std::move(live));
    step("out of besa's reach", [&] { return out_of_reach(); });
    return std::move(cleaning_);
  }

 private:
  /// Does the step, and records how it went; false where it could not be done.
  bool step(const std::string& name, const std::function<std::string()>& work) {
    return do_step(cleaning_, name, work);
  }

  std::string connect() {
    connection_ = std::make_unique<PostgresqlConnection>(service_, options_,
                                                         PostgresqlConnection::Purpose::change);
    (void)connection_->run(no_hurry);
    catalogue_ = read_catalogue(*connection_);
    return "service " + service_;
  }

  /// Tables whose rows besa may have changed, in this run or in one that was interrupted.
  std::vector<std::string> changeable(const std::set<std::string>& personal) {
    std::vector<std::string> names;
    for (const TableSchema& table : catalogue_.schema.tables) {
      const PostgresqlTable& known = catalogue_.at(table.name);
      if (table.kind == TableKind::table && !known.materialized && personal.contains(table.name) &&
          connection_->run(may_change, {known.sql}).flag(0, 0))
        names.push_back(table.name);
    }
    return names;
  }

  /// Runs maintenance; a warning means that the server has skipped it. Its other remarks come back.
  std::string maintain(const std::string& sql) {
    (void)connection_->take_notices();
    (void)connection_->run(sql);
    std::string remarks;
    for (const Notice& notice : connection_->take_notices()) {
      if (notice.severity == "WARNING") not_done(for_terminal(notice.text));
      remarks += notice.text + "\n";
    }
    return remarks;
  }

  void clean_table(const std::string& table) {
    const PostgresqlTable& known = catalogue_.at(table);
    step("statistics of " + table, [&] {
      (void)maintain("ANALYZE " + known.sql);
      return std::string("sampled anew");
    });
    if (policy_ == VacuumPolicy::never) {
      step("vacuum " + table, []() -> std::string { not_done("the policy says never"); });
      return;
    }
    for (const PostgresqlLeaf& leaf : known.leaves) {
      const bool itself = known.leaves.size() == 1 && leaf.sql == known.sql;
      step("vacuum " + (itself ? table : table + ": " + leaf.sql),
           [&, &part = leaf] { return vacuum(part); });
    }
  }

  std::string vacuum(const PostgresqlLeaf& leaf) {
    if (!leaf.server.empty())
      not_done("its rows lie on the server '" + for_terminal(leaf.server) +
               "': vacuum and look there");
    const bool full = policy_ == VacuumPolicy::always;
    const std::string remarks =
        maintain((full ? "VACUUM (FULL, VERBOSE, ANALYZE) " : "VACUUM (VERBOSE) ") + leaf.sql);
    (void)connection_->run(fresh_statistics);
    const auto counted_dead =
        static_cast<std::uint64_t>(connection_->run(dead_rows, {leaf.sql}).number(0, 0));
    const std::uint64_t left = std::max(counted_dead, rows_not_removable(remarks).value_or(0));
    if (left > 0) not_done(who_holds(left));
    if (full) ++rebuilt_;
    return full ? "rebuilt" : "no dead row is left";
  }

  /// What plain VACUUM cannot reach.
  void settle_holes() {
    if (policy_ != VacuumPolicy::always) {
      step("holes in pages", []() -> std::string {
        not_done(
            "values may lie in holes of pages, and in old statistics, until VACUUM FULL rebuilds"
            " the tables and pg_statistic; \"vacuum\": \"always\" in besa.json lets besa do it");
      });
      return;
    }
    for (const char* table : statistics_tables)
      step(std::string("rebuild ") + table, [&] {
        (void)maintain(std::string("VACUUM (FULL) ") + table);
        return std::string("rebuilt");
      });
    cleaning_.vacuumed =
        rebuilt_ > 0 && std::ranges::all_of(cleaning_.steps, &Cleaning::Step::done);
  }

  void look(const std::vector<std::string>& erased, std::vector<LiveRows> live) {
    PostgresqlResidue residue(*connection_, catalogue_, erased);
    for (const auto& [table, ways] : by_table(std::move(live)))
      step("values that stay in " + table, [&, &list = ways] {
        std::uint64_t excused = 0;
        for (const LiveRows& rows : list) excused += residue.excuse(rows);
        return std::to_string(excused) + " of the erased";
      });
    for (const TableSchema& table : catalogue_.schema.tables)
      if (table.kind == TableKind::table) look_at(residue, table.name);
    step("look at the statistics", [&] {
      return residue.look_at_statistics() == 0 ? std::string("nothing found")
                                               : std::string("values found");
    });
    cleaning_.residue = residue.residue();
  }

  void look_at(PostgresqlResidue& residue, const std::string& table) {
    step("look at the rows of " + table, [&] {
      return residue.look_at_rows(table) == 0 ? std::string("nothing found")
                                              : std::string("values found");
    });
  }

  std::string out_of_reach() {
    const Rows rows = connection_->run(surroundings);
    std::string text = "not looked at: the write-ahead log and its archive (archive_mode " +
                       for_terminal(rows.text(0, 0)) + "), replicas (" + rows.text(0, 1) +
                       " connected, " + rows.text(0, 2) +
                       " slots), base backups and dumps, the server's log";
    if (rows.flag(0, 3)) text += ", pg_stat_statements";
    if (rows.flag(0, 4)) text += ", large objects";
    return text + ", disk blocks not yet used again";
  }

  std::string service_;
  OpenOptions options_;
  VacuumPolicy policy_;
  std::unique_ptr<PostgresqlConnection> connection_;
  PostgresqlCatalogue catalogue_;
  Cleaning cleaning_;
  std::uint64_t rebuilt_ = 0;
};

}  // namespace

std::optional<std::uint64_t> rows_not_removable(std::string_view words) {
  std::optional<std::uint64_t> all;
  for (const std::string_view marker :
       {" are dead but not yet removable", " dead row versions cannot be removed yet"})
    for (std::size_t at = words.find(marker); at != std::string_view::npos;
         at = words.find(marker, at + 1)) {
      const std::string_view before = words.substr(0, at);
      const std::size_t digits = before.find_last_not_of("0123456789") + 1;
      std::uint64_t number = 0;
      const auto end = before.data() + before.size();
      if (std::from_chars(before.data() + digits, end, number).ec == std::errc())
        all = all.value_or(0) + number;
    }
  return all;
}

Cleaning clean_postgresql(const std::string& service, const OpenOptions& options,
                          const std::vector<std::string>& erased, std::vector<LiveRows> live,
                          VacuumPolicy vacuum) {
  return PostgresqlCleaner(service, options, vacuum).run(erased, std::move(live));
}

}  // namespace besa::source
