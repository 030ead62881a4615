// Packed exports: what both formats promise, and what is particular to Zstandard (RFC 8878).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/byte_stream.hpp"
#include "tests/source/jsonl_files.hpp"
#include "tests/source/packed_files.hpp"

namespace {

using namespace besa::source;
using namespace std::string_literals;
using besa::CharacterSet;
using besa::ErrorKind;
using csv_files::Cells;
using csv_files::CsvFolder;
using csv_files::error_of;
using csv_files::rows_of;
using testing::AllOf;
using testing::HasSubstr;

/// What the stream over a file gives, asked for `step` bytes at a time.
std::string unpacked(const std::filesystem::path& path, std::size_t step = 65536) {
  const auto stream = open_stream(std::make_shared<const DataFile>(path), CharacterSet::utf8);
  std::string all, some(step, '\0');
  for (std::size_t got = step; got == step;) {
    got = stream->read(some.data(), step);
    all.append(some, 0, got);
  }
  stream->finish();
  return all;
}

std::string many_rows() {
  std::string bytes = "id,name\n";
  for (int i = 0; i < 100000; ++i)
    bytes += std::to_string(i) + ",Ana" + std::to_string(i * 7) + "\n";
  return bytes;
}

struct Format {
  std::string ending;
  std::string (*pack)(const std::string&);
};

class PackedStream : public testing::TestWithParam<Format> {
 protected:
  [[nodiscard]] static std::string pack(const std::string& bytes) { return GetParam().pack(bytes); }
  [[nodiscard]] static std::string named(const std::string& name) {
    return name + GetParam().ending;
  }
  std::filesystem::path write(const std::string& packed) {
    return folder_.write(named("t.csv"), packed);
  }
  std::string error(const std::string& packed) {
    return error_of([&] { (void)unpacked(write(packed)); });
  }
  jsonl_files::JsonlFolder folder_;
  CsvFolder csv_;
};

INSTANTIATE_TEST_SUITE_P(Formats, PackedStream,
                         testing::Values(Format{".gz", packed_files::gzip},
                                         Format{".zst", packed_files::zstandard}),
                         [](const auto& format) { return format.param.ending.substr(1); });

TEST_P(PackedStream, gives_the_bytes_whatever_the_step) {
  const std::string bytes = many_rows();
  const auto path = write(pack(bytes));
  EXPECT_TRUE(is_packed(path));
  for (const std::size_t step : {1U, 7U, 65536U, 4194304U}) EXPECT_EQ(unpacked(path, step), bytes);
}

TEST_P(PackedStream, csv_is_read_and_never_changed) {
  csv_.write(named("t.csv"), pack(many_rows()));
  const auto source = csv_.open();
  EXPECT_EQ(source->row_count("t"), 100000U);
  EXPECT_EQ(error_of([&] { (void)source->begin(); }),
            "'" + (csv_ / named("t.csv")).string() +
                "' is packed and can only be read | unpack it, or name the place of the unpacked "
                "files as the source");
  EXPECT_EQ(csv_.bytes(named("t.csv")), pack(many_rows()));
}

TEST_P(PackedStream, jsonl_is_read_and_never_changed) {
  folder_.write(named("t.jsonl"), pack("{\"id\":1}\n{\"id\":2}\n"));
  const auto source = folder_.open();
  EXPECT_EQ(source->row_count("t"), 2U);
  EXPECT_THAT(error_of([&] { (void)source->begin(); }), HasSubstr("is packed"));
}

TEST_P(PackedStream, utf16_may_lie_in_it) {
  csv_.write(named("t.csv"),
             pack(besa::from_utf8("id,name\n1,Ana\n", CharacterSet::utf16le).value()));
  EXPECT_EQ(rows_of(*csv_.open({.encoding = CharacterSet::utf16le}), "t"),
            (std::vector<Cells>{{"1", "Ana"}}));
}

TEST_P(PackedStream, one_packed_month_keeps_the_whole_folder_from_being_changed) {
  csv_.write("t/2024-01.csv", "id,name\n1,Ana\n");
  csv_.write("t/" + named("2024-02.csv"), pack("id,name\n2,Ben\n"));
  csv_.write("t/2024-03.csv", "id,name\n3,Cen\n");
  const auto source = csv_.open();
  EXPECT_EQ(rows_of(*source, "t"), (std::vector<Cells>{{"1", "Ana"}, {"2", "Ben"}, {"3", "Cen"}}));
  EXPECT_THAT(error_of([&] { (void)source->begin(); }),
              AllOf(HasSubstr(named("2024-02.csv")), HasSubstr("can only be read")));
  EXPECT_EQ(csv_.bytes("t/2024-01.csv"), "id,name\n1,Ana\n");
}

TEST_P(PackedStream, a_table_that_lies_there_packed_and_unpacked_is_there_twice) {
  csv_.write("t.csv", "id,name\n1,Ana\n");
  csv_.write(named("t.csv"), pack("id,name\n1,Ana\n"));
  EXPECT_THAT(error_of([&] { (void)csv_.open(); }), HasSubstr("holds table 't' twice"));
}

TEST_P(PackedStream, a_row_that_mentions_somebody_is_found_again_in_what_it_unpacks_to) {
  csv_.write(named("t.csv"), pack(many_rows()));
  const auto source = csv_.open();
  KeyIndex owners;
  owners.add(encode_key({Value::of(std::string("99999"))}));
  Scan scan = csv_files::everything(*source, "t");
  scan.owner = {"id"};
  scan.owners = &owners;
  for (int time = 0; time < 2; ++time)
    EXPECT_THAT(rows_of(*source, scan), testing::SizeIs(1)) << time;
}

TEST_P(PackedStream, the_look_at_the_bytes_sees_what_it_unpacks_to) {
  csv_.write("t.csv", "id,name\n2,Ben\n");
  csv_.write(named("backup"), pack("1,Ana Hoxha\n"));
  const Cleaning cleaning = csv_.open()->clean({"Ana Hoxha"}, {}, VacuumPolicy::never);
  ASSERT_EQ(cleaning.residue.hits.size(), 1U);
  EXPECT_EQ(cleaning.residue.hits.front().file, (csv_ / named("backup")).string());
}

TEST_P(PackedStream, a_file_beside_that_cannot_be_unpacked_fails_the_look_by_name) {
  csv_.write("t.csv", "id,name\n1,Ana Hoxha\n");
  csv_.write(named("a"), "packed by nobody");
  const Cleaning cleaning = csv_.open()->clean({"Ana Hoxha"}, {}, VacuumPolicy::never);
  EXPECT_EQ(cleaning.residue.hits.size(), 1U);
  EXPECT_FALSE(cleaning.steps.back().done);
  EXPECT_THAT(cleaning.steps.back().detail, HasSubstr(named("a")));
}

TEST_P(PackedStream, parts_follow_each_other_and_may_be_empty) {
  EXPECT_EQ(unpacked(write(pack("id\n") + pack("") + pack("1\n") + pack("2\n")), 1), "id\n1\n2\n");
  EXPECT_EQ(unpacked(write(pack(""))), "");
}

TEST_P(PackedStream, cut_anywhere_it_is_an_error_that_names_the_file) {
  const std::string packed = pack("id,name\n1,Ana\n2,Ben\n");
  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_THAT(error(packed.substr(0, size)),
                AllOf(HasSubstr(named("t.csv") + "' cannot be unpacked: it ends too early"),
                      HasSubstr("get the file again")))
        << size;
  const std::string many = pack(many_rows());
  EXPECT_THAT(error(many.substr(0, many.size() / 2)), HasSubstr("it ends too early"));
  EXPECT_THAT(error(packed + many.substr(0, 5)), HasSubstr("it ends too early"));
  write(many.substr(0, many.size() - 1));
  EXPECT_THAT(error_of([&] { (void)unpacked(folder_ / named("t.csv"), 1); }),
              HasSubstr("it ends too early"));
}

TEST_P(PackedStream, a_byte_that_changed_never_gives_other_bytes) {
  const std::string bytes = "id,name\n1,Ana\n2,Ben\n3,Ana\n";
  const std::string packed = pack(bytes);
  for (std::size_t at = 0; at < packed.size(); ++at) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const auto path = write(damaged);
    std::string got = bytes;
    const std::string told = error_of([&] { got = unpacked(path); });
    // Some bits of a header mean nothing to who unpacks: the time, the system it was packed on.
    EXPECT_TRUE(told == "no error" || told.find("cannot be unpacked") != std::string::npos) << told;
    EXPECT_EQ(got, bytes) << at;
  }
}

