// Reads a SQLite database file page by page, without SQLite: which bytes are live values, which are
// left over.
//
// Live is what a b-tree reachable from the schema holds in a cell that can be read. Everything else
// is unused: gaps and freed cells inside pages, reserved bytes, ends of overflow pages, free pages,
// pointer-map pages, pages nobody points to, and whatever is damaged. Each byte of the file goes to
// the sink, except the structure around live values (page headers, cell pointers, cell heads). No
// damage can make it crash or loop: every offset is checked, every page is visited once, and of
// cells that lie on one another no more is read than fits on a page.
// Format: https://sqlite.org/fileformat2.html
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/text_encoding.hpp"

namespace besa::source {

/// Where the bytes come from. `read` fills `out` from `offset`, all of it, or throws.
struct ByteInput {
  std::uint64_t size = 0;
  std::function<void(std::uint64_t offset, std::span<char> out)> read;
};

/// A file as such, read with pread; for files that nobody locks by bytes (logs, journals).
[[nodiscard]] ByteInput open_bytes(const std::filesystem::path& path);

class SqlitePages {
 public:
  enum class Kind : std::uint8_t { null, integer, real, text, blob };
  struct Field {
    Kind kind = Kind::null;
    std::int64_t integer = 0;
    std::string_view bytes;  ///< as stored, in the file's encoding
  };
  struct Record {
    const std::string& table;       ///< UTF-8; an index counts as its table
    std::string_view payload;       ///< head and body, overflow joined
    std::span<const Field> fields;  ///< those of `wants_fields`
  };
  /// Views die when the call returns.
  class Sink {
   public:
    virtual ~Sink() = default;
    /// Which records of a page are wanted: all, or those that go on in other pages.
    enum class Wanted : std::uint8_t { all, overflowing };
    /// A page of a tree, before its records; a payload without overflow lies in it.
    virtual Wanted page(std::string_view) { return Wanted::all; }
    /// Whether the values of the record are to be told one by one.
    virtual bool wants_fields(std::string_view payload, bool has_blobs) = 0;
    virtual void record(const Record& record) = 0;
    virtual void unused(std::string_view bytes) = 0;
    [[nodiscard]] virtual bool wants_unused() const { return true; }
    /// Asked before each page; false ends the walk.
    virtual bool wants_more() { return true; }
  };

  explicit SqlitePages(ByteInput input);
  /// Gives every live record and every unused byte that it wants to `sink`.
  void walk(Sink& sink);
  [[nodiscard]] TextEncoding encoding() const { return encoding_; }
  /// False where the head is no SQLite head: then all bytes are unused.
  [[nodiscard]] bool readable() const { return page_size_ != 0; }

 private:
  struct Cell {
    std::size_t begin = 0, end = 0;      ///< in the page
    std::size_t payload = 0, local = 0;  ///< where the payload begins, how much is here
    std::uint64_t payload_size = 0;
    std::uint32_t overflow = 0, child = 0;  ///< 0 where there is none
  };
  enum class State : std::uint8_t { unused, live, broken };

  void read_head();
  void read_page(std::uint32_t number, std::string& page) const;
  void walk_tree(std::uint32_t root, const std::string& table, Sink& sink);
  void visit_page(std::uint32_t number, const std::string& table, Sink& sink);
  [[nodiscard]] bool read_cell(std::string_view page, std::uint8_t type, std::size_t at,
                               Cell& cell) const;
  [[nodiscard]] bool deliver(std::string_view page, const Cell& cell, const std::string& table,
                             Sink& sink);
  [[nodiscard]] bool join_overflow(std::string_view page, const Cell& cell, Sink& sink);
  void read_fields(std::string_view payload);
  void note_root(const Record& record);
  void give_unvisited(Sink& sink);

  ByteInput input_;
  std::uint32_t page_size_ = 0;
  std::uint32_t usable_ = 0;
  std::uint32_t pages_ = 0;
  TextEncoding encoding_ = TextEncoding::utf8;
  std::vector<State> states_;           ///< by page number, from 1
  std::vector<std::uint32_t> pending_;  ///< pages of the tree at hand
  std::vector<std::pair<std::uint32_t, std::string>> roots_;
  std::vector<Field> fields_;
  std::vector<std::pair<std::size_t, std::size_t>> used_;  ///< stretches of the page at hand
  std::string page_, overflow_page_, joined_;
};

/// Reads `input` front to back in pieces that overlap by `overlap` bytes, so that nothing that long
/// is cut in two.
void read_in_pieces(const ByteInput& input, std::size_t overlap,
                    const std::function<void(std::string_view)>& piece);

}  // namespace besa::source
