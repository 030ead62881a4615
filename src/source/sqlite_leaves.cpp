#include "source/sqlite_leaves.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "besa/base/error.hpp"
#include "source/names.hpp"
#include "source/sqlite_file.hpp"
#include "source/sqlite_format.hpp"

namespace besa::source {
namespace {

using namespace sqlite_format;

constexpr auto root_of_table =
    "SELECT rootpage, sql FROM sqlite_schema WHERE type = 'table' AND name = ?";
constexpr auto root_of_index =
    "SELECT rootpage, coalesce(sql, '') FROM sqlite_schema WHERE type = 'index' AND name = ?";

// Leaves that lie one behind the other are read together: as much as stays in the nearer caches.
constexpr std::uint32_t run_bytes = 128 * 1024;
// A few pages of another table between them are read along rather than left out.
constexpr std::uint32_t largest_gap = 4;

constexpr std::uint8_t no_short_size = 255;

/// Sizes of values by the first byte of their type, where that is all of it.
constexpr std::array<std::uint8_t, 256> short_sizes = [] {
  std::array<std::uint8_t, 256> sizes{};
  for (std::size_t type = 0; type < sizes.size(); ++type)
    sizes[type] = type >= 0x80 || type == 10 || type == 11
                      ? no_short_size
                      : static_cast<std::uint8_t>(value_size(type));
  return sizes;
}();

ValueView stored_value(std::uint64_t serial_type, std::string_view bytes) {
  if (serial_type >= 12) return {serial_type % 2 == 0 ? Type::blob : Type::text, 0, 0, bytes};
  if (serial_type == 0) return {};
  if (serial_type >= 8) return ValueView::of(static_cast<std::int64_t>(serial_type - 8));
  const std::int64_t number = signed_integer(bytes);
  if (serial_type != 7) return ValueView::of(number);
  const auto real = std::bit_cast<double>(number);
  return std::isnan(real) ? ValueView{} : ValueView{Type::real, 0, real, {}};
}

}  // namespace

/// nullopt where the table or the index is not what it was when the catalogue was read.
std::optional<std::uint32_t> TableLeaves::find_root(const Connection& connection,
                                                    const SqliteTable& known,
                                                    const Choice& choice) {
  const auto find = [&](const char* sql, const std::string& name, const std::string& text) {
    Statement statement = connection.prepare(sql);
    statement.bind(1, ValueView::of(name));
    const bool same = statement.step() && statement.text(1) == text;
    return same ? std::optional(static_cast<std::uint32_t>(statement.integer(0))) : std::nullopt;
  };
  const auto root = find(root_of_table, choice.table, known.text);
  if (!root || choice.index == nullptr) return root;
  return find(root_of_index, choice.index->name, choice.index->text);
}

std::optional<TableLeaves> TableLeaves::open(const Connection& connection,
                                             const Catalogue& catalogue, const Choice& choice) {
  const SqliteTable& known = catalogue.at(choice.table);
  const auto root = find_root(connection, known, choice);
  if (!root) return std::nullopt;
  TableLeaves leaves(connection, known, choice);
  leaves.root_ = *root;
  if (!leaves.read_head()) return std::nullopt;
  return leaves;
}

TableLeaves::TableLeaves(const Connection& connection, const SqliteTable& table,
                         const Choice& choice)
    : connection_(connection),
      index_(choice.index != nullptr),
      row_(choice.columns.size()),
      buffers_(deepest),
      choice_(choice) {
  const auto place_in_record = [&](std::size_t column) {
    if (!index_) return column;
    // An entry of an index ends with the rowid.
    const auto& held = choice.index->columns;
    return static_cast<std::size_t>(std::ranges::find(held, static_cast<int>(column)) -
                                    held.begin());
  };
  for (std::size_t place = 0; place < choice.columns.size(); ++place) {
    if (!index_ && table.is_rowid({choice.columns[place]})) {
      rowids_.push_back(place);  // the record holds NULL there
      continue;
    }
    const std::size_t column = place_in_record(choice.columns[place]);
    if (outputs_.size() <= column) outputs_.resize(column + 1, -1);
    if (outputs_[column] >= 0)
      copies_.emplace_back(place, static_cast<std::size_t>(outputs_[column]));
    else
      outputs_[column] = static_cast<int>(place);
  }
}

/// A reader that found no log beside the file, or an empty one, keeps it so for its transaction:
/// no checkpoint writes to a file that is being read without the log.
bool TableLeaves::read_head() {
  if (sqlite3_file_control(connection_.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file_) !=
          SQLITE_OK ||
      file_ == nullptr || file_->pMethods == nullptr)
    return false;
  if (size_of(connection_.file().string() + "-wal") != 0) return false;
  sqlite3_int64 size = 0;
  std::string head(head_size, '\0');
  if (file_->pMethods->xFileSize(file_, &size) != SQLITE_OK ||
      file_->pMethods->xRead(file_, head.data(), static_cast<int>(head.size()), 0) != SQLITE_OK)
    return false;
  const std::uint32_t stored = big_endian(head, 16, 2);
  page_size_ = stored == 1 ? 65536 : stored;
  usable_ = page_size_ - byte_at(head, 20);
  if (page_size_ < 512 || !std::has_single_bit(page_size_) || usable_ < 480) return false;
  const std::uint64_t pages = static_cast<std::uint64_t>(size) / page_size_;
  pages_ = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(pages, std::numeric_limits<std::uint32_t>::max() - 1));
  return true;
}

