#include "workflow/apply_state.hpp"

#include <algorithm>

#include "besa/base/error.hpp"
#include "workflow/key_text.hpp"

namespace besa::workflow {
namespace {

const std::string values_prefix = "values-";

std::vector<Path> files_of(const Path& folder, const std::string& prefix) {
  std::vector<Path> found;
  if (std::filesystem::exists(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().filename().string().starts_with(prefix)) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

void PlannedPeople::take(const model::BodyLine& line, const std::vector<std::string>& roots,
                         Date today) {
  if (line.subject) add(*line.subject, today);
  if (!line.record || line.record->deed != model::Deed::erase) return;
  if (const std::string& root = roots.at(line.record->table); !root.empty())
    removed_[root].add(key_from_json(line.record->key));
}

void PlannedPeople::add(const model::SubjectLine& line, Date today) {
  if (line.number != people_.size() + 1)
    throw Error(ErrorKind::refused, "the manifest's subjects are not in order",
                "draft it again with 'besa sweep'");
  Planned person{.subject = line.subject,
                 .root = line.root,
                 .key = key_from_json(line.key),
                 .rule = line.rule,
                 .start = line.start,
                 .facts = line.facts,
                 .records = line.records,
                 .fate = line.not_before > today ? Planned::Fate::waiting : Planned::Fate::to_do,
                 .why = {},
                 .begun = false,
                 .removed = false};
  const auto removed = removed_.find(person.root);
  person.removed =
      removed != removed_.end() && removed->second.find(person.key) != source::KeyIndex::none;
  by_root_[person.root].add(person.key);
  numbers_[person.root].push_back(line.number);
  people_.push_back(std::move(person));
}

std::uint32_t PlannedPeople::number_of(const std::string& root, std::string_view key) const {
  const auto found = by_root_.find(root);
  if (found == by_root_.end()) return 0;
  const std::uint32_t place = found->second.find(key);
  return place == source::KeyIndex::none ? 0 : numbers_.at(root)[place];
}

void PlannedPeople::skip(std::uint32_t number, std::string why) {
  Planned& person = at(number);
  person.fate = Planned::Fate::skipped;
  person.why = std::move(why);
}

void PlannedPeople::committed(const std::set<std::uint32_t>& numbers, std::uint32_t place) {
  for (const std::uint32_t number : numbers)
    if (Planned& person = at(number); person.fate == Planned::Fate::acted)
      person.begun |= person.records.at(place) != Digest{};
}

std::optional<Path> SoughtValues::save(const source::KeyIndex& values) const {
  if (values.empty()) return std::nullopt;
  std::string text;
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    text += to_hex(as_bytes(values.key(i)));  // any bytes, one line each
    text += '\n';
  }
  const std::string prefix = values_prefix + dataset_ + "-";
  const Path file = folder_ / (prefix + std::to_string(files_of(folder_, prefix).size() + 1));
  create_file(file, text);
  return file;
}

std::vector<std::string> SoughtValues::load() const {
  std::vector<std::string> values;
  for (const Path& file : files_of(folder_, values_prefix + dataset_ + "-")) {
    LineReader reader(file);
    while (const auto line = reader.next())
      if (const auto bytes = from_hex(*line)) values.emplace_back(as_text(*bytes));
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

void forget_values(const Path& folder) {
  for (const Path& file : files_of(folder, values_prefix)) destroy_file(file);
  destroy_unfinished(folder);
}

std::vector<std::string> values_sought(const Path& folder, const model::ManifestHeader& header) {
  std::vector<std::string> values;
  for (const auto& reference : header.datasets)
    for (std::string& value : SoughtValues(folder, reference.name).load())
      values.push_back(std::move(value));
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

}  // namespace besa::workflow
