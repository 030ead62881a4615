// What follows from the links of a dataset: whose rows are, and in which order they can go.
#include <algorithm>
#include <set>
#include <utility>

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"
#include "besa/model/dataset.hpp"
#include "model/dataset_links.hpp"

namespace besa::model {
namespace {

using Tables = std::vector<std::uint32_t>;

Attachment own_table(const Dataset& dataset, std::uint32_t index) {
  const Table& table = dataset.tables[index];
  Attachment attachment;
  attachment.table = index;
  attachment.holder = index;
  attachment.home = &dataset;
  attachment.root = index;
  attachment.columns = table.key;
  attachment.subject = table.subject;
  attachment.root_itself = true;
  return attachment;
}

/// The identifier kind that a column of a subject's own table is; empty where it is none.
std::string kind_in(const Table& root, const std::vector<std::string>& columns) {
  const auto found =
      std::find_if(root.identifiers.begin(), root.identifiers.end(), [&](const Identifier& each) {
        return columns.size() == 1 && each.column == columns.front();
      });
  return found == root.identifiers.end() ? std::string{} : found->kind;
}

/// Follows the links of one table upwards; `path` is what has been walked, with its end in holder.
class Walk {
 public:
  Walk(const Dataset& dataset, Datasets others) : dataset_(dataset), others_(others) {}

  void from(std::uint32_t table) {
    Attachment start;
    start.table = table;
    start.holder = table;
    visited_ = {table};
    follow(start);
  }
  [[nodiscard]] std::vector<Attachment> take() { return std::move(found_); }

 private:
  void follow(const Attachment& path) {
    const Table& holder = dataset_.tables[path.holder];
    for (std::uint32_t i = 0; i < holder.links.size(); ++i) {
      const Link& link = holder.links[i];
      if (!owns(link)) {
        continue;
      }
      Attachment next = path;
      next.link = path.steps.empty() ? i : path.link;
      if (const auto target = target_of(dataset_, link)) {
        if (!contains(*target)) {
          arrive(std::move(next), link, *target);
        }
      } else if (const LinkTarget abroad = target_of(dataset_, link, others_);
                 abroad.table != nullptr) {
        leave(std::move(next), link, abroad);
      }
    }
  }

  /// Into another dataset only straight to people: its other tables are not followed from here.
  void leave(Attachment path, const Link& link, const LinkTarget& target) {
    if (target.table->subject.empty()) {
      return;
    }
    const auto& met = columns_met(link, *target.table);
    path.by = link.by;
    if (link.by.empty() && met != target.table->key) {
      path.by = kind_in(*target.table, met);
      if (path.by.empty()) {
        return;
      }
    }
    path.columns = link.columns;
    path.subject = target.table->subject;
    path.home = target.dataset;
    path.root = static_cast<std::uint32_t>(target.table - target.dataset->tables.data());
    found_.push_back(std::move(path));
  }

  void arrive(Attachment path, const Link& link, std::uint32_t target) {
    const Table& table = dataset_.tables[target];
    if (table.subject.empty()) {
      climb(std::move(path), link, target);
      return;
    }
    path.columns = link.columns;
    path.subject = table.subject;
    path.home = &dataset_;
    path.root = target;
    path.by = link.by;
    const auto& met = columns_met(link, table);
    if (link.by.empty() && met != table.key) {
      path.by = kind_in(table, met);
      if (path.by.empty()) {  // some other column of the root: the root's row says who it is
        path.steps.push_back({link.columns, target, met});
        path.holder = target;
        path.columns = table.key;
      }
    }
    found_.push_back(std::move(path));
  }

  void climb(Attachment path, const Link& link, std::uint32_t target) {
    path.steps.push_back({link.columns, target, columns_met(link, dataset_.tables[target])});
    path.holder = target;
    visited_.push_back(target);
    follow(path);
    visited_.pop_back();
  }

  [[nodiscard]] bool contains(std::uint32_t table) const {
    return std::find(visited_.begin(), visited_.end(), table) != visited_.end();
  }

