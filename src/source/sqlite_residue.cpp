#include "source/sqlite_residue.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "besa/base/parallel.hpp"
#include "source/sqlite_bytes.hpp"
#include "source/sqlite_pages.hpp"
#include "source/whole_value.hpp"

namespace besa::source {
namespace {

using Match = ByteSearch::Match;
using Kind = SqlitePages::Kind;

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
             const std::string& table, std::uint64_t count, bool words = false) {
  if (count > 0) residue.hits.push_back({where, file, table, count, words});
}

/// Of several portions of the values sought: one hit for one place.
void join_hit(Residue& residue, const Residue::Hit& hit) {
  for (Residue::Hit& known : residue.hits)
    if (known.where == hit.where && known.file == hit.file && known.table == hit.table &&
        known.words == hit.words) {
      known.count += hit.count;
      return;
    }
  residue.hits.push_back(hit);
}

bool lies_in(std::string_view page, std::string_view payload) {
  return std::less_equal<>()(page.data(), payload.data()) &&
         std::less<>()(payload.data(), page.data() + page.size());
}

/// A name or a city, not an address, a number or a code: what others may have too.
bool is_mere_words(std::string_view value) {
  return value.find_first_of("@0123456789") == std::string_view::npos;
}

}  // namespace

SqliteResidue::Search::Search(const std::vector<std::string>& sought, TextEncoding file_encoding)
    : encoding(file_encoding), values(sought) {
  const std::array<std::function<void()>, 3> parts{
      // the longest first
      [this] { windows = WindowSearch(values, encoding); },
      [this] { own = ByteSearch(values, encoding); },
      [this] {
        utf16 = Utf16Search(values);
        if (encoding != TextEncoding::utf8) utf8 = ByteSearch(values, TextEncoding::utf8);
      }};
  in_parallel(processors(2), parts.size(), [&](std::size_t, std::size_t i) { parts.at(i)(); });
}

void SqliteResidue::Search::find_whole(std::string_view bytes, std::vector<Match>& matches) const {
  own.find(bytes, matches);
  find_foreign(bytes, matches);
}

void SqliteResidue::Search::find_foreign(std::string_view bytes,
                                         std::vector<Match>& matches) const {
  constexpr std::array both{TextEncoding::utf16le, TextEncoding::utf16be};
  if (encoding == TextEncoding::utf8) return utf16.find(own, bytes, both, matches);
  utf8.find(bytes, matches);
  const bool is_le = encoding == TextEncoding::utf16le;
  utf16.find(utf8, bytes, std::span(both).subspan(is_le ? 1 : 0, 1), matches);
}

std::size_t SqliteResidue::Search::longest() const {
  return 2 * std::max({own.longest(), utf8.longest(), windows.width()});
}

// --- first pass: whole values in live cells, anything at all elsewhere ---

/// What rows that stay hold of a value.
struct SqliteResidue::Held {
  bool alone = false;
  bool inside_longer = false;
  /// Then the value's bytes elsewhere are those rows' own.
  [[nodiscard]] bool excuses() const { return inside_longer && !alone; }
};

class SqliteResidue::FirstPass final : public SqlitePages::Sink {
 public:
  FirstPass(const Search& search, Until until)
      : search_(search),
        until_(until),
        held_(search.values.size()),
        seen_(search.windows.places()) {}

  Wanted page(std::string_view bytes) override {
    matches_.clear();
    search_.own.find(bytes, matches_);
    quiet_ = matches_.empty() ? bytes : std::string_view();
    return Wanted::all;
  }
  bool wants_fields(std::string_view payload, bool has_blobs) override {
    in_record_.clear();
    if (!lies_in(quiet_, payload)) search_.own.find(payload, in_record_);
    return has_blobs || !in_record_.empty();
  }
  void record(const SqlitePages::Record& record) override {
    for (const SqlitePages::Field& field : record.fields) {
      const bool blob = field.kind == Kind::blob;
      if (!blob && (field.kind != Kind::text || in_record_.empty())) continue;
      take_matches_in(field, record.payload);
      if (blob) search_.find_foreign(field.bytes, matches_);
      if (!matches_.empty()) note(record.table, field);
    }
  }

