// One packed format, unpacked piece by piece in constant memory. It knows its bytes, not where they
// come from or go to: the stream (byte_stream.cpp) reads, asks again, and names the file.
#pragma once

#include <memory>
#include <span>

namespace besa::source {

class Unpacker {
 public:
  Unpacker() = default;
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;
  virtual ~Unpacker() = default;
  /// Unpacks from the front of `packed` to the front of `room`, which is not empty, and moves both
  /// behind what it used. With nothing packed it hands on what it still holds. True where one of
  /// the parts that such a file may have came to its end: only there may the file end too.
  /// Error(failed) why the bytes are none of this format, or not to be unpacked.
  [[nodiscard]] virtual bool unpack(std::span<const char>& packed, std::span<char>& room) = 0;
};

/// gzip (RFC 1952): its parts are members.
[[nodiscard]] std::unique_ptr<Unpacker> gzip_unpacker();
/// Zstandard (RFC 8878): its parts are frames, also those to be skipped.
[[nodiscard]] std::unique_ptr<Unpacker> zstandard_unpacker();

}  // namespace besa::source
