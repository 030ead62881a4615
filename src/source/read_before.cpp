#include "source/read_before.hpp"

#include <algorithm>
#include <mutex>

#include "besa/base/digest.hpp"
#include "besa/base/file.hpp"

namespace besa::source {
namespace {

/// File systems count time in steps; the coarsest that is in use has two seconds (FAT).
constexpr std::int64_t settled_after = 3;

bool is_young(const FileState& state, Instant now) {
  return std::max(state.modified_seconds, state.changed_seconds) > now.seconds - settled_after;
}

/// Of this run.
class Remembered {
 public:
  std::optional<Json> found(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(name);
    return known == known_.end() ? std::nullopt : std::optional(known->second);
  }
  void keep(const std::string& name, const Json& found) {
    constexpr std::size_t many = 64;
    const std::lock_guard lock(mutex_);
    if (known_.size() >= many) known_.clear();
    known_[name] = found;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Json> known_;
};

Remembered& remembered() {
  static Remembered all;
  return all;
}

}  // namespace

std::string ReadBefore::name_of(const FileStates& files) const {
  Json all = Json::array({read_as_});
  for (const auto& [path, state] : files)
    all.push_back({path.string(), state.device, state.inode, state.size, state.modified_seconds,
                   state.modified_nanoseconds, state.changed_seconds, state.changed_nanoseconds});
  // A path may be any bytes.
  return sha256(all.dump(-1, ' ', true, Json::error_handler_t::replace)).hex();
}

std::optional<Json> ReadBefore::found_in(const FileStates& files) const {
  const std::string name = name_of(files);
  if (auto found = remembered().found(name)) return found;
  return note_.empty() ? std::nullopt : noted(name);
}

std::optional<Json> ReadBefore::noted(const std::string& name) const {
  try {
    const Json note = parse_json(read_file(note_));
    if (note.at("contents") == name) return note.at("found");
  } catch (const Error&) {            // none, or none that can be read
  } catch (const Json::exception&) {  // another program's, or of another version of besa
  }
  return std::nullopt;
}

void ReadBefore::keep(const FileStates& files, const Json& found) const {
  keep_for_now(files, found);
  const Instant now = SystemClock().now();
  const auto young = [&](const auto& file) { return is_young(file.second, now); };
  if (note_.empty() || std::ranges::any_of(files, young)) return;
  try {
    make_folder(note_.parent_path());
    write_file(note_, to_line({{"contents", name_of(files)}, {"found", found}}) + "\n");
  } catch (const Error&) {  // who asks may have no right to write, and needs none
  } catch (const Json::exception&) {
  }
}

void ReadBefore::keep_for_now(const FileStates& files, const Json& found) const {
  remembered().keep(name_of(files), found);
}

}  // namespace besa::source
