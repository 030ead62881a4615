#include "besa/model/policy.hpp"

#include <algorithm>
#include <limits>

#include "model/policy_check.hpp"
#include "model/policy_rule.hpp"
#include "model/reading.hpp"

namespace besa::model {
namespace {

template <class List>
auto* with_id(const List& list, std::string_view id) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& each) { return each.id == id; });
  return found == list.end() ? nullptr : &*found;
}

/// Comparable length in days; a month is the mean Gregorian one, so that P1M is longer than P30D.
double length_of(const Period& period) {
  constexpr double days_of_month = 30.436875;
  if (period.is_indefinite()) {
    return std::numeric_limits<double>::infinity();
  }
  return (period.years() * 12.0 + period.months()) * days_of_month + period.days();
}

Party read_party(ObjectReader& reader) {
  Party party;
  party.id = reader.text("id");
  party.name = reader.text("name");
  const auto role = reader.word("role", {"controller", "processor", "recipient", "third_party"});
  party.role = role == "controller"  ? PartyRole::controller
               : role == "processor" ? PartyRole::processor
               : role == "recipient" ? PartyRole::recipient
                                     : PartyRole::third_party;
  party.country = reader.text("country");
  const auto capital = [](char letter) { return letter >= 'A' && letter <= 'Z'; };
  if (party.country.size() != 2 ||
      !std::all_of(party.country.begin(), party.country.end(), capital)) {
    reader.fault("country", "must be two capital letters", "ISO 3166-1, as in AL or GR");
  }
  reader.done();
  return party;
}

Law read_law(ObjectReader& reader) {
  Law law;
  law.id = reader.text("id");
  law.title = reader.text("title");
  law.effective_from = reader.optional_date("effective_from");
  law.effective_until = reader.optional_date("effective_until");
  law.replaced_by = reader.text_or("replaced_by", "");
  law.erasure_within = reader.optional_period("erasure_within");
  if (law.effective_from && law.effective_until && *law.effective_until < *law.effective_from) {
    reader.fault("effective_until", "lies before effective_from");
  }
  reader.done();
  return law;
}

ContactEvent read_contact_event(const std::string& event, const Json& json,
                                const std::string& pointer, std::vector<Fault>& faults) {
  ObjectReader reader(json, pointer, faults);
  ContactEvent contact;
  contact.event = event;
  if (!reader.has("counts")) {
    reader.fault("counts", "is required", "true where the person acted, false where we did");
  }
  contact.counts = reader.boolean_or("counts", false);
  contact.reason = reader.text("reason");
  reader.done();
  return contact;
}

Clause read_clause(ObjectReader& reader) {
  Clause clause;
  clause.id = reader.text("id");
  clause.document = reader.text("document");
  clause.original = reader.text("original");
  clause.english = reader.text_or("english", "");
  clause.cites = reader.texts_or_empty("cites");
  clause.carried_by = reader.texts_or_empty("carried_by");
  reader.done();
  return clause;
}

void read_erasure_hold(ObjectReader& reader, Policy& policy) {
  policy.erasure_hold = reader.period("period");
  policy.erasure_hold_clause = reader.text_or("clause", "");
  if (policy.erasure_hold.is_indefinite()) {
    reader.fault("period", "a hold that never ends makes every erasure impossible");
  }
  reader.done();
}

void read_lists(ObjectReader& reader, Policy& policy) {
  reader.objects(
      "parties",
      [&](ObjectReader& each, std::size_t) { policy.parties.push_back(read_party(each)); }, true);
  reader.objects("laws",
                 [&](ObjectReader& each, std::size_t) { policy.laws.push_back(read_law(each)); });
  reader.entries("contact_events", [&](const std::string& event, const Json& value,
                                       const std::string& pointer) {
    policy.contact_events.push_back(read_contact_event(event, value, pointer, reader.faults()));
  });
  reader.objects(
      "retention",
      [&](ObjectReader& each, std::size_t) { policy.rules.push_back(read_rule(each)); }, true);
  reader.object("erasure_hold", [&](ObjectReader& each) { read_erasure_hold(each, policy); });
  reader.objects("clauses", [&](ObjectReader& each, std::size_t) {
    policy.clauses.push_back(read_clause(each));
  });
}

}  // namespace

const Party* Policy::party(std::string_view id) const {
  return with_id(parties, id);
}

const Rule* Policy::rule(std::string_view id) const {
  return with_id(rules, id);
}

const Clause* Policy::clause(std::string_view id) const {
  return with_id(clauses, id);
}

const ContactEvent* Policy::event(std::string_view kind) const {
  const auto found = std::find_if(contact_events.begin(), contact_events.end(),
                                  [&](const ContactEvent& each) { return each.event == kind; });
  return found == contact_events.end() ? nullptr : &*found;
}

Period Rule::period_for(std::optional<Date> collected) const {
  Period shortest = period;
  for (const Earlier& promise : earlier) {
    const bool reached = !collected || *collected < promise.collected_before;
    if (reached && length_of(promise.period) < length_of(shortest)) {
      shortest = promise.period;
    }
  }
  return shortest;
}

Policy read_policy(std::string_view text, const std::string& file, std::vector<Fault>& faults) {
  const Json json = parse_written(text, file);
  ObjectReader reader(json, "", faults);
  Policy policy;
  policy.file = file;
  policy.digest = sha256(text);
  read_format(reader);
  policy.name = reader.text("name");
  policy.version = reader.text("version");
  policy.title = reader.text_or("title", "");
  policy.controller = reader.text("controller");
  policy.time_zone = reader.text("time_zone");
  policy.effective_from = reader.optional_date("effective_from");
  read_lists(reader, policy);
  reader.done();
  check_references(policy, faults);
  return policy;
}

bool category_covers(std::string_view covering, std::string_view key) {
  return key == covering ||
         (key.size() > covering.size() && key.substr(0, covering.size()) == covering &&
          key[covering.size()] == '.');
}

}  // namespace besa::model
