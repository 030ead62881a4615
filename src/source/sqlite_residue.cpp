#include "source/sqlite_residue.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "source/sqlite_bytes.hpp"
#include "source/sqlite_pages.hpp"

namespace besa::source {
namespace {

using Match = ByteSearch::Match;
using Kind = SqlitePages::Kind;

// --- words
// ----------------------------------------------------------------------------------------

bool is_word(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool punctuation = c < 0xC0 || (c >= 0x2000 && c <= 0x206F) ||
                           (c >= 0x3000 && c <= 0x303F) || c == 0xFEFF || c == 0xFFFD;
  return !punctuation;
}

/// What joins the parts of an address: ana@example.com is no part of x.ana@example.com's owner.
bool joins_address(char32_t c) {
  return c == '.' || c == '_' || c == '-' || c == '+' || c == '%';
}

/// How wide the character c is in a file of this encoding.
std::size_t width_of(char32_t c, TextEncoding encoding) {
  if (encoding != TextEncoding::utf8) return c < 0x10000 ? 2 : 4;
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

bool continues_before(std::string_view cell, const Match& match, bool address) {
  const char32_t before = character_before(cell, match.at, match.encoding);
  if (before == 0) return false;
  if (is_word(before)) return is_word(character_after(cell, match.at, match.encoding));
  if (!address || !joins_address(before)) return false;
  const std::size_t outer = match.at - width_of(before, match.encoding);
  return is_word(character_before(cell, outer, match.encoding));
}

bool continues_after(std::string_view cell, const Match& match, bool address) {
  const std::size_t end = match.at + match.length;
  const char32_t after = character_after(cell, end, match.encoding);
  if (after == 0) return false;
  if (is_word(after)) return is_word(character_before(cell, end, match.encoding));
  if (!address || !joins_address(after)) return false;
  const std::size_t outer = end + width_of(after, match.encoding);
  return is_word(character_after(cell, outer, match.encoding));
}

bool stands_alone(std::string_view cell, const Match& match, std::string_view value) {
  const bool address = value.find('@') != std::string_view::npos;
  return !continues_before(cell, match, address) && !continues_after(cell, match, address);
}

// --- first pass: whole values in live cells, anything at all elsewhere
// ------------------------------

/// What rows that stay hold of a value.
struct Held {
  bool alone = false;
  bool inside_longer = false;
  /// Then the value's bytes elsewhere are those rows' own.
  [[nodiscard]] bool excuses() const { return inside_longer && !alone; }
};

class FirstPass final : public SqlitePages::Sink {
 public:
  FirstPass(const std::vector<std::string>& values, const ByteSearch& whole,
            const WindowSearch& windows, TextEncoding encoding)
      : values_(values),
        whole_(whole),
        windows_(windows),
        encoding_(encoding),
        held_(values.size()),
        seen_(windows.places()) {}

  void record(const SqlitePages::Record& record) override {
    for (const SqlitePages::Field& field : record.fields) {
      if (field.kind != Kind::text && field.kind != Kind::blob) continue;
      matches_.clear();
      whole_.find(field.bytes, matches_);
      if (!matches_.empty()) note(record.table, field);
    }
  }

  void unused(std::string_view bytes) override {
    windows_.find(bytes, [&](std::size_t, std::uint32_t place) { seen_[place] = true; });
    matches_.clear();
    whole_.find(bytes, matches_);
    whole_seen_ = whole_seen_ || !matches_.empty();
  }

  [[nodiscard]] std::vector<std::uint32_t> windows_seen() const {
    std::vector<std::uint32_t> places;
    for (std::uint32_t place = 0; place < seen_.size(); ++place)
      if (seen_[place]) places.push_back(place);
    return places;
  }
  [[nodiscard]] bool whole_seen() const { return whole_seen_; }
  [[nodiscard]] const std::vector<Held>& held() const { return held_; }

  [[nodiscard]] std::map<std::string, std::uint64_t> live_hits() const {
    std::map<std::string, std::uint64_t> hits = in_text_;
    for (const auto& [place, count] : in_blobs_)
      if (!held_[place.second].excuses()) hits[place.first] += count;
    return hits;
  }

 private:
  void note(const std::string& table, const SqlitePages::Field& field) {
    // One value in one cell counts once, in whatever encodings it shows.
    std::sort(matches_.begin(), matches_.end(),
              [](const Match& a, const Match& b) { return a.value < b.value; });
    for (std::size_t i = 0; i < matches_.size();) {
      const std::uint32_t value = matches_[i].value;
      bool found = false;
      for (; i < matches_.size() && matches_[i].value == value; ++i)
        found = counts(field, matches_[i]) || found;
      if (found) ++(field.kind == Kind::text ? in_text_[table] : in_blobs_[{table, value}]);
    }
  }

  bool counts(const SqlitePages::Field& field, const Match& match) {
    if (field.kind == Kind::blob) return true;
    if (match.encoding != encoding_) return false;
    const bool alone = stands_alone(field.bytes, match, values_[match.value]);
    (alone ? held_[match.value].alone : held_[match.value].inside_longer) = true;
    return alone;
  }

  const std::vector<std::string>& values_;
  const ByteSearch& whole_;
  const WindowSearch& windows_;
  TextEncoding encoding_;
  std::vector<Held> held_;
  std::vector<bool> seen_;
  bool whole_seen_ = false;
  std::map<std::string, std::uint64_t> in_text_;
  std::map<std::pair<std::string, std::uint32_t>, std::uint64_t> in_blobs_;
  std::vector<Match> matches_;
};

// --- second pass: which of the windows found belong to rows that stay
// -------------------------------

class SurvivorPass final : public SqlitePages::Sink {
 public:
  explicit SurvivorPass(const WindowSearch& windows)
      : windows_(windows), owned_(windows.places()) {}
  // The whole record, not value by value: what is left over in a gap is a piece of a record too.
  void record(const SqlitePages::Record& record) override {
    windows_.find(record.payload, [&](std::size_t, std::uint32_t place) { owned_[place] = true; });
  }
  void unused(std::string_view) override {}
  [[nodiscard]] bool owned(std::uint32_t place) const { return owned_[place]; }

 private:
  const WindowSearch& windows_;
  std::vector<bool> owned_;
};

// --- third pass: count what is nobody's
// ------------------------------------------------------------

class CountPass final : public SqlitePages::Sink {
 public:
  CountPass(const ByteSearch& whole, const std::vector<Held>& held, const WindowSearch& windows)
      : whole_(whole), held_(held), windows_(windows) {}

  void record(const SqlitePages::Record&) override {}
  void unused(std::string_view bytes) override {
    stretches_.clear();
    matches_.clear();
    whole_.find(bytes, matches_);
    for (const Match& match : matches_)
      if (!held_[match.value].excuses()) stretches_.emplace_back(match.at, match.at + match.length);
    windows_.find(bytes, [&](std::size_t at, std::uint32_t) {
      stretches_.emplace_back(at, at + windows_.width());
    });
    std::sort(stretches_.begin(), stretches_.end());
    std::size_t end = 0;
    for (const auto& [begin, stop] : stretches_) {
      if (begin >= end) ++count_;
      end = std::max(end, stop);
    }
  }
  /// How many separate stretches since the last call.
  [[nodiscard]] std::uint64_t take() { return std::exchange(count_, 0); }

 private:
  const ByteSearch& whole_;
  const std::vector<Held>& held_;
  const WindowSearch& windows_;
  std::uint64_t count_ = 0;
  std::vector<std::pair<std::size_t, std::size_t>> stretches_;
  std::vector<Match> matches_;
};

struct SideFile {
  std::string name;
  ByteInput input;
};

std::vector<SideFile> open_side_files(const std::filesystem::path& database) {
  std::vector<SideFile> files;
  for (const std::filesystem::path& path : sqlite_side_files(database))
    if (std::filesystem::exists(std::filesystem::symlink_status(path)))
      files.push_back({path.string(), open_bytes(path)});
  return files;
}

void add_hit(Residue& residue, Residue::Where where, const std::string& file,
             const std::string& table, std::uint64_t count) {
  if (count > 0) residue.hits.push_back({where, file, table, count});
}

}  // namespace

std::vector<std::filesystem::path> sqlite_side_files(const std::filesystem::path& database) {
  return {database.string() + "-wal", database.string() + "-journal"};
}

SqliteResidue::SqliteResidue(std::vector<std::string> values)
    : values_(std::move(values)), whole_(values_, all_text_encodings) {}

const WindowSearch& SqliteResidue::windows(TextEncoding encoding) {
  if (!windows_ || windows_->first != encoding)
    windows_.emplace(encoding, WindowSearch(values_, encoding));
  return windows_->second;
}

Residue SqliteResidue::look(const std::filesystem::path& database) {
  const ByteInput bytes = open_sqlite_bytes(database);
  SqlitePages pages(bytes);
  const std::vector<SideFile> side_files = open_side_files(database);
  const std::size_t overlap = std::max<std::size_t>(whole_.longest(), 2 * shortest_sought);
  Residue residue;
  residue.values_sought = values_.size();
  residue.bytes_read = bytes.size;

  const WindowSearch& all_windows = windows(pages.encoding());
  FirstPass first(values_, whole_, all_windows, pages.encoding());
  pages.walk(first);
  bool log_has_content = false;
  for (const SideFile& file : side_files) {
    residue.bytes_read += file.input.size;
    log_has_content = log_has_content || (file.name.ends_with("-wal") && file.input.size > 0);
    read_in_pieces(file.input, overlap, [&](std::string_view piece) { first.unused(piece); });
  }
  for (const auto& [table, count] : first.live_hits())
    add_hit(residue, log_has_content ? Residue::Where::free_bytes : Residue::Where::live_cell,
            database.string(), table, count);

  const WindowSearch found(all_windows, first.windows_seen());
  SurvivorPass survivors(found);
  if (!found.members().empty()) pages.walk(survivors);
  std::vector<std::uint32_t> nobodys;
  for (const std::uint32_t place : found.members())
    if (!survivors.owned(place)) nobodys.push_back(place);
  if (nobodys.empty() && !first.whole_seen()) return residue;

  const WindowSearch left(found, nobodys);
  CountPass count(whole_, first.held(), left);
  pages.walk(count);
  add_hit(residue, Residue::Where::free_bytes, database.string(), {}, count.take());
  for (const SideFile& file : side_files) {
    read_in_pieces(file.input, overlap, [&](std::string_view piece) { count.unused(piece); });
    add_hit(residue, Residue::Where::side_file, file.name, {}, count.take());
  }
  return residue;
}

}  // namespace besa::source
