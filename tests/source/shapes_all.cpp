// The shapes the contract is held against.
#include "tests/source/shapes.hpp"

namespace shapes {

const std::vector<Shape>& all() {
  static const std::vector<Shape> shapes = {
      {.label = "memory", .memory = true},
      {.label = "memory_text_keys", .memory = true, .form = KeyForm::text},
      {.label = "memory_composite_keys", .memory = true, .form = KeyForm::composite},
      {.label = "sqlite_integer_keys"},
      {.label = "sqlite_text_keys", .form = KeyForm::text},
      {.label = "sqlite_composite_keys", .form = KeyForm::composite},
      {.label = "sqlite_without_rowid", .form = KeyForm::text, .without_rowid = true},
      {.label = "sqlite_composite_without_rowid",
       .form = KeyForm::composite,
       .without_rowid = true},
      {.label = "sqlite_no_index_at_all", .form = KeyForm::text, .indexes = false},
      {.label = "sqlite_composite_no_index", .form = KeyForm::composite, .indexes = false},
      {.label = "sqlite_odd_names", .form = KeyForm::text, .odd_names = true},
      {.label = "sqlite_utf16", .form = KeyForm::text, .encoding = "UTF-16le"},
      {.label = "sqlite_utf16_big_endian", .form = KeyForm::composite, .encoding = "UTF-16be"},
      {.label = "sqlite_wal", .journal = "WAL"},
      {.label = "sqlite_wal_text_keys", .form = KeyForm::text, .journal = "WAL"},
      {.label = "csv", .csv = true},
      {.label = "csv_text_keys", .form = KeyForm::text, .csv = true},
      {.label = "csv_crlf", .form = KeyForm::composite, .csv = true, .line_end = "\r\n"},
      {.label = "csv_semicolons_no_quotes",
       .csv = true,
       .dialect = {.delimiter = ';', .quote = '\0', .null_text = "NULL"}},
      {.label = "csv_no_header_tabs",
       .form = KeyForm::text,
       .csv = true,
       .dialect = {.delimiter = '\t', .quote = '\'', .header = false}},
      {.label = "csv_windows_1250",
       .form = KeyForm::text,
       .csv = true,
       .dialect = {.encoding = besa::CharacterSet::windows_1250}},
      {.label = "csv_odd_names", .form = KeyForm::text, .odd_names = true, .csv = true},
      {.label = "csv_monthly", .form = KeyForm::composite, .csv = true, .monthly = true},
      {.label = "jsonl", .jsonl = true},
      {.label = "jsonl_declared_text_keys", .form = KeyForm::text, .jsonl = true, .declared = true},
      {.label = "jsonl_crlf_composite_keys",
       .form = KeyForm::composite,
       .line_end = "\r\n",
       .jsonl = true},
      {.label = "jsonl_nested", .odd_names = true, .jsonl = true, .declared = true},
      {.label = "jsonl_monthly_nested",
       .form = KeyForm::composite,
       .odd_names = true,
       .monthly = true,
       .jsonl = true,
       .declared = true},
  };
  return shapes;
}

const std::vector<Shape>& postgresql() {
  static const std::vector<Shape> shapes = {
      {.label = "integer_keys", .postgresql = true},
      {.label = "text_keys", .form = KeyForm::text, .postgresql = true},
      {.label = "composite_keys", .form = KeyForm::composite, .postgresql = true},
      {.label = "odd_names_in_a_schema",
       .form = KeyForm::composite,
       .odd_names = true,
       .postgresql = true,
       .schema = "C\"R.M"},
      {.label = "partitioned",
       .form = KeyForm::text,
       .postgresql = true,
       .schema = "crm",
       .partitioned = true},
      {.label = "partitioned_by_composite_keys",
       .form = KeyForm::composite,
       .postgresql = true,
       .partitioned = true},
  };
  return shapes;
}

}  // namespace shapes
