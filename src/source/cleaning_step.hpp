// The steps after an erasure, each recorded with how it went.
#pragma once

#include <functional>
#include <string>

#include "besa/source/source.hpp"

namespace besa::source {

/// Thrown by a step that could not do what it is for: Error(partial).
[[noreturn]] void not_done(const std::string& why);
/// Does a step, whose result says what came of it, and adds it to those of `cleaning`. False where
/// it could not be done: an Error, or a fault of the file system.
bool do_step(Cleaning& cleaning, const std::string& name, const std::function<std::string()>& work);

}  // namespace besa::source
