#include "workflow/apply_dataset.hpp"

#include <algorithm>

#include "besa/workflow/apply.hpp"
#include "workflow/begun_records.hpp"
#include "workflow/busy.hpp"

namespace besa::workflow {
namespace {

using Fate = Planned::Fate;
using source::KeyIndex;
using source::RowView;

std::string why_not_due(const model::SubjectDecision& decision) {
  if (decision.outcome == model::Outcome::held) return "held";
  if (decision.outcome != model::Outcome::undetermined) return model::Certificate::no_longer_due;
  return "undetermined: " + std::string(name_of(decision.doubt));
}

void stop_if_asked() {
  if (stop_requested())
    throw Error(ErrorKind::partial, "stopped between two transactions, as asked",
                "what was committed stays; go on with 'besa manifest apply'");
}

}  // namespace

DatasetApplication::DatasetApplication(ApplyContext& context, OpenedSources& sources,
                                       std::uint32_t place)
    : context_(context),
      sources_(sources),
      place_(place),
      dataset_(*context.session.dataset(context.header.datasets[place].name)),
      source_(sources.at(dataset_.name)),
      holds_(context.session, context.realm),
      sought_(context.folder, dataset_.name),
      settled_(context.people.size() + 1, false) {}

void DatasetApplication::run() {
  const auto all = batches();
  context_.session.progress().stage("erasing in " + dataset_.name, all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    people_batch(all[i]);
    context_.session.progress().at(i + 1);
    stop_if_asked();
  }
  if (context_.record_rules) record_rules();
}

/// Runs of people of about batch_rows records; one of everybody where the source would write all of
/// its files for each.
std::vector<std::vector<std::uint32_t>> DatasetApplication::batches() const {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 1; number <= context_.people.size(); ++number)
    if (context_.people.at(number).going()) numbers.push_back(number);
  const std::uint64_t rows_each = std::max<std::uint64_t>(
      1, context_.header.records / std::max<std::uint64_t>(1, context_.header.subjects));
  const std::uint64_t size =
      source_.rewrites()
          ? std::max<std::uint64_t>(1, numbers.size())
          : std::max<std::uint64_t>(1, context_.session.workspace().limits.batch_rows / rows_each);
  std::vector<std::vector<std::uint32_t>> result;
  for (std::size_t begin = 0; begin < numbers.size(); begin += size)
    result.emplace_back(
        numbers.begin() + static_cast<std::ptrdiff_t>(begin),
        numbers.begin() + static_cast<std::ptrdiff_t>(std::min(numbers.size(), begin + size)));
  return result;
}

ScanRows DatasetApplication::scan_inside(source::Transaction& transaction) const {
  return [this, &transaction](const std::string& dataset, const source::Scan& scan,
                              const source::RowSink& sink) {
    if (dataset == dataset_.name)
      transaction.scan(scan, sink);
    else if (source::Source* other = sources_.all().at(dataset); other != nullptr)
      other->scan(scan, sink);
  };
}

/// A row of two people is decided when both are: whoever owns a row of this batch joins it, and who
/// turns out to stay is planned with as somebody who stays, until nothing changes any more.
void DatasetApplication::people_batch(const std::vector<std::uint32_t>& numbers) {
  std::set<std::uint32_t> together;
  for (const std::uint32_t number : numbers)
    if (!settled_[number]) together.insert(number);
  if (!together.empty()) in_one_transaction([&] { decide_and_act(together); });
}

void DatasetApplication::decide_and_act(std::set<std::uint32_t> together) {
  const auto transaction = source_.begin();
  const ScanRows scan = scan_inside(*transaction);
  const HeldPeople held(context_.session, context_.realm, sources_.all(), scan, holds_);
  RecordPlanner planner = this->planner(scan);
  planner.protect(held.groups());
  Actions actions;
  changed_.clear();
  blocked_.clear();
  for (std::size_t known = 0, stay = 0;;) {
    for (const std::uint32_t number : together)
      before_.try_emplace(number, Before{context_.people.at(number).fate, settled_[number]});
    for (const auto& [number, before] : before_) context_.people.at(number).fate = before.fate;
    known = together.size();
    stay = changed_.size() + blocked_.size();
    examine({together.begin(), together.end()}, scan);
    note_blocked(planner);
    actions = plan(planner);
    together.insert(partners_.begin(), partners_.end());
    if (together.size() == known && changed_.size() + blocked_.size() == stay) break;
  }
  for (const std::uint32_t number : together) settled_[number] = true;
  act(*transaction, actions);
  transaction->commit();
  context_.people.committed(together, place_);
}

