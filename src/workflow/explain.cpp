#include "besa/workflow/explain.hpp"

#include <algorithm>
#include <set>

#include "besa/base/text.hpp"
#include "workflow/closure.hpp"
#include "workflow/find_person.hpp"
#include "workflow/key_forms.hpp"
#include "workflow/row_facts.hpp"

namespace besa::workflow {
namespace {

using model::Attachment;
using model::Outcome;
using source::KeyIndex;
using source::RowView;

std::string readable_key(std::string_view encoded) {
  std::vector<std::string> parts;
  for (const source::Value& value : source::decode_key(encoded)) parts.push_back(value.text());
  return join(parts, ", ");
}

/// A row of the person: by which links it is theirs, and who else it belongs to.
struct TheirRow {
  std::set<std::uint32_t> links;
  std::set<std::pair<std::string, std::string>> others;  ///< root table and key of further owners
  std::set<std::uint32_t> links_of_others;
  model::RecordFacts facts;
  std::vector<std::string> parents;
};

/// Every row of one person, decided one by one.
class TheirRows {
 public:
  TheirRows(const Realm& realm, const Sources& sources, const Examination& examination,
            const HoldsInForce& holds, std::vector<Leaving> held, Ordinal person, Date today)
      : realm_(realm),
        rules_(*realm.rules),
        scan_(scan_sources(sources)),
        people_(examination.people()),
        table_holds_(holds.without_subject()),
        held_(std::move(held)),
        person_(person),
        today_(today),
        facts_(examination.facts(person)),
        decision_(model::decide(rules_, people_.subject_type(), facts_, today)) {
    for (const auto& root : people_.roots()) {
      KeyIndex& keys = root_keys_[root->table];
      for (std::uint32_t i = 0; i < root->keys.size(); ++i)
        if (people_.person(root->first + i) == person) keys.add(root->keys.key(i));
    }
  }

  void run(Explained& explained) {
    for (const model::Dataset* dataset : realm_.datasets) {
      const std::vector<std::uint32_t> order = model::deletion_order(*dataset);
      std::vector<std::vector<ExplainedRecord>> records(order.size());
      // Parents first: which rows stay decides whether a link to them is cut.
      for (std::size_t i = order.size(); i-- > 0;)
        records[i] = explain_table(*dataset, order[i], explained);
      for (auto& table : records)
        for (ExplainedRecord& record : table) explained.records.push_back(std::move(record));
    }
  }

 private:
  using Rows = std::map<std::string, TheirRow>;

  std::vector<ExplainedRecord> explain_table(const model::Dataset& dataset, std::uint32_t table,
                                             Explained& explained) {
    const std::string name = dataset.tables[table].name;
    const std::uint32_t index = rules_.table(dataset, name);
    Rows rows = meet(dataset, table, index, explained);
    const auto promises =
        model::table_promises(rules_, index, people_.subject_type(), facts_, today_);
    std::vector<ExplainedRecord> records;
    for (auto& [key, row] : rows) {
      weigh(dataset.tables[table], index, row);
      const model::RecordDecision decision =
          model::decide(rules_, row.facts, &decision_, today_, promises);
      if (decision_.outcome == Outcome::due && !decision.remove)
        kept_[&dataset.tables[table]].insert(key);
      records.push_back({dataset.name, name, readable_key(key),
                         model::explain(rules_, row.facts, &decision_, decision, today_)});
    }
    return records;
  }

  // --- whose rows ---

  Rows meet(const model::Dataset& dataset, std::uint32_t table, std::uint32_t index,
            Explained& explained) {
    std::vector<Attachment> ways;
    for (Attachment& way : rules_.ways(dataset))
      if (way.table == table && way.subject == people_.subject_type())
        ways.push_back(std::move(way));
    Rows rows;
    RowFacts reader(rules_, index);
    std::uint64_t perhaps = 0;
    for (const Attachment& way : ways) perhaps += meet_along(dataset, way, reader, rows);
    if (ways.size() > 1) {
      KeyIndex keys;
      for (const auto& [key, row] : rows) keys.add(key);
      for (const Attachment& way : ways) meet_others(dataset, way, reader, keys, rows);
    }
    if (perhaps != 0)
      explained.candidates.push_back(
          dataset.tables[table].name + ": " + counted(perhaps, "row", "rows") +
          " may be theirs: what names them names others too, or did at another time");
    return rows;
  }

