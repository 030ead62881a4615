#include "workflow/lengths.hpp"

#include <algorithm>
#include <set>

#include "besa/workflow/manifest_files.hpp"
#include "workflow/certify.hpp"
#include "workflow/event_scan.hpp"
#include "workflow/examine.hpp"

namespace besa::workflow {
namespace {

constexpr const char* length_note = "source.length";
constexpr const char* part_secret = "parts";
/// So many parts fit an entry; of a dataset with more each table is remembered as a whole.
constexpr std::size_t most_parts = 2000;
constexpr std::size_t digits_of_part = 12;

// --- which tables ---

bool counts(const EventScan& pass) {
  return std::ranges::any_of(pass.events, &MappedEvent::counts);
}

/// The tables with contact, and those on the way from there to the people.
std::set<std::string> tables_with_contact(const Realm& realm, const model::Dataset& dataset) {
  const Ways ways = ways_of(*realm.rules);
  std::set<std::string> tables;
  for (const std::string& type : subject_types(realm))
    for (const EventScan& pass : event_scans(*realm.rules, type, ways)) {
      if (pass.dataset != &dataset || !counts(pass)) continue;
      tables.insert(dataset.tables[pass.way->table].name);
      for (const model::Step& step : pass.way->steps)
        if (dataset.tables[step.table].subject.empty())
          tables.insert(dataset.tables[step.table].name);
    }
  return tables;
}

// --- what the log says ---

/// Goes through the log from its end until `each` has seen enough.
void each_entry_backwards(const ledger::Ledger& ledger,
                          const std::function<bool(const ledger::Entry&)>& each) {
  constexpr std::uint64_t portion = 256;
  for (std::uint64_t end = ledger.size(); end > 0;) {
    const std::uint64_t first = end > portion ? end - portion : 0;
    std::vector<ledger::Entry> entries;
    ledger.entries(first, end - first,
                   [&](const ledger::Entry& entry) { entries.push_back(entry); });
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
      if (!each(*entry)) return;
    end = first;
  }
}

/// Most entries are others: only these are parsed.
bool is_of(const ledger::Entry& entry, const std::string& wanted) {
  return entry.bytes.find("\"kind\":\"" + wanted + "\"") != std::string::npos;
}

Lengths read_lengths(const Json& tables) {
  Lengths lengths;
  for (const auto& [table, parts] : tables.items())
    for (const auto& [part, rows] : parts.items()) lengths[table][part] = rows.get<std::uint64_t>();
  return lengths;
}

/// Manifests of which a run has begun since, and runs that have not ended.
using Manifests = std::set<std::string>;

std::optional<LengthsBefore> last_remembered(Session& session, const Realm& realm,
                                             const std::string& dataset, Manifests& since) {
  std::optional<LengthsBefore> found;
  each_entry_backwards(session.ledger(), [&](const ledger::Entry& entry) {
    if (is_of(entry, "run.begun"))
      since.insert(parse_json(entry.bytes).at("manifest").get<std::string>());
    if (!is_of(entry, length_note)) return true;
    const Json json = parse_json(entry.bytes);
    const auto tables = json.at("lengths").find(dataset);
    if (tables == json.at("lengths").end()) return true;
    const auto at = Instant::parse(json.at("at").get<std::string>());
    found =
        LengthsBefore{read_lengths(*tables),
                      TimeZone::find(realm.policy->time_zone).local_date(at.value_or(Instant{})),
                      {}};
    return false;
  });
  return found;
}

/// What was certified of its last run; while that has not ended, what is planned.
void add_erased(Session& session, const std::string& manifest, const std::string& dataset,
                std::map<std::string, std::uint64_t>& erased) {
  const auto run = session.ledger().run_of(manifest);
  if (!run) return;
  if (const auto last = read_certificate(session, run->certificate);
      last && !run->outcome.empty()) {
    for (const auto& table : last->certificate.tables)
      if (table.dataset == dataset) erased[table.table] += table.erased;
    return;
  }
  const Path folder = session.state() / "manifests" / manifest;
  if (!std::filesystem::exists(folder / "header.json")) return;
  for (const auto& table : read_header(folder).tables)
    if (table.dataset == dataset) erased[table.table] += table.erase;
}

// --- what it is to remember ---

std::string part_name(const std::optional<KeyedDigest>& secret, const std::string& place,
                      const std::string& name) {
  if (name.empty() || !secret) return name;
  return secret->of("part", place + "/" + name).hex().substr(0, digits_of_part);
}

Json to_json(const Lengths& lengths) {
  std::size_t parts = 0;
  for (const auto& [table, each] : lengths) parts += each.size();
  Json json = Json::object();
  for (const auto& [table, each] : lengths) {
    json[table] = Json::object();
    if (parts > most_parts)
      json[table][""] = rows_of(each);
    else
      for (const auto& [part, rows] : each) json[table][part] = rows;
  }
  return json;
}

using Erased = std::map<std::string, std::uint64_t>;

/// True where nothing is missing beyond what was erased.
bool is_whole(const LengthsBefore& before, const Lengths& now, const Erased& erased) {
  return std::ranges::all_of(before.lengths, [&](const auto& table) {
    const auto here = now.find(table.first);
    const auto gone = erased.find(table.first);
    return here == now.end() ||
           rows_missing(table.second, here->second) <= (gone == erased.end() ? 0 : gone->second);
  });
}

bool has_named_parts(const Lengths& lengths) {
  return std::ranges::any_of(lengths, [](const auto& table) {
    return table.second.size() > 1 || !table.second.contains("");
  });
}

/// With the secret that names parts, which is made when there is one to name.
Lengths named_lengths(Session& session, const Realm& realm, const model::Dataset& dataset,
                      source::Source& source) {
  Lengths lengths = lengths_now(session, realm, dataset, source);
  if (!has_named_parts(lengths) || session.vault().get(part_secret)) return lengths;
  session.vault().put(part_secret, Secret::random(32).view());
  return lengths_now(session, realm, dataset, source);
}

Erased of_dataset(const std::map<std::string, Erased>& all, const std::string& dataset) {
  const auto found = all.find(dataset);
  return found == all.end() ? Erased{} : found->second;
}

/// `erased`: by dataset; nullptr: what the ledger says.
Json to_remember(Session& session, const Realm& realm, const Sources& sources,
                 const std::map<std::string, Erased>* erased) {
  Json all = Json::object();
  for (const model::Dataset* dataset : realm.datasets) {
    const auto source = sources.find(dataset->name);
    if (source == sources.end() || source->second == nullptr) continue;
    if (watched_tables(realm, *dataset).empty()) continue;
    const auto before = lengths_before(session, realm, *dataset);
    const Lengths now = named_lengths(session, realm, *dataset, *source->second);
    if (before && !dataset->rolling) {
      const auto gone = erased == nullptr ? Erased{} : of_dataset(*erased, dataset->name);
      if (!is_whole(*before, now, erased == nullptr ? before->erased : gone)) continue;
    }
    Json json = to_json(now);
    // Behind a run also what is as before: what it erased must not be counted twice.
    if (erased != nullptr || !before || json != to_json(before->lengths))
      all[dataset->name] = std::move(json);
  }
  return all;
}

}  // namespace

std::uint64_t rows_of(const Parts& parts) {
  std::uint64_t sum = 0;
  for (const auto& [part, rows] : parts) sum += rows;
  return sum;
}

std::uint64_t rows_missing(const Parts& before, const Parts& now) {
  const auto less = [](std::uint64_t then, std::uint64_t left) {
    return then > left ? then - left : 0;
  };
  if (before.contains("") || now.contains("")) return less(rows_of(before), rows_of(now));
  std::uint64_t missing = 0;
  for (const auto& [part, rows] : before) {
    const auto here = now.find(part);
    missing += less(rows, here == now.end() ? 0 : here->second);
  }
  return missing;
}

std::vector<std::string> watched_tables(const Realm& realm, const model::Dataset& dataset) {
  if (!dataset.max_age && !source::is_export(dataset.source)) return {};
  const std::set<std::string> contact = tables_with_contact(realm, dataset);
  std::vector<std::string> tables;
  for (const model::Table& table : dataset.tables) {
    // Whose events they are is found by these identifiers: cards, old addresses.
    const bool names_people = table.subject.empty() && !table.identifiers.empty();
    if (contact.contains(table.name) || names_people || (dataset.max_age && !table.events.empty()))
      tables.push_back(table.name);
  }
  return tables;
}

Lengths lengths_now(Session& session, const Realm& realm, const model::Dataset& dataset,
                    source::Source& source) {
  std::optional<KeyedDigest> secret;
  if (session.has_ledger())
    if (const auto bytes = session.vault().get(part_secret)) secret.emplace(bytes->view());
  Lengths lengths;
  for (const std::string& table : watched_tables(realm, dataset)) {
    if (source.schema().table(table) == nullptr) continue;
    const std::vector<source::Part> parts = source.parts(table);
    for (const source::Part& part : parts)
      lengths[table][part_name(secret, dataset.name + "/" + table, part.name)] = part.rows;
  }
  return lengths;
}

std::optional<LengthsBefore> lengths_before(Session& session, const Realm& realm,
                                            const model::Dataset& dataset) {
  if (!session.has_ledger() || watched_tables(realm, dataset).empty()) return std::nullopt;
  Manifests since;
  auto before = last_remembered(session, realm, dataset.name, since);
  if (!before) return std::nullopt;
  for (const ledger::Run& run : session.ledger().unfinished_runs()) since.insert(run.manifest);
  for (const std::string& manifest : since)
    add_erased(session, manifest, dataset.name, before->erased);
  return before;
}

Json lengths_of(Session& session, const Realm& realm, const model::Dataset& dataset,
                source::Source& source) {
  return {{dataset.name, to_json(named_lengths(session, realm, dataset, source))}};
}

Json lengths_to_remember(Session& session, const Realm& realm, const Sources& sources) {
  return to_remember(session, realm, sources, nullptr);
}

Json lengths_after_run(Session& session, const Realm& realm, const Sources& sources,
                       const model::ManifestHeader& header, const Verification& seen) {
  std::map<std::string, Erased> erased;
  for (const auto& [place, table] : seen.tables)
    erased[header.tables.at(place).dataset][header.tables.at(place).table] += table.absent;
  return to_remember(session, realm, sources, &erased);
}

void remember_lengths(ledger::Change& change, const Json& lengths, const std::string& person) {
  for (const auto& [dataset, tables] : lengths.items()) {
    Json fields{{"lengths", {{dataset, tables}}}};
    if (is_safe_file_name(person)) fields["person"] = person;
    change.note(length_note, fields);
  }
}

}  // namespace besa::workflow
