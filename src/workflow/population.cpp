#include "besa/workflow/population.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "besa/base/error.hpp"

namespace besa::workflow {
namespace {

using model::Dataset;
using model::Identifier;
using model::Table;
using source::KeyIndex;
using source::RowView;
using source::Scan;
using source::ValueView;

constexpr std::int32_t always_from = INT32_MIN;
constexpr std::int32_t always_to = INT32_MAX;

std::string text_of(const ValueView& value) {
  return source::Value(value).text();
}

/// Which identifier kinds links resolve by; a kind nobody links by is not loaded.
std::set<std::string> linked_kinds(const model::Rulebook& rules, const std::string& type) {
  std::set<std::string> kinds;
  for (const Dataset* dataset : rules.datasets())
    for (const model::Attachment& way : model::attachments(*dataset))
      if (way.subject == type && !way.by.empty()) kinds.insert(way.by);
  for (const auto& table : rules.tables())
    for (const model::Link& link : table.table->links)
      if (link.kind == model::LinkKind::same_person && !link.by.empty()) kinds.insert(link.by);
  return kinds;
}

}  // namespace

ScanRows scan_sources(const Sources& sources) {
  return [&sources](const std::string& dataset, const Scan& scan, const source::RowSink& sink) {
    const auto found = sources.find(dataset);
    if (found != sources.end() && found->second != nullptr) found->second->scan(scan, sink);
  };
}

/// Loads a population: everybody, or some people with whoever claims the same identifiers.
class PopulationLoader {
 public:
  PopulationLoader(Population& people, const model::Rulebook& rules, const ScanRows& scan,
                   const RootKeys& excluded)
      : people_(people), rules_(rules), scan_(scan), kinds_(linked_kinds(rules, people.type_)) {
    for (const auto& [table, keys] : excluded)
      for (const std::string& key : keys) people_.excluded_[table].add(key);
    for (const Dataset* dataset : rules.datasets())
      for (const Table& table : dataset->tables)
        if (table.subject == people.type_) add_root(*dataset, table);
  }

  void everybody() {
    for (auto& root : people_.roots_) {
      load_keys(*root, nullptr);
      renumber();
    }
    load_all_claims(nullptr);
    sort_claims();
    merge_all();
  }

  /// `wanted` roots, those merged with them, then other claimants of their identifiers.
  void some(const RootKeys& wanted) {
    for (auto& root : people_.roots_)
      if (const auto keys = wanted.find(root->full_name()); keys != wanted.end())
        for (const std::string& key : keys->second) root->keys.add(key);
    keep_existing();
    while (grow_by_merges()) {
    }
    renumber();
    people_.asked_.assign(people_.size_, true);
    claims_of_asked();
    people_.asked_.resize(people_.size_, false);
    sort_claims();
    merge_all();
  }

 private:
  void add_root(const Dataset& dataset, const Table& table) {
    auto root = std::make_unique<Population::Root>();
    root->dataset = &dataset;
    root->table = &table;
    people_.roots_.push_back(std::move(root));
  }

  void renumber() {
    Ordinal next = 0;
    for (auto& root : people_.roots_) {
      root->first = next;
      next += root->keys.size();
    }
    people_.size_ = next;
  }

  Scan key_scan(const Population::Root& root, const KeyIndex* only) const {
    Scan scan;
    scan.table = root.table->name;
    scan.columns = root.table->key;
    scan.key_width = static_cast<std::uint32_t>(root.table->key.size());
    scan.keys = only;
    return scan;
  }

  void load_keys(Population::Root& root, const KeyIndex* only) {
    scan_(root.dataset->name, key_scan(root, only), [&](RowView row) {
      const std::string key = source::encode_key(row);
      if (!people_.excludes(root, key)) root.keys.add(key);
    });
  }

  /// Forgets asked-for keys that no row has: a population is of people who are there.
  void keep_existing() {
    for (auto& root : people_.roots_) {
      if (root->keys.empty()) continue;
      KeyIndex wanted;
      std::swap(wanted, root->keys);
      load_keys(*root, &wanted);
    }
    renumber();
  }

  template <class Each>
  void each_merge_link(const Each& each) const {
    for (auto& root : people_.roots_)
      for (const model::Link& link : root->table->links)
        if (link.kind == model::LinkKind::same_person && link.by.empty())
          if (Population::Root* target = root_named(*root->dataset, link.target))
            each(*root, link, *target);
  }

  Population::Root* root_named(const Dataset& dataset, const std::string& target) const {
    for (auto& root : people_.roots_) {
      if (root->dataset == &dataset && root->table->name == target) return root.get();
      if (root->dataset->name + "." + root->table->name == target) return root.get();
    }
    return nullptr;
  }