void TableLeaves::damaged() const {
  const std::string file = "'" + connection_.file().string() + "'";
  throw Error(ErrorKind::failed,
              file + " is damaged or not a database (database disk image is malformed)",
              "restore it from a backup, or run: sqlite3 " + file + " .recover");
}

void TableLeaves::each_row(const RowSink& sink, const RowSink& met) {
  visited_ = 0;
  met_ = runs_ && runs_->only_wanted() ? &met : &sink;
  visit(std::span(&root_, 1), 0, {}, sink);
  if (runs_) runs_->finish([this](std::string_view record) { hand_on(record); });
}

void TableLeaves::read(std::uint32_t first, std::uint32_t count, std::string& pages) const {
  if (first == 0 || count > pages_ || first > pages_ - count + 1) damaged();
  pages.resize(std::size_t{count} * page_size_);
  const std::uint64_t offset = std::uint64_t{first - 1} * page_size_;
  const int code = file_->pMethods->xRead(file_, pages.data(), static_cast<int>(pages.size()),
                                          static_cast<sqlite3_int64>(offset));
  if (code == SQLITE_IOERR_SHORT_READ) damaged();
  if (code != SQLITE_OK) throw_sqlite(connection_.handle(), code);
}

void TableLeaves::visit(std::span<const std::uint32_t> pages, std::size_t depth,
                        std::string_view parent, const RowSink& sink) {
  if (depth >= deepest) damaged();
  std::string& buffer = buffers_[depth];
  const std::uint32_t most = std::max(1U, run_bytes / page_size_);
  for (std::size_t i = 0; i < pages.size();) {
    const std::uint32_t first = pages[i];
    std::size_t end = i + 1;
    while (end < pages.size() && pages[end] > pages[end - 1] &&
           pages[end] - pages[end - 1] <= largest_gap && pages[end] - first < most)
      ++end;
    read(first, pages[end - 1] - first + 1, buffer);
    for (; i < end; ++i) {
      const std::size_t offset = std::size_t{pages[i] - first} * page_size_;
      visit_page(std::string_view(buffer).substr(offset, page_size_), depth, sink);
      if (!parent.empty() && i + 1 < pages.size())
        offer(parent.substr(0, usable_), big_endian(parent, 12 + 2 * i, 2) + std::size_t{4}, sink);
    }
  }
}

void TableLeaves::visit_page(std::string_view page, std::size_t depth, const RowSink& sink) {
  if (++visited_ > pages_) damaged();  // a circle
  const std::uint8_t type = byte_at(page, 0);
  if (type == (index_ ? index_interior : table_interior)) return visit_children(page, depth, sink);
  if (type != (index_ ? index_leaf : table_leaf)) damaged();
  const std::size_t cells = big_endian(page, 3, 2);
  const std::size_t pointers_end = 8 + 2 * cells;
  if (pointers_end > usable_) damaged();
  const std::string_view here = page.substr(0, usable_);
  if (index_ && runs_ && runs_->by_bytes()) return visit_entries(here, cells, sink);
  const auto each = [&](auto take) {
    for (std::size_t pointer = 8; pointer < pointers_end; pointer += 2) {
      const std::size_t at = big_endian(page, pointer, 2);
      if (at < pointers_end) damaged();
      take(at);
    }
  };
  if (runs_)
    each([&](std::size_t at) { offer(here, at, sink); });
  else
    each([&](std::size_t at) { deliver(here, at, sink); });
}

/// The entries of a leaf, of which most may be passed over unseen.
void TableLeaves::visit_entries(std::string_view page, std::size_t cells, const RowSink& sink) {
  const IndexEntries entries(page, cells);
  const auto hand_on = [this](std::string_view record) { this->hand_on(record); };
  for (std::size_t place = 0; place < cells;) {
    if (const OwnerEntry entry = entries.entry(place)) {
      place = runs_->offer(entries, place, entry, hand_on);
      continue;
    }
    if (entries.offset(place) < 8 + 2 * cells) damaged();
    runs_->finish(hand_on);
    deliver(page, entries.offset(place++), sink);
  }
  if (runs_->out_of_order()) damaged();
}

