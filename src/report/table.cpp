#include "besa/report/table.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"

namespace besa::report {
namespace {

/// Characters of valid UTF-8: every byte that does not continue one.
std::size_t width_of(const std::string& cell) {
  return static_cast<std::size_t>(std::count_if(cell.begin(), cell.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::string gap(width > width_of(cell) ? width - width_of(cell) : 0, ' ');
  return align == Align::right ? gap + cell : cell + gap;
}

}  // namespace

TextTable::TextTable(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

void TextTable::add(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) {
    throw Error(ErrorKind::failed, "a row of " + std::to_string(cells.size()) +
                                       " cells in a table of " + std::to_string(columns_.size()) +
                                       " columns");
  }
  for (std::string& cell : cells) {
    cell = for_terminal(cell);
  }
  rows_.push_back(std::move(cells));
}

std::string TextTable::str(std::size_t indent) const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    for (const auto& row : rows_) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
    if (widths[i] > 0) {
      widths[i] = std::max(widths[i], width_of(columns_[i].heading));
    }
  }
  std::string text;
  const auto add_line = [&](const auto& cell_of) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (widths[i] > 0) {
        line += padded(cell_of(i), widths[i], columns_[i].align) + "  ";
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  add_line([&](std::size_t i) { return columns_[i].heading; });
  for (const auto& row : rows_) {
    add_line([&](std::size_t i) { return row[i]; });
  }
  return text;
}

std::string number_cell(std::uint64_t number) {
  return number == 0 ? "-" : grouped(number);
}

}  // namespace besa::report