  Scan merge_scan(const Population::Root& root, const model::Link& link) const {
    Scan scan;
    scan.table = root.table->name;
    scan.owner = link.columns;
    scan.columns = root.table->key;
    scan.key_width = static_cast<std::uint32_t>(root.table->key.size());
    return scan;
  }

  /// One round of following same_person links both ways; true if somebody was added.
  bool grow_by_merges() {
    std::uint64_t added = 0;
    each_merge_link([&](Population::Root& root, const model::Link& link, Population::Root& target) {
      const std::uint32_t before = root.keys.size() + target.keys.size();
      const std::size_t width = link.columns.size();
      std::vector<std::pair<std::string, std::string>> pairs;
      const auto collect = [&](RowView row) {
        if (!row[0].is_null())
          pairs.emplace_back(source::encode_key(row.subspan(width)),
                             source::encode_key(row.first(width)));
      };
      Scan outward = merge_scan(root, link);
      outward.keys = &root.keys;
      if (!root.keys.empty()) scan_(root.dataset->name, outward, collect);
      Scan inward = merge_scan(root, link);
      inward.owners = &target.keys;
      if (!target.keys.empty()) scan_(root.dataset->name, inward, collect);
      for (const auto& [from, to] : pairs) {
        root.keys.add(from);
        target.keys.add(to);
      }
      added +=
          root.keys.size() + (&root == &target ? root.keys.size() : target.keys.size()) - before;
    });
    keep_existing();
    return added > 0 && people_.size_ > grown_ && (grown_ = people_.size_, true);
  }

  void merge_all() {
    bool any = false;
    each_merge_link([&any](auto&, auto&, auto&) { any = true; });
    if (!any) return;
    people_.parents_.resize(people_.size_);
    std::iota(people_.parents_.begin(), people_.parents_.end(), 0U);
    each_merge_link([&](Population::Root& root, const model::Link& link, Population::Root& target) {
      const std::size_t width = link.columns.size();
      scan_(root.dataset->name, merge_scan(root, link), [&](RowView row) {
        if (row[0].is_null()) return;
        const Ordinal a = people_.by_key(root, row.subspan(width));
        const Ordinal b = people_.by_key(target, row.first(width));
        if (a != nobody && b != nobody) join(a, b);
      });
    });
    for (Ordinal i = 0; i < people_.size_; ++i) people_.parents_[i] = find(i);
  }

  Ordinal find(Ordinal a) {
    while (people_.parents_[a] != a)
      a = people_.parents_[a] = people_.parents_[people_.parents_[a]];
    return a;
  }

  void join(Ordinal a, Ordinal b) {
    a = find(a);
    b = find(b);
    people_.parents_[std::max(a, b)] = std::min(a, b);
  }

  // --- identifiers ---

  /// Every (root attachment, identifier) through which a kind becomes known.
  struct Bearer {
    const Dataset* dataset;
    const Table* table;
    const Identifier* identifier;
    model::Attachment way;
  };

  std::vector<Bearer> bearers() const {
    std::vector<Bearer> found;
    for (const Dataset* dataset : rules_.datasets())
      for (const model::Attachment& way : model::attachments(*dataset)) {
        const Table& table = dataset->tables[way.table];
        if (way.subject != people_.type_ || !way.by.empty()) continue;
        for (const Identifier& identifier : table.identifiers)
          if (kinds_.contains(identifier.kind))
            found.push_back({dataset, &table, &identifier, way});
      }
    return found;
  }

  Scan claim_scan(const Bearer& bearer) const {
    Scan scan;
    scan.table = bearer.table->name;
    for (const model::Step& step : bearer.way.steps)
      scan.hops.push_back(
          {step.columns, bearer.dataset->tables[step.table].name, step.target_columns});
    scan.owner = bearer.way.columns;
    scan.columns = {bearer.identifier->column};
    if (!bearer.identifier->from.empty()) scan.columns.push_back(bearer.identifier->from);
    if (!bearer.identifier->to.empty()) scan.columns.push_back(bearer.identifier->to);
    return scan;
  }

  std::int32_t day(const Table& table, const std::string& column, const ValueView& value,
                   std::int32_t otherwise) const {
    if (value.is_null()) return otherwise;
    const model::TimeFormat* format = table.time(column);
    const TimeReader reader(
        format != nullptr ? format->format : "date",
        format != nullptr && !format->zone.empty() ? format->zone : rules_.policy().time_zone,
        TimeZone::find(rules_.policy().time_zone));
    const ParsedTime parsed =
        value.type == source::Type::integer ? reader.read(value.integer) : reader.read(value.bytes);
    return parsed.ok() ? parsed.date.days() : otherwise;
  }