  const Dataset& dataset_;
  Datasets others_;
  Tables visited_;
  std::vector<Attachment> found_;
};

/// Which tables have to go before which: edges from a table to those its links lead to. Two
/// identities of one person may point at each other, so that same_person only prefers an order.
class Order {
 public:
  explicit Order(const Dataset& dataset)
      : dataset_(dataset), firm_(dataset.tables.size()), wished_(dataset.tables.size()) {
    for (std::uint32_t i = 0; i < dataset.tables.size(); ++i) {
      for (const Link& link : dataset.tables[i].links) {
        const auto target = target_of(dataset, link);
        if (target && *target != i) {
          (link.kind == LinkKind::same_person ? wished_ : firm_)[*target].insert(i);
        }
      }
    }
    for (std::uint32_t i = 0; i < dataset.tables.size(); ++i) {
      waiting_.push_back(i);
    }
    std::sort(waiting_.begin(), waiting_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return dataset.tables[a].name < dataset.tables[b].name;
    });
  }

  Tables all() {
    Tables order;
    while (!waiting_.empty()) {
      const auto next = pick();
      order.push_back(*next);
      gone_.insert(*next);
      waiting_.erase(next);
    }
    return order;
  }

 private:
  Tables::iterator pick() {
    auto next = std::find_if(waiting_.begin(), waiting_.end(),
                             [&](std::uint32_t t) { return free(firm_[t]) && free(wished_[t]); });
    if (next == waiting_.end()) {
      next = std::find_if(waiting_.begin(), waiting_.end(),
                          [&](std::uint32_t t) { return free(firm_[t]); });
    }
    if (next == waiting_.end()) {
      throw Error(ErrorKind::failed, "the links run in a circle: " + circle(),
                  "say 'same_person' where two rows are one person, or leave one link out");
    }
    return next;
  }

  [[nodiscard]] bool free(const std::set<std::uint32_t>& before) const {
    return std::includes(gone_.begin(), gone_.end(), before.begin(), before.end());
  }

  /// Every waiting table waits for another waiting one: walking from one to the next must return.
  [[nodiscard]] std::string circle() const {
    Tables walked = {waiting_.front()};
    while (true) {
      const auto& before = firm_[walked.back()];
      const std::uint32_t next = *std::find_if(
          before.begin(), before.end(), [&](std::uint32_t t) { return gone_.count(t) == 0; });
      const auto met = std::find(walked.begin(), walked.end(), next);
      if (met != walked.end()) {
        return names(Tables(met, walked.end()));
      }
      walked.push_back(next);
    }
  }

  /// Walked from target to source; links point the other way.
  [[nodiscard]] std::string names(const Tables& walked) const {
    std::vector<std::string> parts = {dataset_.tables[walked.front()].name};
    for (auto table = walked.rbegin(); table != walked.rend(); ++table) {
      parts.push_back(dataset_.tables[*table].name);
    }
    return join(parts, " -> ");
  }

  const Dataset& dataset_;
  std::vector<std::set<std::uint32_t>> firm_, wished_;
  std::set<std::uint32_t> gone_;
  Tables waiting_;
};

}  // namespace

std::string Attachment::root_name() const {
  return home->name + "." + root_table().name;
}

std::vector<Attachment> attachments(const Dataset& dataset, Datasets others) {
  std::vector<Attachment> all;
  for (std::uint32_t i = 0; i < dataset.tables.size(); ++i) {
    if (!dataset.tables[i].subject.empty()) {
      all.push_back(own_table(dataset, i));
    }
  }
  Walk walk(dataset, others);
  for (std::uint32_t i = 0; i < dataset.tables.size(); ++i) {
    walk.from(i);
  }
  for (Attachment& attachment : walk.take()) {
    all.push_back(std::move(attachment));
  }
  return all;
}

std::vector<std::uint32_t> deletion_order(const Dataset& dataset) {
  return Order(dataset).all();
}

}  // namespace besa::model