void DatasetApplication::in_one_transaction(const std::function<void()>& work) {
  before_.clear();
  saved_.reset();
  // A source of files may have put some of them in their place before it found another one busy.
  if (source_.rewrites()) return work();
  again_while_busy(work, [this] { as_before_the_transaction(); });
}

/// Rolled back in the store, and so here: nobody was decided about, nothing is sought.
void DatasetApplication::as_before_the_transaction() {
  for (const auto& [number, before] : before_) {
    Planned& person = context_.people.at(number);
    person.fate = before.fate;
    person.why.clear();
    settled_[number] = before.settled;
  }
  before_.clear();
  if (saved_) destroy_file(*saved_);
  saved_.reset();
}

RecordPlanner DatasetApplication::planner(const ScanRows& scan) const {
  RecordPlanner planner(*context_.realm.rules, scan, context_.today, holds_.without_subject());
  planner.waves_from(context_.header.as_of);
  planner.in_any_order();
  planner.recognise(masks_of(sources_.all(), &context_.tombstone_digests));
  return planner;
}

void DatasetApplication::examine(const std::vector<std::uint32_t>& numbers, const ScanRows& scan) {
  examinations_.clear();
  due_.clear();
  numbers_.clear();
  for (const std::string& type : subject_types(context_.realm)) examine_type(type, numbers, scan);
}

void DatasetApplication::examine_type(const std::string& type,
                                      const std::vector<std::uint32_t>& numbers,
                                      const ScanRows& scan) {
  RootKeys only;
  for (const std::uint32_t number : numbers)
    if (const Planned& person = context_.people.at(number); person.subject == type)
      only[person.root].push_back(person.key);
  // Also without anybody of the type: rows may be theirs too, and they stay.
  examinations_.push_back(std::make_unique<Examination>(
      context_.session, context_.realm, type, sources_.all(), std::span(&scan, 1), holds_, only));
  due_.push_back(std::make_unique<DueList>());
  numbers_.emplace_back(examinations_.back()->people().size());
  std::map<Ordinal, std::uint32_t> found;
  for (const std::uint32_t number : numbers) {
    const Planned& person = context_.people.at(number);
    if (person.subject != type) continue;
    Ordinal ordinal = nobody;
    for (const auto& root : examinations_.back()->people().roots())
      if (root->full_name() == person.root)
        if (const std::uint32_t at = root->keys.find(person.key); at != KeyIndex::none)
          ordinal = examinations_.back()->people().person(root->first + at);
    if (ordinal == nobody)
      context_.people.at(number).fate = Fate::gone;  // verified absent at the end, or reported
    else
      found[ordinal] = number;
  }
  for (const auto& [person, number] : found)
    settle_person(number, person, *examinations_.back(), *due_.back());
}

void DatasetApplication::settle_person(std::uint32_t number, Ordinal person,
                                       const Examination& examination, DueList& due) {
  const Planned& planned = context_.people.at(number);
  if (const auto blocked = blocked_.find(number); blocked != blocked_.end())
    return context_.people.skip(number, blocked->second);
  if (changed_.contains(number))
    return context_.people.skip(number, "its records changed since the manifest was drafted");
  const bool begun = planned.fate == Fate::acted || context_.resumed;
  const model::SubjectDecision decision =
      begun ? examination.decide_again(person, context_.today, planned.start)
            : examination.decide(person, context_.today);
  if (decision.doubt == model::Doubt::source_missing && !sources_.lost().empty())
    return context_.people.postpone(number);  // what is out of reach may know better
  if (decision.outcome != model::Outcome::due) {
    context_.people.skip(number, why_not_due(decision));
    return;
  }
  // What another dataset of this run has already erased no longer testifies; nothing newer may.
  const bool earlier_done = begun && decision.start->date <= planned.start;
  const Digest facts =
      facts_digest(context_.digests, *context_.realm.rules, examination.people(), person, decision);
  if (facts != planned.facts && !earlier_done) {
    context_.people.skip(number, "changed since the manifest was drafted");
    return;
  }
  due.add(person, decision);
  numbers_.back()[person] = number;
}

std::vector<Leaving> DatasetApplication::leaving_people() {
  std::vector<Leaving> groups;
  for (std::size_t i = 0; i < examinations_.size(); ++i) {
    Leaving group = leaving(*examinations_[i], *due_[i]);
    group.elsewhere = [this](const std::string& root,
                             std::string_view key) -> std::optional<std::uint32_t> {
      const std::uint32_t number = context_.people.number_of(root, key);
      if (number == 0) return std::nullopt;
      const Fate fate = context_.people.at(number).fate;
      if (fate != Fate::to_do && fate != Fate::acted) return std::nullopt;
      partners_.insert(number);
      return number;
    };
    group.place = [this, i](Ordinal person) { return numbers_[i].at(person); };
    groups.push_back(std::move(group));
  }
  return groups;
}

