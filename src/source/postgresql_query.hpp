// A scan as PostgreSQL's SQL. All names are resolved before; values become parameters, a set of
// keys one array for each of its columns.
//
// Sets are arrays and not a temporary table: reading then needs no right to create anything, works
// on a standby, and "key = ANY(array)" is what postgres_fdw hands down to other servers. Measured
// on one server, erasing 8 % of a million: as fast as a temporary table filled and analysed before.
//
// For reading and erasing, a set is handed to an index in one piece where one finds it: sorted
// once, it walks the index from left to right and the table page by page. Where none does, its keys
// are rows to join with.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "source/postgresql_schema.hpp"

namespace besa::source {

/// A column where it stands in a statement: t0."member_id".
struct PostgresqlColumn {
  const PostgresqlType* type;
  std::string sql;
};

class PostgresqlQuery {
 public:
  /// Sets above this are not sent: the server hands on every row, and they are looked up here.
  static constexpr std::uint32_t largest_set = 1'000'000;
  /// Up to here an array is looked at value by value when the server plans.
  static constexpr std::uint32_t few = 32;

  explicit PostgresqlQuery(const PostgresqlCatalogue& catalogue) : catalogue_(catalogue) {}

  /// The whole SELECT of a scan; its parameters are `parameters()`.
  [[nodiscard]] std::string select(const Scan& scan);
  /// The same, without the owners that have one of `events`.
  [[nodiscard]] std::string select_without(const Scan& population, std::span<const Scan> events);

  /// "$3", for a value or for an array.
  [[nodiscard]] std::string parameter(Parameter value);
  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  /// Ways of reading that are no way to find these rows: settings to be off while it is planned.
  [[nodiscard]] const std::vector<std::string>& ruled_out() const { return ruled_out_; }

  [[nodiscard]] std::vector<PostgresqlColumn> columns(const std::string& table,
                                                      const std::string& alias,
                                                      const std::vector<std::string>& names) const;
  /// True for rows whose columns are one of the keys.
  [[nodiscard]] std::string in_set(const std::vector<PostgresqlColumn>& columns,
                                   const KeyIndex& keys);
  /// The same, by an index where one surely finds them: to be the only condition of its statement,
  /// planned without what is then `ruled_out`.
  [[nodiscard]] std::string with_keys(const std::string& table, const std::string& alias,
                                      const std::vector<std::string>& key_columns,
                                      const KeyIndex& keys);
  /// "column = ANY(…)": also NULL, if that is among the values.
  [[nodiscard]] std::string any_of(const PostgresqlColumn& column,
                                   const std::vector<Value>& values);

 private:
  using Sent = std::vector<std::optional<std::string>>;
  /// The same as `in_set`, for reading: the keys as rows to join with. The server then plans by how
  /// many they are; for "= ANY" it compares each with each frequent value of the column, and then
  /// reads the whole table.
  [[nodiscard]] std::string sought(const std::string& table,
                                   const std::vector<PostgresqlColumn>& columns,
                                   const KeyIndex& keys);
  [[nodiscard]] std::string as_rows(const PostgresqlColumn& column, const Sent& sent);
  /// The keys as values of this column; nullopt where one of them is NULL.
  [[nodiscard]] static std::optional<Sent> single_values(const PostgresqlColumn& column,
                                                         const KeyIndex& keys);
  [[nodiscard]] std::optional<std::string> by_index(const std::string& table,
                                                    const std::string& alias,
                                                    const std::string& name, const KeyIndex& keys);
  /// A table's rows with one of the keys, as an index finds them; nullopt where it may not.
  [[nodiscard]] std::optional<std::string> found_by_index(const Scan& scan, const std::string& name,
                                                          const KeyIndex& keys);
  [[nodiscard]] std::string rows_of(Scan& scan);
  [[nodiscard]] std::string one_of(const PostgresqlColumn& column, const Sent& sent);
  [[nodiscard]] std::string wider(const PostgresqlColumn& column, const Sent& sent);
  [[nodiscard]] std::string from(const Scan& scan, const std::string& rows,
                                 const std::string& alias) const;
  [[nodiscard]] std::string conditions(const Scan& scan, const std::string& alias);
  [[nodiscard]] std::string bound(const PostgresqlColumn& column, const Bound& bound);
  [[nodiscard]] std::string compare(const PostgresqlColumn& column, const char* comparison,
                                    const Value& limit);
  [[nodiscard]] std::string any_of_keys(const std::vector<PostgresqlColumn>& columns,
                                        const std::vector<Key>& keys, bool with_nulls);
  [[nodiscard]] std::vector<PostgresqlColumn> owner(const Scan& scan,
                                                    const std::string& alias) const;
  [[nodiscard]] std::string not_exists(const Scan& population, const Scan& event,
                                       const std::string& alias);
  [[nodiscard]] std::string head(const Scan& scan, const std::string& rows) const;
  [[nodiscard]] std::string order(const Scan& scan) const;

  const PostgresqlCatalogue& catalogue_;
  std::vector<Parameter> parameters_;
  std::vector<std::string> ruled_out_;
};

/// The column as it meets values that were sent: itself where that is exact, as text elsewhere.
[[nodiscard]] std::string compared(const PostgresqlColumn& column);
/// The type in which an array of such values is sent.
[[nodiscard]] std::string array_type(const PostgresqlType& type);

}  // namespace besa::source