void TableLeaves::visit_children(std::string_view page, std::size_t depth, const RowSink& sink) {
  const std::size_t cells = big_endian(page, 3, 2);
  if (12 + 2 * cells > usable_) damaged();
  std::vector<std::uint32_t> children;
  children.reserve(cells + 1);
  for (std::size_t i = 0; i < cells; ++i) {
    const std::size_t at = big_endian(page, 12 + 2 * i, 2);
    if (at + 4 > usable_) damaged();
    children.push_back(big_endian(page, at, 4));
  }
  children.push_back(big_endian(page, 8, 4));
  visit(children, depth + 1, index_ ? page : std::string_view(), sink);
}

void TableLeaves::offer(std::string_view page, std::size_t at, const RowSink& sink) {
  if (!runs_) return deliver(page, at, sink);
  const auto hand_on = [this](std::string_view record) { this->hand_on(record); };
  if (const OwnerEntry entry = owner_entry(page, at)) return runs_->offer(entry, hand_on);
  runs_->finish(hand_on);
  deliver(page, at, sink);
}

bool TableLeaves::is_sought(std::int64_t rowid) {
  const RowidMerge::Found found = only_->find(rowid);
  if (found == RowidMerge::Found::out_of_order) damaged();
  return found == RowidMerge::Found::yes;
}

void TableLeaves::hand_on(std::string_view record) {
  if (!read_record(record, record.size())) damaged();
  for (const auto& [to, from] : copies_) row_[to] = row_[from];
  (*met_)(row_);
}

void TableLeaves::deliver(std::string_view page, std::size_t at, const RowSink& sink) {
  std::uint64_t size = 0, rowid = 0;
  if (!read_varint(page, at, size) || (!index_ && !read_varint(page, at, rowid))) damaged();
  if (only_ && !index_ && !is_sought(static_cast<std::int64_t>(rowid))) return;
  const std::uint64_t local = local_size(index_ ? index_leaf : table_leaf, usable_, size);
  if (local + (local < size ? 4U : 0U) > page.size() - at) damaged();
  const std::string_view here = page.substr(at, local);
  if (!read_record(here, size)) {
    if (local == size) damaged();
    join_overflow(here, size, big_endian(page, at + local, 4));
    if (!read_record(joined_, size)) damaged();
  }
  for (const std::size_t place : rowids_)
    row_[place] = ValueView::of(static_cast<std::int64_t>(rowid));
  for (const auto& [to, from] : copies_) row_[to] = row_[from];
  sink(row_);
}

/// Reads the wanted values of a record of `size` bytes, of which the first are `here`. False where
/// that is not enough. A record shorter than its table is older than the last columns: NULL.
bool TableLeaves::read_record(std::string_view here, std::uint64_t size) {
  if (read_short_head(here)) return true;
  std::size_t at = 0;
  std::uint64_t body = 0;
  if (!read_varint(here, at, body) || body > here.size()) return false;
  if (body < at) damaged();
  const std::string_view types = here.substr(0, body);
  for (const int output : outputs_) {
    std::uint64_t type = 0;
    if (at < types.size() && !read_varint(types, at, type)) damaged();
    const std::uint64_t bytes = value_size(type);
    if (type == 10 || type == 11 || bytes > size - body) damaged();
    if (output >= 0) {
      if (bytes > here.size() || body > here.size() - bytes) return false;
      row_[static_cast<std::size_t>(output)] = stored_value(type, here.substr(body, bytes));
    }
    body += bytes;
  }
  return true;
}

/// The same where it is plain: every type in one byte, all of it here. Nearly every row is so,
/// hence the bare pointers: the one check of each value is the one against the end of the record.
bool TableLeaves::read_short_head(std::string_view here) {
  const std::size_t columns = outputs_.size();
  if (here.size() <= columns) return false;
  const auto* const types = reinterpret_cast<const std::uint8_t*>(here.data()) + 1;
  const int* const outputs = outputs_.data();
  ValueView* const row = row_.data();
  std::size_t body = byte_at(here, 0);
  if (body >= 0x80 || body <= columns) return false;
  for (std::size_t i = 0; i < columns; ++i) {
    const std::size_t bytes = short_sizes.data()[types[i]];
    if (bytes == no_short_size) return false;
    if (outputs[i] >= 0) {
      if (body + bytes > here.size()) return false;
      row[outputs[i]] = stored_value(types[i], {here.data() + body, bytes});
    }
    body += bytes;
  }
  return true;
}

void TableLeaves::join_overflow(std::string_view local, std::uint64_t size, std::uint32_t next) {
  constexpr std::uint64_t longest = 256 * 1024 * 1024;  // as the connection's limit
  if (size > longest) throw_sqlite(connection_.handle(), SQLITE_TOOBIG);
  joined_.assign(local);
  while (joined_.size() < size) {
    read(next, 1, overflow_page_);
    next = big_endian(overflow_page_, 0, 4);
    joined_.append(overflow_page_, 4, std::min<std::uint64_t>(usable_ - 4, size - joined_.size()));
  }
}

}  // namespace besa::source