  void claim(const Bearer& bearer, Ordinal owner, RowView values) {
    if (values[0].is_null()) return;
    Population::Kind& kind = people_.kinds_[bearer.identifier->kind];
    kind.rule = bearer.identifier->rule;
    const std::string comparable = normalise(text_of(values[0]), kind.rule);
    if (comparable.empty()) return;
    std::size_t next = 1;
    std::int32_t from = always_from, to = always_to;
    if (!bearer.identifier->from.empty())
      from = day(*bearer.table, bearer.identifier->from, values[next++], always_from);
    if (!bearer.identifier->to.empty())
      to = day(*bearer.table, bearer.identifier->to, values[next], always_to);
    kind.claims.push_back({kind.values.add(comparable), owner, from, to});
  }

  void load_all_claims(const KeyIndex* owners) {
    for (const Bearer& bearer : bearers()) {
      const Population::Root* root =
          people_.root(*bearer.dataset, bearer.dataset->tables[bearer.way.root].name);
      Scan scan = claim_scan(bearer);
      scan.owners = owners;
      const std::size_t width = scan.owner.size();
      scan_(bearer.dataset->name, scan, [&](RowView row) {
        const Ordinal owner = people_.by_key(*root, row.first(width));
        if (owner != nobody) claim(bearer, owner, row.subspan(width));
      });
    }
  }

  /// Claims of the people asked for; then whoever else bears one of those values joins as a
  /// claimant who is only compared with.
  void claims_of_asked() {
    for (const Bearer& bearer : bearers()) {
      Population::Root* root = people_.roots_[index_of_root(bearer)].get();
      Scan scan = claim_scan(bearer);
      scan.owners = &root->keys;
      const std::size_t width = scan.owner.size();
      if (!root->keys.empty())
        scan_(bearer.dataset->name, scan, [&](RowView row) {
          const Ordinal owner = people_.by_key(*root, row.first(width));
          if (owner != nobody) claim(bearer, owner, row.subspan(width));
        });
    }
    other_claimants();
  }

  std::size_t index_of_root(const Bearer& bearer) const {
    for (std::size_t i = 0; i < people_.roots_.size(); ++i)
      if (people_.roots_[i]->dataset == bearer.dataset &&
          people_.roots_[i]->table == &bearer.dataset->tables[bearer.way.root])
        return i;
    throw Error(ErrorKind::failed,
                "table " + bearer.table->name + " belongs to no subject's table");
  }

  void other_claimants() {
    struct Other {
      std::size_t root;
      std::string key;
      std::string kind;
      std::uint32_t value;
      std::int32_t from, to;
    };
    std::vector<Other> others;
    for (const Bearer& bearer : bearers()) {
      const std::size_t at = index_of_root(bearer);
      const Population::Root& root = *people_.roots_[at];
      Population::Kind& kind = people_.kinds_[bearer.identifier->kind];
      if (kind.values.empty()) continue;
      Scan scan = claim_scan(bearer);
      const std::size_t width = scan.owner.size();
      scan_(bearer.dataset->name, scan, [&](RowView row) {
        if (row[width].is_null() || row[0].is_null()) return;
        const std::uint32_t number = kind.values.find(normalised(row[width], kind.rule));
        if (number == KeyIndex::none || people_.by_key(root, row.first(width)) != nobody) return;
        std::size_t next = width + 1;
        std::int32_t from = always_from, to = always_to;
        if (!bearer.identifier->from.empty())
          from = day(*bearer.table, bearer.identifier->from, row[next++], always_from);
        if (!bearer.identifier->to.empty())
          to = day(*bearer.table, bearer.identifier->to, row[next], always_to);
        others.push_back(
            {at, source::encode_key(row.first(width)), bearer.identifier->kind, number, from, to});
      });
    }
    add_others(others);
  }

  template <class Others>
  void add_others(const Others& others) {
    // Roots after the first would be renumbered by additions: claims are moved along.
    std::vector<Ordinal> before;
    for (auto& root : people_.roots_) before.push_back(root->first);
    for (const auto& other : others) people_.roots_[other.root]->keys.add(other.key);
    const std::vector<bool> asked = people_.asked_;
    const Ordinal old_size = people_.size_;
    renumber();
    const auto moved = [&](Ordinal old) {
      for (std::size_t i = people_.roots_.size(); i-- > 0;)
        if (old >= before[i]) return old - before[i] + people_.roots_[i]->first;
      return old;
    };
    for (auto& [name, kind] : people_.kinds_)
      for (auto& claimed : kind.claims) claimed.ordinal = moved(claimed.ordinal);
    people_.asked_.assign(people_.size_, false);
    for (Ordinal old = 0; old < old_size; ++old)
      if (asked[old]) people_.asked_[moved(old)] = true;
    for (const auto& other : others) {
      const Population::Root& root = *people_.roots_[other.root];
      people_.kinds_[other.kind].claims.push_back(
          {other.value, root.first + root.keys.find(other.key), other.from, other.to});
    }
  }

