// How fast the ledger is here: figures, no verdicts. Runs where BESA_MEASURE is set.
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "tests/ledger/workbench.hpp"

namespace {

using namespace besa::ledger;
using namespace besa::ledger::test;

template <class Act>
void measure(const std::string& what, std::uint64_t count, Act&& act) {
  const auto begin = std::chrono::steady_clock::now();
  act();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << what << ": " << static_cast<std::uint64_t>(static_cast<double>(count) / took.count())
            << " a second (" << count << " in " << took.count() << " s)\n";
}

class Speed : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("BESA_MEASURE") == nullptr) GTEST_SKIP() << "set BESA_MEASURE to measure";
  }
};

TEST_F(Speed, of_the_ledger) {
  const Workbench bench;
  Ledger ledger = bench.open();
  constexpr std::uint64_t durable = 3000;
  constexpr std::uint64_t batch = 300'000;
  const besa::Json fields{{"run", "R-2026-0001"}, {"dataset", "loyalty"}, {"rows", 1'000'000}};
  measure("durable appends", durable, [&] {
    for (std::uint64_t i = 0; i < durable; ++i) {
      Change change = ledger.begin();
      change.note("batch.done", fields);
      change.commit();
    }
  });
  measure("appends in one transaction", batch, [&] {
    Change change = ledger.begin();
    for (std::uint64_t i = 0; i < batch; ++i) change.note("batch.done", fields);
    change.commit();
  });
  measure("entries verified", ledger.size(), [&] { EXPECT_TRUE(ledger.verify().empty()); });
  static_cast<void>(ledger.checkpoint());
  measure("proofs", 1000, [&] {
    for (std::uint64_t i = 0; i < 1000; ++i) static_cast<void>(ledger.prove(i * 17));
  });
}

TEST_F(Speed, of_manifest_bodies) {
  constexpr std::uint32_t lines = 1'000'000;
  std::string body;
  body.reserve(lines * std::size_t{90});
  besa::model::RecordLine line{0, 3, "[123456]", 1, besa::model::Deed::erase, "", {}, {}, {}, ""};
  measure("record lines written", lines, [&] {
    for (std::uint32_t i = 0; i < lines; ++i) {
      line.subject = i;
      append_line(body, line);
    }
  });
  measure("record lines read", lines, [&] {
    std::string_view rest = body;
    while (!rest.empty()) {
      const auto end = rest.find('\n') + 1;
      static_cast<void>(besa::model::parse_body_line(rest.substr(0, end)));
      rest.remove_prefix(end);
    }
  });
  std::string subjects;
  const besa::model::SubjectLine subject{1,
                                         "member",
                                         "[123456]",
                                         "loyalty",
                                         "members-5y",
                                         day("2019-02-28"),
                                         day("2024-02-29"),
                                         "purchase",
                                         day("2026-11-22"),
                                         besa::sha256("facts"),
                                         {}};
  measure("subject lines written", lines / 2, [&] {
    for (std::uint32_t i = 0; i < lines / 2; ++i) append_line(subjects, subject);
  });
}

}  // namespace
