#include "source/byte_stream.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <vector>

#include "source/unpacker.hpp"

namespace besa::source {
namespace {

constexpr std::size_t stream_piece = std::size_t{64} * 1024;

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(std::shared_ptr<const DataFile> file) : file_(std::move(file)) {}
  std::size_t read(char* into, std::size_t size) override {
    const std::size_t got = file_->read(at_, into, size);
    at_ += got;
    return got;
  }
  void finish() override { file_->require_unchanged(); }

 private:
  std::shared_ptr<const DataFile> file_;
  std::uint64_t at_ = 0;
};

class StretchStream final : public ByteStream {
 public:
  StretchStream(std::shared_ptr<const DataFile> file, std::vector<Stretch> stretches)
      : file_(std::move(file)), stretches_(std::move(stretches)) {}
  std::size_t read(char* into, std::size_t size) override {
    std::size_t done = 0;
    while (done < size && next_ < stretches_.size()) {
      Stretch& stretch = stretches_[next_];
      const std::size_t wanted = std::min<std::uint64_t>(size - done, stretch.end - stretch.begin);
      const std::size_t got = file_->read(stretch.begin, into + done, wanted);
      if (got < wanted) break;  // the file was cut; finish() tells
      done += got;
      stretch.begin += got;
      if (stretch.begin == stretch.end) ++next_;
    }
    return done;
  }
  void finish() override { file_->require_unchanged(); }

 private:
  std::shared_ptr<const DataFile> file_;
  std::vector<Stretch> stretches_;
  std::size_t next_ = 0;
};

/// Does `work`; what it finds wrong is told of the file.
template <class Work>
auto unpacking(const std::filesystem::path& path, Work&& work) {
  try {
    return work();
  } catch (Error& error) {
    throw error.within(shown(path) + " cannot be unpacked");
  }
}

class UnpackedStream final : public ByteStream {
 public:
  UnpackedStream(std::unique_ptr<ByteStream> packed, std::unique_ptr<Unpacker> unpacker,
                 std::filesystem::path path)
      : packed_(std::move(packed)),
        unpacker_(std::move(unpacker)),
        path_(std::move(path)),
        buffer_(stream_piece) {}

  std::size_t read(char* into, std::size_t size) override {
    std::span<char> room(into, size);
    while (!room.empty() && more()) unpacking(path_, [&] { step(room); });
    return size - room.size();
  }
  void finish() override { packed_->finish(); }

 private:
  /// True while there is something to unpack, or something that was must still be handed on.
  bool more() {
    if (!rest_.empty()) return true;
    rest_ = {buffer_.data(), packed_->read(buffer_.data(), buffer_.size())};
    return !rest_.empty() || !whole_;
  }
  void step(std::span<char>& room) {
    const std::size_t left = rest_.size(), free = room.size();
    whole_ = unpacker_->unpack(rest_, room);
    if (!whole_ && rest_.size() == left && room.size() == free)
      throw Error(ErrorKind::failed, "it ends too early",
                  "get the file again from whoever made it");
  }

  std::unique_ptr<ByteStream> packed_;
  std::unique_ptr<Unpacker> unpacker_;
  std::filesystem::path path_;
  std::vector<char> buffer_;
  std::span<const char> rest_;  ///< of the buffer, still packed
  bool whole_ = false;          ///< the file may end here
};

class Utf16Stream final : public ByteStream {
 public:
  Utf16Stream(std::unique_ptr<ByteStream> from, CharacterSet set, std::filesystem::path path)
      : from_(std::move(from)), decoder_(set), path_(std::move(path)), buffer_(stream_piece) {}

  std::size_t read(char* into, std::size_t size) override {
    std::size_t done = 0;
    while (done < size && (taken_ < text_.size() || more())) {
      const std::size_t step = std::min(size - done, text_.size() - taken_);
      std::memcpy(into + done, text_.data() + taken_, step);
      taken_ += step;
      done += step;
    }
    return done;
  }
  void finish() override { from_->finish(); }

 private:
  bool more() {
    const std::size_t got = from_->read(buffer_.data(), buffer_.size());
    text_.clear();
    taken_ = 0;
    if (!decoder_.decode({buffer_.data(), got}, text_) || (got == 0 && !decoder_.complete()))
      throw Error(ErrorKind::failed, shown(path_) + " is not UTF-16 as declared");
    return got > 0;
  }

  std::unique_ptr<ByteStream> from_;
  Utf16Decoder decoder_;
  std::filesystem::path path_;
  std::vector<char> buffer_;
  std::string text_;
  std::size_t taken_ = 0;
};

/// What the names of packed files end with, and how they are unpacked.
struct PackedFormat {
  std::string_view ending;
  std::unique_ptr<Unpacker> (*unpacker)();
};
constexpr std::array packed_formats = {PackedFormat{".gz", gzip_unpacker},
                                       PackedFormat{".zst", zstandard_unpacker}};

/// nullptr for a file that is as it is.
const PackedFormat* packed_format(const std::filesystem::path& path) {
  const auto* const found =
      std::ranges::find(packed_formats, path.extension(), &PackedFormat::ending);
  return found == packed_formats.end() ? nullptr : found;
}

}  // namespace

bool is_packed(const std::filesystem::path& path) {
  return packed_format(path) != nullptr;
}

std::filesystem::path unpacked_name(std::filesystem::path path) {
  return is_packed(path) ? path.replace_extension() : path;
}

std::unique_ptr<ByteStream> open_stream(std::shared_ptr<const DataFile> file,
                                        CharacterSet encoding) {
  const std::filesystem::path path = file->path();
  std::unique_ptr<ByteStream> stream = std::make_unique<PlainStream>(std::move(file));
  if (const PackedFormat* format = packed_format(path))
    stream = std::make_unique<UnpackedStream>(std::move(stream), unpacking(path, format->unpacker),
                                              path);
  if (encoding == CharacterSet::utf16le || encoding == CharacterSet::utf16be)
    stream = std::make_unique<Utf16Stream>(std::move(stream), encoding, path);
  return stream;
}

std::unique_ptr<ByteStream> stream_of(std::shared_ptr<const DataFile> file,
                                      std::vector<Stretch> stretches) {
  return std::make_unique<StretchStream>(std::move(file), std::move(stretches));
}

}  // namespace besa::source