TEST_P(PackedStream, what_is_something_else_is_an_error_that_names_the_file) {
  for (const std::string& content :
       {"id,name\n1,Ana\n"s, "PK\3\4 and so on"s, std::string(64, '\0'), std::string(64, '('),
        "(\xB5/"s + std::string(64, 'x')})
    EXPECT_THAT(error(content), AllOf(HasSubstr(named("t.csv") + "' cannot be unpacked: it is no "),
                                      HasSubstr(" file, or damaged")));
  EXPECT_THAT(error(pack("id\n1\n") + "bytes behind it"), HasSubstr("it is no "));
  EXPECT_THAT(error(pack("id\n1\n") + std::string(512, '\0')), HasSubstr("it is no "));
}

TEST_P(PackedStream, an_error_is_told_by_the_source_too) {
  csv_.write(named("t.csv"), pack(many_rows()).substr(0, 100000));
  EXPECT_THAT(error_of([&] { (void)csv_.open()->row_count("t"); }), HasSubstr("it ends too early"));
  csv_.write(named("t.csv"), "id,name\n1,Ana\n");
  EXPECT_THAT(error_of([&] { (void)csv_.open(); }), HasSubstr("cannot be unpacked"));
}

// --- Zstandard alone: bytes written out as RFC 8878 has them ---

