#include "workflow/suppressions.hpp"

#include <algorithm>
#include <set>

#include "besa/base/text.hpp"
#include "workflow/bearers.hpp"
#include "workflow/key_forms.hpp"
#include "workflow/masking.hpp"
#include "workflow/time_readers.hpp"

namespace besa::workflow {
namespace {

using source::KeyIndex;
using source::RowView;
using source::ValueView;

std::string comparable(const model::Identifier& identifier, const ValueView& value) {
  if (value.type == source::Type::text) return normalise(value.bytes, identifier.rule);
  return value.is_null() ? "" : normalise(source::Value(value).text(), identifier.rule);
}

/// Each identifier of each row that names an owner: (place in identifiers(), owner's key columns,
/// comparable identifier, the value as it is stored).
template <class Each>
void each_claim(const Sources& sources, const Bearer& bearer, const KeyIndex* owners,
                const Each& each) {
  source::Scan scan = scan_along(*bearer.dataset, bearer.way);
  scan.columns.clear();
  for (const model::Identifier& identifier : bearer.identifiers())
    scan.columns.push_back(identifier.column);
  const KeyIndex forms = owners != nullptr && bearer.abroad() ? in_every_form(*owners) : KeyIndex();
  scan.owners = owners != nullptr && bearer.abroad() ? &forms : owners;
  const std::size_t width = bearer.way.columns.size();
  sources.at(bearer.dataset->name)->scan(scan, [&](RowView row) {
    if (row.front().is_null()) return;
    for (std::size_t i = 0; i < bearer.identifiers().size(); ++i) {
      const std::string identifier = comparable(bearer.identifiers()[i], row[width + i]);
      if (!identifier.empty()) each(i, row.first(width), identifier, row[width + i]);
    }
  });
}

/// True for what a mask of ours put there: it is nobody's, and others may have the same.
bool is_masked(const IsMask& is_mask, const Bearer& bearer, std::size_t place,
               const ValueView& value) {
  return is_mask(*bearer.dataset, bearer.dataset->tables[bearer.way.table],
                 bearer.identifiers()[place].column, value);
}

KeyedDigest digests_under(const Secret& secret) {
  return KeyedDigest(secret.view());
}

std::string tag_of(const std::string& what) {
  return "suppression/" + what;
}

/// The secret; made where nothing was ever suppressed.
Secret secret_of(Session& session) {
  require_suppression_secret(session);
  if (auto secret = session.vault().get(suppression_secret)) return std::move(*secret);
  session.vault().put(suppression_secret, Secret::random(32).view());
  return *session.vault().get(suppression_secret);
}

/// The identifiers of some people, by what they are; then those that others have too are left out.
class Collection {
 public:
  Collection(const Realm& realm, const Sources& sources, const RootKeys& people, IsMask is_mask)
      : sources_(sources), bearers_(bearers(realm, sources)), is_mask_(std::move(is_mask)) {
    for (const auto& [root, keys] : people)
      for (const std::string& key : keys) people_[root].add(key);
  }

  std::vector<ledger::Suppressed> under(const Secret& secret) {
    for (const Bearer& bearer : bearers_) gather(bearer);
    for (const Bearer& bearer : bearers_) leave_out_shared(bearer);
    std::vector<ledger::Suppressed> lists;
    const KeyedDigest digests = digests_under(secret);
    for (const auto& [what, values] : values_) {
      ledger::Suppressed list{what, sha256(secret.view()), identifier_rule_version, {}};
      for (std::uint32_t i = 0; i < values.size(); ++i)
        if (!shared_[what].contains(i))
          list.digests.push_back(digests.of(tag_of(what), values.key(i)));
      std::sort(list.digests.begin(), list.digests.end());  // their order tells nothing
      lists.push_back(std::move(list));
    }
    return lists;
  }

 private:
  void gather(const Bearer& bearer) {
    const auto owners = people_.find(bearer.root());
    if (owners == people_.end()) return;
    std::vector<KeyIndex*> values;
    for (const model::Identifier& identifier : bearer.identifiers())
      values.push_back(&values_[bearer.what(identifier)]);
    each_claim(
        sources_, bearer, &owners->second,
        [&](std::size_t place, RowView, const std::string& identifier, const ValueView& value) {
          if (!is_masked(is_mask_, bearer, place, value)) values[place]->add(identifier);
        });
  }

