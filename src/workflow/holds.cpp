#include "besa/workflow/holds.hpp"

#include <algorithm>
#include <set>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "workflow/debris.hpp"
#include "workflow/find_person.hpp"
#include "workflow/key_text.hpp"

namespace besa::workflow {
namespace {

/// A row of the person's own: "dataset.table" and its encoded key.
struct OwnRow {
  std::string root, key;
};

/// One own row for each person among those found.
std::vector<OwnRow> people_among(const Population& people, const RootKeys& found) {
  std::set<Ordinal> persons;
  std::vector<OwnRow> rows;
  for (const auto& root : people.roots()) {
    const auto keys = found.find(root->full_name());
    for (std::size_t i = 0; keys != found.end() && i < keys->second.size(); ++i) {
      const std::uint32_t number = root->keys.find(keys->second[i]);
      if (number != source::KeyIndex::none &&
          persons.insert(people.person(root->first + number)).second) {
        rows.push_back({root->full_name(), keys->second[i]});
      }
    }
  }
  return rows;
}

OwnRow find_one(Session& session, const std::string& identifier) {
  std::vector<OwnRow> found;
  for (const Realm& realm : session.realms()) {
    const OpenedSources sources(session, realm);
    sources.require_all_in_reach();  // somebody there may have it too
    for (const std::string& type : subject_types(realm)) {
      const RootKeys roots = find_roots(realm, type, sources.all(), identifier);
      if (!roots.empty()) {
        const auto rows = people_among(
            Population::some(*realm.rules, type, scan_sources(sources.all()), roots), roots);
        found.insert(found.end(), rows.begin(), rows.end());
      }
    }
  }
  if (found.empty()) {
    throw Error(ErrorKind::failed, "nobody in this workspace has this key or identifier",
                "give the key of their own row, or an identifier as the dataset file names them");
  }
  if (found.size() > 1) {
    throw Error(
        ErrorKind::refused,
        counted(found.size(), "person has", "people have") + " this identifier, or had it once",
        "name one of them by the key of their own row");
  }
  return found.front();
}

std::vector<std::string> tables_of(const Session& session) {
  std::vector<std::string> names;
  for (const Realm& realm : session.realms()) {
    for (const auto& table : realm.rules->tables()) {
      names.push_back(table.full_name());
    }
  }
  return names;
}

void require_tables(const Session& session, const std::vector<std::string>& tables) {
  const std::vector<std::string> known = tables_of(session);
  for (const std::string& table : tables) {
    if (std::find(known.begin(), known.end(), table) == known.end()) {
      const auto nearest = nearest_name(table, known);
      throw Error(
          ErrorKind::failed, "no table '" + table + "' in this workspace",
          nearest
              ? "did you mean '" + *nearest + "'?"
              : "write dataset.table, as 'besa dataset list' and 'besa dataset show' name them");
    }
  }
}

void forget_person(Session& session, const model::Hold& hold) {
  if (hold.subject != 0) {
    session.vault().forget(vault_name(hold.subject));
  }
}

Date today_of(const Session& session) {
  if (session.realms().empty()) {
    throw Error(ErrorKind::failed, "this workspace has no policy",
                "list one under \"policies\" in besa.json");
  }
  return session.real_today(*session.realms().front().policy);
}

}  // namespace

std::string place_hold(Session& session, const HoldOrder& order) {
  require_tables(session, order.tables);
  model::Hold hold;
  hold.matter = order.matter;
  hold.tables = order.tables;
  hold.placed = today_of(session);
  hold.review = order.review;
  if (hold.review && *hold.review <= hold.placed) {
    throw Error(ErrorKind::refused,
                "the review on " + hold.review->str() + " is not after today, " + hold.placed.str(),
                "choose a later day");
  }
  std::optional<OwnRow> row;
  if (!order.identifier.empty()) row = find_one(session, order.identifier);
  forget_unheld_people(session);
  // Begun before the vault knows the person, or another process would take them for unheld.
  ledger::Change change = session.ledger().begin();
  try {
    if (row) {
      hold.subject = session.vault().new_subject();
      const Json known{{"root", row->root}, {"key", parse_json(key_json(row->key))}};
      session.vault().put(vault_name(hold.subject), as_bytes(to_line(known)));
    }
    std::string id = change.place_hold(hold, session.actor().name);
    change.commit();
    return id;
  } catch (...) {
    forget_person(session, hold);
    throw;
  }
}

void release_hold(Session& session, const std::string& id) {
  forget_unheld_people(session);  // also where this hold was released already
  {
    ledger::Change change = session.ledger().begin();
    change.release_hold(id, today_of(session), session.actor().name);
    change.commit();
  }
  forget_unheld_people(session);
}

}  // namespace besa::workflow
