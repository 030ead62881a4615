#include "source/postgresql_schema.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "source/names.hpp"

namespace besa::source {
namespace {

constexpr auto all_tables_of_database = R"sql(
SELECT c.oid,
       c.relpages BETWEEN 1 AND pg_size_bytes(current_setting('work_mem')) / 128,
       n.nspname, c.relname, c.relkind,
       c.relrowsecurity, c.relforcerowsecurity,
       EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type <> '1'),
       coalesce(pg_get_viewdef(CASE WHEN c.relkind IN ('v', 'm') THEN c.oid END), ''),
       coalesce((SELECT s.srvname FROM pg_foreign_table f
                 JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")sql";

// What a database has none of need not be asked for: planning a question costs more than its
// answer.
constexpr auto what_there_is = R"sql(
SELECT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f'),
       EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal),
       EXISTS (SELECT FROM pg_class WHERE relispartition))sql";

// Of the listed tables, and only of them: the system's own have ten times as many columns. Types
// and collations are few, and looked up by themselves.
constexpr auto all_columns = R"sql(
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attgenerated <> '', a.atthasdef OR a.attidentity <> '', a.attidentity = 'a',
       coalesce((SELECT array_position(k.conkey, a.attnum) FROM pg_constraint k
                 WHERE k.conrelid = a.attrelid AND k.contype = 'p'), 0),
       CASE WHEN a.atthasdef THEN (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
                                   WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum)
            ELSE '' END,
       a.attnum, a.atttypid, a.attcollation
FROM pg_attribute a
WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum)sql";

// A domain of a domain is followed down to what it is made of.
constexpr auto all_types = R"sql(
WITH RECURSIVE base AS (
  SELECT oid AS type, typname, typnamespace, typtype, typbasetype FROM pg_type
  WHERE oid = ANY (ARRAY(SELECT DISTINCT atttypid FROM pg_attribute
                         WHERE attrelid = ANY ($1::oid[]) AND attnum > 0))
  UNION ALL
  SELECT b.type, t.typname, t.typnamespace, t.typtype, t.typbasetype
  FROM base b JOIN pg_type t ON b.typtype = 'd' AND t.oid = b.typbasetype)
SELECT b.type, n.nspname, b.typname
FROM base b JOIN pg_namespace n ON n.oid = b.typnamespace WHERE b.typtype <> 'd')sql";

// 100 is the database's own; from PostgreSQL 15 on that may be ICU's (i), whatever datcollate says.
// C.UTF-8 sorts by code points, which in UTF-8 is by bytes; the fingerprint says only of C and
// POSIX that they do, as it always did.
constexpr auto all_collations = R"sql(
SELECT o.oid, CASE WHEN o.oid <> 100 THEN quote_ident(n.nspname) || '.' || quote_ident(o.collname)
                   ELSE '' END,
       o.collisdeterministic,
       coalesce(l.name IN ('C', 'POSIX'), false),
       coalesce(l.name IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8'), false)
FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
CROSS JOIN LATERAL (
  SELECT CASE WHEN o.oid <> 100 THEN o.collcollate
              ELSE (SELECT d.datcollate FROM pg_database d WHERE d.datname = current_database()
                    AND coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c') END) AS l(name)
WHERE o.oid = ANY (ARRAY(SELECT DISTINCT attcollation FROM pg_attribute
                         WHERE attrelid = ANY ($1::oid[]) AND attnum > 0)))sql";

constexpr auto all_indexes = R"sql(
SELECT i.indrelid, c.relname, i.indisunique, i.indpred IS NOT NULL, pg_get_indexdef(i.indexrelid),
       i.indkey, i.indnkeyatts
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY ($1::oid[]) AND i.indisvalid
ORDER BY i.indrelid, c.relname COLLATE "C")sql";

// Names of the catalogue are those of the root of a partition tree, whatever part declares them.
constexpr auto all_references = R"sql(
SELECT coalesce(pg_partition_root(k.conrelid), k.conrelid)::oid,
       coalesce(pg_partition_root(k.confrelid), k.confrelid)::oid,
       coalesce(pg_partition_root(k.conrelid), k.conrelid)::regclass::text,
       k.conname, k.confdeltype, k.confupdtype, pg_get_constraintdef(k.oid), p.place,
       a.attname, b.attname, quote_ident(s.nspname) || '.' || o.oprname
FROM pg_constraint k
CROSS JOIN LATERAL unnest(k.conkey, k.confkey, k.conpfeqop)
  WITH ORDINALITY AS p(near, far, equality, place)
JOIN pg_operator o ON o.oid = p.equality JOIN pg_namespace s ON s.oid = o.oprnamespace
JOIN pg_attribute a ON a.attnum = p.near AND a.attrelid = k.conrelid
JOIN pg_attribute b ON b.attnum = p.far AND b.attrelid = k.confrelid
WHERE k.contype = 'f' AND k.conparentid = 0
ORDER BY coalesce(pg_partition_root(k.conrelid), k.conrelid)::regclass::text COLLATE "C",
         k.conname COLLATE "C", k.oid, p.place)sql";

