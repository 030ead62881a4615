#include "besa/workflow/facts.hpp"

#include <algorithm>
#include <array>

#include "besa/base/parallel.hpp"
#include "workflow/event_scan.hpp"
#include "workflow/key_forms.hpp"
#include "workflow/shrunk.hpp"
#include "workflow/time_readers.hpp"

namespace besa::workflow {
namespace {

using model::Rulebook;
using source::RowView;
using source::Scan;
using source::ValueView;

/// What a row tells of its owner.
struct Seen {
  enum class What : std::uint8_t { contact, collected, unreadable };
  What what = What::contact;
  PackedEvent event;
};

void put(FactTable& facts, Ordinal owner, const Seen& seen) {
  switch (seen.what) {
    case Seen::What::contact:
      return facts.contact(owner, seen.event);
    case Seen::What::collected:
      return facts.collected(owner, seen.event);
    case Seen::What::unreadable:
      return facts.unreadable(owner);
  }
}

/// Events whose owners' keys wait to be looked up together: one by one, each row would wait for
/// memory three times. Rows that follow one another in an index have one owner, looked up once.
class Waiting {
 public:
  static constexpr std::size_t batch = 64, rows = 4 * batch;
  static constexpr std::size_t longest_key = 48;

  Waiting(const Population::Root& root, FactTable& facts) : root_(root), facts_(facts) {}

  /// False where the key is too long to wait.
  bool add(const ValueView& key, const Seen& seen) {
    if (!is_last(key)) {
      const std::size_t size = source::encode_short(key, keys_[owners_]);
      if (size == 0) return false;
      views_[owners_] = {keys_[owners_].data(), size};
      ++owners_;
      last_is_text_ = key.type == source::Type::text;
    }
    owner_of_[count_] = owners_ - 1;
    seen_[count_] = seen;
    if (++count_ == rows || owners_ == batch) flush();
    return true;
  }

  void flush() {
    root_.keys.find_many(std::span(views_).first(owners_), numbers_);
    for (std::size_t i = 0; i < owners_; ++i)
      if (numbers_[i] != source::KeyIndex::none) facts_.expect(root_.first + numbers_[i]);
    for (std::size_t i = 0; i < count_; ++i)
      if (const std::uint32_t number = numbers_[owner_of_[i]]; number != source::KeyIndex::none)
        put(facts_, root_.first + number, seen_[i]);
    count_ = owners_ = 0;
  }

 private:
  /// As the encoded texts say: their bytes, behind one byte and before two.
  [[nodiscard]] bool is_last(const ValueView& key) const {
    if (owners_ == 0 || !last_is_text_ || key.type != source::Type::text) return false;
    const std::string_view last = views_[owners_ - 1];
    return last.size() == key.bytes.size() + 3 && last.substr(1, key.bytes.size()) == key.bytes;
  }

  const Population::Root& root_;
  FactTable& facts_;
  std::array<std::array<char, longest_key>, batch> keys_{};
  std::array<std::string_view, batch> views_;
  std::array<std::uint32_t, batch> numbers_{};
  std::array<std::size_t, rows> owner_of_{};
  std::array<Seen, rows> seen_;
  bool last_is_text_ = false;
  std::size_t owners_ = 0, count_ = 0;
};

/// Puts the events of the rows of one pass into the table of facts.
class EventSink {
 public:
  /// `again`: the rows were read before, and what is no time was counted then.
  EventSink(const EventScan& pass, const Population& people, FactTable& facts, bool again = false)
      : pass_(pass),
        people_(people),
        facts_(facts),
        width_(pass.way->columns.size()),
        again_(again) {
    if (pass.root != nullptr && !pass.abroad()) waiting_.emplace(*pass.root, facts);
  }

  void operator()(RowView row) {
    for (const MappedEvent& event : pass_.events)
      if (std::all_of(event.when.begin(), event.when.end(),
                      [&](const BoundWhen& w) { return w.holds(row); }))
        take(row, event);
  }

  void finish() {
    if (waiting_) waiting_->flush();
  }

  /// Owners of a row that was enough for the source and is no time: behind it a contact may have
  /// been left out.
  [[nodiscard]] const source::KeyIndex& misled() const { return misled_; }

