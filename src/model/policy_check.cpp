#include "model/policy_check.hpp"

#include "model/reading.hpp"

namespace besa::model {
namespace {

template <class List>
std::vector<std::string> ids_of(const List& list) {
  std::vector<std::string> ids;
  for (const auto& each : list) {
    ids.push_back(each.id);
  }
  return ids;
}

class References {
 public:
  References(const Policy& policy, std::vector<Fault>& faults)
      : policy_(policy),
        faults_(faults),
        parties_(ids_of(policy.parties)),
        laws_(ids_of(policy.laws)),
        rules_(ids_of(policy.rules)),
        clauses_(ids_of(policy.clauses)),
        events_({"collected"}) {
    for (const ContactEvent& event : policy.contact_events) {
      events_.push_back(event.event);
    }
  }

  void run() {
    check_ids();
    check_controller();
    for (std::size_t i = 0; i < policy_.laws.size(); ++i) {
      known(policy_.laws[i].replaced_by, laws_, at("laws", i, "replaced_by"), "law");
    }
    for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
      check_rule(policy_.rules[i], i);
    }
    known(policy_.erasure_hold_clause, clauses_, "/erasure_hold/clause", "clause");
    for (std::size_t i = 0; i < policy_.clauses.size(); ++i) {
      for (const std::string& law : policy_.clauses[i].cites) {
        known(law, laws_, at("clauses", i, "cites"), "law");
      }
    }
  }

 private:
  static std::string at(const char* list, std::size_t index, const char* field) {
    return "/" + std::string(list) + "/" + std::to_string(index) + "/" + field;
  }

  void check_ids() {
    once(parties_, "/parties");
    once(laws_, "/laws");
    once(rules_, "/retention");
    once(clauses_, "/clauses");
  }

  void once(const std::vector<std::string>& ids, const std::string& pointer) {
    const auto twice = repeated(ids);
    if (twice && !twice->empty()) {
      faults_.push_back({pointer, "has the id '" + *twice + "' twice", "give each its own"});
    }
  }

  void check_controller() {
    known(policy_.controller, parties_, "/controller", "party");
    const Party* party = policy_.party(policy_.controller);
    if (party != nullptr && party->role != PartyRole::controller) {
      faults_.push_back({"/controller", "party '" + party->id + "' has another role",
                         "give it the role controller"});
    }
  }

  void check_rule(const Rule& rule, std::size_t index) {
    known(rule.clause, clauses_, at("retention", index, "clause"), "clause");
    known(rule.statute, laws_, at("retention", index, "statute"), "law");
    if (rule.kind == RuleKind::maximum && rule.from != "last_contact") {
      known(rule.from, events_, at("retention", index, "from"), "event kind");
    }
  }

  void known(const std::string& word, const std::vector<std::string>& names,
             const std::string& pointer, const std::string& what) {
    if (!word.empty() && !contains(names, word)) {
      faults_.push_back(
          {pointer, "unknown " + what + " '" + word + "'", did_you_mean(word, names)});
    }
  }

  const Policy& policy_;
  std::vector<Fault>& faults_;
  std::vector<std::string> parties_, laws_, rules_, clauses_, events_;
};

}  // namespace

void check_references(const Policy& policy, std::vector<Fault>& faults) {
  References(policy, faults).run();
}

}  // namespace besa::model
