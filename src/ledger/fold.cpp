#include "ledger/fold.hpp"

#include <array>

namespace besa::ledger {

const Fold* fold_of(std::string_view kind) {
  const std::array all{about_folds(),      key_folds(),        manifest_folds(), approval_folds(),
                       run_folds(),        hold_folds(),       sweep_folds(),    backup_folds(),
                       checkpoint_folds(), suppression_folds()};
  for (const auto& folds : all) {
    for (const Fold& fold : folds) {
      if (fold.kind == kind) return &fold;
    }
  }
  return nullptr;
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
