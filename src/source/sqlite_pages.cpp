#include "source/sqlite_pages.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>

#include "besa/base/error.hpp"
#include "besa/base/file.hpp"
#include "source/sqlite_format.hpp"

namespace besa::source {
namespace {

using namespace sqlite_format;

const std::string schema_table = "sqlite_schema";

bool is_tree_page(std::uint8_t type) {
  return type == index_interior || type == table_interior || type == index_leaf ||
         type == table_leaf;
}

bool is_interior(std::uint8_t type) {
  return type == index_interior || type == table_interior;
}

/// Gives what lies between the used stretches of a page.
void give_gaps(std::string_view page, std::vector<std::pair<std::size_t, std::size_t>>& used,
               SqlitePages::Sink& sink) {
  std::sort(used.begin(), used.end());
  std::size_t at = 0;
  for (const auto& [begin, end] : used) {
    if (begin > at) sink.unused(page.substr(at, begin - at));
    at = std::max(at, end);
  }
  if (at < page.size()) sink.unused(page.substr(at));
}

/// What has to be known of a record to tell its bytes from others'.
struct Shape {
  std::size_t end = 0;  ///< of the values
  bool has_blobs = false;
};

/// nullopt where the bytes are no record.
std::optional<Shape> shape_of(std::string_view payload) {
  std::size_t at = 0;
  std::uint64_t head = 0;
  if (!read_varint(payload, at, head) || head > payload.size() || head < at) return std::nullopt;
  Shape shape{head, false};
  const std::string_view types = payload.substr(0, head);
  while (at < head) {
    std::uint64_t type = 0;
    if (!read_varint(types, at, type) || type == 10 || type == 11) return std::nullopt;
    const std::uint64_t size = value_size(type);
    if (size > payload.size() - shape.end) return std::nullopt;
    shape.has_blobs = shape.has_blobs || (type >= 12 && type % 2 == 0);
    shape.end += size;
  }
  return shape;
}

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw Error(ErrorKind::failed, path.string() + ": cannot be read: " + std::strerror(error));
}

}  // namespace

ByteInput open_bytes(const std::filesystem::path& path) {
  const auto fd =
      std::make_shared<Fd>(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!fd->valid() || ::fstat(fd->get(), &status) != 0) fail(path, errno);
  if (!S_ISREG(status.st_mode))
    throw Error(ErrorKind::refused, path.string() + ": is no regular file");
  const auto read = [fd, path](std::uint64_t offset, std::span<char> out) {
    while (!out.empty()) {
      const ssize_t got = ::pread(fd->get(), out.data(), out.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(path, errno);
      if (got == 0) throw Error(ErrorKind::busy, path.string() + ": shrank while it was read");
      out = out.subspan(static_cast<std::size_t>(got));
      offset += static_cast<std::uint64_t>(got);
    }
  };
  return {static_cast<std::uint64_t>(status.st_size), read};
}

void read_in_pieces(const ByteInput& input, std::size_t overlap,
                    const std::function<void(std::string_view)>& piece) {
  const std::size_t step = std::max<std::size_t>(std::size_t{4} << 20, overlap);
  std::string buffer;
  for (std::uint64_t offset = 0; offset < input.size; offset += step) {
    buffer.resize(std::min<std::uint64_t>(step + overlap, input.size - offset));
    input.read(offset, buffer);
    piece(buffer);
  }
}

SqlitePages::SqlitePages(ByteInput input) : input_(std::move(input)) {
  read_head();
}

void SqlitePages::read_head() {
  if (input_.size < head_size) return;
  std::string head(head_size, '\0');
  input_.read(0, head);
  const std::uint32_t stored = big_endian(head, 16, 2);
  const std::uint32_t size = stored == 1 ? 65536 : stored;
  const std::uint32_t reserved = byte_at(head, 20);
  const bool known = head.starts_with(std::string_view("SQLite format 3\0", 16));
  if (!known || size < 512 || !std::has_single_bit(size) || size - reserved < 480) return;
  page_size_ = size;
  usable_ = size - reserved;
  const std::uint64_t pages = input_.size / size;
  pages_ = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(pages, std::numeric_limits<std::uint32_t>::max() - 1));
  const std::uint32_t encoding = big_endian(head, 56, 4);
  if (encoding == 2) encoding_ = TextEncoding::utf16le;
  if (encoding == 3) encoding_ = TextEncoding::utf16be;
}

void SqlitePages::read_page(std::uint32_t number, std::string& page) const {
  page.resize(page_size_);
  input_.read(std::uint64_t{number - 1} * page_size_, page);
}

void SqlitePages::walk(Sink& sink) {
  states_.assign(std::size_t{pages_} + 1, State::unused);
  roots_.clear();
  if (pages_ > 0) walk_tree(1, schema_table, sink);
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    const auto [root, table] = roots_[i];
    walk_tree(root, table, sink);
  }
  give_unvisited(sink);
}

void SqlitePages::walk_tree(std::uint32_t root, const std::string& table, Sink& sink) {
  pending_.assign(1, root);
  while (!pending_.empty() && sink.wants_more()) {
    const std::uint32_t number = pending_.back();
    pending_.pop_back();
    if (number == 0 || number > pages_ || states_[number] != State::unused) continue;
    visit_page(number, table, sink);
  }
}

