#define ZLIB_CONST  // zlib promises not to write to what it unpacks
#include <zlib.h>

#include "besa/base/error.hpp"
#include "source/unpacker.hpp"

namespace besa::source {
namespace {

class GzipUnpacker final : public Unpacker {
 public:
  GzipUnpacker() {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (::inflateInit2(&state_, gzip_only) != Z_OK)
      throw Error(ErrorKind::failed, "there is no memory to unpack it");
  }
  ~GzipUnpacker() override { ::inflateEnd(&state_); }

  bool unpack(std::span<const char>& packed, std::span<char>& room) override {
    state_.next_in = reinterpret_cast<const Bytef*>(packed.data());
    state_.avail_in = static_cast<uInt>(packed.size());
    state_.next_out = reinterpret_cast<Bytef*>(room.data());
    state_.avail_out = static_cast<uInt>(room.size());
    const int result = ::inflate(&state_, Z_NO_FLUSH);
    packed = packed.last(state_.avail_in);
    room = room.last(state_.avail_out);
    const bool ended = result == Z_STREAM_END;
    // Z_BUF_ERROR: there was nothing to do, which the stream sees by itself.
    if (ended ? ::inflateReset(&state_) != Z_OK : result != Z_OK && result != Z_BUF_ERROR)
      throw Error(ErrorKind::failed, "it is no gzip file, or damaged",
                  "get the file again from whoever made it");
    return ended;
  }

 private:
  z_stream state_{};
};

}  // namespace

std::unique_ptr<Unpacker> gzip_unpacker() {
  return std::make_unique<GzipUnpacker>();
}

}  // namespace besa::source