  /// Their rows along one way of ownership; returns how many may be theirs.
  std::uint64_t meet_along(const model::Dataset& dataset, const Attachment& way,
                           const RowFacts& reader, Rows& rows) {
    source::Scan scan = reader.scan_along(way);
    const KeyIndex theirs = keys_for(dataset, way);
    if (way.by.empty()) {
      scan.owners = &theirs;
      if (theirs.empty()) return 0;
    }
    const std::size_t width = way.columns.size();
    std::uint64_t perhaps = 0;
    scan_(dataset.name, scan, [&](RowView row) {
      const RowView rest = row.subspan(width);
      if (!way.by.empty()) {
        const Claim claim = people_.by_identifier(way.by, row.front(), reader.own_date(rest));
        if (std::count(claim.candidates.begin(), claim.candidates.end(), person_) != 0) ++perhaps;
        if (claim.owner != person_) return;
      }
      const auto [found, fresh] = rows.try_emplace(source::encode_key(reader.key(rest)));
      found->second.links.insert(way.link);
      if (!fresh) return;
      reader.read_into(rest, found->second.facts);
      found->second.parents = reader.parents(rest);
    });
    return perhaps;
  }

  /// The person's own keys, as the store with the rows may write them.
  KeyIndex keys_for(const model::Dataset& dataset, const Attachment& way) const {
    const KeyIndex& own = root_keys_.at(&way.root_table());
    return way.leads_out(dataset) ? in_every_form(own) : own;
  }

  /// Who else the same rows belong to.
  void meet_others(const model::Dataset& dataset, const Attachment& way, const RowFacts& reader,
                   const KeyIndex& keys, Rows& rows) {
    if (!way.by.empty() || keys.empty()) return;
    source::Scan scan = reader.scan_along(way);
    scan.keys = &keys;
    const std::size_t width = way.columns.size();
    const KeyIndex theirs = keys_for(dataset, way);
    scan_(dataset.name, scan, [&](RowView row) {
      if (row.front().is_null()) return;
      const std::string owner = source::encode_key(row.first(width));
      const auto found = rows.find(source::encode_key(reader.key(row.subspan(width))));
      if (found == rows.end() || theirs.find(owner) != KeyIndex::none) return;
      found->second.others.insert({way.root_name(), owner});
      found->second.links_of_others.insert(way.link);
    });
  }

  // --- what it means for a row ---

  const model::Hold* hold_among(const std::vector<const model::Hold*>& holds,
                                const std::string& table) const {
    for (const model::Hold* hold : holds)
      if (hold->in_force(today_) && hold->covers(table)) return hold;
    return nullptr;
  }

  void weigh(const model::Table& table, std::uint32_t index, TheirRow& row) const {
    const std::string name = rules_.tables()[index].full_name();
    const model::Hold* on_person = hold_among(facts_.holds, name);
    for (const auto& [root, key] : row.others)
      if (on_person == nullptr) on_person = hold_on(held_, root, key, name);
    const model::Hold* on_table = hold_among(table_holds_, name);
    const bool leaves = decision_.outcome == Outcome::due;
    row.facts.owners = static_cast<std::uint32_t>(1 + row.others.size());
    row.facts.owners_due = leaves ? 1 : 0;
    row.facts.owner_held = on_person != nullptr;
    row.facts.table_held = on_table != nullptr;
    row.facts.hold = on_person != nullptr ? on_person : on_table;
    if (!leaves) return;
    for (const std::uint32_t link : row.links)
      if (!row.links_of_others.contains(link) && !parent_stays(table, link, row))
        row.facts.leaving_links.push_back(link);
  }

  /// True where the row that a link leads to stays, masked, on a ground of its own.
  bool parent_stays(const model::Table& table, std::uint32_t link, const TheirRow& row) const {
    if (link >= table.links.size() || link >= row.parents.size() || !table.links[link].by.empty())
      return false;
    const auto same = [&](const auto& kept) {
      return kept.first->name == table.links[link].target &&
             kept.second.contains(row.parents[link]);
    };
    return std::any_of(kept_.begin(), kept_.end(), same);
  }

