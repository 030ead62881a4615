#include "workflow/planned_rows.hpp"

namespace besa::workflow {
namespace {

using source::KeyIndex;
using source::RowView;

/// `leaves_missing`: where nothing is, there was nothing to mask.
bool as_planned(RowView now, const std::vector<source::Value>& planned, bool leaves_missing) {
  for (std::size_t i = 0; i < planned.size(); ++i)
    if (!(leaves_missing && now[i].is_null()) &&
        source::encode_key(now.subspan(i, 1)) != source::encode_key(source::Key{planned[i]}))
      return false;
  return true;
}

}  // namespace

std::vector<bool> not_as_planned(
    const std::function<void(const source::Scan&, const source::RowSink&)>& scan,
    const Masker& masker, const PlannedRows& rows) {
  std::vector<bool> bad(rows.keys.size(), false);
  const std::size_t width = rows.table.key.size();
  source::Scan question;
  question.table = rows.table.name;
  question.columns = rows.table.key;
  question.key_width = static_cast<std::uint32_t>(width);
  question.keys = &rows.keys;
  const auto masked = rows.mask ? masker.columns(rows.columns) : std::vector<std::string>();
  question.columns.insert(question.columns.end(), masked.begin(), masked.end());
  // Of what was generalised the old value is gone; what is there must be as coarse as planned.
  const auto coarse = rows.mask ? masker.reads(rows.columns) : std::vector<std::string>();
  question.columns.insert(question.columns.end(), coarse.begin(), coarse.end());
  scan(question, [&](RowView row) {
    const std::string key = source::encode_key(row.first(width));
    const std::uint32_t at = rows.keys.find(key);
    if (at != KeyIndex::none)
      bad[at] = !rows.mask || !as_planned(row.subspan(width),
                                          masker.values(rows.columns, key, row.last(coarse.size())),
                                          masker.leaves_missing());
  });
  return bad;
}

}  // namespace besa::workflow
