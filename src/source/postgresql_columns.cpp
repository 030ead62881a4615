#include "source/postgresql_columns.hpp"

#include <charconv>

#include "besa/base/bytes.hpp"
#include "besa/base/error.hpp"
#include "source/names.hpp"

namespace besa::source {
namespace {

using Takes = ColumnRoom::Takes;

constexpr auto equal_nulls = R"sql(
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = $1::regclass AND i.indisunique
  AND coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'true')sql";

/// Of "character varying(20)".
std::size_t length_in(const std::string& declared_type) {
  const std::size_t open =
      declared_type.find("character") == 0 ? declared_type.find('(') : std::string::npos;
  std::size_t length = 0;
  if (open != std::string::npos)
    std::from_chars(declared_type.data() + open + 1, declared_type.data() + declared_type.size(),
                    length);
  return length;
}

/// What is refused only when it is too long, and cut by a cast.
bool is_cut_by_a_cast(Family family) {
  return family != Family::numeric && family != Family::time;
}

Value value_in(const Rows& rows, const PostgresqlType& type) {
  switch (type_of(type.family)) {
    case Type::integer:
      return Value::of(rows.number(0, 0));
    case Type::real: {
      double number = 0;
      const std::string_view text = rows.bytes(0, 0);
      std::from_chars(text.data(), text.data() + text.size(), number);
      return Value(ValueView{Type::real, 0, number, {}});
    }
    case Type::blob: {
      const auto bytes = from_hex(rows.bytes(0, 0).substr(2));  // \x…
      const std::string_view content = bytes ? as_text(*bytes) : std::string_view();
      return Value(ValueView{Type::blob, 0, 0, content});
    }
    default:
      return Value::of(rows.text(0, 0));
  }
}

/// A transaction that goes on whatever becomes of one question in it.
class Aside {
 public:
  explicit Aside(PostgresqlConnection& connection)
      : connection_(connection), inside_(connection.in_transaction()) {
    if (inside_) (void)connection_.run("SAVEPOINT besa_aside");
  }
  void undo() {
    if (inside_) (void)connection_.run("ROLLBACK TO SAVEPOINT besa_aside");
  }
  void end() {
    if (inside_) (void)connection_.run("RELEASE SAVEPOINT besa_aside");
  }

 private:
  PostgresqlConnection& connection_;
  bool inside_;
};

}  // namespace

ColumnRoom postgresql_room(const PostgresqlCatalogue& catalogue, const std::string& table,
                           const std::string& column) {
  const TableSchema& schema = require_table(catalogue.schema, table);
  const PostgresqlType& type = catalogue.type(table, column);
  switch (type.family) {
    case Family::integer:
    case Family::boolean:
    case Family::real:
    case Family::numeric:
      return {Takes::number, 0};
    case Family::text:
    case Family::padded:
      return {Takes::text, length_in(schema.columns[require_column(schema, column)].declared_type)};
    case Family::uuid:
      return {Takes::uuid, 0};
    default:
      return {type.name.ends_with(".\"citext\"") ? Takes::text : Takes::other, 0};
  }
}

std::optional<Value> stored_by_postgresql(PostgresqlConnection& connection,
                                          const PostgresqlCatalogue& catalogue,
                                          const std::string& table, const std::string& column,
                                          const Value& value) {
  const TableSchema& schema = require_table(catalogue.schema, table);
  const PostgresqlType& type = catalogue.type(table, column);
  const std::string& whole = schema.columns[require_column(schema, column)].declared_type;
  Aside aside(connection);
  std::optional<Value> stored;
  try {
    const Rows rows = connection.run("SELECT " + shown(type, "v.fitted") +
                                         ", v.fitted::pg_catalog.text = v.given::pg_catalog.text"
                                         " FROM (SELECT $1::pg_catalog.text::" +
                                         whole + " AS fitted, $1::pg_catalog.text::" + type.name +
                                         " AS given) AS v",
                                     {written(value.view())});
    if (rows.flag(0, 1) || !is_cut_by_a_cast(type.family)) stored = value_in(rows, type);
  } catch (const Error& error) {
    if (error.is_out_of_reach() || error.kind() == ErrorKind::busy) throw;
    aside.undo();
  }
  aside.end();
  return stored;
}

std::vector<std::vector<std::string>> indexes_with_equal_nulls(PostgresqlConnection& connection,
                                                               const PostgresqlCatalogue& catalogue,
                                                               const std::string& table) {
  std::vector<std::vector<std::string>> found;
  const Rows rows = connection.run(equal_nulls, {catalogue.at(table).sql});
  for (int row = 0; row < rows.size(); ++row)
    for (const IndexSchema& index : require_table(catalogue.schema, table).indexes)
      if (index.name == rows.text(row, 0)) found.push_back(index.columns);
  return found;
}

}  // namespace besa::source
