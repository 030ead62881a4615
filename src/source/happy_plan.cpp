#include "source/happy_plan.hpp"

#include <algorithm>

#include "source/happy_random.hpp"

namespace besa::source {

namespace {

constexpr std::uint64_t timeline_stream = 1;
constexpr std::uint64_t due_stream = 2;
constexpr int morning = 7 * 60;
constexpr std::uint32_t waking_minutes = 15 * 60;

Date between(Random& random, Date first, Date last) {
  const auto days = static_cast<std::uint32_t>(std::max(0, last.days() - first.days()));
  return first.plus_days(static_cast<std::int32_t>(random.below(days + 1)));
}

WallMinute some_time(Random& random, Date date) {
  return wall(date, 0, 0) + morning + random.below(waking_minutes);
}

/// Recent days are likelier than distant ones: the cube of an even share of the span.
Date lately(Random& random, Date first, Date last) {
  const std::int64_t share = random.below(1001);
  const std::int64_t span = last.days() - first.days();
  return last.plus_days(-static_cast<std::int32_t>(span * share * share * share / 1'000'000'000));
}

/// Makes the events of one member for one table.
class Maker {
 public:
  Maker(const Window& window, const Timeline& life, std::uint64_t number, Random& random,
        std::vector<Event>& events)
      : window_(window), life_(life), number_(number), random_(random), events_(events) {}

  void purchases() {
    if (life_.pinned == LastContact::purchase) add(life_.last_contact, detail());
    const std::uint32_t more = random_.skewed(95, 64);
    for (std::uint32_t i = 0; i < more; ++i) add(contact_day(), detail());
  }

  void newsletter() {
    if (!life_.has_email) return;
    if (life_.pinned == LastContact::click) add(life_.last_contact, kind(newsletter_click));
    const std::uint32_t more = random_.skewed(85, 64);
    for (std::uint32_t i = 0; i < more; ++i) {
      const std::uint32_t dice = random_.below(100);
      if (dice < 78) add(seen_day(), kind(newsletter_open));
      if (dice >= 78 && dice < 98) add(contact_day(), kind(newsletter_click));
      if (dice >= 98) add(seen_day(), kind(newsletter_unsubscribe));
    }
  }

  void visits() {
    const std::uint32_t all = random_.skewed(60, 64);
    for (std::uint32_t i = 0; i < all; ++i) add(seen_day(), detail());
  }

  void calls() {
    if (life_.pinned == LastContact::inbound_call) add(life_.last_contact, kind(call_inbound));
    if (!life_.has_phone) return;
    if (random_.one_in(4)) add(contact_day(), kind(call_inbound));
    if (random_.one_in(3)) add(seen_day(), kind(call_outbound));
  }

  void consents() {
    add(life_.registered, kind(0));
    if (random_.one_in(4)) add(seen_day(), kind(1));
  }

 private:
  std::uint32_t detail() { return random_.below(1U << 15); }
  std::uint32_t kind(std::uint32_t low) { return (detail() & ~3U) | low; }
  Date contact_day() { return between(random_, life_.registered, life_.last_contact); }
  Date seen_day() { return between(random_, life_.registered, life_.last_seen); }
  void add(Date date, std::uint32_t bits) {
    events_.emplace_back(window_, some_time(random_, date), number_, bits);
  }

  const Window& window_;
  const Timeline& life_;
  std::uint64_t number_;
  Random& random_;
  std::vector<Event>& events_;
};

}  // namespace

Window window_at(Date today) {
  const Period promised{5, 0, 0};
  const Date launch = *Date::from_ymd(2020, 1, 15);
  const Date early = *subtract(today, Period{6, 6, 0});
  const Date start = std::max(std::min(launch, early), *subtract(today, Period{12, 0, 0}));
  return {start, *latest_expired_start(today, promised), today};
}

Event::Event(const Window& window, WallMinute at, std::uint64_t number, std::uint32_t detail)
    : packed_(static_cast<std::uint64_t>(at - wall(window.start, 0, 0)) << 40 | number << 15 |
              detail) {}

WallMinute Event::at(const Window& window) const {
  return wall(window.start, 0, 0) + static_cast<WallMinute>(packed_ >> 40);
}

Plan::Plan(std::uint64_t seed, Date today, std::uint64_t first, std::uint64_t last)
    : seed_(seed), window_(window_at(today)), first_(first), last_(last) {}

bool Plan::is_due(std::uint64_t number) const {
  constexpr std::uint32_t block = 25;
  Random random(seed_, due_stream, number / block);
  const std::uint32_t one = random.below(block);
  const std::uint32_t other = (one + 1 + random.below(block - 1)) % block;
  return number % block == one || number % block == other;
}

Timeline Plan::timeline(std::uint64_t number) const {
  Random random(seed_, timeline_stream, number);
  Timeline life{};
  if (is_due(number)) {
    life.last_contact = between(random, window_.start.plus_days(60), window_.cutoff.plus_days(-1));
    life.last_seen = random.one_in(3)
                         ? between(random, life.last_contact, window_.today.plus_days(-1))
                         : life.last_contact.plus_days(static_cast<std::int32_t>(random.below(90)));
  } else {
    life.last_contact = lately(random, window_.cutoff.plus_days(3), window_.today.plus_days(-1));
    life.last_seen = between(random, life.last_contact, window_.today.plus_days(-1));
  }
  life.registered = between(random, window_.start, life.last_contact.plus_days(-1));
  life.email_changed = life.card_replaced = life.registered;
  if (random.one_in(12)) life.email_changed = between(random, life.registered, life.last_seen);
  if (random.one_in(10)) life.card_replaced = between(random, life.registered, life.last_seen);
  life.has_email = !random.one_in(20);
  life.has_phone = !random.one_in(33);
  const std::uint32_t dice = random.below(100);
  life.pinned = LastContact::purchase;
  if (dice >= 80 && life.has_email) life.pinned = LastContact::click;
  if (dice >= 92 && life.has_phone) life.pinned = LastContact::inbound_call;
  return life;
}

std::vector<Event> Plan::events(EventTable table) const {
  std::vector<Event> events;
  events.reserve((last_ - first_ + 1) * (table < EventTable::calls ? 9 : 2));
  for (std::uint64_t number = first_; number <= last_; ++number) {
    const Timeline life = timeline(number);
    Random random(seed_, static_cast<std::uint64_t>(table), number);
    Maker maker(window_, life, number, random, events);
    switch (table) {
      case EventTable::purchases:
        maker.purchases();
        break;
      case EventTable::newsletter:
        maker.newsletter();
        break;
      case EventTable::visits:
        maker.visits();
        break;
      case EventTable::calls:
        maker.calls();
        break;
      case EventTable::consents:
        maker.consents();
        break;
    }
  }
  std::ranges::sort(events);
  return events;
}

}  // namespace besa::source
