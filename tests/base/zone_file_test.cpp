// What a time zone's file says, beside Howard Hinnant's library, for every zone of the system.
#include "base/zone_file.hpp"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "besa/base/time.hpp"

namespace besa {
namespace {

std::string zone_bytes(const std::string& zone) {
  std::ifstream file("/usr/share/zoneinfo/" + zone, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// `+01:00`, seconds cut.
std::string offset_text(std::int64_t seconds) {
  const std::int64_t minutes = std::abs(seconds / 60);
  const std::string digits = std::to_string(10'000 + minutes / 60 * 100 + minutes % 60);
  return (seconds / 60 < 0 ? "-" : "+") + digits.substr(1, 2) + ":" + digits.substr(3, 2);
}

TEST(ZoneFile, every_zone_of_the_system_is_told_as_the_library_tells_it) {
  constexpr std::int64_t begin = -2208988800, end = 2114380800;  // 1900 to 2036, the last listed
  std::size_t zones = 0;
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    const auto file = ZoneFile::read(zone_bytes(zone.name()));
    ASSERT_TRUE(file) << zone.name();
    const TimeZone found = TimeZone::find(zone.name());
    ++zones;
    for (std::int64_t at = begin; at < end;) {
      const auto info = zone.get_info(date::sys_seconds{std::chrono::seconds{at}});
      const std::int64_t next = std::min<std::int64_t>(info.end.time_since_epoch().count(), end);
      for (const std::int64_t second : {at, (at + next) / 2, next - 1}) {
        const std::int64_t local = second + info.offset.count();
        const auto day =
            static_cast<std::int32_t>((local - ((local % 86400) + 86400) % 86400) / 86400);
        ASSERT_EQ(found.local_date({second}), Date::from_days(day)) << zone.name() << " " << second;
        ASSERT_EQ(found.local_text({second}).substr(19), offset_text(info.offset.count()))
            << zone.name() << " " << second;
      }
      at = next;
    }
  }
  EXPECT_GT(zones, 300U);
}

TEST(ZoneFile, bytes_that_are_cut_or_changed_are_no_zone_or_still_one_never_a_crash) {
  const std::string whole = zone_bytes("Europe/Tirane");
  ASSERT_TRUE(ZoneFile::read(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(ZoneFile::read(std::string_view(whole).substr(0, size))) << size;
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const char byte : {'\0', '\x01', '\x7F', '\xFF'}) {
      std::string changed = whole;
      changed[at] = byte;
      static_cast<void>(ZoneFile::read(changed));
    }
  EXPECT_FALSE(ZoneFile::read("TZif"));
  EXPECT_FALSE(ZoneFile::read(""));
}

}  // namespace
}  // namespace besa
