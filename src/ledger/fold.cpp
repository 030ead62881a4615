#include "ledger/fold.hpp"

#include <unordered_map>

namespace besa::ledger {

namespace {

std::unordered_map<std::string_view, const Fold*> folds_by_kind() {
  std::unordered_map<std::string_view, const Fold*> all;
  for (const auto& folds :
       {about_folds(), key_folds(), manifest_folds(), approval_folds(), run_folds(), hold_folds(),
        sweep_folds(), backup_folds(), checkpoint_folds(), suppression_folds(), giving_up_folds()})
    for (const Fold& fold : folds) all[fold.kind] = &fold;
  return all;
}

}  // namespace

const Fold* fold_of(std::string_view kind) {
  static const auto by_kind = folds_by_kind();
  const auto found = by_kind.find(kind);
  return found == by_kind.end() ? nullptr : found->second;
}

void refuse(const std::string& message, const std::string& hint) {
  throw Error(ErrorKind::refused, message, hint);
}

Date day_of(Instant instant) {
  constexpr std::int64_t seconds_of_day = 86'400;
  std::int64_t days = instant.seconds / seconds_of_day;
  if (instant.seconds % seconds_of_day < 0) --days;
  return Date::from_days(static_cast<std::int32_t>(days));
}

}  // namespace besa::ledger
