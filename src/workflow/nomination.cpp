// Who may be due, without reading every row of everybody: by the source's own anti-join, or by one
// look at each owner in indexes that are sorted by owner and time.
#include <algorithm>

#include "besa/workflow/facts.hpp"
#include "workflow/event_scan.hpp"

namespace besa::workflow {
namespace {

using model::Rulebook;
using source::KeyIndex;
using source::RowView;
using source::Scan;

/// What shows that somebody is certainly kept, and where the people are.
struct Question {
  const model::Attachment* root = nullptr;
  std::vector<EventScan> contacts;  ///< each with the bound inside which it is certain
};

/// The one table of the people; nullptr where there are several, or where merged people share
/// contacts.
const model::Attachment* only_root(const model::Dataset& dataset,
                                   const std::vector<model::Attachment>& ways,
                                   const std::string& subject_type) {
  const model::Attachment* root = nullptr;
  for (const model::Attachment& way : ways) {
    if (way.subject != subject_type || !way.root_itself) continue;
    if (root != nullptr) return nullptr;
    root = &way;
  }
  if (root == nullptr) return nullptr;
  const bool merges = std::ranges::any_of(
      dataset.tables[root->table].links,
      [](const model::Link& link) { return link.kind == model::LinkKind::same_person; });
  return merges ? nullptr : root;
}

/// nullopt where what the sources store does not tell.
std::optional<Question> question(std::vector<EventScan> passes, const model::Attachment* root,
                                 Date cutoff, Date today) {
  Question asked{root, {}};
  for (EventScan& pass : passes) {
    if (!pass.way->by.empty()) return std::nullopt;
    if (std::ranges::none_of(pass.events, &MappedEvent::counts)) continue;
    pass.scan.bound = certain_contact(pass, cutoff, today);
    if (!pass.scan.bound) return std::nullopt;
    asked.contacts.push_back(std::move(pass));
  }
  if (root == nullptr || asked.contacts.empty()) return std::nullopt;
  return asked;
}

/// The key's encoding, in `buffer`.
const std::string& encoded(RowView key, std::string& buffer) {
  buffer.clear();
  for (const source::ValueView& value : key) source::append_key(buffer, value);
  return buffer;
}

/// Of one kind of contact, asked about these people: those of whom none was seen that is certain.
KeyIndex still_silent(source::Source& source, const EventScan& pass, const KeyIndex& people,
                      Date cutoff, Date today) {
  Scan scan = pass.scan;
  scan.enough = scan.bound;
  scan.bound.reset();
  scan.owners = &people;
  const std::size_t width = pass.way->columns.size();
  std::vector<bool> seen(people.size());
  std::string key;
  source.scan(scan, [&](RowView row) {
    const ParsedTime at = read_time(pass.reader, row[pass.at]);
    if (!at.ok() || at.date <= cutoff || at.date > today) return;
    const std::uint32_t number =
        width == 1 ? people.find(row[0]) : people.find(encoded(row.first(width), key));
    if (number != KeyIndex::none) seen[number] = true;
  });
  KeyIndex left;
  for (std::uint32_t number = 0; number < people.size(); ++number)
    if (!seen[number]) left.add(people.key(number));
  return left;
}

/// True where one more look at each of those who are left costs more than it can spare: all their
/// facts are gathered afterwards, and decide.
bool few_left(const KeyIndex& people, std::uint32_t everybody) {
  constexpr std::uint64_t one_in = 8;
  return people.size() * one_in < everybody;
}

Nomination by_looks(source::Source& source, const Scan& population, const Question& asked,
                    Date cutoff, Date today) {
  const std::size_t width = asked.root->columns.size();
  KeyIndex people;
  std::string key;
  source.scan(population, [&](RowView row) { people.add(encoded(row.first(width), key)); });
  const std::uint32_t everybody = people.size();
  for (const EventScan& contact : asked.contacts) {
    if (few_left(people, everybody)) break;
    people = still_silent(source, contact, people, cutoff, today);
  }
  Nomination silent{{}, everybody};
  for (std::uint32_t number = 0; number < people.size(); ++number)
    silent.keys.emplace_back(people.key(number));
  return silent;
}

Nomination by_anti_join(source::Source& source, const Scan& population, const Question& asked,
                        const std::vector<Scan>& contacts) {
  Nomination silent;
  source.scan_without(population, contacts, [&](RowView row) {
    silent.keys.push_back(source::encode_key(row.first(asked.root->columns.size())));
  });
  return silent;
}

/// As the anti-join asks: whether there is a row, not which.
std::vector<Scan> without_columns(const Question& asked) {
  std::vector<Scan> scans;
  for (const EventScan& contact : asked.contacts) scans.push_back(contact.scan);
  for (Scan& scan : scans) scan.columns.clear();
  return scans;
}

}  // namespace

std::optional<Nomination> nominate_silent(const Rulebook& rules, const std::string& subject_type,
                                          const Sources& sources, Date today, Date as_of) {
  const auto cutoff = rules.contact_cutoff(subject_type, as_of);
  if (!cutoff || rules.datasets().size() != 1) return std::nullopt;
  const model::Dataset& dataset = *rules.datasets().front();
  source::Source* source = sources.at(dataset.name);
  if (source == nullptr) return std::nullopt;
  const Ways ways = ways_of(rules);
  const auto asked = question(event_scans(rules, subject_type, ways),
                              only_root(dataset, ways.front(), subject_type), *cutoff, today);
  if (!asked) return std::nullopt;
  const Scan population = scan_along(dataset, *asked->root);
  const std::vector<Scan> contacts = without_columns(*asked);
  if (source->one_look_tells(contacts))
    return by_looks(*source, population, *asked, *cutoff, today);
  if (!source->seeks(contacts)) return std::nullopt;
  return by_anti_join(*source, population, *asked, contacts);
}

}  // namespace besa::workflow
