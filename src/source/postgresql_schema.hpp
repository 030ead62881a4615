// What a PostgreSQL database says about itself: its tables as people name them in a dataset file,
// and what this driver must know before it reads or changes them.
//
// A table of the schema "public" is named by its name alone, any other as schema.table. A
// partitioned table is one table; its partitions are not listed. Tables of extensions and of the
// system are left out. Every other table is listed, also one that the role may not read: it is the
// table nobody described that leaks.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "besa/source/source.hpp"
#include "source/postgresql_connection.hpp"
#include "source/postgresql_types.hpp"

namespace besa::source {

/// Where the rows of a table lie: itself, or its partitions.
struct PostgresqlLeaf {
  std::string sql;     ///< "public"."members_1"
  std::string server;  ///< of a foreign table, its server; else empty
};

/// A foreign key that ends at a table, as the one that may lose its rows sees it.
struct PostgresqlReference {
  std::string child;                        ///< the table's name; as SQL where it is not listed
  std::string child_sql;                    ///< "public"."purchases"
  std::string name;                         ///< of the constraint
  std::vector<std::string> columns;         ///< of the child
  std::vector<std::string> target_columns;  ///< of this table
  std::vector<std::string> operators;       ///< by which this table's column equals the child's
  std::string on_delete, on_update;
};

/// Beyond TableSchema, what only this driver needs.
struct PostgresqlTable {
  std::string sql;                    ///< "public"."members"
  std::string rows;                   ///< as SQL, its own rows: ONLY, unless it is partitioned
  std::vector<PostgresqlType> types;  ///< for each column
  std::vector<PostgresqlLeaf> leaves;
  std::vector<PostgresqlReference> referred_by;
  /// Columns with which a B-tree of theirs begins that finds rows by "=", whatever else they hold.
  std::set<std::string> sought_by;
  bool fits_in_memory = false;  ///< a bitmap of all its pages does, in the memory of one sort
  std::set<std::string> trigger_events;  ///< DELETE, INSERT, UPDATE, of triggers that fire
  bool foreign = false;                  ///< a foreign table of its own
  bool materialized = false;  ///< a materialised view: a copy that is refreshed, never changed
  bool rules = false;         ///< its statements are rewritten into others

  [[nodiscard]] bool on_other_servers() const;
  /// Its rows lie in itself, here: neither in partitions nor elsewhere.
  [[nodiscard]] bool is_one_place() const;
};

struct PostgresqlCatalogue {
  Schema schema;
  std::map<std::string, PostgresqlTable> tables;

  [[nodiscard]] const PostgresqlTable& at(const std::string& table) const {
    return tables.at(table);
  }
  [[nodiscard]] const PostgresqlType& type(const std::string& table,
                                           const std::string& column) const;
};

[[nodiscard]] PostgresqlCatalogue read_catalogue(PostgresqlConnection& connection);

}  // namespace besa::source