constexpr auto all_triggers = R"sql(
SELECT coalesce(pg_partition_root(t.tgrelid), t.tgrelid)::oid, t.tgname,
       t.tgtype & 8 <> 0, t.tgtype & 4 <> 0, t.tgtype & 16 <> 0,
       t.tgenabled IN ('O', 'A'), pg_get_triggerdef(t.oid), p.prosrc
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgparentid = 0
ORDER BY t.tgname COLLATE "C", t.oid)sql";

constexpr auto all_leaves = R"sql(
SELECT pg_partition_root(c.oid)::oid, c.oid::regclass::text, coalesce(s.srvname, '')
FROM pg_class c LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver
WHERE c.relispartition AND c.relkind IN ('r', 'f')
ORDER BY 1, c.oid::regclass::text COLLATE "C")sql";

std::string action(std::string_view letter) {
  if (letter == "c") return "CASCADE";
  if (letter == "n") return "SET NULL";
  if (letter == "d") return "SET DEFAULT";
  return letter == "r" ? "RESTRICT" : "NO ACTION";
}

TableKind kind_of(std::string_view letter) {
  if (letter == "v") return TableKind::view;
  return letter == "f" ? TableKind::virtual_table : TableKind::table;
}

/// True for an index that finds the rows with a value of its first column, compared as the column
/// is; not for one that only narrows them down, or compares in another way.
bool finds_rows(std::string_view definition, const IndexSchema& index) {
  return !index.partial && !index.columns.empty() && !index.columns.front().empty() &&
         definition.find(" USING btree (") != std::string_view::npos &&
         definition.find(" COLLATE ") == std::string_view::npos;
}

struct NamedType {
  NamedType(const Rows& rows, int row) : schema(rows.text(row, 1)), name(rows.text(row, 2)) {}
  std::string schema, name;
};

struct Collation {
  Collation() = default;
  Collation(const Rows& rows, int row)
      : sql(rows.text(row, 1)),
        deterministic(rows.flag(row, 2)),
        plain_c(rows.flag(row, 3)),
        byte_order(rows.flag(row, 4)) {}
  std::string sql;  ///< empty for the database's own, and for none
  bool deterministic = true, plain_c = false, byte_order = false;
};

/// Reads one database's catalogue, inside one transaction: all of it of one moment.
class PostgresqlSchemaReader {
 public:
  explicit PostgresqlSchemaReader(PostgresqlConnection& connection) : connection_(connection) {}

  /// In two journeys to the server. The second ends the transaction, if there is to be an end.
  PostgresqlCatalogue read(bool ends) {
    const auto first = connection_.run_together({{all_tables_of_database}, {what_there_is}});
    read_tables(first[0]);
    std::vector<PostgresqlConnection::Statement> questions = {{all_columns, {listed()}},
                                                              {all_types, {listed()}},
                                                              {all_collations, {listed()}},
                                                              {all_indexes, {listed()}}};
    const auto ask = [&](const char* question) { questions.push_back({question}); };
    const bool references = first[1].flag(0, 0), triggers = first[1].flag(0, 1),
               leaves = first[1].flag(0, 2);
    if (references) ask(all_references);
    if (triggers) ask(all_triggers);
    if (leaves) ask(all_leaves);
    if (ends) ask("COMMIT");
    const auto second = connection_.run_together(std::move(questions));
    read_columns(second[0], second[1], second[2]);
    read_indexes(second[3]);
    auto next = second.begin() + 4;
    if (references) read_references(*next++);
    if (triggers) read_triggers(*next++);
    if (leaves) read_leaves(*next++);
    std::ranges::sort(found_.schema.tables, {}, &TableSchema::name);
    found_.schema.fingerprint = digest_.finish();
    return std::move(found_);
  }