  const Realm& realm_;
  const model::Rulebook& rules_;
  ScanRows scan_;
  const Population& people_;
  std::vector<const model::Hold*> table_holds_;
  std::vector<Leaving> held_;
  Ordinal person_;
  Date today_;
  model::SubjectFacts facts_;
  model::SubjectDecision decision_;
  std::map<const model::Table*, KeyIndex> root_keys_;
  std::map<const model::Table*, std::set<std::string>> kept_;
};

/// The one person among those found; Error(refused) where there are several.
Ordinal only_person(const Population& people, const RootKeys& found) {
  std::set<Ordinal> persons;
  for (const auto& root : people.roots()) {
    const auto keys = found.find(root->full_name());
    if (keys == found.end()) continue;
    for (const std::string& key : keys->second)
      if (const std::uint32_t number = root->keys.find(key); number != KeyIndex::none)
        persons.insert(people.person(root->first + number));
  }
  if (persons.size() > 1)
    throw Error(
        ErrorKind::refused,
        counted(persons.size(), "person has", "people have") + " this identifier, or had it once",
        "name one of them by the key of their own row");
  return persons.empty() ? nobody : *persons.begin();
}

/// Why somebody who is due cannot go yet; empty where nothing stands in the way.
std::string why_blocked(const Realm& realm, const Sources& sources, const Examination& examination,
                        const HoldsInForce& holds, const std::vector<Leaving>& held, Ordinal person,
                        Date today) {
  const model::SubjectDecision decision = examination.decide(person, today);
  if (decision.outcome != Outcome::due) return {};
  if (const std::string away = store_away(realm, examination.subject_type(), sources);
      !away.empty())
    return "the source of dataset " + away +
           " is missing, and rows of theirs may lie there: they stay until it is back";
  DueList due;
  due.add(person, decision);
  RecordPlanner planner(*realm.rules, scan_sources(sources), today, holds.without_subject());
  planner.protect(held);
  const std::vector<Blocked> blocked = planner.blocked({leaving(examination, due)});
  if (blocked.empty()) return {};
  const std::string row = "a row of " + realm.rules->tables()[blocked.front().table].full_name();
  if (blocked.front().outcome == Outcome::held)
    return row + " is also of somebody under hold " + blocked.front().hold->id +
           ": they stay until it is released";
  return row + " cannot be decided (" + std::string(name_of(blocked.front().doubt)) +
         "): they stay until it is mended";
}

Explained explain_person(Session& session, const Realm& realm, const Sources& sources,
                         const Examination& examination, const HoldsInForce& holds, Ordinal person,
                         Date today) {
  const ScanRows scan = scan_sources(sources);
  const HeldPeople held(session, realm, sources, scan, holds);
  const model::SubjectFacts facts = examination.facts(person);
  Explained explained;
  explained.policy = realm.policy->name;
  explained.subject = examination.subject_type();
  explained.key = readable_key(examination.people().key_of(person));
  explained.as_of = today;
  explained.why =
      model::explain(*realm.rules, facts,
                     model::decide(*realm.rules, examination.subject_type(), facts, today), today);
  explained.stays = why_blocked(realm, sources, examination, holds, held.groups(), person, today);
  TheirRows(realm, sources, examination, holds, held.groups(), person, today).run(explained);
  return explained;
}

}  // namespace

std::vector<Explained> explain(Session& session, const std::string& identifier) {
  std::vector<Explained> found;
  std::map<std::string, Error> away;
  session.go_by_notes();
  for (const Realm& realm : session.realms()) {
    const Date today = session.today(*realm.policy);
    const OpenedSources sources(session, realm);
    away.insert(sources.out_of_reach().begin(), sources.out_of_reach().end());
    const HoldsInForce holds(session, realm);
    const std::vector<ScanRows> readers{scan_sources(sources.all())};
    for (const std::string& type : subject_types(realm)) {
      const RootKeys roots = find_roots(realm, type, sources.all(), identifier);
      if (roots.empty()) continue;
      const Examination examination(session, realm, type, sources.all(), readers, holds, roots);
      const Ordinal person = only_person(examination.people(), roots);
      if (person != nobody)
        found.push_back(
            explain_person(session, realm, sources.all(), examination, holds, person, today));
    }
  }
  if (found.empty() && !away.empty()) throw Error(away.begin()->second);  // they may be there
  if (found.empty())
    throw Error(ErrorKind::failed, "nobody in this workspace has this key or identifier",
                "give the key of a row of a subject's own table, or an identifier as the dataset "
                "file names them");
  return found;
}

}  // namespace besa::workflow
