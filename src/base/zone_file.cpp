#include "base/zone_file.hpp"

#include <limits>

namespace besa {
namespace {

// A header of 44 bytes: "TZif", version, 15 bytes reserved, then six counts of four bytes. Its data
// block: transition times, their types, types of six bytes (offset, summer time, designation),
// designations, leap seconds, and two marks of each type. Of version 2 on, a second header follows
// with a second block, whose times have eight bytes, and then the rule between two line feeds.
constexpr std::size_t header_size = 44, counts_at = 20, type_size = 6;

/// Big-endian, signed.
std::int64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = (bytes[at] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < size; ++i)
    number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
  return static_cast<std::int64_t>(number);
}

struct Block {
  std::string_view bytes;  ///< behind the header
  std::size_t times = 0, types = 0, size = 0;

  /// nullopt where no whole block is.
  static std::optional<Block> at_front(std::string_view file, std::size_t time_size) {
    if (file.size() < header_size || !file.starts_with("TZif") || file[4] < '2') return {};
    const auto count = [&](std::size_t which) {
      return static_cast<std::size_t>(number_at(file, counts_at + 4 * which, 4) & 0xFFFFFFFF);
    };
    Block block{file.substr(header_size), count(3), count(4), 0};
    block.size = block.times * (time_size + 1) + block.types * type_size + count(5) +
                 count(2) * (time_size + 4) + count(1) + count(0);
    if (block.bytes.size() < block.size || block.types == 0) return {};
    return block;
  }
};

std::optional<std::vector<ZoneSpan>> spans_of(const Block& block) {
  const std::size_t types_at = block.times * 8, offsets_at = types_at + block.times;
  const auto offset = [&](std::size_t type) {
    const std::size_t at = offsets_at + type * type_size;
    return static_cast<std::int32_t>(number_at(block.bytes, at, 4));
  };
  std::vector<ZoneSpan> spans{{std::numeric_limits<std::int64_t>::min(), offset(0)}};
  for (std::size_t i = 0; i < block.times; ++i) {
    const auto type = static_cast<unsigned char>(block.bytes[types_at + i]);
    const std::int64_t begin = number_at(block.bytes, i * 8, 8);
    if (type >= block.types || begin <= spans.back().begin) return {};
    spans.push_back({begin, offset(type)});
  }
  return spans;
}

}  // namespace

std::optional<ZoneFile> ZoneFile::read(std::string_view bytes) {
  const auto old = Block::at_front(bytes, 4);
  if (!old) return {};
  const auto block = Block::at_front(old->bytes.substr(old->size), 8);
  if (!block) return {};
  const std::string_view rest = block->bytes.substr(block->size);
  if (rest.size() < 2 || !rest.starts_with('\n') || !rest.ends_with('\n')) return {};
  auto spans = spans_of(*block);
  const auto rule = PosixZone::parse(rest.substr(1, rest.size() - 2));
  if (!spans || !rule) return {};
  return ZoneFile{std::move(*spans), *rule};
}

}  // namespace besa
