// A manifest's folder: its body is verified chunk by chunk, whatever was written to it at once.

#include "besa/workflow/manifest_files.hpp"

#include <gtest/gtest.h>

#include "besa/base/digest.hpp"
#include "tests/base/file_fixture.hpp"

namespace {

using namespace besa;
using namespace besa::workflow;

class ManifestFiles : public Files {
 protected:
  /// Lines of a few lengths, so that what is written at once ends anywhere in a chunk.
  static model::RecordLine line(std::uint32_t number) {
    model::RecordLine line;
    line.key = "[\"" + std::string(number % 300, 'k') + std::to_string(number) + "\"]";
    line.rule = "old-cards";
    line.due_since = Date::from_days(18'000);
    return line;
  }
  model::ManifestHeader write(std::uint32_t lines) {
    ManifestWriter writer(at("M-1"));
    for (std::uint32_t number = 0; number < lines; ++number) {
      model::append_line(body_, line(number));
      writer.add(line(number));
      if ((number + 1) % 65'536 == 0 || number + 1 == lines) {
        chunks_.push_back(sha256(std::string_view(body_).substr(hashed_)));
        hashed_ = body_.size();
      }
    }
    model::ManifestHeader header;
    static_cast<void>(writer.finish(header));
    return header;
  }
  std::string body_;
  std::vector<Digest> chunks_;
  std::size_t hashed_ = 0;
};

TEST_F(ManifestFiles, a_body_has_a_digest_for_each_chunk_of_its_lines) {
  const model::ManifestHeader header = write(140'000);
  EXPECT_EQ(header.chunk_lines, 65'536U);
  EXPECT_EQ(header.body_lines, 140'000U);
  EXPECT_EQ(header.body_bytes, body_.size());
  EXPECT_EQ(header.chunks, chunks_);
  EXPECT_TRUE(read_file(at("M-1") / "body.jsonl", body_.size() + 1) == body_);
  std::uint32_t number = 0;
  read_body(at("M-1"), header, [&](const model::BodyLine& read) {
    ASSERT_TRUE(read.record);
    ASSERT_EQ(read.record->key, line(number++).key);
  });
  EXPECT_EQ(number, 140'000U);
}

TEST_F(ManifestFiles, a_body_of_whole_chunks_and_a_short_one_have_their_digests) {
  EXPECT_EQ(write(65'536).chunks, chunks_);
  std::filesystem::remove_all(at("M-1"));
  body_.clear(), chunks_.clear(), hashed_ = 0;
  EXPECT_EQ(write(3).chunks, chunks_);
}

}  // namespace
