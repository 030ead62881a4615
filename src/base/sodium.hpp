// libsodium, made ready once before anything of it is used.
#pragma once

namespace besa {

/// Throws Error(failed) where the library finds no source of randomness.
void need_sodium();

}  // namespace besa
