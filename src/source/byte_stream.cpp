#include "source/byte_stream.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace besa::source {
namespace {

constexpr std::size_t piece = std::size_t{64} * 1024;

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

/// One or several gzip members, one after the other.
class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(std::shared_ptr<const DataFile> file)
      : file_(std::move(file)), packed_(file_), buffer_(piece) {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (::inflateInit2(&state_, gzip_only) != Z_OK) damaged("there is no memory to unpack it");
  }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;
  ~GzipStream() override { ::inflateEnd(&state_); }

  std::size_t read(char* into, std::size_t size) override {
    state_.next_out = reinterpret_cast<Bytef*>(into);
    state_.avail_out = static_cast<uInt>(size);
    while (state_.avail_out > 0 && more()) {
      const int result = ::inflate(&state_, Z_NO_FLUSH);
      whole_ = result == Z_STREAM_END;
      if (whole_ ? ::inflateReset(&state_) != Z_OK : result != Z_OK)
        damaged("it is no gzip file, or damaged");
    }
    return size - state_.avail_out;
  }
  void finish() override { packed_.finish(); }

 private:
  /// True while there is something to unpack.
  bool more() {
    if (state_.avail_in > 0) return true;
    state_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    state_.avail_in = static_cast<uInt>(packed_.read(buffer_.data(), buffer_.size()));
    if (state_.avail_in == 0 && !whole_) damaged("it ends too early");
    return state_.avail_in > 0;
  }
  [[noreturn]] void damaged(const std::string& why) const {
    throw Error(ErrorKind::failed, shown(file_->path()) + " cannot be unpacked: " + why,
                "get the file again from whoever made it");
  }

  std::shared_ptr<const DataFile> file_;
  PlainStream packed_;
  std::vector<char> buffer_;
  z_stream state_{};
  bool whole_ = false;  ///< the last member came to its end
};

class Utf16Stream final : public ByteStream {
 public:
  Utf16Stream(std::unique_ptr<ByteStream> from, CharacterSet set, std::filesystem::path path)
      : from_(std::move(from)), decoder_(set), path_(std::move(path)), buffer_(piece) {}

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

}  // namespace

bool is_packed(const std::filesystem::path& path) {
  return path.extension() == ".gz";
}

std::unique_ptr<ByteStream> open_stream(std::shared_ptr<const DataFile> file,
                                        CharacterSet encoding) {
  const std::filesystem::path path = file->path();
  std::unique_ptr<ByteStream> stream;
  if (is_packed(path))
    stream = std::make_unique<GzipStream>(std::move(file));
  else
    stream = std::make_unique<PlainStream>(std::move(file));
  if (encoding == CharacterSet::utf16le || encoding == CharacterSet::utf16be)
    stream = std::make_unique<Utf16Stream>(std::move(stream), encoding, path);
  return stream;
}

std::unique_ptr<ByteStream> stream_of(std::shared_ptr<const DataFile> file,
                                      std::vector<Stretch> stretches) {
  return std::make_unique<StretchStream>(std::move(file), std::move(stretches));
}

}  // namespace besa::source
