#include "source/owner_join.hpp"

#include "source/names.hpp"

namespace besa::source {

OwnerJoin::OwnerJoin(const Schema& schema, const TableReader& reader, const Scan& scan)
    : levels_(scan.hops.size()),
      owner_width_(scan.owner.size()),
      keep_lost_(scan.owners == nullptr) {
  const TableSchema* near = &require_table(schema, scan.table);
  std::vector<const TableSchema*> targets;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    levels_[i].near = require_columns(*near, scan.hops[i].columns);
    near = &require_table(schema, scan.hops[i].table);
    targets.push_back(near);
  }
  read_last(*targets.back(), reader, scan, levels_.back());
  for (std::size_t i = levels_.size() - 1; i-- > 0;) {
    read_before(*targets[i], reader, scan.hops[i], levels_[i], levels_[i + 1]);
    levels_[i + 1] = Level();  // what it knew is in the one before
  }
}

void OwnerJoin::read_last(const TableSchema& target, const TableReader& reader, const Scan& scan,
                          Level& level) {
  const auto key = require_columns(target, scan.hops.back().target_columns);
  const auto owner = require_columns(target, scan.owner);
  const StoredRowSink take = [&](StoredRow& row) {
    if (!encode(row, key)) return;
    target_key_.swap(encoded_);
    (void)encode(row, owner);
    if (scan.owners != nullptr && scan.owners->find(encoded_) == KeyIndex::none) return;
    link(level, target_key_, owners_.add(encoded_));
  };
  reader(target, take, {.mentions = mentions_of(scan.owners, owner.size())});
}

void OwnerJoin::read_before(const TableSchema& target, const TableReader& reader, const Hop& hop,
                            Level& level, Level& next) {
  const auto key = require_columns(target, hop.target_columns);
  const StoredRowSink take = [&](StoredRow& row) {
    if (!encode(row, key)) return;
    target_key_.swap(encoded_);
    const std::uint32_t to = number(next, row);
    if (to == KeyIndex::none) {
      if (keep_lost_) link(level, target_key_, KeyIndex::none);
      return;
    }
    for (std::uint32_t at = next.first[to]; at != KeyIndex::none; at = next.links[at].next)
      link(level, target_key_, next.links[at].owner);
  };
  reader(target, take, {});
}

std::uint32_t OwnerJoin::number(const Level& level, StoredRow& row) {
  return encode(row, level.near) ? level.keys.find(encoded_) : KeyIndex::none;
}

void OwnerJoin::link(Level& level, std::string_view key, std::uint32_t owner) {
  const std::uint32_t known = level.keys.size();
  const std::uint32_t at = level.keys.add(key);
  const auto added = static_cast<std::uint32_t>(level.links.size());
  level.links.push_back({owner, KeyIndex::none});
  if (at == known) {
    level.first.push_back(added);
    level.last.push_back(added);
  } else {
    level.links[level.last[at]].next = added;
    level.last[at] = added;
  }
}

bool OwnerJoin::encode(StoredRow& row, const std::vector<std::size_t>& columns) {
  encoded_.clear();
  bool whole = true;
  for (const std::size_t column : columns) {
    const ValueView value = row.value(column);
    whole = whole && !value.is_null();
    append_key(encoded_, value);
  }
  return whole;
}

void OwnerJoin::append_owner(std::uint32_t owner, std::vector<ValueView>& views) {
  if (owner == KeyIndex::none) return views.resize(views.size() + owner_width_);
  owner_ = decode_key(owners_.key(owner));
  for (const Value& value : owner_) views.push_back(value.view());
}

}  // namespace besa::source
