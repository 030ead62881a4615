// Values and rows as a source stores them: typed, unnamed, without meaning.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace besa::source {

enum class Type : std::uint8_t { null, integer, real, text, blob };

/// One value, borrowed from the driver: valid until the sink returns.
struct ValueView {
  Type type = Type::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view bytes;  ///< text (UTF-8) or blob

  [[nodiscard]] bool is_null() const { return type == Type::null; }
  [[nodiscard]] static ValueView of(std::int64_t number) { return {Type::integer, number, 0, {}}; }
  [[nodiscard]] static ValueView of(std::string_view text) { return {Type::text, 0, 0, text}; }
};

/// One value, owned.
struct Value {
  Type type = Type::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string bytes;

  Value() = default;
  explicit Value(const ValueView& view);
  [[nodiscard]] static Value null() { return {}; }
  [[nodiscard]] static Value of(std::int64_t number);
  [[nodiscard]] static Value of(std::string text);
  [[nodiscard]] ValueView view() const { return {type, integer, real, bytes}; }
  /// As people read it: numbers in decimal, blobs in hex. Not escaped.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Value&, const Value&) = default;
};

using Key = std::vector<Value>;  ///< values of a table's key columns, in declared order
[[nodiscard]] bool holds_null(const Key& key);
using RowView = std::span<const ValueView>;
/// Called once for each row; the views die when it returns.
using RowSink = std::function<void(RowView)>;

/// A row's key columns as one byte string, unique to (types, values) and comparable in key order
/// for keys of one table: the form in which sets of keys are kept. NULL sorts first, then numbers
/// (an integral real equals its integer, as in SQLite), text by bytes, blobs.
[[nodiscard]] std::string encode_key(RowView columns);
[[nodiscard]] std::string encode_key(const Key& key);
void append_key(std::string& out, const ValueView& value);
/// The encoding of one value into `buffer`; its size, or 0 where it does not fit or needs escapes.
std::size_t encode_short(const ValueView& value, std::span<char> buffer);
[[nodiscard]] Key decode_key(std::string_view encoded);
/// The text of a key that is one text without NUL, where it lies in the encoding.
[[nodiscard]] std::optional<std::string_view> text_of_key(std::string_view encoded);

/// A compact set of encoded keys that also numbers them in order of insertion (0, 1, 2 …): open
/// addressing over (32-bit hash, place of the key's record in one arena), verified against the
/// bytes. A lookup touches two places in memory, whatever the size.
class KeyIndex {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  KeyIndex();
  void reserve(std::size_t count);
  /// The number of the key, adding it if it is new.
  std::uint32_t add(std::string_view encoded);
  [[nodiscard]] std::uint32_t find(std::string_view encoded) const;
  /// The same for a single-column key without building its encoding (the hot path of scans).
  [[nodiscard]] std::uint32_t find(const ValueView& single) const;
  /// Many at once: numbers[i] is what find(encoded[i]) would say. The places in memory are asked
  /// for ahead, so that the waiting for one overlaps with that for the others.
  void find_many(std::span<const std::string_view> encoded, std::span<std::uint32_t> numbers) const;
  [[nodiscard]] std::string_view key(std::uint32_t number) const;
  [[nodiscard]] std::uint32_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t record = none;
  };
  void grow(std::size_t slots);
  [[nodiscard]] std::uint32_t find_hashed(std::string_view encoded, std::uint32_t hash) const;
  /// True for every key that is in it, and for one in eleven or more that are not.
  [[nodiscard]] bool may_hold(std::uint32_t hash) const {
    return (seen_.data()[place_seen(hash) / 64] >> (place_seen(hash) % 64) & 1) != 0;
  }
  [[nodiscard]] std::size_t place_seen(std::uint32_t hash) const {
    return std::rotl(hash, 16) & (slots_.size() * seen_of_slot - 1);
  }
  void note_seen(std::uint32_t hash) {
    seen_.data()[place_seen(hash) / 64] |= std::uint64_t{1} << (place_seen(hash) % 64);
  }
  [[nodiscard]] std::uint32_t new_record(std::size_t words);
  [[nodiscard]] std::uint32_t* at(std::uint32_t record);
  [[nodiscard]] const std::uint32_t* at(std::uint32_t record) const;
  [[nodiscard]] std::string_view bytes(std::uint32_t record) const;
  static constexpr std::size_t seen_of_slot = 8;
  std::vector<Slot> slots_;
  std::vector<std::uint64_t> seen_;     ///< bits by hash, so that most misses touch one small place
  std::vector<std::uint32_t> records_;  ///< by number: the chunk and the place in it
  /// Records: number, size, the bytes padded to whole words. Chunks, so that a large set is never
  /// copied to grow, nor holds room it does not need.
  std::vector<std::vector<std::uint32_t>> arena_;
  std::uint32_t count_ = 0;
};

}  // namespace besa::source