  void unused(std::string_view bytes) override {
    search_.windows.find(bytes, [&](std::size_t, std::uint32_t place) { seen_[place] = true; });
    matches_.clear();
    search_.find_whole(bytes, matches_);
    whole_seen_ = whole_seen_ || !matches_.empty();
    for (const Match& match : matches_)
      alone_seen_ = alone_seen_ || stands_alone(bytes, match, search_.values[match.value]);
  }
  bool wants_more() override { return !decided(); }
  /// Something was seen that is residue unless rows that stay excuse it, and no more was asked.
  [[nodiscard]] bool decided() const { return until_ == Until::residue_is_seen && alone_seen_; }

  [[nodiscard]] std::vector<std::uint32_t> windows_seen() const {
    std::vector<std::uint32_t> places;
    for (std::uint32_t place = 0; place < seen_.size(); ++place)
      if (seen_[place]) places.push_back(place);
    return places;
  }
  [[nodiscard]] bool whole_seen() const { return whole_seen_; }
  [[nodiscard]] const std::vector<Held>& held() const { return held_; }

  /// By table, and by whether the values are mere words.
  using LiveHits = std::map<std::pair<std::string, bool>, std::uint64_t>;
  [[nodiscard]] LiveHits live_hits() const {
    LiveHits hits;
    for (const auto& [place, count] : in_text_) hits[kind(place)] += count;
    for (const auto& [place, count] : in_blobs_)
      if (!held_[place.second].excuses()) hits[kind(place)] += count;
    return hits;
  }

 private:
  void take_matches_in(const SqlitePages::Field& field, std::string_view payload) {
    const auto begin = static_cast<std::size_t>(field.bytes.data() - payload.data());
    matches_.clear();
    for (Match match : in_record_) {
      if (match.at < begin || match.at + match.length > begin + field.bytes.size()) continue;
      match.at -= begin;
      matches_.push_back(match);
    }
  }

  void note(const std::string& table, const SqlitePages::Field& field) {
    // One value in one cell counts once, in whatever encodings it shows.
    std::sort(matches_.begin(), matches_.end(),
              [](const Match& a, const Match& b) { return a.value < b.value; });
    for (std::size_t i = 0; i < matches_.size();) {
      const std::uint32_t value = matches_[i].value;
      bool found = false;
      for (; i < matches_.size() && matches_[i].value == value; ++i)
        found = counts(field, matches_[i]) || found;
      if (found) ++(field.kind == Kind::text ? in_text_ : in_blobs_)[{table, value}];
    }
  }

  bool counts(const SqlitePages::Field& field, const Match& match) {
    if (field.kind == Kind::blob) return true;
    const bool alone = stands_alone(field.bytes, match, search_.values[match.value]);
    (alone ? held_[match.value].alone : held_[match.value].inside_longer) = true;
    return alone;
  }

  /// A table, and the value found in it.
  using Place = std::pair<std::string, std::uint32_t>;

  [[nodiscard]] std::pair<std::string, bool> kind(const Place& place) const {
    return {place.first, is_mere_words(search_.values[place.second])};
  }

  const Search& search_;
  Until until_;
  std::vector<Held> held_;
  std::vector<bool> seen_;
  bool whole_seen_ = false;
  bool alone_seen_ = false;  ///< a whole value in bytes that are not live, not part of a longer one
  std::map<Place, std::uint64_t> in_text_, in_blobs_;
  std::string_view quiet_;  ///< the page at hand, where nothing sought is anywhere in it
  std::vector<Match> in_record_;
  std::vector<Match> matches_;
};

// --- second pass: which of the windows found belong to rows that stay ---

class SqliteResidue::SurvivorPass final : public SqlitePages::Sink {
 public:
  explicit SurvivorPass(const WindowSearch& windows)
      : windows_(windows), owned_(windows.places()), left_(windows.members().size()) {}
  Wanted page(std::string_view bytes) override {
    bool any = false;
    windows_.find(bytes, [&any](std::size_t, std::uint32_t) { any = true; });
    return any ? Wanted::all : Wanted::overflowing;
  }
  bool wants_fields(std::string_view, bool) override { return false; }
  // The whole record, not value by value: what is left over in a gap is a piece of a record too.
  void record(const SqlitePages::Record& record) override {
    windows_.find(record.payload, [&](std::size_t, std::uint32_t place) {
      if (!owned_[place]) --left_;
      owned_[place] = true;
    });
  }
  void unused(std::string_view) override {}
  [[nodiscard]] bool wants_unused() const override { return false; }
  bool wants_more() override { return left_ > 0; }
  [[nodiscard]] bool owned(std::uint32_t place) const { return owned_[place]; }

