// The happy example: a made-up loyalty programme whose data hold every case that breaks tools.
//
// Everything follows from (members, seed, today): the same three give the same bytes. Nobody in it
// exists; e-mail addresses end in .example (RFC 2606). The first members are the cases, each named
// and explained in HappyReport::cases; the others are ordinary people, 8 % of whom were last in
// contact more than five years before `today`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/date.hpp"

namespace besa::source {

/// How far the work is: rows written of about `total`, lately into `table`.
struct HappyProgress {
  std::string_view table;
  std::uint64_t rows = 0;
  std::uint64_t total = 0;
};

/// Where the example's data lie: everything in one SQLite database, or the newsletter's events in a
/// CSV file and the web's in JSON lines.
enum class HappyStores : std::uint8_t { spread, one_database };

struct HappyOptions {
  std::uint64_t members = 1000;  ///< 100 to 20 000 000
  std::uint64_t seed = 1;
  Date today;
  HappyStores stores = HappyStores::spread;
  /// With `spread`: calls and consents go to the PostgreSQL server of this service; empty: to the
  /// database.
  std::string postgresql = {};
  std::function<void(const HappyProgress&)> progress;  ///< may be empty
};

/// A member who is there to break tools: what a right decision on `today` is, and why.
struct HappyCase {
  std::string name;       ///< "leap_day_expired"
  std::string member_id;  ///< "HM-0000004"
  std::string expected;   ///< "keep", "due" or "undetermined", for the member
  std::string why;        ///< one sentence, also about rows that fare otherwise
};

struct HappyTable {
  std::string name;
  std::uint64_t rows = 0;
};

struct HappyReport {
  std::filesystem::path database;
  std::vector<HappyTable> tables;
  std::vector<HappyCase> cases;
};

/// A file of the workspace that is the same for everybody.
struct HappyFile {
  std::string_view path;  ///< relative to the workspace
  std::string_view content;
};

/// besa.json, the datasets and the policy, as they lie under policies/ in the repository.
[[nodiscard]] std::span<const HappyFile> happy_files();

/// Makes the workspace under `folder`: data/loyalty.db, data/mail/newsletter_events.csv,
/// data/web/web_visits.jsonl and the files above, all 0600. A file or a table that exists is an
/// Error(refused) before anything is written; each file appears whole or not at all.
[[nodiscard]] HappyReport write_happy(const std::filesystem::path& folder,
                                      const HappyOptions& options);

/// Only the data, in one database at `database`.
[[nodiscard]] HappyReport write_happy_database(const std::filesystem::path& database,
                                               const HappyOptions& options);

}  // namespace besa::source
