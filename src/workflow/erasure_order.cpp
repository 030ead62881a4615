#include "workflow/erasure_order.hpp"

#include <algorithm>

#include "workflow/examine.hpp"

namespace besa::workflow {
namespace {

using model::Dataset;
using model::Link;
using model::Table;

class Order {
 public:
  Order(const Session& session, const model::ManifestHeader& header) {
    for (std::uint32_t place = 0; place < header.datasets.size(); ++place) {
      all_.push_back(session.dataset(header.datasets[place].name));
      if (all_.back() == nullptr) continue;
      known_.push_back(all_.back());
      if (!known_.back()->source.empty()) waiting_.push_back(place);
    }
  }

  std::vector<std::uint32_t> run() {
    std::vector<std::uint32_t> order;
    while (!waiting_.empty()) {
      std::uint32_t next = waiting_.front();
      for (const std::uint32_t place : waiting_)
        if (std::pair(!free(place), rank(place)) < std::pair(!free(next), rank(next))) next = place;
      order.push_back(next);
      std::erase(waiting_, next);
    }
    return order;
  }

 private:
  [[nodiscard]] bool free(std::uint32_t place) const {
    return std::ranges::none_of(waiting_,
                                [&](std::uint32_t other) { return goes_before(other, place); });
  }

  [[nodiscard]] bool goes_before(std::uint32_t a, std::uint32_t b) const {
    if (lists_people(a) && lists_people(b)) return a > b;
    return model::leads_into(*all_[a], *all_[b], known_);
  }

  /// Of what may go next, first what is found by the identifiers that others know.
  [[nodiscard]] int rank(std::uint32_t place) const {
    const auto by_identifier = [](const Table& table) {
      return std::ranges::any_of(table.links, [](const Link& link) { return !link.by.empty(); });
    };
    if (std::ranges::any_of(all_[place]->tables, by_identifier)) return 0;
    if (lists_people(place)) return 3;
    const bool identifies = std::ranges::any_of(
        all_[place]->tables, [](const Table& table) { return !table.identifiers.empty(); });
    return identifies ? 2 : 1;
  }

  [[nodiscard]] bool lists_people(std::uint32_t place) const {
    return workflow::lists_people(*all_[place]);
  }

  std::vector<const Dataset*> all_;  ///< by place; nullptr: no longer in the workspace
  std::vector<const Dataset*> known_;
  std::vector<std::uint32_t> waiting_;
};

}  // namespace

std::vector<std::uint32_t> erasure_order(const Session& session,
                                         const model::ManifestHeader& header) {
  return Order(session, header).run();
}

}  // namespace besa::workflow
