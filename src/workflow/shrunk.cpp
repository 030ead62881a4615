#include "workflow/shrunk.hpp"

#include <algorithm>

#include "besa/base/text.hpp"
#include "workflow/lengths.hpp"

namespace besa::workflow {
namespace {

/// How many rows of a table are missing that nobody has taken away knowingly.
std::uint64_t unexplained(const Parts& before, const Parts& now, std::uint64_t erased,
                          bool rolling) {
  if (rolling)  // old rows leave it, but hardly all of them at once
    return rows_of(now) == 0 && rows_of(before) > erased ? rows_of(before) - erased : 0;
  const std::uint64_t missing = rows_missing(before, now);
  return missing > erased ? missing - erased : 0;
}

/// Some files lack rows, though others have gained as many.
std::string in_words(const std::string& table, const LengthsBefore& before, const Parts& now,
                     std::uint64_t missing) {
  const Parts& then = before.lengths.at(table);
  const std::string on = " on " + before.on.str();
  const std::string what = rows_of(now) + missing > rows_of(then)
                               ? " lacks " + counted(missing, "row", "rows") +
                                     " that its files had" + on + ", whatever others gained"
                               : " has " + counted(rows_of(now), "row", "rows") + " where it had " +
                                     grouped(rows_of(then)) + on;
  return "table " + table + what + ": what is missing may have been somebody's last contact";
}

/// Of the watched tables; of the whole source where none is watched.
std::vector<Instant> times_of(const Realm& realm, const model::Dataset& dataset,
                              source::Source& source) {
  std::vector<Instant> times;
  for (const std::string& table : watched_tables(realm, dataset))
    if (source.schema().table(table) != nullptr) times.push_back(source.table_modified_at(table));
  if (times.empty()) times.push_back(source.modified_at());
  return times;
}

}  // namespace

std::string why_shrunk(Session& session, const model::Dataset& dataset, source::Source& source) {
  const Realm& realm = session.realm(dataset.policy);
  const auto before = lengths_before(session, realm, dataset);
  if (!before) return {};
  for (const auto& [table, now] : lengths_now(session, realm, dataset, source)) {
    const auto then = before->lengths.find(table);
    if (then == before->lengths.end()) continue;
    const auto erased = before->erased.find(table);
    const std::uint64_t missing = unexplained(
        then->second, now, erased == before->erased.end() ? 0 : erased->second, dataset.rolling);
    if (missing > 0) return in_words(table, *before, now, missing);
  }
  return {};
}

std::string when_shrunk(const model::Dataset& dataset) {
  return "put the whole export back; if it is right that it is shorter, say so with 'besa dataset "
         "accept " +
         dataset.name + "', or, where old rows leave it by themselves, with \"rolling\": true";
}

std::string why_stale(const Session& session, const Realm& realm, const model::Dataset& dataset,
                      source::Source& source) {
  if (!dataset.max_age) return {};
  const TimeZone zone = TimeZone::find(realm.policy->time_zone);
  for (const Instant& time : times_of(realm, dataset, source)) {
    const Date content = zone.local_date(time);
    const std::string of = "dataset " + dataset.name + " is of " + content.str();
    // Clocks of two machines may differ, but not by days.
    if (content > session.real_today(*realm.policy).plus_days(1))
      return of +
             ", a day that has not come: how old it is cannot be told, and its silence proves "
             "nothing";
    const auto last_good = add(content, *dataset.max_age);
    if (last_good && *last_good < session.today(*realm.policy))
      return of + ", older than " + dataset.max_age->str() + ": its silence proves nothing";
  }
  return {};
}

}  // namespace besa::workflow
