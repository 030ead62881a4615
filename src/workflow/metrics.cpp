// The node exporter's textfile: https://prometheus.io/docs/instrumenting/exposition_formats/.
#include <algorithm>

#include "besa/base/text.hpp"
#include "besa/workflow/status.hpp"

namespace besa::workflow {
namespace {

constexpr mode_t readable_by_the_exporter = 0644;  // figures only, nobody's data
constexpr std::uint64_t entries_looked_back = 4096;

/// Backslash, quote and newline escaped, as label values want it.
std::string label(const std::string& value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n')
      escaped += "\\n";
    else
      escaped += c;
  }
  return escaped;
}

class Metrics {
 public:
  explicit Metrics(Session& session) : session_(session) {}

  std::string text() {
    const bool ledger = session_.has_ledger();
    if (ledger) of_sweeps();
    describe("besa_unfinished_runs", "Runs that have not ended.");
    value("besa_unfinished_runs", ledger ? session_.ledger().unfinished_runs().size() : 0);
    if (const auto last = ledger ? last_success() : std::nullopt) {
      describe("besa_last_success_timestamp_seconds", "When 'besa night' last ended well.");
      value("besa_last_success_timestamp_seconds", static_cast<std::uint64_t>(last->seconds));
    }
    describe("besa_ledger_entries", "Entries of the ledger.");
    value("besa_ledger_entries", ledger ? session_.ledger().size() : 0);
    return std::move(text_);
  }

 private:
  void describe(const std::string& name, const std::string& help) {
    text_ += "# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n";
  }
  void value(const std::string& name, std::uint64_t number) {
    text_ += name + " " + std::to_string(number) + "\n";
  }

  /// One line for each policy that was swept.
  template <class Figure>
  void by_policy(const std::string& name, const std::string& help, const Figure& figure) {
    describe(name, help);
    for (const Realm& realm : session_.realms()) {
      const auto sweeps = session_.ledger().sweeps(realm.policy->name);
      if (!sweeps.empty())
        value(name + "{policy=\"" + label(realm.policy->name) + "\"}",
              figure(realm, sweeps.front()));
    }
  }

  void of_sweeps() {
    using ledger::SweepRow;
    by_policy("besa_due_subjects", "People due at the latest sweep.",
              [](const Realm&, const SweepRow& sweep) { return sweep.subjects; });
    by_policy("besa_overdue_days_max", "Days since the longest overdue person became due.",
              [&](const Realm& realm, const SweepRow& sweep) {
                const std::int64_t late =
                    sweep.oldest ? session_.real_today(*realm.policy).days() - sweep.oldest->days()
                                 : 0;
                return static_cast<std::uint64_t>(std::max<std::int64_t>(late, 0));
              });
    by_policy("besa_undetermined_subjects",
              "People who could not be decided about at the latest sweep.",
              [](const Realm&, const SweepRow& sweep) { return sweep.undetermined; });
    by_policy("besa_held_subjects", "People held at the latest sweep.",
              [](const Realm&, const SweepRow& sweep) { return sweep.held; });
  }

  /// The latest "night.done" entry without a failure.
  std::optional<Instant> last_success() {
    std::optional<Instant> last;
    const std::uint64_t size = session_.ledger().size();
    const std::uint64_t first = size > entries_looked_back ? size - entries_looked_back : 0;
    session_.ledger().entries(first, size - first, [&](const ledger::Entry& entry) {
      if (entry.bytes.find("\"kind\":\"night.done\"") == std::string::npos) return;
      const Json json = parse_json(entry.bytes);
      if (json.value("failed", 1) == 0) last = Instant::parse(json.value("at", ""));
    });
    return last;
  }

  Session& session_;
  std::string text_;
};

}  // namespace

void write_metrics(Session& session) {
  const std::string& file = session.workspace().metrics;
  if (file.empty()) return;
  write_file(session.root() / file, Metrics(session).text(), readable_by_the_exporter);
}

}  // namespace besa::workflow