void SqlitePages::visit_page(std::uint32_t number, const std::string& table, Sink& sink) {
  read_page(number, page_);
  const std::size_t head = number == 1 ? head_size : 0;
  const std::uint8_t type = byte_at(page_, head);
  if (!is_tree_page(type)) return;
  const std::size_t pointers = head + (is_interior(type) ? 12U : 8U);
  const std::size_t cells = big_endian(page_, head + 3, 2);
  const std::size_t pointers_end = pointers + 2 * cells;
  if (pointers_end > usable_) return;
  states_[number] = State::live;
  const bool all = sink.page(page_) == Sink::Wanted::all || &table == &schema_table;
  if (is_interior(type)) pending_.push_back(big_endian(page_, head + 8, 4));
  used_.assign(1, {head, pointers_end});
  std::size_t read = 0;
  for (std::size_t i = cells; i-- > 0;) {
    Cell cell;
    const std::size_t at = big_endian(page_, pointers + 2 * i, 2);
    if (at < pointers_end || !read_cell(page_, type, at, cell)) continue;
    if (cell.child != 0) pending_.push_back(cell.child);
    if (!all && cell.local == cell.payload_size) continue;
    read += cell.end - cell.begin;
    if (read <= usable_ && deliver(page_, cell, table, sink))
      used_.emplace_back(cell.begin, cell.end);
  }
  if (read > usable_) used_.clear();  // they lie on one another: the page is given whole
  if (sink.wants_unused()) give_gaps(page_, used_, sink);
}

bool SqlitePages::read_cell(std::string_view page, std::uint8_t type, std::size_t at,
                            Cell& cell) const {
  const std::string_view bytes = page.substr(0, usable_);
  cell.begin = at;
  if (is_interior(type)) {
    if (at + 4 > bytes.size()) return false;
    cell.child = big_endian(bytes, at, 4);
    at += 4;
  }
  std::uint64_t row = 0;
  if (type != table_interior && !read_varint(bytes, at, cell.payload_size)) return false;
  if (type != index_interior && type != index_leaf && !read_varint(bytes, at, row)) return false;
  cell.payload = at;
  cell.end = at;
  if (type == table_interior) return true;
  if (cell.payload_size > input_.size) return false;
  cell.local = local_size(type, usable_, cell.payload_size);
  const bool overflows = cell.local < cell.payload_size;
  cell.end = at + cell.local + (overflows ? 4U : 0U);
  if (cell.end > bytes.size()) return false;
  if (overflows) cell.overflow = big_endian(bytes, at + cell.local, 4);
  return true;
}

bool SqlitePages::deliver(std::string_view page, const Cell& cell, const std::string& table,
                          Sink& sink) {
  if (cell.payload_size == 0) return true;
  std::string_view payload = page.substr(cell.payload, cell.local);
  if (cell.local < cell.payload_size) {
    if (!join_overflow(page, cell, sink)) return false;
    payload = joined_;
  }
  const auto shape = shape_of(payload);
  if (!shape) {
    if (payload.data() == joined_.data()) sink.unused(payload);  // the page's own part is a gap
    return false;
  }
  fields_.clear();
  const bool of_schema = &table == &schema_table;
  if (sink.wants_fields(payload, shape->has_blobs) || of_schema) read_fields(payload);
  const Record record{table, payload, fields_};
  if (of_schema) note_root(record);
  sink.record(record);
  if (shape->end < payload.size()) sink.unused(payload.substr(shape->end));
  return true;
}

bool SqlitePages::join_overflow(std::string_view page, const Cell& cell, Sink& sink) {
  joined_.assign(page.substr(cell.payload, cell.local));
  std::vector<std::uint32_t> chain;
  std::uint32_t next = cell.overflow;
  std::size_t taken = 0;
  while (joined_.size() < cell.payload_size) {
    if (next == 0 || next > pages_ || states_[next] != State::unused) {
      // Nobody tries these pages again, and their bytes are given with the unused ones.
      for (const std::uint32_t number : chain) states_[number] = State::broken;
      return false;
    }
    states_[next] = State::live;
    chain.push_back(next);
    read_page(next, overflow_page_);
    next = big_endian(overflow_page_, 0, 4);
    taken = std::min<std::uint64_t>(usable_ - 4, cell.payload_size - joined_.size());
    joined_.append(overflow_page_, 4, taken);
  }
  sink.unused(std::string_view(overflow_page_).substr(4 + taken));
  return true;
}

void SqlitePages::read_fields(std::string_view payload) {
  std::size_t at = 0;
  std::uint64_t head = 0, type = 0;
  (void)read_varint(payload, at, head);
  std::size_t end = head;
  while (at < head && read_varint(payload, at, type)) {
    const std::uint64_t size = value_size(type);
    Field field{Kind::null, 0, payload.substr(end, size)};
    if (type >= 12) {
      field.kind = type % 2 == 0 ? Kind::blob : Kind::text;
    } else if (type != 0) {
      field.kind = type == 7 ? Kind::real : Kind::integer;
      field.integer = type >= 8 ? static_cast<std::int64_t>(type - 8) : signed_integer(field.bytes);
    }
    fields_.push_back(field);
    end += size;
  }
}

void SqlitePages::note_root(const Record& record) {
  if (record.fields.size() < 5 || record.fields[3].kind != Kind::integer) return;
  const std::int64_t root = record.fields[3].integer;
  if (root < 2 || root > pages_) return;
  roots_.emplace_back(static_cast<std::uint32_t>(root), to_utf8(record.fields[2].bytes, encoding_));
}

void SqlitePages::give_unvisited(Sink& sink) {
  if (!sink.wants_unused()) return;
  for (std::uint32_t number = 1; number <= pages_; ++number) {
    if (!sink.wants_more()) return;
    if (states_[number] == State::live) continue;
    read_page(number, page_);
    sink.unused(page_);
  }
  const std::uint64_t whole = std::uint64_t{pages_} * page_size_;
  read_in_pieces(
      {input_.size - whole,
       [&](std::uint64_t offset, std::span<char> out) { input_.read(whole + offset, out); }},
      std::size_t{1} << 16, [&](std::string_view piece) { sink.unused(piece); });
}

}  // namespace besa::source
