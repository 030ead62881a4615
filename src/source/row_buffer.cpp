#include "source/row_buffer.hpp"

#include <algorithm>

namespace besa::source {

void RowBuffer::add(std::string_view key, RowView row) {
  width_ = row.size();
  rows_.push_back({bytes_.size(), key.size(), cells_.size()});
  bytes_.append(key);
  for (const ValueView& value : row) {
    cells_.push_back({value.type, bytes_.size(), value.bytes.size(), value.integer, value.real});
    bytes_.append(value.bytes);
  }
}

std::string_view RowBuffer::key(const Row& row) const {
  return std::string_view(bytes_).substr(row.key_offset, row.key_size);
}

void RowBuffer::deliver(const RowSink& sink) {
  std::ranges::stable_sort(rows_, {}, [this](const Row& row) { return key(row); });
  std::vector<ValueView> views(width_);
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < width_; ++i) {
      const Cell& cell = cells_[row.first_cell + i];
      views[i] = {cell.type, cell.integer, cell.real,
                  std::string_view(bytes_).substr(cell.offset, cell.size)};
    }
    sink(views);
  }
  *this = RowBuffer();
}

}  // namespace besa::source
