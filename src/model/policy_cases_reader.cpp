// Reads the cases beside a policy (besa/model/policy_cases.hpp).
#include "besa/base/time.hpp"
#include "besa/model/policy_cases.hpp"
#include "model/reading.hpp"

namespace besa::model {
namespace {

const std::vector<std::string>& expectations() {
  static const std::vector<std::string> names = {
      "outcome", "rule",           "kept_through", "due_since", "doubt",
      "ground",  "retained_until", "not_ours",     "documents", "others"};
  return names;
}

class CaseReader {
 public:
  CaseReader(const Policy& policy, std::vector<Fault>& faults)
      : policy_(policy), faults_(faults), times_("rfc3339", "", TimeZone::find(policy.time_zone)) {}

  PolicyCase read(const Json& json, const std::string& pointer) {
    ObjectReader reader(json, pointer, faults_);
    PolicyCase result;
    result.name = reader.text("name");
    result.clause = reader.text("clause");
    check_clause(reader, result.clause);
    result.today = reader.date("today");
    reader.object(
        "subject", [&](ObjectReader& each) { read_subject(each, result); }, true);
    reader.object("record", [&](ObjectReader& each) { result.record = read_record(each); });
    reader.object(
        "expect", [&](ObjectReader& each) { read_expected(each, result); }, true);
    reader.done();
    return result;
  }

 private:
  void check_clause(ObjectReader& reader, const std::string& clause) const {
    if (!clause.empty() && policy_.clause(clause) == nullptr) {
      std::vector<std::string> known;
      for (const Clause& each : policy_.clauses) {
        known.push_back(each.id);
      }
      reader.fault("clause", "unknown clause '" + clause + "'", did_you_mean(clause, known));
    }
  }

  /// A civil date, or an instant as the policy's zone sees it.
  std::optional<Date> optional_day(ObjectReader& reader, const char* field) const {
    const auto text = reader.optional_text(field);
    if (!text) {
      return std::nullopt;
    }
    if (const auto date = Date::parse(*text)) {
      return date;
    }
    const auto time = times_.read(*text);
    if (!time.ok()) {
      reader.fault(field, "must be a date, or a time with its offset",
                   "as in 2021-11-22 or 2021-11-21T23:30:00Z");
      return std::nullopt;
    }
    return time.date;
  }

  Date day(ObjectReader& reader, const char* field) const {
    if (!reader.has(field)) {
      return reader.date(field);  // says that it is required
    }
    return optional_day(reader, field).value_or(Date());
  }

  void read_subject(ObjectReader& reader, PolicyCase& result) const {
    result.subject_type = reader.text("type");
    reader.objects("events", [&](ObjectReader& each, std::size_t) {
      result.events.push_back({event(each, "event"), day(each, "at")});
      each.done();
    });
    result.possible_contact = optional_day(reader, "possible_contact");
    const auto unreadable = reader.optional_integer("unreadable").value_or(0);
    if (unreadable < 0 || unreadable > 1'000'000) {
      reader.fault("unreadable", "must be a number of events");
    } else {
      result.unreadable = static_cast<std::uint32_t>(unreadable);
    }
    const auto silence =
        reader.word_or("silence", {"proven", "source_missing", "source_stale"}, "proven");
    result.silence = silence == "source_missing" ? Silence::source_missing
                     : silence == "source_stale" ? Silence::source_stale
                                                 : Silence::proven;
    result.held = reader.boolean_or("held", false);
    reader.done();
  }

  std::string event(ObjectReader& reader, const char* field) const {
    auto kind = reader.text(field);
    if (!kind.empty() && kind != "collected" && policy_.event(kind) == nullptr) {
      std::vector<std::string> known = {"collected"};
      for (const ContactEvent& each : policy_.contact_events) {
        known.push_back(each.event);
      }
      reader.fault(field, "unknown event kind '" + kind + "'", did_you_mean(kind, known));
      return "collected";
    }
    return kind;
  }

  CaseRecord read_record(ObjectReader& reader) const {
    CaseRecord record;
    record.table = reader.text_or("table", record.table);
    record.category = reader.text_or("category", record.category);
    if (const auto wrong = category_fault(record.category, reader.pointer("category"))) {
      faults_.push_back(*wrong);
    }
    if (reader.has("event")) {
      record.event = event(reader, "event");
      record.at = day(reader, "at");
    }
    reader.objects("documents", [&](ObjectReader& each, std::size_t) {
      CaseRecord::Paper paper;
      paper.document = each.text("document");
      paper.obligor = each.text("obligor");
      paper.date = optional_day(each, "date");
      each.done();
      record.documents.push_back(paper);
    });
    reader.done();
    return record;
  }

  void read_expected(ObjectReader& reader, PolicyCase& result) const {
    for (const std::string& name : expectations()) {
      if (const auto value = reader.optional_text(name.c_str())) {
        result.expected[name] = *value;
      }
    }
    reader.done();
    if (result.expected.empty()) {
      reader.fault("outcome", "a case expects something",
                   "keep, due, retained, held, undetermined");
    }
  }

  const Policy& policy_;
  std::vector<Fault>& faults_;
  TimeReader times_;
};

}  // namespace

std::vector<PolicyCase> read_policy_cases(std::string_view text, const std::string& file,
                                          const Policy& policy, std::vector<Fault>& faults) {
  const Json json = parse_written(text, file);
  std::vector<PolicyCase> cases;
  std::vector<std::string> names;
  if (!json.is_array()) {
    faults.push_back({"", "must be a list of cases", {}});
    return cases;
  }
  CaseReader reader(policy, faults);
  for (std::size_t i = 0; i < json.size(); ++i) {
    cases.push_back(reader.read(json[i], "/" + std::to_string(i)));
    names.push_back(cases.back().name);
  }
  if (const auto twice = repeated(names)) {
    faults.push_back({"", "has the name '" + *twice + "' twice", "give each case its own"});
  }
  return cases;
}

}  // namespace besa::model
