#include "workflow/examine.hpp"

#include <algorithm>

#include "workflow/key_text.hpp"
#include "workflow/masking.hpp"
#include "workflow/shrunk.hpp"

namespace besa::workflow {
namespace {

Population load(const Realm& realm, const std::string& type, const ScanRows& reader,
                const std::optional<RootKeys>& only, const RootKeys& nobody_rows) {
  return only ? Population::some(*realm.rules, type, reader, *only, nobody_rows)
              : Population::everybody(*realm.rules, type, reader, nobody_rows);
}

}  // namespace

OpenedSources::OpenedSources(Session& session, const Realm& realm, bool for_change) {
  for (const model::Dataset* dataset : realm.datasets) {
    try {
      open(session, *dataset, for_change);
    } catch (const Error& error) {
      if (!error.is_out_of_reach()) throw;
      lose(dataset->name, error.message());
      out_of_reach_.emplace(dataset->name, error);
    }
  }
}

void OpenedSources::open(Session& session, const model::Dataset& dataset, bool for_change) {
  owned_.push_back(session.open(dataset, for_change, false));
  sources_[dataset.name] = owned_.back().get();
  lose_if_shrunk(session, dataset);
}

void OpenedSources::lose_if_shrunk(Session& session, const model::Dataset& dataset) {
  source::Source* source = sources_[dataset.name];
  if (source == nullptr) return;
  if (const std::string why = why_shrunk(session, dataset, *source); !why.empty())
    lose(dataset.name, why);
}

bool is_a_store_lost(const Error& error) {
  return error.kind() == ErrorKind::failed || error.kind() == ErrorKind::busy ||
         error.kind() == ErrorKind::refused;
}

bool lists_people(const model::Dataset& dataset) {
  return std::ranges::any_of(dataset.tables,
                             [](const model::Table& table) { return !table.subject.empty(); });
}

std::optional<Error> OpenedSources::try_to_open(Session& session, const model::Dataset& dataset,
                                                bool for_change) {
  sources_[dataset.name] = nullptr;
  if (dataset.source.empty()) return std::nullopt;
  try {
    owned_.push_back(session.open(dataset, for_change));
    sources_[dataset.name] = owned_.back().get();
    lose_if_shrunk(session, dataset);
    if (sources_[dataset.name] != nullptr) return std::nullopt;
    return Error(ErrorKind::failed, "dataset " + dataset.name + ": " + lost_.at(dataset.name),
                 when_shrunk(dataset));
  } catch (const Error& error) {
    return error;
  }
}

OpenedSources OpenedSources::within_reach(Session& session, const Realm& realm, bool for_change) {
  OpenedSources opened;
  std::optional<Error> first;
  for (const model::Dataset* dataset : realm.datasets) {
    const auto error = opened.try_to_open(session, *dataset, for_change);
    if (!error) continue;
    if (lists_people(*dataset)) throw Error(*error);
    if (!first) first = error;
    opened.lose(dataset->name, error->message());
  }
  if (first && opened.owned_.empty()) throw Error(*first);
  return opened;
}

OpenedSources OpenedSources::what_is_there(Session& session, const Realm& realm, bool for_change) {
  OpenedSources opened;
  for (const model::Dataset* dataset : realm.datasets)
    if (const auto error = opened.try_to_open(session, *dataset, for_change))
      opened.lose(dataset->name, error->message());
  return opened;
}

void OpenedSources::lose(const std::string& dataset, const std::string& why) {
  sources_[dataset] = nullptr;
  lost_[dataset] = why;
}

void OpenedSources::require_all_in_reach() const {
  if (!out_of_reach_.empty()) throw Error(out_of_reach_.begin()->second);
}

source::Source& OpenedSources::at(const std::string& dataset) const {
  const auto found = sources_.find(dataset);
  if (found == sources_.end() || found->second == nullptr)
    throw Error(ErrorKind::failed, "dataset " + dataset + ": its source is not there",
                "put the file back, or correct \"source\" in the dataset file");
  return *found->second;
}

ScanRows OpenedSources::another() {
  auto others = std::make_unique<Sources>();
  for (const auto& [name, source] : sources_) {
    if (source == nullptr) continue;
    owned_.push_back(source->another());
    (*others)[name] = owned_.back().get();
  }
  others_.push_back(std::move(others));
  return scan_sources(*others_.back());
}

namespace {

/// True where people of this type own rows of a dataset, or are named in rows of others.
bool concerns(const Realm& realm, const model::Dataset& dataset, const std::string& type) {
  if (std::ranges::any_of(realm.rules->ways(dataset),
                          [&](const model::Attachment& way) { return way.subject == type; }))
    return true;
  const auto names_them = [&](const model::Link& link) {
    const model::Table* target = model::target_of(dataset, link, realm.datasets).table;
    return link.kind == model::LinkKind::mentions && target != nullptr && target->subject == type;
  };
  return std::ranges::any_of(dataset.tables, [&](const model::Table& table) {
    return std::ranges::any_of(table.links, names_them);
  });
}

}  // namespace

std::string store_away(const Realm& realm, const std::string& subject_type,
                       const Sources& sources) {
  for (const model::Dataset* dataset : realm.datasets) {
    const auto found = sources.find(dataset->name);
    const bool there = found != sources.end() && found->second != nullptr;
    if (!there && !dataset->source.empty() && concerns(realm, *dataset, subject_type))
      return dataset->name;
  }
  return {};
}

std::vector<std::string> subject_types(const Realm& realm) {
  std::vector<std::string> types;
  for (const model::Dataset* dataset : realm.datasets)
    for (const model::Table& table : dataset->tables)
      if (!table.subject.empty() &&
          std::find(types.begin(), types.end(), table.subject) == types.end())
        types.push_back(table.subject);
  return types;
}

HoldsInForce::HoldsInForce(Session& session, const Realm& realm) {
  if (!session.has_ledger()) return;
  for (const model::Hold& hold : session.ledger().holds())
    if (hold.in_force(session.real_today(*realm.policy))) holds_.push_back(hold);
  for (const model::Hold& hold : holds_) {
    if (hold.subject == 0) {
      hold_types(hold, realm);
      continue;
    }
    const auto known = session.vault().get("subject-" + std::to_string(hold.subject));
    if (!known)
      throw Error(
          ErrorKind::refused,
          "hold " + hold.id + " is in force, but the vault no longer knows whom it protects",
          "restore the vault from a backup before anything is erased");
    const Json person = parse_json(as_text(known->view()));
    people_.push_back(
        {&hold, person.at("root").get<std::string>(), key_from_json(person.at("key").dump())});
  }
}

void HoldsInForce::hold_types(const model::Hold& hold, const Realm& realm) {
  for (const model::Dataset* dataset : realm.datasets)
    for (const model::Attachment& way : realm.rules->ways(*dataset)) {
      if (!hold.covers(dataset->name + "." + dataset->tables[way.table].name)) continue;
      auto& holds = by_type_[way.subject];
      if (std::find(holds.begin(), holds.end(), &hold) == holds.end()) holds.push_back(&hold);
    }
}

std::vector<const model::Hold*> HoldsInForce::of(const Population& people, Ordinal person) const {
  std::vector<const model::Hold*> found;
  if (!by_type_.empty())
    if (const auto holds = by_type_.find(people.subject_type()); holds != by_type_.end())
      found = holds->second;
  for (const Held& held : people_)
    for (const auto& root : people.roots()) {
      if (root->full_name() != held.root) continue;
      const std::uint32_t number = root->keys.find(held.key);
      if (number != source::KeyIndex::none && people.person(root->first + number) == person)
        found.push_back(held.hold);
    }
  return found;
}

std::vector<const model::Hold*> HoldsInForce::without_subject() const {
  std::vector<const model::Hold*> found;
  for (const model::Hold& hold : holds_)
    if (hold.subject == 0) found.push_back(&hold);
  return found;
}

RootKeys HoldsInForce::held_people() const {
  RootKeys keys;
  for (const Held& held : people_) keys[held.root].push_back(held.key);
  return keys;
}

RootKeys tombstones(Session& session, const Realm& realm) {
  RootKeys keys;
  if (!session.has_ledger()) return keys;
  const std::vector<ledger::ManifestRow> manifests = session.ledger().manifests();
  if (manifests.empty() || !session.vault().get(tombstone_secret)) return keys;
  const KeyedDigest secret(session.vault().get(tombstone_secret)->view());
  for (const model::Dataset* dataset : realm.datasets)
    for (const model::Table& table : dataset->tables) {
      if (table.subject.empty()) continue;
      for (const ledger::ManifestRow& manifest : manifests)
        for (const source::Key& key : tombstone_keys(secret, *dataset, table, manifest.id))
          keys[dataset->name + "." + table.name].push_back(source::encode_key(key));
    }
  return keys;
}

Examination::Examination(Session& session, const Realm& realm, const std::string& subject_type,
                         const Sources& sources, std::span<const ScanRows> readers,
                         const HoldsInForce& holds, const std::optional<RootKeys>& only,
                         std::optional<Date> until)
    : realm_(realm),
      holds_(holds),
      people_(load(realm, subject_type, readers.front(), only, tombstones(session, realm))),
      facts_(gather_facts(*realm.rules, people_, readers, session.today(*realm.policy),
                          only.has_value(), until)),
      freshness_(freshness(session, realm, subject_type, sources)) {}

model::SubjectFacts Examination::facts(Ordinal person) const {
  model::SubjectFacts facts = facts_.facts(person);
  facts.silence = freshness_.silence;
  facts.silent_source = freshness_.dataset;
  facts.holds = holds_.of(people_, person);
  return facts;
}

model::SubjectDecision Examination::decide(Ordinal person, Date as_of) const {
  return model::decide_first(*realm_.rules, people_.subject_type(), facts(person), as_of);
}

model::SubjectDecision Examination::decide_again(Ordinal person, Date as_of, Date start) const {
  model::SubjectFacts facts = this->facts(person);
  if (!facts.last_contact) facts.last_contact = model::EventAt{.date = start};
  return model::decide_first(*realm_.rules, people_.subject_type(), facts, as_of);
}

void DueList::add(Ordinal person, model::SubjectDecision decision) {
  places.resize(std::max<std::size_t>(places.size(), person + std::size_t{1}), nobody);
  places[person] = static_cast<Ordinal>(people.size());
  people.push_back(person);
  decisions.push_back(decision);
}

void DueList::remove(const std::vector<Ordinal>& gone) {
  DueList left;
  for (std::size_t i = 0; i < people.size(); ++i)
    if (!std::binary_search(gone.begin(), gone.end(), people[i])) left.add(people[i], decisions[i]);
  *this = std::move(left);
}

const model::SubjectDecision* DueList::decision(Ordinal person) const {
  const Ordinal place = person < places.size() ? places[person] : nobody;
  return place == nobody ? nullptr : &decisions[place];
}

Leaving leaving(const Examination& examination, const DueList& due) {
  return {.population = &examination.people(),
          .due = due.people,
          .decision = [&due](Ordinal person) { return due.decision(person); },
          .facts = [&examination](Ordinal person) { return examination.facts(person); },
          .elsewhere = {},
          .place = [](Ordinal person) { return person; }};
}

HeldPeople::HeldPeople(Session& session, const Realm& realm, const Sources& sources,
                       const ScanRows& scan, const HoldsInForce& holds) {
  const RootKeys held = holds.held_people();
  if (held.empty()) return;
  for (const std::string& type : subject_types(realm)) {
    examinations_.push_back(std::make_unique<Examination>(session, realm, type, sources,
                                                          std::span(&scan, 1), holds, held));
    held_.push_back(std::make_unique<DueList>());
    half_known_.push_back(!store_away(realm, type, sources).empty());
    const Population& people = examinations_.back()->people();
    for (Ordinal person = 0; person < people.size(); ++person)
      if (people.person(person) == person && people.asked(person)) held_.back()->add(person, {});
  }
}

std::vector<Leaving> HeldPeople::groups() const {
  std::vector<Leaving> groups;
  for (std::size_t i = 0; i < examinations_.size(); ++i) {
    groups.push_back(leaving(*examinations_[i], *held_[i]));
    groups.back().half_known = half_known_[i] && !held_[i]->people.empty();
  }
  return groups;
}

}  // namespace besa::workflow
