// Stored times: the first byte chooses the format, the second the zone, the rest is the value, as
// text and as a number.
#include <array>
#include <cstring>

#include "besa/base/time.hpp"
#include "tests/fuzz/target.hpp"

namespace besa::fuzz {
namespace {

constexpr std::array formats{"rfc3339",
                             "date",
                             "datetime",
                             "dd.mm.yyyy",
                             "dd.mm.yyyy HH:MM",
                             "dd/mm/yyyy HH:MM:SS",
                             "dd/mm/yyyy",
                             "mm/dd/yyyy",
                             "mm/dd/yyyy HH:MM",
                             "yyyymmdd",
                             "epoch-s",
                             "epoch-ms",
                             "epoch-us",
                             "excel",
                             "julian"};
constexpr std::array zones{"Europe/Tirane", "UTC", "America/St_Johns", "Pacific/Apia"};

/// One for each format and zone, made once: a zone's table is large.
const TimeReader& reader_of(std::string_view choices) {
  static const auto readers = [] {
    std::vector<TimeReader> all;
    for (const char* const format : formats)
      for (const char* const zone : zones)
        all.emplace_back(format, zone, TimeZone::find("Europe/Tirane"));
    return all;
  }();
  const auto format = static_cast<unsigned char>(choices[0] - 'a') % formats.size();
  const auto zone = static_cast<unsigned char>(choices[1] - '0') % zones.size();
  return readers[format * zones.size() + zone];
}

void require_date(Date date) {
  require(date.year() >= 1900 && date.year() <= 2200, "a date is of 1900 to 2200");
  require(Date::parse(date.str()) == date, "a date that is written is read the same");
}

void read_text(const TimeReader& reader, std::string_view text) {
  const ParsedTime time = reader.read(text);
  if (!time.ok()) return;
  require_date(time.date);
  if (!reader.text_order_is_time_order()) return;
  require(reader.text_lower_bound(time.date) <= text, "a lower bound leaves no text out");
  require(text < reader.text_upper_bound(time.date), "an upper bound leaves no text out");
}

void read_integer(const TimeReader& reader, std::int64_t number) {
  const ParsedTime time = reader.read(number);
  if (!time.ok()) return;
  require_date(time.date);
  if (!reader.number_order_is_time_order()) return;
  require(reader.number_lower_bound(time.date) <= number, "a lower bound leaves no number out");
  require(number < reader.number_upper_bound(time.date), "an upper bound leaves no number out");
}

template <class Number>
Number number_in(std::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

}  // namespace

void time(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const TimeReader& reader = reader_of(bytes);
  const std::string_view value = behind(bytes, 2);
  read_text(reader, value);
  if (value.size() >= sizeof(std::int64_t)) {
    read_integer(reader, number_in<std::int64_t>(value));
    if (const auto time = reader.read(number_in<double>(value)); time.ok()) require_date(time.date);
  }
  if (const auto instant = Instant::parse(value))
    require(Instant::parse(instant->str()) == instant, "an instant is read as it is written");
}

}  // namespace besa::fuzz
