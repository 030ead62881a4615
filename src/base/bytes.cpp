#include "besa/base/bytes.hpp"

#include <sodium.h>

#include <algorithm>
#include <new>
#include <utility>

#include "base/sodium.hpp"
#include "besa/base/error.hpp"

namespace besa {

void need_sodium() {
  static const int state = sodium_init();  // thread-safe, and 1 where it was ready before
  if (state < 0) {
    throw Error(ErrorKind::failed, "the cryptographic library cannot start",
                "check that /dev/urandom exists and can be read");
  }
}

ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += hex_digits[byte >> 4U];
    text += hex_digits[byte & 0x0fU];
  }
  return text;
}

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string to_base64(ByteView bytes) {
  need_sodium();
  constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();  // the terminating zero that libsodium counts
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  need_sodium();
  // libsodium 1.0.18 takes some bytes above 127 for digits: then one value would have many texts.
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!std::all_of(text.begin(), text.end(), is_ascii)) return std::nullopt;
  Bytes bytes(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  const int result = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(),
                                       nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL);
  if (result != 0 || end != text.data() + text.size()) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

Secret::Secret(std::size_t size) : size_(size) {
  need_sodium();
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (data_ == nullptr) throw std::bad_alloc{};
  std::fill_n(data_, size_, std::uint8_t{0});
}

Secret::Secret(ByteView bytes) : Secret(bytes.size()) {
  std::ranges::copy(bytes, data_);
}

Secret::Secret(const Secret& other) : Secret(other.view()) {}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Secret::~Secret() {
  sodium_free(data_);
}  // wipes, unlocks, and accepts null

Secret Secret::random(std::size_t size) {
  Secret secret(size);
  fill_random(secret.writable());
  return secret;
}

void fill_random(std::span<std::uint8_t> out) {
  need_sodium();
  randombytes_buf(out.data(), out.size());
}

}  // namespace besa