 private:
  static std::string name_of(const std::string& schema, const std::string& table) {
    const bool bare = schema == "public" && table.find('.') == std::string::npos;
    return bare ? table : schema + "." + table;
  }

  void read_tables(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
      const std::string name = name_of(rows.text(row, 2), rows.text(row, 3));
      if (found_.tables.contains(name))
        throw Error(ErrorKind::refused,
                    "two tables of the database are named '" + for_terminal(name) + "' with schema",
                    "a '.' inside a name makes it ambiguous; rename one of them");
      PostgresqlTable& table = found_.tables[name];
      table.sql = postgresql_name(rows.text(row, 2)) + "." + postgresql_name(rows.text(row, 3));
      table.rows = (rows.text(row, 4) == "r" ? "ONLY " : "") + table.sql;
      table.materialized = rows.text(row, 4) == "m";
      table.foreign = rows.text(row, 4) == "f";
      table.fits_in_memory = rows.flag(row, 1);
      table.rules = rows.flag(row, 7);
      if (rows.text(row, 4) != "p") table.leaves = {{table.sql, rows.text(row, 9)}};
      places_[rows.number(row, 0)] = found_.schema.tables.size();
      TableSchema& schema = found_.schema.tables.emplace_back();
      schema.name = name;
      schema.kind = kind_of(rows.text(row, 4));
      note(rows, row, 2);
    }
  }

  void read_columns(const Rows& rows, const Rows& type_rows, const Rows& collation_rows) {
    const auto types = by_number<NamedType>(type_rows);
    const auto collations = by_number<Collation>(collation_rows);
    for (int row = 0; row < rows.size(); ++row) {
      TableSchema* table = table_of(rows, row);
      const auto type = types.find(rows.number(row, 10));
      const auto collation = collations.find(rows.number(row, 11));
      if (table == nullptr || type == types.end())
        throw Error(ErrorKind::failed, "the server speaks of a table or type that it did not list");
      read_column(rows, row, *table);
      read_type(rows, row, table->name, type->second,
                collation == collations.end() ? Collation() : collation->second);
      table->columns.back().found_type =
          found_type_of(found_.tables.at(table->name).types.back().family);
    }
  }

  void read_column(const Rows& rows, int row, TableSchema& table) {
    ColumnSchema& column = table.columns.emplace_back();
    column.name = rows.text(row, 1);
    column.declared_type = rows.text(row, 2);
    column.not_null = rows.flag(row, 3);
    column.generated = rows.flag(row, 4);
    column.has_default = rows.flag(row, 5) && !column.generated;
    column.key_position = static_cast<std::uint32_t>(rows.number(row, 7));
    numbered_[{rows.number(row, 0), rows.text(row, 9)}] = column.name;
  }

  void read_type(const Rows& rows, int row, const std::string& table, const NamedType& named,
                 const Collation& collation) {
    PostgresqlType& type = found_.tables.at(table).types.emplace_back();
    type.family = family_of(named.schema, named.name);
    type.name = postgresql_name(named.schema) + "." + postgresql_name(named.name);
    type.collation = collation.sql;
    type.deterministic = collation.deterministic;
    type.byte_order = collation.byte_order;
    type.zoned = named.name == "timestamptz";
    type.identity = rows.flag(row, 6);
    std::vector<std::string> words = {table};
    for (int place = 1; place <= 7; ++place) words.push_back(rows.text(row, place));
    words.insert(words.end(),
                 {named.schema, named.name, collation.sql, collation.deterministic ? "t" : "f",
                  collation.plain_c ? "t" : "f", rows.text(row, 8)});
    note(words);
  }

  template <typename Named>
  static std::map<std::int64_t, Named> by_number(const Rows& rows) {
    std::map<std::int64_t, Named> found;
    for (int row = 0; row < rows.size(); ++row)
      found.emplace(rows.number(row, 0), Named(rows, row));
    return found;
  }

  void read_indexes(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
      TableSchema* table = table_of(rows, row);
      if (table == nullptr) continue;
      IndexSchema& index = table->indexes.emplace_back();
      index = {rows.text(row, 1), {}, rows.flag(row, 2), rows.flag(row, 3)};
      for (const std::string& number : split(rows.text(row, 5), ' ')) {
        if (std::ssize(index.columns) == rows.number(row, 6)) break;  // the rest is only INCLUDEd
        const auto column = numbered_.find({rows.number(row, 0), number});
        index.columns.push_back(column == numbered_.end() ? "" : column->second);
      }
      if (finds_rows(rows.bytes(row, 4), index))
        found_.tables.at(table->name).sought_by.insert(index.columns.front());
      note({table->name, rows.text(row, 1), rows.text(row, 2), rows.text(row, 3), rows.text(row, 4),
            "1", index.columns.empty() ? "" : index.columns.front()});
    }
  }

  void read_references(const Rows& rows) {
    PostgresqlReference reference;
    for (int row = 0; row < rows.size(); ++row) {
      if (rows.number(row, 7) == 1) {
        reference = {};
        reference.child_sql = rows.text(row, 2);
        reference.name = rows.text(row, 3);
        reference.on_delete = action(rows.bytes(row, 4));
        reference.on_update = action(rows.bytes(row, 5));
        note(rows, row, 2);
      }
      reference.columns.push_back(rows.text(row, 8));
      reference.target_columns.push_back(rows.text(row, 9));
      reference.operators.push_back("OPERATOR(" + rows.text(row, 10) + ")");
      const bool last = row + 1 == rows.size() || rows.number(row + 1, 7) == 1;
      if (last) place_reference(rows, row, reference);
    }
  }

  void place_reference(const Rows& rows, int row, PostgresqlReference reference) {
    TableSchema* child = table_of(rows, row);
    TableSchema* parent = table_of(rows, row, 1);
    reference.child = child != nullptr ? child->name : reference.child_sql;
    if (parent == nullptr) return;
    if (child != nullptr)
      child->foreign_keys.push_back(
          {reference.columns, parent->name, reference.target_columns, reference.on_delete});
    found_.tables.at(parent->name).referred_by.push_back(std::move(reference));
  }

  void read_triggers(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
      TableSchema* table = table_of(rows, row);
      if (table == nullptr) continue;
      table->triggers.push_back(rows.text(row, 1));
      auto& events = found_.tables.at(table->name).trigger_events;
      if (rows.flag(row, 5)) {
        if (rows.flag(row, 2)) events.insert("DELETE");
        if (rows.flag(row, 3)) events.insert("INSERT");
        if (rows.flag(row, 4)) events.insert("UPDATE");
      }
      note(rows, row, 1, table->name);
    }
  }

  /// Partitions come and go with the months and are not part of the fingerprint.
  void read_leaves(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row)
      if (const TableSchema* table = table_of(rows, row))
        found_.tables.at(table->name).leaves.push_back({rows.text(row, 1), rows.text(row, 2)});
  }

  /// The tables that were found, as one parameter.
  [[nodiscard]] std::string listed() const {
    std::vector<std::optional<std::string>> numbers;
    for (const auto& [number, place] : places_) numbers.push_back(std::to_string(number));
    return array_of(numbers);
  }

  TableSchema* table_of(const Rows& rows, int row, int column = 0) {
    const auto found = places_.find(rows.number(row, column));
    return found == places_.end() ? nullptr : &found_.schema.tables[found->second];
  }

  /// Adds what the server said to the fingerprint, from a column on.
  void note(const Rows& rows, int row, int from, const std::string& table = {}) {
    std::vector<std::string> words = {table};
    for (int column = from; column < rows.width(); ++column)
      words.push_back(rows.text(row, column));
    note(words);
  }

  void note(const std::vector<std::string>& words) {
    Key said;
    for (const std::string& word : words) said.push_back(Value::of(word));
    digest_.update(encode_key(said));
  }

  PostgresqlConnection& connection_;
  PostgresqlCatalogue found_;
  std::map<std::int64_t, std::size_t> places_;  ///< oid -> place in the schema's tables
  /// A table's oid and a column's number -> the column's name.
  std::map<std::pair<std::int64_t, std::string>, std::string> numbered_;
  Sha256 digest_;
};

}  // namespace

bool PostgresqlTable::on_other_servers() const {
  return std::ranges::any_of(leaves,
                             [](const PostgresqlLeaf& leaf) { return !leaf.server.empty(); });
}

bool PostgresqlTable::is_one_place() const {
  return leaves.size() == 1 && leaves.front().sql == sql && leaves.front().server.empty();
}

const PostgresqlType& PostgresqlCatalogue::type(const std::string& table,
                                                const std::string& column) const {
  return at(table).types[require_column(require_table(schema, table), column)];
}

PostgresqlCatalogue read_catalogue(PostgresqlConnection& connection) {
  const bool alone = !connection.in_transaction();
  if (alone) connection.run_with_next({"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"});
  return PostgresqlSchemaReader(connection).read(alone);
}

}  // namespace besa::source