 private:
  const WindowSearch& windows_;
  std::vector<bool> owned_;
  std::size_t left_;
};

// --- third pass: count what is nobody's
// ------------------------------------------------------------

class SqliteResidue::CountPass final : public SqlitePages::Sink {
 public:
  CountPass(const Search& search, const std::vector<Held>& held, const WindowSearch& windows)
      : search_(search), held_(held), windows_(windows) {}

  bool wants_fields(std::string_view, bool) override { return false; }
  void record(const SqlitePages::Record&) override {}
  void unused(std::string_view bytes) override {
    stretches_.clear();
    matches_.clear();
    search_.find_whole(bytes, matches_);
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
  const Search& search_;
  const std::vector<Held>& held_;
  const WindowSearch& windows_;
  std::uint64_t count_ = 0;
  std::vector<std::pair<std::size_t, std::size_t>> stretches_;
  std::vector<Match> matches_;
};

std::vector<std::filesystem::path> sqlite_side_files(const std::filesystem::path& database) {
  return {database.string() + "-wal", database.string() + "-journal"};
}

SqliteResidue::SqliteResidue(std::vector<std::string> values, std::size_t portion) {
  const auto mid = [](std::size_t at) { return static_cast<std::ptrdiff_t>(at); };
  for (std::size_t at = 0; at == 0 || at < values.size(); at += portion)
    portions_.emplace_back(
        std::make_move_iterator(values.begin() + mid(at)),
        std::make_move_iterator(values.begin() + mid(std::min(values.size(), at + portion))));
}

const SqliteResidue::Search& SqliteResidue::search_in(TextEncoding encoding,
                                                      const std::vector<std::string>& values) {
  if (!search_ || search_->encoding != encoding || &search_->values != &values) {
    search_.reset();  // before the next is made: never two at once
    search_.emplace(values, encoding);
  }
  return *search_;
}

Residue SqliteResidue::look(const std::filesystem::path& database, Until until) {
  Residue all;
  for (const std::vector<std::string>& values : portions_) {
    const Residue found = look_for(values, database, until);
    all.values_sought += found.values_sought;
    all.bytes_read = found.bytes_read;
    for (const Residue::Hit& hit : found.hits) join_hit(all, hit);
    if (until == Until::residue_is_seen && found.is_in_unused_bytes()) break;
  }
  return all;
}

Residue SqliteResidue::look_for(const std::vector<std::string>& values,
                                const std::filesystem::path& database, Until until) {
  const ByteInput bytes = open_sqlite_bytes(database);
  SqlitePages pages(bytes);
  const std::vector<SideFile> side_files = open_side_files(database);
  Residue residue;
  residue.values_sought = values.size();
  residue.bytes_read = bytes.size;

  const Search& search = search_in(pages.encoding(), values);
  const std::size_t overlap = search.longest();
  FirstPass first(search, until);
  pages.walk(first);
  if (first.decided()) {
    add_hit(residue, Residue::Where::free_bytes, database.string(), {}, 1);
    return residue;
  }
  bool log_has_content = false;
  for (const SideFile& file : side_files) {
    residue.bytes_read += file.input.size;
    log_has_content = log_has_content || (file.name.ends_with("-wal") && file.input.size > 0);
    read_in_pieces(file.input, overlap, [&](std::string_view piece) { first.unused(piece); });
  }
  for (const auto& [place, count] : first.live_hits())
    add_hit(residue, log_has_content ? Residue::Where::free_bytes : Residue::Where::live_cell,
            database.string(), place.first, count, place.second);

  const WindowSearch found(search.windows, first.windows_seen());
  SurvivorPass survivors(found);
  pages.walk(survivors);
  std::vector<std::uint32_t> nobodys;
  for (const std::uint32_t place : found.members())
    if (!survivors.owned(place)) nobodys.push_back(place);
  if (nobodys.empty() && !first.whole_seen()) return residue;

  const WindowSearch left(found, nobodys);
  CountPass count(search, first.held(), left);
  pages.walk(count);
  add_hit(residue, Residue::Where::free_bytes, database.string(), {}, count.take());
  for (const SideFile& file : side_files) {
    read_in_pieces(file.input, overlap, [&](std::string_view piece) { count.unused(piece); });
    add_hit(residue, Residue::Where::side_file, file.name, {}, count.take());
  }
  return residue;
}

}  // namespace besa::source
