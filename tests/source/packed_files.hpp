// Bytes as the two formats of packed files hold them, made by the libraries' other half.
#pragma once

#include <zlib.h>
#include <zstd.h>

#include <stdexcept>
#include <string>

namespace packed_files {

/// One gzip member.
inline std::string gzip(const std::string& bytes) {
  z_stream state{};
  constexpr int gzip_only = 16 + MAX_WBITS, memory = 8;
  if (::deflateInit2(&state, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_only, memory,
                     Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string packed(::deflateBound(&state, bytes.size()), '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  state.avail_in = static_cast<uInt>(bytes.size());
  state.next_out = reinterpret_cast<Bytef*>(packed.data());
  state.avail_out = static_cast<uInt>(packed.size());
  const bool whole = ::deflate(&state, Z_FINISH) == Z_STREAM_END;
  packed.resize(state.total_out);
  ::deflateEnd(&state);
  if (!whole) throw std::runtime_error("deflate");
  return packed;
}

/// One Zstandard frame with a checksum.
inline std::string zstandard(const std::string& bytes) {
  ZSTD_CCtx* const state = ::ZSTD_createCCtx();
  ::ZSTD_CCtx_setParameter(state, ZSTD_c_checksumFlag, 1);
  std::string packed(::ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ::ZSTD_compress2(state, packed.data(), packed.size(), bytes.data(), bytes.size());
  ::ZSTD_freeCCtx(state);
  if (::ZSTD_isError(size) != 0) throw std::runtime_error(::ZSTD_getErrorName(size));
  packed.resize(size);
  return packed;
}

}  // namespace packed_files