 private:
  void take(RowView row, const MappedEvent& event) {
    const ParsedTime at = read_time(pass_.reader, row[pass_.at]);
    if (at.fault == TimeFault::empty) return;  // it did not happen
    if (!at.ok()) {
      if (again_) return;
      if (was_enough(row[pass_.at])) misled_.add(source::encode_key(row.first(width_)));
    }
    const Seen seen{!at.ok()       ? Seen::What::unreadable
                    : event.counts ? Seen::What::contact
                                   : Seen::What::collected,
                    {at.date.days(), pass_.table, event.kind}};
    if (pass_.way->by.empty())
      by_key(row.first(width_), seen);
    else
      by_identifier(row[0], at, seen);
  }

  [[nodiscard]] bool was_enough(const ValueView& value) const {
    const auto& enough = pass_.scan.enough;
    return enough && value.type == source::Type::text && value.bytes >= enough->at_least->bytes &&
           value.bytes < enough->below->bytes;
  }

  void by_key(RowView key, const Seen& seen) {
    if (!waiting_) return told_of(people_.by_key_abroad(*pass_.root, key), seen);
    if (key.size() == 1 && waiting_->add(key[0], seen)) return;
    const Ordinal owner = people_.by_key(*pass_.root, key);
    if (owner != nobody) put(facts_, owner, seen);
  }

  void by_identifier(const ValueView& value, const ParsedTime& at, const Seen& seen) {
    told_of(people_.by_identifier(pass_.way->by, value,
                                  at.ok() ? std::optional(at.date) : std::nullopt),
            seen);
  }

  void told_of(const Claim& claim, const Seen& seen) {
    if (claim.owner != nobody) put(facts_, claim.owner, seen);
    for (const Ordinal candidate : claim.candidates) {
      if (seen.what == Seen::What::contact) facts_.possible(candidate, seen.event);
      if (seen.what == Seen::What::unreadable) facts_.unreadable(candidate);
    }
  }

  const EventScan& pass_;
  const Population& people_;
  FactTable& facts_;
  std::size_t width_;
  bool again_;
  std::optional<Waiting> waiting_;
  source::KeyIndex misled_;
};

void run_pass(const EventScan& pass, const Population& people, const ScanRows& reader,
              bool only_asked, FactTable& facts) {
  Scan scan = pass.scan;
  source::KeyIndex forms;
  if (only_asked && pass.way->by.empty()) {
    if (pass.abroad()) forms = in_every_form(pass.root->keys);
    scan.owners = pass.abroad() ? &forms : &pass.root->keys;
  }
  EventSink sink(pass, people, facts);
  reader(pass.dataset->name, scan, [&sink](RowView row) { sink(row); });
  sink.finish();
  if (sink.misled().empty()) return;
  EventSink again(pass, people, facts, true);
  scan.owners = &sink.misled();
  scan.enough.reset();
  reader(pass.dataset->name, scan, [&again](RowView row) { again(row); });
  again.finish();
}

}  // namespace

Freshness freshness(const Session& session, const Realm& realm, const std::string& subject_type,
                    const Sources& sources) {
  const Rulebook& rules = *realm.rules;
  const Ways ways = ways_of(rules);
  for (const EventScan& pass : event_scans(rules, subject_type, ways)) {
    const auto found = sources.find(pass.dataset->name);
    if (found == sources.end() || found->second == nullptr)
      return {model::Silence::source_missing, pass.dataset->name};
    if (!why_stale(session, realm, *pass.dataset, *found->second).empty())
      return {model::Silence::source_stale, pass.dataset->name};
  }
  return {};
}

FactTable gather_facts(const Rulebook& rules, const Population& population,
                       std::span<const ScanRows> readers, Date today, bool only_asked,
                       std::optional<Date> until) {
  if (population.size() == 0) return FactTable(0, today);
  const Ways ways = ways_of(rules);
  std::vector<EventScan> passes = event_scans(rules, population.subject_type(), ways);
  const auto cutoff = until ? rules.contact_cutoff(population.subject_type(), *until) : until;
  for (EventScan& pass : passes) {
    if (pass.way->by.empty()) pass.root = population.root(*pass.way);
    if (cutoff && !pass.abroad()) pass.scan.enough = certain_contact(pass, *cutoff, today);
  }
  std::vector<FactTable> seen;
  for (std::size_t i = 0; i < readers.size(); ++i) seen.emplace_back(population.size(), today);
  in_parallel(readers.size(), passes.size(), [&](std::size_t worker, std::size_t i) {
    EventScan pass = passes[i];  // a TimeReader of its own for each thread
    run_pass(pass, population, readers[worker], only_asked, seen[worker]);
  });
  for (std::size_t worker = 1; worker < seen.size(); ++worker) seen[0].merge(seen[worker]);
  seen[0].fold(population);
  return std::move(seen[0]);
}

}  // namespace besa::workflow