void DatasetApplication::note_blocked(const RecordPlanner& planner) {
  for (const Blocked& each : planner.blocked(leaving_people()))
    blocked_[numbers_[each.leaving].at(each.person)] =
        each.outcome == model::Outcome::held
            ? "held: a record of theirs is also of somebody under a hold"
            : "undetermined: " + std::string(name_of(each.doubt));
}

DatasetApplication::Actions DatasetApplication::plan(RecordPlanner& planner) {
  partners_.clear();
  const std::vector<Leaving> groups = leaving_people();
  Actions actions;
  std::vector<Ordinal> everyone;
  for (const auto& numbers : numbers_)
    for (const std::uint32_t number : numbers)
      if (number != 0) everyone.push_back(number);
  std::sort(everyone.begin(), everyone.end());
  RecordSets sums(everyone, 1);
  RecordDigester digester(context_.digests, *context_.realm.rules);
  BegunRecords begun(context_);
  planner.plan(
      groups,
      [&](const RecordPlan& row) {
        const std::uint32_t number = numbers_[row.leaving].at(row.person);
        const Digest record = digester.of(row);
        sums.add(sums.place(number), 0, record);
        if (half_done_possible()) begun.still_to_do(number, record);
        actions.add(row);
      },
      {dataset_.name}, false);
  settle_records(everyone, sums, begun);
  return actions;
}

/// Where an interrupted run may have been here before, what is left of its work is as planned too.
void DatasetApplication::settle_records(const std::vector<std::uint32_t>& everyone,
                                        const RecordSets& sums, BegunRecords& begun) {
  std::vector<std::uint32_t> others;
  for (const std::uint32_t number : everyone) {
    const Digest now = sums.digests(sums.place(number)).front();
    if (now != context_.people.at(number).records.at(place_) &&
        !(context_.resumed && now == Digest{}))
      others.push_back(number);
    else
      context_.people.at(number).fate = Fate::acted;
  }
  changed_.insert(others.begin(), others.end());
  if (others.empty() || !half_done_possible()) return;
  for (const std::uint32_t number : begun.just_begun(others, dataset_, source_)) {
    context_.people.at(number).fate = Fate::acted;
    changed_.erase(number);
  }
}

void DatasetApplication::Actions::add(const RecordPlan& row) {
  auto found = std::find_if(tables_.rbegin(), tables_.rend(),
                            [&](const auto& each) { return each.first == row.table; });
  if (found == tables_.rend()) {
    tables_.emplace_back(row.table, TableActions());
    found = tables_.rbegin();
  }
  TableActions& actions = found->second;
  (row.remove ? actions.removed : actions.masked[row.columns]).add(row.key);
}

void DatasetApplication::record_rules() {
  std::map<std::uint32_t, KeyIndex> keys;
  const auto flush = [&](std::uint32_t table) {
    record_rules_of(table, keys[table]);
    keys.erase(table);
    stop_if_asked();
  };
  read_body(context_.folder, context_.header, [&](const model::BodyLine& line) {
    if (!line.record || line.record->subject != 0 || line.record->dataset != place_) return;
    const std::uint32_t table =
        context_.realm.rules->table(dataset_, context_.header.tables.at(line.record->table).table);
    keys[table].add(key_from_json(line.record->key));
    if (keys[table].size() >= context_.session.workspace().limits.batch_rows) flush(table);
  });
  while (!keys.empty()) flush(keys.begin()->first);
}

void DatasetApplication::record_rules_of(std::uint32_t table, const KeyIndex& keys) {
  in_one_transaction([&] { decide_and_act(table, keys); });
}

void DatasetApplication::decide_and_act(std::uint32_t table, const KeyIndex& keys) {
  const auto transaction = source_.begin();
  const ScanRows scan = scan_inside(*transaction);
  RecordPlanner planner = this->planner(scan);
  const HeldPeople held(context_.session, context_.realm, sources_.all(), scan, holds_);
  planner.protect(held.groups());
  Actions actions;
  planner.plan_rows(table, keys, [&](const RecordPlan& row) { actions.add(row); });
  act(*transaction, actions);
  transaction->commit();
}

}  // namespace besa::workflow
