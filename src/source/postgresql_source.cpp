#include "source/postgresql_source.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "source/names.hpp"
#include "source/postgresql_change.hpp"
#include "source/postgresql_clean.hpp"

namespace besa::source {
namespace {

constexpr auto begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr auto last_change = R"sql(
SELECT extract(epoch FROM date_trunc('second',
  CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_xact_replay_timestamp(), 'epoch')
       WHEN current_setting('track_commit_timestamp') = 'on'
         THEN coalesce((SELECT "timestamp" FROM pg_last_committed_xact()), statement_timestamp())
       ELSE statement_timestamp() END))::int8)sql";

}  // namespace

/// One moment of the database for the scans that begin while it lasts.
class PostgresqlSource::Moment {
 public:
  explicit Moment(Reader& reader) : reader_(reader) {
    if (reader_.scans == 0) reader_.connection.run_with_next({begin_reading});
    ++reader_.scans;
  }
  ~Moment() {
    if (--reader_.scans != 0) return;
    try {
      reader_.connection.roll_back();
    } catch (const Error&) {  // the connection is lost: nothing is left to end
    }
  }
  Moment(const Moment&) = delete;
  Moment& operator=(const Moment&) = delete;

 private:
  Reader& reader_;
};

PostgresqlSource::PostgresqlSource(const std::string& service, const OpenOptions& options)
    : service_(service), options_(options) {
  (void)reader();
}

/// A connection that was lost between two questions is made again.
PostgresqlSource::Reader& PostgresqlSource::reader() {
  if (!reader_ || (reader_->scans == 0 && reader_->connection.lost()))
    reader_ = std::make_unique<Reader>(service_, options_);
  return *reader_;
}

const Schema& PostgresqlSource::schema() {
  return reader().catalogue.schema;
}

Instant PostgresqlSource::modified_at() {
  return {reader().connection.run(last_change).number(0, 0)};
}

std::uint64_t PostgresqlSource::row_count(const std::string& table) {
  Reader& mine = reader();
  (void)require_table(mine.catalogue.schema, table);
  return static_cast<std::uint64_t>(
      mine.connection.run("SELECT count(*) FROM " + mine.catalogue.at(table).rows).number(0, 0));
}

void PostgresqlSource::scan(const Scan& scan, const RowSink& sink) {
  Reader& mine = reader();
  if (mine.scans == 0 && mine.scanner.scan_at_once(scan, begin_reading, sink)) return;
  const Moment moment(mine);
  mine.scanner.scan(scan, sink);
}

void PostgresqlSource::scan_without(const Scan& population, std::span<const Scan> events,
                                    const RowSink& sink) {
  Reader& mine = reader();
  const Moment moment(mine);
  mine.scanner.scan_without(population, events, sink);
}

bool PostgresqlSource::seeks(std::span<const Scan> scans) {
  return std::ranges::none_of(scans, [](const Scan& scan) { return scan.owner.empty(); });
}

std::unique_ptr<Source> PostgresqlSource::another() {
  OpenOptions options = options_;
  options.for_change = false;
  return std::make_unique<PostgresqlSource>(service_, options);
}

std::unique_ptr<Transaction> PostgresqlSource::begin() {
  if (!options_.for_change)
    throw Error(ErrorKind::refused, "PostgreSQL service '" + service_ + "' was opened for reading");
  return begin_change(service_, options_);
}

Cleaning PostgresqlSource::clean(const std::vector<std::string>& erased, std::vector<LiveRows> live,
                                 VacuumPolicy vacuum) {
  return clean_postgresql(service_, options_, erased, std::move(live), vacuum);
}

}  // namespace besa::source
