#include "model/policy_rule.hpp"

#include "model/reading.hpp"

namespace besa::model {
namespace {

void read_reach(ObjectReader& reader, Rule& rule) {
  const bool minimum = rule.kind == RuleKind::minimum;
  const auto scope = reader.word_or("scope", {"subject", "record"}, minimum ? "record" : "subject");
  rule.scope = scope == "record" ? RuleScope::record : RuleScope::subject;
  if (minimum && rule.scope == RuleScope::subject) {
    reader.fault("scope", "a minimum keeps the columns of a document: its scope is record");
  }
  rule.subject = reader.text_or("subject", "");
  rule.categories = reader.texts_or_empty("categories");
  check_categories(reader, "categories", rule.categories);
  if (contains(rule.categories, "none")) {
    reader.fault("categories", "'none' is data about nobody: no rule speaks about it");
  }
  rule.tables = reader.texts_or_empty("tables");
  rule.purposes = reader.texts_or_empty("purposes");
}

/// A minimum starts at its document's date; a maximum says what it starts from.
void read_start(ObjectReader& reader, Rule& rule) {
  if (rule.kind == RuleKind::minimum) {
    rule.from = reader.word_or("from", {"document"}, "document");
  } else {
    rule.from = reader.text("from");
  }
  const bool of_subject = rule.from == "last_contact" || rule.from == "collected";
  if (rule.scope == RuleScope::subject && rule.kind == RuleKind::maximum && !rule.from.empty() &&
      !of_subject) {
    reader.fault("from", "a subject's clock starts at last_contact or collected",
                 "for an event of one row say \"scope\": \"record\"");
  }
  if (rule.scope == RuleScope::record && rule.from == "last_contact") {
    reader.fault("from", "last_contact is a person's, not a row's",
                 "say \"scope\": \"subject\", or name an event kind");
  }
  rule.anchor = reader.word_or("anchor", {"event", "year_end"}, "event") == "year_end"
                    ? Anchor::year_end
                    : Anchor::event;
}

void read_duty(ObjectReader& reader, Rule& rule) {
  if (rule.kind == RuleKind::minimum) {
    rule.document = reader.text("document");
    rule.obligor = reader.text("obligor");
    rule.statute = reader.text_or("statute", "");
    rule.article = reader.text_or("article", "");
    return;
  }
  for (const char* field : {"document", "obligor", "statute", "article"}) {
    if (reader.has(field)) {
      (void)reader.raw(field);
      reader.fault(field, "only a minimum has one", "say \"kind\": \"minimum\", or leave it out");
    }
  }
}

void read_earlier(ObjectReader& reader, Rule& rule) {
  reader.objects("earlier", [&](ObjectReader& each, std::size_t) {
    Rule::Earlier promise;
    promise.collected_before = each.date("collected_before");
    promise.period = each.period("period");
    each.done();
    rule.earlier.push_back(promise);
  });
  if (rule.kind == RuleKind::minimum && !rule.earlier.empty()) {
    reader.fault("earlier", "a duty is not a promise: only a maximum has earlier ones");
  }
}

}  // namespace

Rule read_rule(ObjectReader& reader) {
  Rule rule;
  rule.id = reader.text("id");
  rule.clause = reader.text_or("clause", "");
  rule.kind = reader.word_or("kind", {"maximum", "minimum"}, "maximum") == "minimum"
                  ? RuleKind::minimum
                  : RuleKind::maximum;
  read_reach(reader, rule);
  read_start(reader, rule);
  rule.period = reader.period("period");
  rule.action = reader.word_or("action", {"erase", "mask"}, "erase") == "mask" ? RuleAction::mask
                                                                               : RuleAction::erase;
  read_duty(reader, rule);
  read_earlier(reader, rule);
  reader.done();
  return rule;
}

}  // namespace besa::model