  static std::string normalised(const ValueView& value, IdentifierRule rule) {
    return normalise(text_of(value), rule);
  }

  void sort_claims() {
    for (auto& [name, kind] : people_.kinds_)
      std::sort(kind.claims.begin(), kind.claims.end(), [](const auto& a, const auto& b) {
        return std::tie(a.value, a.ordinal, a.from, a.to) <
               std::tie(b.value, b.ordinal, b.from, b.to);
      });
    drop_superseded();
  }

  /// A person whose history tells when a value was theirs claims it for that time only, although
  /// the person's own row, which knows no dates, names it too.
  void drop_superseded() {
    const auto open = [](const auto& claim) {
      return claim.from == always_from && claim.to == always_to;
    };
    for (auto& [name, kind] : people_.kinds_) {
      auto& claims = kind.claims;
      std::vector<Population::Claimed> kept;
      for (std::size_t i = 0; i < claims.size();) {
        std::size_t end = i;
        bool dated = false;
        for (; end < claims.size() && claims[end].value == claims[i].value &&
               claims[end].ordinal == claims[i].ordinal;
             ++end)
          dated |= !open(claims[end]);
        for (; i < end; ++i)
          if (!dated || !open(claims[i])) kept.push_back(claims[i]);
      }
      claims = std::move(kept);
    }
  }

  Population& people_;
  const model::Rulebook& rules_;
  const ScanRows& scan_;
  std::set<std::string> kinds_;
  Ordinal grown_ = 0;
};

Population Population::everybody(const model::Rulebook& rules, const std::string& subject_type,
                                 const ScanRows& scan, const RootKeys& excluded) {
  Population people;
  people.type_ = subject_type;
  PopulationLoader(people, rules, scan, excluded).everybody();
  return people;
}

Population Population::some(const model::Rulebook& rules, const std::string& subject_type,
                            const ScanRows& scan, const RootKeys& root_keys,
                            const RootKeys& excluded) {
  Population people;
  people.type_ = subject_type;
  PopulationLoader(people, rules, scan, excluded).some(root_keys);
  return people;
}

bool Population::excludes(const Root& root, std::string_view key) const {
  if (excluded_.empty()) return false;
  const auto found = excluded_.find(root.full_name());
  return found != excluded_.end() && found->second.find(key) != KeyIndex::none;
}

Ordinal Population::person(Ordinal root) const {
  return parents_.empty() ? root : parents_[root];
}

const Population::Root& Population::root_of(Ordinal ordinal) const {
  std::size_t at = roots_.size() - 1;
  while (at > 0 && roots_[at]->first > ordinal) --at;
  return *roots_[at];
}

std::string_view Population::key_of(Ordinal ordinal) const {
  const Root& root = root_of(ordinal);
  return root.keys.key(ordinal - root.first);
}

Ordinal Population::by_key(const Root& root, RowView columns) const {
  const std::uint32_t number = columns.size() == 1 ? root.keys.find(columns[0])
                                                   : root.keys.find(source::encode_key(columns));
  return number == KeyIndex::none ? nobody : root.first + number;
}

const Population::Root* Population::root(const Dataset& dataset, const std::string& table) const {
  for (const auto& root : roots_)
    if (root->dataset == &dataset && root->table->name == table) return root.get();
  return nullptr;
}

Claim Population::by_identifier(const std::string& kind_name, const ValueView& value,
                                std::optional<Date> on) const {
  Claim result;
  const auto found = kinds_.find(kind_name);
  if (found == kinds_.end() || value.is_null()) return result;
  const Kind& kind = found->second;
  const std::uint32_t number = kind.values.find(normalise(text_of(value), kind.rule));
  if (number == KeyIndex::none) return result;
  const auto [begin, end] =
      std::equal_range(kind.claims.begin(), kind.claims.end(), Claimed{number, 0, 0, 0},
                       [](const Claimed& a, const Claimed& b) { return a.value < b.value; });
  std::vector<Ordinal> then, ever;
  for (auto it = begin; it != end; ++it) {
    ever.push_back(person(it->ordinal));
    if (on && it->from <= on->days() && on->days() <= it->to) then.push_back(ever.back());
  }
  const auto unique = [](std::vector<Ordinal>& people) {
    std::sort(people.begin(), people.end());
    people.erase(std::unique(people.begin(), people.end()), people.end());
  };
  unique(then);
  unique(ever);
  if (then.size() == 1)
    result.owner = then[0];
  else if (!on && ever.size() == 1)
    result.owner = ever[0];
  else
    result.candidates = then.empty() ? ever : then;
  return result;
}

}  // namespace besa::workflow
