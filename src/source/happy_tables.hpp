// Fills the example's tables, one after the other, each in the order of time.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "besa/source/happy.hpp"
#include "source/happy_cases.hpp"
#include "source/happy_database.hpp"

namespace besa::source {

class TableWriter {
 public:
  TableWriter(BulkDatabase& database, const HappyOptions& options);

  // Each writes the whole schema, and the rows and indexes of its half: two files, two threads.
  void write_members();  ///< partners, members, cards, email_history, purchases, invoices
  /// newsletter_events, web_visits, calls, consents. With a folder the first two are written to
  /// files below it, and never see the database.
  void write_events(const std::filesystem::path& folder = {});
  /// Takes over these of the tables that `write_events` wrote to another file.
  void adopt(const std::filesystem::path& other, const std::vector<HappyTable>& tables);
  /// Without tables that lie elsewhere.
  void leave_out(const std::vector<std::string>& tables);
  [[nodiscard]] std::vector<HappyTable> tables() const { return tables_; }
  [[nodiscard]] const std::vector<HappyCase>& cases() const { return cases_.list; }

 private:
  using Events = std::vector<Event>;
  /// Calls `each_case` and `each_event` in one order of time.
  template <class Row, class EachCase, class EachEvent>
  void in_order(const std::vector<Row>& rows, const Events& events, EachCase each_case,
                EachEvent each_event);

  void partners();
  void members();
  [[nodiscard]] Member ordinary(std::uint64_t number) const;
  void cards();
  void former_emails();
  void purchases(const Events& events);
  void invoices(const Events& events);
  void newsletter(const Events& events);
  void visits(const Events& events);
  template <class Target>
  void newsletter(const Events& events, Target& insert);
  template <class Target>
  void visits(const Events& events, Target& insert);
  void calls(const Events& events);
  void consents(const Events& events);

  void begin(std::string_view table);
  void counted();
  void report() const;

  BulkDatabase& database_;
  const HappyOptions& options_;
  People people_;
  Plan plan_;
  Calendar calendar_;
  Cases cases_;
  std::filesystem::path folder_;  ///< of what is written to files; empty: nothing
  std::vector<HappyTable> tables_;
  std::uint64_t rows_ = 0;
};

}  // namespace besa::source
