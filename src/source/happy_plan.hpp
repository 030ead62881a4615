// What happened to each ordinary member, as whole days: a pure function of seed, member and today.
#pragma once

#include <cstdint>
#include <vector>

#include "besa/base/date.hpp"
#include "source/happy_calendar.hpp"

namespace besa::source {

/// The days everything hangs on.
struct Window {
  Date start;   ///< the programme's first day
  Date cutoff;  ///< the latest day of a last contact that is over five years ago
  Date today;
};
[[nodiscard]] Window window_at(Date today);

enum class LastContact : std::uint8_t { purchase, click, inbound_call };

struct Timeline {
  Date registered;
  Date last_contact;                           ///< by the member: purchase, click or inbound call
  Date last_seen;                              ///< by us: an open, a visit, a call we made
  LastContact pinned = LastContact::purchase;  ///< what the last contact was
  Date email_changed;  ///< to the present address; the day of registration where it never was
  Date card_replaced;  ///< the same for the card
  bool has_email = true;
  bool has_phone = true;
};

/// Events of one table for all ordinary members, sorted: time, member and some random bits in one
/// number each, eight bytes for a row.
class Event {
 public:
  constexpr explicit Event(std::uint64_t packed) : packed_(packed) {}
  Event(const Window& window, WallMinute at, std::uint64_t number, std::uint32_t detail);
  [[nodiscard]] WallMinute at(const Window& window) const;
  [[nodiscard]] std::uint64_t number() const { return packed_ >> 15 & 0x1FFFFFF; }
  [[nodiscard]] std::uint32_t detail() const { return packed_ & 0x7FFF; }  ///< 15 bits
  [[nodiscard]] std::uint64_t packed() const { return packed_; }
  friend auto operator<=>(const Event&, const Event&) = default;

 private:
  std::uint64_t packed_;
};

enum class EventTable : std::uint8_t { purchases = 10, newsletter, visits, calls, consents };

/// Kinds within a table, in the low bits of an event's detail.
constexpr std::uint32_t newsletter_open = 0, newsletter_click = 1, newsletter_unsubscribe = 2;
constexpr std::uint32_t call_inbound = 0, call_outbound = 1;

class Plan {
 public:
  /// Members `first` to `last` are ordinary.
  Plan(std::uint64_t seed, Date today, std::uint64_t first, std::uint64_t last);

  [[nodiscard]] const Window& window() const { return window_; }
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t last() const { return last_; }
  /// Two of every 25 members, 8 %.
  [[nodiscard]] bool is_due(std::uint64_t number) const;
  [[nodiscard]] Timeline timeline(std::uint64_t number) const;
  /// All events of a table in the order of time.
  [[nodiscard]] std::vector<Event> events(EventTable table) const;

 private:
  std::uint64_t seed_;
  Window window_;
  std::uint64_t first_, last_;
};

}  // namespace besa::source
