#include "source/postgresql_scan.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/names.hpp"
#include "source/postgresql_times.hpp"
#include "source/row_filter.hpp"

namespace besa::source {
namespace {

// https://www.postgresql.org/docs/15/catalog-pg-type.html: their numbers are fixed.
constexpr Oid bytea = 17, int8 = 20, int2 = 21, int4 = 23, oid = 26, float8 = 701, date = 1082,
              timestamp = 1114, timestamptz = 1184;

constexpr std::size_t fetched_piece = std::size_t{4} * 1024 * 1024;
constexpr std::size_t first_fetch = 256, most_rows = 50'000;

std::uint64_t big_endian(std::string_view bytes, std::size_t size) {
  if (bytes.size() != size)
    throw Error(ErrorKind::failed, "the server sent a number of the wrong size");
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

/// `scratch` holds what is no text yet.
ValueView value_of(Oid type, std::string_view bytes, std::string& scratch) {
  switch (type) {
    case int2:
      return ValueView::of(std::int64_t{static_cast<std::int16_t>(big_endian(bytes, 2))});
    case int4:
      return ValueView::of(std::int64_t{static_cast<std::int32_t>(big_endian(bytes, 4))});
    case int8:
      return ValueView::of(static_cast<std::int64_t>(big_endian(bytes, 8)));
    case oid:
      return ValueView::of(static_cast<std::int64_t>(big_endian(bytes, 4)));
    case float8: {
      const auto number = std::bit_cast<double>(big_endian(bytes, 8));
      return std::isnan(number) ? ValueView::of(not_a_number)
                                : ValueView{Type::real, 0, number, {}};
    }
    case date:
      scratch = date_text(static_cast<std::int32_t>(big_endian(bytes, 4)));
      return ValueView::of(std::string_view(scratch));
    case timestamp:
    case timestamptz:
      scratch = time_text(static_cast<std::int64_t>(big_endian(bytes, 8)), type == timestamptz);
      return ValueView::of(std::string_view(scratch));
    case bytea:
      return {Type::blob, 0, 0, bytes};
    default:
      return ValueView::of(bytes);
  }
}

/// A server-side cursor. It is declared with the first fetch, and closed with the statement after
/// its last: neither is worth a journey to the server.
class Cursor {
 public:
  /// `ruled_out`: settings that are off while it is planned.
  Cursor(PostgresqlConnection& connection, const std::string& select,
         const std::vector<Parameter>& parameters, const std::vector<std::string>& ruled_out)
      : connection_(connection), name_("besa_" + std::to_string(connection.next_number())) {
    connection_.set_with_next(ruled_out, " = off");
    connection_.run_with_next({"DECLARE " + name_ + " NO SCROLL CURSOR FOR " + select, parameters});
    connection_.set_with_next(ruled_out, " TO DEFAULT");
  }
  ~Cursor() {  // of a transaction that failed it has gone
    if (connection_.in_sound_transaction()) connection_.run_with_next({"CLOSE " + name_});
  }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  Rows fetch(std::size_t count) {
    return connection_.run("FETCH " + std::to_string(count) + " FROM " + name_, {},
                           PostgresqlConnection::Form::binary);
  }

 private:
  PostgresqlConnection& connection_;
  std::string name_;
};

/// How many rows make a piece, if they go on as these.
std::size_t next_fetch(const Rows& rows) {
  const auto count = static_cast<std::size_t>(rows.size());
  return std::clamp<std::size_t>(count * fetched_piece / std::max<std::size_t>(1, rows.memory()), 1,
                                 std::min(most_rows, count * 8));
}

/// True for rows that are asked for by a few owners or keys, and by no larger set.
bool asks_for_few(const Scan& scan) {
  const auto few = [](const KeyIndex* set) {
    return set == nullptr || set->size() <= PostgresqlQuery::few;
  };
  return (scan.owners != nullptr || scan.keys != nullptr) && few(scan.owners) && few(scan.keys);
}

/// One row more than is wanted tells that there are more. Planned as for all of them: a LIMIT on
/// the statement itself would have the planner hope to meet the first few early in a whole table.
std::string first_of(const std::string& select) {
  return "WITH asked AS MATERIALIZED (" + select + ") SELECT * FROM asked LIMIT " +
         std::to_string(first_fetch + 1);
}

/// A set that is not sent can only be looked up in rows that come back.
bool too_large(const KeyIndex* set) {
  return set != nullptr && set->size() > PostgresqlQuery::largest_set;
}

void hand_on(const Rows& rows, std::size_t wanted_width, const RowSink& sink) {
  if (static_cast<std::size_t>(rows.width()) != wanted_width)
    throw Error(ErrorKind::failed, "the server sent other columns than it was asked for");
  const int width = rows.width();
  std::vector<Oid> types;
  for (int column = 0; column < width; ++column) types.push_back(rows.type(column));
  std::vector<ValueView> views(types.size());
  std::vector<std::string> scratch(types.size());
  for (int row = 0; row < rows.size(); ++row) {
    for (int column = 0; column < width; ++column) {
      const auto place = static_cast<std::size_t>(column);
      views[place] = rows.is_null(row, column)
                         ? ValueView()
                         : value_of(types[place], rows.bytes(row, column), scratch[place]);
    }
    sink(views);
  }
}

}  // namespace

void PostgresqlScanner::require_readable(const Scan& scan) const {
  require_names(catalogue_.schema, scan);
  if (catalogue_.at(scan.table).foreign)
    throw Error(ErrorKind::refused,
                "table '" + for_terminal(scan.table) + "' lies on another server",
                "open that server as a source of its own, or make the table a partition of one"
                " here");
}

void PostgresqlScanner::deliver(const std::string& select, const std::vector<Parameter>& parameters,
                                std::size_t width, const RowSink& sink,
                                const std::vector<std::string>& ruled_out) {
  Cursor cursor(connection_, select, parameters, ruled_out);
  for (std::size_t count = first_fetch;;) {
    const Rows rows = cursor.fetch(count);
    hand_on(rows, width, sink);
    if (static_cast<std::size_t>(rows.size()) < count) return;
    count = next_fetch(rows);
  }
}

void PostgresqlScanner::scan(const Scan& scan, const RowSink& sink) {
  require_readable(scan);
  PostgresqlQuery query(catalogue_);
  const std::string select = query.select(scan);
  RowFilter filter(scan, sink, false);
  deliver(
      select, query.parameters(), scan.owner.size() + scan.columns.size(),
      [&](RowView row) { filter.offer(row); }, query.ruled_out());
}

bool PostgresqlScanner::scan_at_once(const Scan& scan, const std::string& begin,
                                     const RowSink& sink) {
  if (!asks_for_few(scan)) return false;
  require_readable(scan);
  PostgresqlQuery query(catalogue_);
  const std::string select = first_of(query.select(scan));
  std::vector<Rows> answers;
  try {
    answers = connection_.run_together(
        {{begin}, {select, query.parameters(), PostgresqlConnection::Form::binary}, {"ROLLBACK"}});
  } catch (const Error&) {
    if (!connection_.lost()) connection_.roll_back();
    throw;
  }
  const Rows& rows = answers[1];
  if (static_cast<std::size_t>(rows.size()) > first_fetch) return false;
  RowFilter filter(scan, sink, scan.in_key_order);  // the order of what a LIMIT reads is not said
  hand_on(rows, scan.owner.size() + scan.columns.size(), [&](RowView row) { filter.offer(row); });
  filter.finish();
  return true;
}

void PostgresqlScanner::scan_without(const Scan& population, std::span<const Scan> events,
                                     const RowSink& sink) {
  require_readable(population);
  for (const Scan& event : events) {
    require_readable(event);
    if (too_large(event.owners) || too_large(event.keys))
      throw Error(ErrorKind::failed, "the events of table '" + for_terminal(event.table) +
                                         "' are asked for of too many at once");
  }
  PostgresqlQuery query(catalogue_);
  const std::string select = query.select_without(population, events);
  RowFilter filter(population, sink, false);
  deliver(select, query.parameters(), population.owner.size() + population.columns.size(),
          [&](RowView row) { filter.offer(row); });
}

}  // namespace besa::source
