#include "workflow/shrunk.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/workflow/manifest_files.hpp"

namespace besa::workflow {
namespace {

using model::ManifestHeader;

/// Manifest folders, newest first: their names count upwards.
std::vector<Path> manifest_folders(const Session& session) {
  std::vector<Path> folders;
  const Path all = session.state() / "manifests";
  if (std::filesystem::exists(all))
    for (const auto& entry : std::filesystem::directory_iterator(all))
      if (std::filesystem::exists(entry.path() / "header.json")) folders.push_back(entry.path());
  std::ranges::sort(folders, std::greater<>{});
  return folders;
}

/// The last one that saw this dataset as its file describes it now.
std::optional<ManifestHeader> last_seen(const Session& session, const model::Dataset& dataset) {
  for (const Path& folder : manifest_folders(session)) {
    ManifestHeader header = read_header(folder);
    const auto seen =
        std::ranges::find(header.datasets, dataset.name, &ManifestHeader::DatasetRef::name);
    if (header.simulated || header.policy != dataset.policy || seen == header.datasets.end())
      continue;
    return seen->digest == dataset.digest ? std::optional(std::move(header)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

bool watched_for_length(const model::Dataset& dataset) {
  return dataset.max_age && !dataset.rolling;
}

std::string why_shrunk(Session& session, const model::Dataset& dataset, source::Source& source) {
  if (!watched_for_length(dataset)) return {};
  const auto before = last_seen(session, dataset);
  if (!before) return {};
  const bool applied = session.has_ledger() && session.ledger().run_of(before->id);
  for (const auto& table : before->tables) {
    const model::Table* declared = dataset.table(table.table);
    if (table.dataset != dataset.name || declared == nullptr || declared->events.empty() ||
        source.schema().table(table.table) == nullptr)
      continue;
    const std::uint64_t now = source.row_count(table.table);
    if (now + (applied ? table.erase : 0) < table.rows)
      return "table " + table.table + " has " + counted(now, "row", "rows") + " where manifest " +
             before->id + " saw " + grouped(table.rows) +
             ": what is missing may have been somebody's last contact";
  }
  return {};
}

std::string why_stale(const Realm& realm, const model::Dataset& dataset, source::Source& source,
                      Date day) {
  if (!dataset.max_age) return {};
  const Date content = TimeZone::find(realm.policy->time_zone).local_date(source.modified_at());
  const auto last_good = add(content, *dataset.max_age);
  if (!last_good || *last_good >= day) return {};
  return "dataset " + dataset.name + " is of " + content.str() + ", older than " +
         dataset.max_age->str() + ": its silence proves nothing";
}

}  // namespace besa::workflow
