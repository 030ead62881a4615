#include "besa/base/digest_index.hpp"

#include <sodium.h>

#include <cstring>

namespace besa {

DigestIndex::DigestIndex() : slots_(16, none) {
  static_assert(crypto_shorthash_siphashx24_BYTES >= sizeof(Short));
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == sizeof key_);
  fill_random(key_);
}

DigestIndex::Short DigestIndex::digest_of(std::string_view text) const {
  std::array<std::uint8_t, crypto_shorthash_siphashx24_BYTES> bytes{};
  crypto_shorthash_siphashx24(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                              text.size(), key_.data());
  Short digest;
  std::memcpy(digest.data(), bytes.data(), sizeof digest);
  return digest;
}

std::size_t DigestIndex::slot_of(const Short& digest) const {
  std::size_t slot = static_cast<std::size_t>(std::uint64_t{digest[0]} * slots_.size() >> 32U);
  while (slots_[slot] != none && at(slots_[slot]) != digest)
    slot = slot + 1 == slots_.size() ? 0 : slot + 1;
  return slot;
}

std::uint32_t DigestIndex::find(std::string_view text) const {
  return slots_[slot_of(digest_of(text))];
}

std::uint32_t DigestIndex::add(std::string_view text) {
  const Short digest = digest_of(text);
  std::size_t slot = slot_of(digest);
  if (slots_[slot] != none) return slots_[slot];
  if ((count_ + std::size_t{1}) * 5 > slots_.size() * 4) {
    grow();
    slot = slot_of(digest);
  }
  if (count_ % chunk == 0) {
    digests_.emplace_back();
    if (count_ != 0) digests_.back().reserve(chunk);  // the first grows as needed: most are small
  }
  digests_.back().push_back(digest);
  slots_[slot] = count_;
  return count_++;
}

void DigestIndex::grow() {
  slots_ = std::vector<std::uint32_t>(slots_.size() + slots_.size() / 2, none);
  for (std::uint32_t number = 0; number < count_; ++number) slots_[slot_of(at(number))] = number;
}

}  // namespace besa