  void leave_out_shared(const Bearer& bearer) {
    std::vector<const KeyIndex*> values;
    std::vector<std::set<std::uint32_t>*> shared;
    for (const model::Identifier& identifier : bearer.identifiers()) {
      values.push_back(&values_[bearer.what(identifier)]);
      shared.push_back(&shared_[bearer.what(identifier)]);
    }
    if (std::all_of(values.begin(), values.end(), [](const auto* each) { return each->empty(); }))
      return;
    const KeyIndex& leaving = people_[bearer.root()];
    each_claim(
        sources_, bearer, nullptr,
        [&](std::size_t place, RowView owner, const std::string& identifier, const ValueView&) {
          const std::uint32_t number = values[place]->find(identifier);
          if (number == KeyIndex::none) return;
          const std::string key = source::encode_key(owner);
          const bool leaves = bearer.abroad() ? !form_in(leaving, key).empty()
                                              : leaving.find(key) != KeyIndex::none;
          if (!leaves) shared[place]->insert(number);
        });
  }

  const Sources& sources_;
  std::vector<Bearer> bearers_;
  IsMask is_mask_;
  std::map<std::string, KeyIndex> people_;  ///< by root
  std::map<std::string, KeyIndex> values_;  ///< by what
  std::map<std::string, std::set<std::uint32_t>> shared_;
};

/// With everybody who is one person with them.
RootKeys merged(const Realm& realm, const Sources& sources, const RootKeys& people) {
  RootKeys all = people;
  const ScanRows scan = scan_sources(sources);
  for (const std::string& type : subject_types(realm)) {
    const Population found = Population::some(*realm.rules, type, scan, people);
    for (Ordinal i = 0; i < found.size(); ++i)
      if (found.asked(i)) all[found.root_of(i).full_name()].emplace_back(found.key_of(i));
  }
  return all;
}

bool merges(const Realm& realm) {
  for (const model::Dataset* dataset : realm.datasets)
    for (const model::Table& table : dataset->tables)
      for (const model::Link& link : table.links)
        if (link.kind == model::LinkKind::same_person) return true;
  return false;
}

}  // namespace

std::string erased_again(std::uint64_t people) {
  return counted(people, "person who was erased is", "people who were erased are") +
         " in the data again: after a restored backup or an import, or under an identifier that "
         "became somebody else's";
}

void require_suppression_secret(Session& session) {
  const std::vector<Digest> keys = session.ledger().suppression_keys();
  if (keys.empty()) return;
  const auto secret = session.vault().get(suppression_secret);
  if (secret && std::find(keys.begin(), keys.end(), sha256(secret->view())) != keys.end()) return;
  throw Error(ErrorKind::refused,
              "the secret of the suppressions is not in the vault: whether an erased person is "
              "there again cannot be told",
              "restore .besa/vault/suppressions.sealed and .key from a backup");
}

std::vector<ledger::Suppressed> suppressions_of(Session& session, const Realm& realm,
                                                const Sources& sources, const RootKeys& people) {
  const Secret secret = secret_of(session);
  const auto of_masks = mask_secret(session);
  return Collection(realm, sources, merges(realm) ? merged(realm, sources, people) : people,
                    masks_of(sources, of_masks.get()))
      .under(secret);
}

std::optional<std::uint64_t> people_reappeared(Session& session, const Realm& realm,
                                               const Sources& sources) {
  if (session.ledger().suppression_keys().empty()) return std::nullopt;
  const KeyedDigest digests = digests_under(secret_of(session));
  KeyIndex suppressed;
  session.ledger().suppressions(
      [&](const Digest& digest) { suppressed.add(as_text(digest.view())); });
  const auto of_masks = mask_secret(session);
  const IsMask is_mask = masks_of(sources, of_masks.get());
  std::map<std::string, KeyIndex> found;
  for (const Bearer& bearer : bearers(realm, sources)) {
    std::vector<std::string> tags;
    for (const model::Identifier& identifier : bearer.identifiers())
      tags.push_back(tag_of(bearer.what(identifier)));
    KeyIndex& people = found[bearer.root()];
    each_claim(sources, bearer, nullptr,
               [&](std::size_t place, RowView owner, const std::string& identifier,
                   const ValueView& value) {
                 const Digest digest = digests.of(tags[place], identifier);
                 if (suppressed.find(as_text(digest.view())) != KeyIndex::none &&
                     !is_masked(is_mask, bearer, place, value))
                   people.add(source::encode_key(owner));
               });
  }
  std::uint64_t count = 0;
  for (const auto& [root, people] : found) count += people.size();
  return count;
}

}  // namespace besa::workflow
