// What besa reads from CSV and what it refuses: the hostile catalogue (erasure.md 4.1, C1–C24).

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/source/csv_files.hpp"

namespace {

using namespace besa::source;
using besa::CharacterSet;
using csv_files::Cells;
using csv_files::CsvFolder;
using csv_files::error_of;
using csv_files::rows_of;
using testing::AllOf;
using testing::HasSubstr;

class Csv : public testing::Test {
 protected:
  /// The rows of one file with these bytes.
  std::vector<Cells> read(const std::string& bytes, const CsvDialect& dialect = {}) {
    folder_.write("t.csv", bytes);
    return rows_of(*folder_.open(dialect), "t");
  }
  std::string error(const std::string& bytes, const CsvDialect& dialect = {}) {
    return error_of([&] { (void)read(bytes, dialect); });
  }
  CsvFolder folder_;
};

const std::vector<Cells> one_row = {{"1", "Ana"}};

TEST_F(Csv, a_byte_order_mark_is_no_part_of_the_first_name_C1) {
  EXPECT_EQ(read("\xEF\xBB\xBFid,name\n1,Ana\n"), one_row);
}

TEST_F(Csv, lines_end_with_lf_or_crlf_in_any_mixture_C2) {
  EXPECT_EQ(read("id,name\r\n1,Ana\r\n"), one_row);
  EXPECT_EQ(read("id,name\n1,Ana\r\n2,Ben\n"), (std::vector<Cells>{{"1", "Ana"}, {"2", "Ben"}}));
}

TEST_F(Csv, a_carriage_return_alone_is_an_error_with_its_place_C2) {
  EXPECT_THAT(error("id,name\n1,A\rna\n"),
              HasSubstr("line 2 (record 2, byte 11): a carriage return without a line feed"));
  EXPECT_THAT(error("id,name\n1,Ana\r"), HasSubstr("byte 13): a carriage return"));
}

TEST_F(Csv, the_last_line_may_lack_its_end_and_blank_lines_are_no_rows_C3) {
  EXPECT_EQ(read("id,name\n1,Ana"), one_row);
  EXPECT_EQ(read("id,name\n\n1,Ana\n\r\n\n"), one_row);
}

TEST_F(Csv, a_header_without_rows_is_a_table_without_rows_C4) {
  EXPECT_TRUE(read("id,name\n").empty());
  EXPECT_TRUE(read("id,name").empty());
}

TEST_F(Csv, an_empty_file_lacks_its_header_C4) {
  EXPECT_THAT(error(""), HasSubstr("is empty: it has no header"));
  EXPECT_THAT(error("\n\n"), HasSubstr("is empty: it has no header"));
}

TEST_F(Csv, quoted_fields_hold_delimiters_line_ends_and_quotes_C5) {
  EXPECT_EQ(read("id,name\n1,\"a,b\r\nc\n\"\"d\"\"\"\n2,\"\"\"\"\n"),
            (std::vector<Cells>{{"1", "a,b\r\nc\n\"d\""}, {"2", "\""}}));
}

TEST_F(Csv, places_count_records_and_lines_C5) {
  EXPECT_THAT(error("id,name\n1,\"a\nb\nc\"\n2\n"),
              HasSubstr("line 5 (record 3, byte 18): 1 field instead of 2"));
}

TEST_F(Csv, a_quote_in_a_field_that_does_not_begin_with_one_is_an_error_C6) {
  EXPECT_THAT(error("id,name\n1,a\"b\n"),
              AllOf(HasSubstr("line 2 (record 2, byte 11)"), HasSubstr("a quote inside a field")));
}

TEST_F(Csv, text_after_a_closing_quote_is_an_error_C6) {
  EXPECT_THAT(error("id,name\n1,\"a\"b\n"),
              AllOf(HasSubstr("line 2 (record 2, byte 13)"), HasSubstr("text between")));
  EXPECT_THAT(error("id,name\n1,\"a\" \n"), HasSubstr("text between"));
  EXPECT_THAT(error("id,name\n1,\"\"a\n"), HasSubstr("text between"));
}

TEST_F(Csv, a_quote_that_is_never_closed_is_an_error_that_names_its_line_C7) {
  EXPECT_THAT(error("id,name\n1,Ana\n2,\"Ben\n3,Cen\n4,Dea\n"),
              AllOf(HasSubstr("line 3 (record 3, byte 16)"), HasSubstr("never closed")));
}

TEST_F(Csv, ragged_records_are_errors_and_never_padded_C8) {
  EXPECT_THAT(error("id,name\n1\n"), HasSubstr("line 2 (record 2, byte 8): 1 field instead of 2"));
  EXPECT_THAT(error("id,name\n1,a,b\n"), HasSubstr("3 fields instead of 2"));
  EXPECT_THAT(error("id,name\n1,Ana\n2,"), testing::StrEq("no error"));
}

TEST_F(Csv, a_name_that_is_missing_or_there_twice_is_an_error_C9) {
  EXPECT_THAT(error("id,,name\n"), HasSubstr("column 2 has no name"));
  EXPECT_THAT(error("id,name,id\n"), HasSubstr("columns 1 and 3 have the same name"));
  EXPECT_THAT(error("id,Email,EMAIL\n"), HasSubstr("have the same name"));
  EXPECT_THAT(error("id,\xC3\xAB,e\xCC\x88\n"), HasSubstr("have the same name"));
}

TEST_F(Csv, names_are_compared_exactly_C10) {
  folder_.write("t.csv",
                "id, name,\xC2\xA0"
                "city\n1,a,b\n");
  const auto source = folder_.open();
  EXPECT_EQ(source->schema().tables.at(0).columns.at(1).name, " name");
  Scan scan;
  scan.table = "t";
  scan.columns = {"name"};
  EXPECT_THAT(error_of([&] { source->scan(scan, [](RowView) {}); }),
              AllOf(HasSubstr("no column 'name'"), HasSubstr("did you mean ' name'?")));
}

TEST_F(Csv, another_delimiter_than_declared_is_an_error_with_a_hint_C11) {
  EXPECT_THAT(error("id;name\n1;Ana\n"),
              AllOf(HasSubstr("one column with ';' in it"), HasSubstr("declare csv.delimiter")));
  EXPECT_THAT(error("id\tname\n1\tAna\n"), HasSubstr("a tab"));
  EXPECT_EQ(read("id;name\n1;Ana\n", {.delimiter = ';'}), one_row);
  EXPECT_EQ(read("id\tname\n1\tAna\n", {.delimiter = '\t'}), one_row);
}

TEST_F(Csv, a_nul_is_an_error_C12) {
  EXPECT_THAT(error(std::string("id,name\n1,A\0a\n", 14)),
              HasSubstr("line 2 (record 2, byte 11): a NUL"));
}

TEST_F(Csv, utf16_is_read_where_it_is_declared_and_an_error_elsewhere_C13) {
  const std::string text = "id,name\n1,\xC3\x87\xF0\x9F\x98\x80\n";
  for (const CharacterSet set : {CharacterSet::utf16le, CharacterSet::utf16be}) {
    const std::string plain = besa::from_utf8(text, set).value();
    const std::string marked = besa::from_utf8("\xEF\xBB\xBF" + text, set).value();
    EXPECT_EQ(read(plain, {.encoding = set}),
              (std::vector<Cells>{{"1", "\xC3\x87\xF0\x9F\x98\x80"}}));
    EXPECT_EQ(read(marked, {.encoding = set}), read(plain, {.encoding = set}));
    EXPECT_THAT(error(marked), HasSubstr("is UTF-16"));
    EXPECT_THAT(error(plain), AllOf(HasSubstr("a NUL byte"), HasSubstr("declare csv.encoding")));
    EXPECT_THAT(error(plain + "x", {.encoding = set}), HasSubstr("is not UTF-16"));
    const CharacterSet other =
        set == CharacterSet::utf16le ? CharacterSet::utf16be : CharacterSet::utf16le;
    EXPECT_THAT(error(marked, {.encoding = other}), HasSubstr("of the other byte order"));
  }
}

TEST_F(Csv, bytes_that_are_not_utf8_are_an_error_wherever_they_are_C14) {
  for (const std::string bad : {"\xEB", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                                "\xF4\x90\x80\x80", "\x80", "\xC3", "\xE2\x82"})
    for (const std::size_t before : {0U, 50U, 61U, 62U, 63U, 64U, 70000U, 262130U})
      EXPECT_THAT(error("id,name\n1," + std::string(before, 'x') + bad + "\n"),
                  HasSubstr("byte " + std::to_string(10 + before) + "): bytes that are not UTF-8"))
          << before;
  EXPECT_THAT(error("id,name\n1,\xEB"), HasSubstr("not UTF-8"));
}

TEST_F(Csv, one_byte_encodings_are_read_by_declaration_only_C15) {
  const std::string bytes =
      "id,name\n1,\xC7"
      "en \xE8\n";
  EXPECT_EQ(read(bytes, {.encoding = CharacterSet::windows_1250}),
            (std::vector<Cells>{{"1",
                                 "\xC3\x87"
                                 "en \xC4\x8D"}}));
  EXPECT_EQ(read(bytes, {.encoding = CharacterSet::windows_1252}),
            (std::vector<Cells>{{"1",
                                 "\xC3\x87"
                                 "en \xC3\xA8"}}));
  EXPECT_THAT(error("id,name\n1,\x81\n", {.encoding = CharacterSet::windows_1252}),
              HasSubstr("line 2 (record 2, byte 8): bytes that are not windows-1252"));
  EXPECT_THAT(error("\xEF\xBB\xBFid\n1\n", {.encoding = CharacterSet::windows_1252}),
              HasSubstr("begins as UTF-8 does"));
}

TEST_F(Csv, mojibake_and_decomposed_letters_come_as_they_are_C16) {
  EXPECT_EQ(read("a,b\n\xC3\x83\xC2\xAB,e\xCC\x88\n"),
            (std::vector<Cells>{{"\xC3\x83\xC2\xAB", "e\xCC\x88"}}));
}

TEST_F(Csv, a_field_may_have_a_mebibyte_and_no_more_C17) {
  const std::string mebibyte(std::size_t{1} << 20, 'x');
  EXPECT_EQ(read("id,name\n1," + mebibyte + "\n").at(0).at(1)->size(), mebibyte.size());
  EXPECT_THAT(error("id,name\n1," + mebibyte + "x\n"), HasSubstr("longer than 1 MiB"));
  EXPECT_THAT(error("id,name\n1,\"" + mebibyte + mebibyte + mebibyte + "\n2,b\n"),
              AllOf(HasSubstr("line 2 (record 2, byte 10): a field is longer"),
                    HasSubstr("may never be closed")));
}

TEST_F(Csv, a_hundred_thousand_columns_are_read_C17) {
  std::string header, row;
  for (int i = 0; i < 100000; ++i) {
    header += (i == 0 ? "c" : ",c") + std::to_string(i);
    row += (i == 0 ? "v" : ",v") + std::to_string(i);
  }
  folder_.write("t.csv", header + "\n" + row + "\n");
  Scan scan;
  scan.table = "t";
  scan.columns = {"c99999", "c0", "c50000"};
  EXPECT_EQ(rows_of(*folder_.open(), scan), (std::vector<Cells>{{"v99999", "v0", "v50000"}}));
}

TEST_F(Csv, formulas_numbers_and_phones_stay_the_text_they_are_C18_C19) {
  EXPECT_EQ(read("a,b,c,d,e\n=1+1,+35569111,007,1E5,@x\n-1,\"\t1\",1.50,01.02.2024,0\n"),
            (std::vector<Cells>{{"=1+1", "+35569111", "007", "1E5", "@x"},
                                {"-1", "\t1", "1.50", "01.02.2024", "0"}}));
}

TEST_F(Csv, notes_and_comments_are_no_csv_C20) {
  EXPECT_THAT(error("sep=;\nid;name\n"), HasSubstr("note to a spreadsheet program"));
  EXPECT_THAT(error("# members\nid,name\n"), HasSubstr("a comment"));
  EXPECT_THAT(error("id,name\n# rows\n1,Ana\n"), HasSubstr("CSV has no comment lines"));
}

TEST_F(Csv, all_rows_of_an_identifier_come_C21) {
  folder_.write("t.csv", "id,name\n1,Ana\n2,Ben\n1,Ana B.\n");
  KeyIndex ana;
  ana.add(encode_key({Value::of(std::string("1"))}));
  Scan scan;
  scan.table = "t";
  scan.owner = {"id"};
  scan.columns = {"name"};
  scan.owners = &ana;
  EXPECT_EQ(rows_of(*folder_.open(), scan), (std::vector<Cells>{{"1", "Ana"}, {"1", "Ana B."}}));
}

TEST_F(Csv, a_file_that_grows_or_is_cut_while_it_is_read_is_an_error_C22_F52) {
  std::string bytes = "id,name\n";
  for (int i = 0; i < 100000; ++i) bytes += std::to_string(i) + ",Ana\n";
  for (const bool grows : {true, false}) {
    const auto path = folder_.write("t.csv", bytes);
    const auto source = folder_.open();
    int rows = 0;
    EXPECT_THAT(error_of([&] {
                  source->scan(csv_files::everything(*source, "t"), [&](RowView) {
                    if (++rows == 10)
                      std::filesystem::resize_file(path, grows ? bytes.size() + 1000 : 400000);
                  });
                }),
                testing::AnyOf(HasSubstr("changed while it was read"), HasSubstr("a NUL byte")));
  }
}

TEST_F(Csv, invisible_characters_are_kept_C23) {
  EXPECT_EQ(read("a,b\n\xE2\x80\xAE,x\xE2\x80\x8By\n"),
            (std::vector<Cells>{{"\xE2\x80\xAE", "x\xE2\x80\x8By"}}));
}

TEST_F(Csv, a_control_z_at_the_end_is_an_error_C24) {
  EXPECT_THAT(error("id,name\n1,Ana\n\x1A"), HasSubstr("Ctrl-Z"));
  EXPECT_THAT(error("id\n1\n\x1A"), HasSubstr("Ctrl-Z"));
}

TEST_F(Csv, an_unquoted_field_that_is_the_null_text_has_no_value_and_a_quoted_one_has) {
  EXPECT_EQ(read("a,b\n,\"\"\n"), (std::vector<Cells>{{std::nullopt, ""}}));
  EXPECT_EQ(read("a,b,c\nNULL,\"NULL\",\n", {.null_text = "NULL"}),
            (std::vector<Cells>{{std::nullopt, "NULL", ""}}));
}

TEST_F(Csv, a_file_without_header_has_the_columns_declared) {
  const CsvDialect dialect{.header = false, .columns = {{"t", {"id", "name"}}}};
  EXPECT_EQ(read("1,Ana\n", dialect), one_row);
  EXPECT_TRUE(read("", dialect).empty());
  EXPECT_THAT(error("1,Ana,x\n", dialect), HasSubstr("3 fields instead of 2"));
  EXPECT_THAT(error("1,Ana\n", {.header = false}), HasSubstr("csv.columns"));
}

TEST_F(Csv, a_bound_that_is_a_number_compares_with_the_number_a_text_spells) {
  folder_.write("t.csv", "id,at\na,9\nb,10\nc,\"10,5\"\nd,soon\ne,\n");
  Scan scan;
  scan.table = "t";
  scan.columns = {"id"};
  scan.bound = Bound{"at", {}, Value::of(std::int64_t{10})};
  EXPECT_EQ(rows_of(*folder_.open(), scan), (std::vector<Cells>{{"a"}}));
  scan.bound = Bound{"at", Value::of(std::int64_t{10}), Value::of(std::int64_t{11})};
  EXPECT_EQ(rows_of(*folder_.open({.decimal = ','}), scan), (std::vector<Cells>{{"b"}, {"c"}}));
}

TEST_F(Csv, a_table_is_a_file_or_a_folder_of_files_read_by_name) {
  folder_.write("members.csv", "id\n1\n");
  folder_.write("sales/2024-02.csv", "id,amount\n3,c\n");
  folder_.write("sales/2024-01.csv", "id,amount\n1,a\n2,b\n");
  folder_.write("readme.txt", "not a table");
  folder_.write(".hidden.csv", "x\n");
  const auto source = folder_.open();
  ASSERT_EQ(source->schema().tables.size(), 2U);
  EXPECT_EQ(rows_of(*source, "sales"), (std::vector<Cells>{{"1", "a"}, {"2", "b"}, {"3", "c"}}));
  EXPECT_EQ(source->row_count("sales"), 3U);
  EXPECT_EQ(source->files().size(), 3U);
  EXPECT_EQ(rows_of(*folder_.open({}, "members.csv"), "members"), (std::vector<Cells>{{"1"}}));
}

TEST_F(Csv, files_of_one_table_must_have_one_header) {
  folder_.write("sales/2024-01.csv", "id,amount\n1,a\n");
  folder_.write("sales/2024-02.csv", "id,amount,email\n3,c,x\n");
  EXPECT_THAT(error_of([&] { (void)folder_.open(); }),
              AllOf(HasSubstr("2024-02.csv' has another header"), HasSubstr("2024-01.csv")));
}

TEST_F(Csv, the_fingerprint_knows_columns_and_tables_and_not_rows) {
  folder_.write("t.csv", "id,name\n1,Ana\n");
  const auto before = folder_.open()->schema().fingerprint;
  folder_.write("t.csv", "id,name\n2,Ben\n");
  EXPECT_EQ(folder_.open()->schema().fingerprint, before);
  folder_.write("t.csv", "id,name,email\n2,Ben,b\n");
  const auto wider = folder_.open()->schema().fingerprint;
  EXPECT_NE(wider, before);
  folder_.write("u.csv", "id\n");
  EXPECT_NE(folder_.open()->schema().fingerprint, wider);
}

TEST_F(Csv, a_file_that_was_replaced_by_one_with_another_header_is_an_error) {
  folder_.write("t.csv", "id,name\n1,Ana\n");
  const auto source = folder_.open();
  folder_.write("t.csv", "name,id\nAna,1\n");
  EXPECT_THAT(error_of([&] { (void)rows_of(*source, "t"); }), HasSubstr("another header"));
}

TEST_F(Csv, what_is_no_file_is_refused_and_never_waited_for_F46_F51) {
  folder_.write("real.txt", "id\n1\n");
  std::filesystem::create_symlink(folder_ / "real.txt", folder_ / "t.csv");
  EXPECT_THAT(error_of([&] { (void)folder_.open(); }), HasSubstr("is a symbolic link"));
  EXPECT_THAT(error_of([&] { (void)folder_.open({}, "t.csv"); }), HasSubstr("is a symbolic link"));
  std::filesystem::remove(folder_ / "t.csv");
  ASSERT_EQ(::mkfifo((folder_ / "t.csv").c_str(), 0600), 0);
  EXPECT_THAT(error_of([&] { (void)folder_.open(); }), HasSubstr("is not a regular file"));
  std::filesystem::remove(folder_ / "t.csv");
  std::filesystem::create_directory(folder_ / "t.csv");
  EXPECT_THAT(error_of([&] { (void)folder_.open(); }), HasSubstr("is not a regular file"));
  std::filesystem::remove(folder_ / "t.csv");
  EXPECT_THAT(error_of([&] { (void)folder_.open({}, "t.csv"); }), HasSubstr("does not exist"));
  EXPECT_THAT(error_of([&] { (void)folder_.open(); }), HasSubstr("holds no .csv file"));
}

TEST_F(Csv, messages_never_show_a_persons_values) {
  EXPECT_THAT(error("id,name\n1,Ana Hoxha,x\n"), testing::Not(HasSubstr("Hoxha")));
}

TEST_F(Csv, the_rows_of_a_folder_are_counted_file_by_file) {
  folder_.write("t/2026-01.csv", "id\n1\n2\n\n");
  folder_.write("t/2026-02.csv", "id\n\"3\n3\"\n");
  folder_.write("u.csv", "id\n");
  const auto source = folder_.open();
  const std::vector<Part> months = source->parts("t");
  ASSERT_EQ(months.size(), 2U);
  EXPECT_EQ(months[0].name + " " + std::to_string(months[0].rows), "2026-01 2");
  EXPECT_EQ(months[1].name + " " + std::to_string(months[1].rows), "2026-02 1");
  EXPECT_EQ(source->row_count("t"), 3U);
  folder_.write("t/2026-02.csv", "id\n3\n4\n5\n");
  EXPECT_EQ(source->row_count("t"), 5U);
  EXPECT_EQ(source->parts("u").at(0).name, "");
  EXPECT_EQ(source->parts("u").at(0).rows, 0U);
}

}  // namespace
