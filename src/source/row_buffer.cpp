#include "source/row_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace besa::source {
namespace {

constexpr std::size_t chunk_size = std::size_t{1} << 18;

template <class Number>
void put(char*& to, Number number) {
  std::memcpy(to, &number, sizeof number);
  to += sizeof number;
}

void put_bytes(char*& to, std::string_view bytes) {
  put(to, static_cast<std::uint32_t>(bytes.size()));
  std::copy(bytes.begin(), bytes.end(), to);
  to += bytes.size();
}

template <class Number>
Number take(const char*& from) {
  Number number;
  std::memcpy(&number, from, sizeof number);
  from += sizeof number;
  return number;
}

std::string_view take_bytes(const char*& from) {
  const auto size = take<std::uint32_t>(from);
  const std::string_view bytes(from, size);
  from += size;
  return bytes;
}

std::size_t packed_size(const ValueView& value) {
  switch (value.type) {
    case Type::null:
      return 1;
    case Type::integer:
    case Type::real:
      return 1 + 8;
    default:
      return 1 + 4 + value.bytes.size();
  }
}

void put_value(char*& to, const ValueView& value) {
  put(to, value.type);
  if (value.type == Type::integer) put(to, value.integer);
  if (value.type == Type::real) put(to, value.real);
  if (value.type == Type::text || value.type == Type::blob) put_bytes(to, value.bytes);
}

ValueView take_value(const char*& from) {
  ValueView value;
  value.type = take<Type>(from);
  if (value.type == Type::integer) value.integer = take<std::int64_t>(from);
  if (value.type == Type::real) value.real = take<double>(from);
  if (value.type == Type::text || value.type == Type::blob) value.bytes = take_bytes(from);
  return value;
}

/// The first eight bytes, as a number that compares as they do.
std::uint64_t prefix_of(std::string_view key) {
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < 8; ++i)
    prefix = prefix << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  return prefix;
}

}  // namespace

void RowBuffer::add(std::string_view key, RowView row) {
  width_ = row.size();
  std::size_t size = 4 + key.size();
  for (const ValueView& value : row) size += packed_size(value);
  char* to = room(size);
  rows_.push_back({prefix_of(key),
                   {static_cast<std::uint32_t>(chunks_.size() - 1),
                    static_cast<std::uint32_t>(to - chunks_.back().get())}});
  put_bytes(to, key);
  for (const ValueView& value : row) put_value(to, value);
}

char* RowBuffer::room(std::size_t size) {
  if (chunks_.empty() || size_ - used_ < size) {
    size_ = std::max(size, chunk_size);
    used_ = 0;
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(size_));
  }
  used_ += size;
  return chunks_.back().get() + (used_ - size);
}

const char* RowBuffer::record(const Row& row) const {
  return chunks_[row.place.chunk].get() + row.place.offset;
}

std::string_view RowBuffer::key(const Row& row) const {
  const char* from = record(row);
  return take_bytes(from);
}

bool RowBuffer::before(const Row& a, const Row& b) const {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const int order = key(a).compare(key(b));
  if (order != 0) return order < 0;
  return std::tie(a.place.chunk, a.place.offset) < std::tie(b.place.chunk, b.place.offset);
}

void RowBuffer::deliver(const RowSink& sink) {
  std::ranges::sort(rows_, [this](const Row& a, const Row& b) { return before(a, b); });
  std::vector<ValueView> views(width_);
  for (const Row& row : rows_) {
    const char* from = record(row);
    take_bytes(from);
    for (ValueView& view : views) view = take_value(from);
    sink(views);
  }
  *this = RowBuffer();
}

}  // namespace besa::source
