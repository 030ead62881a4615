#include "besa/report/explanation.hpp"

#include "besa/base/text.hpp"

namespace besa::report {
namespace {

using model::ColumnFate;

std::string lines(const std::vector<std::string>& sentences, const std::string& indent) {
  std::string text;
  for (const std::string& sentence : sentences) {
    text += indent + for_terminal(sentence) + '\n';
  }
  return text;
}

std::string otherwise(const std::vector<std::string>& sentences) {
  return sentences.empty() ? "" : "    It would be otherwise:\n" + lines(sentences, "      ");
}

Json date_json(const std::optional<Date>& date) {
  return date ? Json(date->str()) : Json(nullptr);
}

Json event_json(const std::optional<model::ExplainedEvent>& event) {
  return event ? Json{{"event", event->kind}, {"table", event->table}, {"date", event->date.str()}}
               : Json(nullptr);
}

Json rule_json(const std::optional<model::ExplainedRule>& rule) {
  if (!rule) {
    return nullptr;
  }
  return {{"rule", rule->id},         {"clause", rule->clause},  {"original", rule->original},
          {"english", rule->english}, {"period", rule->period},  {"statute", rule->statute},
          {"article", rule->article}, {"obligor", rule->obligor}};
}

std::string_view fate_name(ColumnFate fate) {
  switch (fate) {
    case ColumnFate::keep:
      return "keep";
    case ColumnFate::clear:
      return "clear";
    case ColumnFate::retain:
      return "retain";
    case ColumnFate::cut:
      return "cut";
  }
  return "";
}

Json columns_json(const std::vector<model::ExplainedColumn>& columns) {
  Json object = Json::object();
  for (const model::ExplainedColumn& column : columns) {
    object[column.column] = fate_name(column.fate);
  }
  return object;
}

}  // namespace

std::string explanation_text(const model::SubjectExplanation& why) {
  return lines(why.sentences, "    ") + otherwise(why.otherwise);
}

std::string explanation_text(const model::RecordExplanation& why) {
  return lines(why.sentences, "    ") + otherwise(why.otherwise);
}

Json explanation_json(const model::SubjectExplanation& why) {
  return {{"outcome", model::name_of(why.outcome)},
          {"doubt", model::name_of(why.doubt)},
          {"decision", why.decision},
          {"start", event_json(why.start)},
          {"start_is_collection", why.start_is_collection},
          {"future_event", event_json(why.future)},
          {"rule", rule_json(why.rule)},
          {"kept_through", date_json(why.kept_through)},
          {"due_since", date_json(why.due_since)},
          {"hold", why.hold.empty() ? Json(nullptr) : Json(why.hold)},
          {"sentences", why.sentences},
          {"otherwise", why.otherwise}};
}

Json explanation_json(const model::RecordExplanation& why) {
  return {{"outcome", model::name_of(why.outcome)},
          {"doubt", model::name_of(why.doubt)},
          {"decision", why.decision},
          {"start", event_json(why.start)},
          {"rule", rule_json(why.rule)},
          {"ground", rule_json(why.ground)},
          {"not_ours", rule_json(why.not_ours)},
          {"due_since", date_json(why.due_since)},
          {"retained_until", date_json(why.retained_until)},
          {"falls_due", date_json(why.falls_due)},
          {"hold", why.hold.empty() ? Json(nullptr) : Json(why.hold)},
          {"removes_row", why.removes},
          {"columns", columns_json(why.columns)},
          {"sentences", why.sentences},
          {"otherwise", why.otherwise}};
}

}  // namespace besa::report
