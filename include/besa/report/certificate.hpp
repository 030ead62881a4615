// A certificate as a person reads it: what was removed, what stayed and why, what was looked at and
// found, and what nobody can promise. It never says "wiped" or "unrecoverable" (erasure.md 1.8).
#pragma once

#include <string>

#include "besa/model/certificate.hpp"

namespace besa::report {

[[nodiscard]] std::string certificate_text(const model::Certificate& certificate);
/// Only what is still to be done elsewhere, or later; empty where nothing is.
[[nodiscard]] std::string outstanding_text(const model::Certificate& certificate);

}  // namespace besa::report