class ZstandardStream : public testing::Test {
 protected:
  std::string read(const std::string& packed) {
    return unpacked(folder_.write("t.csv.zst", packed));
  }
  std::string error(const std::string& packed) {
    return error_of([&] { (void)read(packed); });
  }
  CsvFolder folder_;
};

const std::string magic = "\x28\xB5\x2F\xFD";
/// A last block, as it is, of three bytes: 1 | 0 << 1 | 3 << 3, in three bytes.
const std::string last_block = "\x19\0\0id\n"s;

/// A frame whose header has nothing but a window descriptor: the exponent above 10 in five bits.
std::string frame_with_window(int logarithm) {
  return magic + '\0' + static_cast<char>((logarithm - 10) << 3) + last_block;
}

TEST_F(ZstandardStream, a_window_of_128_mebibytes_is_granted_and_no_larger_one) {
  EXPECT_EQ(read(frame_with_window(10)), "id\n");
  EXPECT_EQ(read(frame_with_window(27)), "id\n");
  for (const int logarithm : {28, 31, 41})
    EXPECT_EQ(
        error(frame_with_window(logarithm)),
        "'" + (folder_ / "t.csv.zst").string() +
            "' cannot be unpacked: it asks for a window of more than 128 MiB of memory | pack "
            "it again with a smaller window (zstd without --long)");
}

TEST_F(ZstandardStream, a_frame_of_one_segment_is_its_own_window) {
  // Single segment, eight bytes of content size: 2^40.
  EXPECT_THAT(error(magic + "\xE0" + "\0\0\0\0\0\1\0\0"s + last_block),
              HasSubstr("a window of more than 128 MiB"));
}

TEST_F(ZstandardStream, a_size_that_is_not_kept_is_damage) {
  // Single segment, one byte of content size: four, where three come.
  EXPECT_THAT(error(magic + "\x20\x04" + last_block), HasSubstr("or damaged"));
  EXPECT_EQ(read(magic + "\x20\x03" + last_block), "id\n");
}

TEST_F(ZstandardStream, frames_to_be_skipped_are_skipped) {
  const std::string frame = packed_files::zstandard("id\n");
  for (char kind = 0; kind < 16; ++kind) {
    const std::string skipped = static_cast<char>(0x50 + kind) + "\x2A\x4D\x18\5\0\0\0skip!"s;
    EXPECT_EQ(read(skipped + frame + skipped + frame + skipped), "id\nid\n");
    EXPECT_THAT(error(frame + skipped.substr(0, skipped.size() - 1)),
                HasSubstr("it ends too early"));
  }
  EXPECT_EQ(read("\x50\x2A\x4D\x18\0\0\0\0"s), "");
  const std::string large = "\x5F\x2A\x4D\x18\0\0\x10\0"s + std::string(0x100000, 'x');
  EXPECT_EQ(read(frame + large + frame), "id\nid\n");
  EXPECT_THAT(error("\x50\x2A\x4D\x18\xFF\xFF\xFF\xFFskip"s), HasSubstr("it ends too early"));
}

TEST_F(ZstandardStream, a_dictionary_is_not_at_hand) {
  EXPECT_THAT(error(magic + "\x21\x07\x03" + last_block),
              AllOf(HasSubstr("was packed with a dictionary"), HasSubstr("without a dictionary")));
}

// The library itself unpacks those of 0.5 to 0.7, as Debian builds it.
TEST_F(ZstandardStream, frames_of_the_drafts_before_1_0_are_none) {
  // What 0.7 wrote: a window of 1 MiB, a block as it is of three bytes, the end.
  const std::string draft = "\x27\xB5\x2F\xFD\0\x50\x40\0\3id\n\xC0\0\0"s;
  EXPECT_THAT(error(draft), HasSubstr("it is no Zstandard file"));
  EXPECT_THAT(error(packed_files::zstandard("id\n") + draft), HasSubstr("it is no Zstandard file"));
}

TEST_F(ZstandardStream, a_file_of_nothing_but_skipped_frames_has_no_header) {
  folder_.write("t.csv.zst", "\x50\x2A\x4D\x18\0\0\0\0"s);
  EXPECT_THAT(error_of([&] { (void)folder_.open(); }), HasSubstr("is empty: it has no header"));
}

}  // namespace
