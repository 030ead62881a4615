#include <zstd.h>
#include <zstd_errors.h>

#include "besa/base/error.hpp"
#include "source/unpacker.hpp"

namespace besa::source {
namespace {

/// How far back a frame may refer, and so what memory it takes: 128 MiB, as much as the zstd
/// program itself grants unless told otherwise.
constexpr int largest_window_logarithm = 27;

/// Frames begin with 0x28, frames to be skipped with 0x50 to 0x5F. The library would also unpack
/// what its drafts before 1.0 wrote, by old code to which our limit is not told and in which nobody
/// looks for faults any more; it tells those by their first byte, and so can we.
bool begins_frame(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte == 0x28 || (byte & 0xF0U) == 0x50;
}

[[noreturn]] void fail(ZSTD_ErrorCode code) {
  switch (code) {
    case ZSTD_error_frameParameter_windowTooLarge:
      throw Error(ErrorKind::failed, "it asks for a window of more than 128 MiB of memory",
                  "pack it again with a smaller window (zstd without --long)");
    case ZSTD_error_dictionary_wrong:
      throw Error(ErrorKind::failed, "it was packed with a dictionary that is not in it",
                  "pack it again without a dictionary");
    case ZSTD_error_memory_allocation:
      throw Error(ErrorKind::failed, "there is no memory to unpack it");
    default:
      throw Error(ErrorKind::failed, "it is no Zstandard file, or damaged",
                  "get the file again from whoever made it");
  }
}

struct Freed {
  void operator()(ZSTD_DCtx* state) const { ::ZSTD_freeDCtx(state); }
};

class ZstandardUnpacker final : public Unpacker {
 public:
  ZstandardUnpacker() : state_(::ZSTD_createDCtx()) {
    if (state_ == nullptr) fail(ZSTD_error_memory_allocation);
    require(::ZSTD_DCtx_setParameter(state_.get(), ZSTD_d_windowLogMax, largest_window_logarithm));
  }

  bool unpack(std::span<const char>& packed, std::span<char>& room) override {
    if (between_frames_ && !packed.empty() && !begins_frame(packed.front()))
      fail(ZSTD_error_prefix_unknown);
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    // What it would like to have next: nothing, when a frame was handed on to its end.
    between_frames_ = require(::ZSTD_decompressStream(state_.get(), &out, &in)) == 0;
    packed = packed.subspan(in.pos);
    room = room.subspan(out.pos);
    return between_frames_;
  }

 private:
  /// What the library answered, if it is no fault.
  static std::size_t require(std::size_t answer) {
    if (::ZSTD_isError(answer) != 0) fail(::ZSTD_getErrorCode(answer));
    return answer;
  }

  std::unique_ptr<ZSTD_DCtx, Freed> state_;
  bool between_frames_ = true;
};

}  // namespace

std::unique_ptr<Unpacker> zstandard_unpacker() {
  return std::make_unique<ZstandardUnpacker>();
}

}  // namespace besa::source
