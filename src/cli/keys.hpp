// Where people's key files lie and how they are unlocked: by a passphrase from the terminal or from
// a private file, never from the command line.
#pragma once

#include <string>

#include "besa/ledger/keyring.hpp"
#include "cli/command.hpp"
#include "cli/context.hpp"

namespace besa::cli {

struct KeyOptions {
  std::string file, passphrase_file;
};

/// --key FILE and --passphrase-file FILE.
void key_flags(Flags& flags, KeyOptions& options);

/// --key, else NAME.key in BESA_KEYS, else in ~/.config/besa.
[[nodiscard]] Path key_file(const Context& context, const KeyOptions& options,
                            const std::string& name);

/// The person's key, unlocked. Error(refused) where the file is somebody else's.
[[nodiscard]] ledger::PersonalKey unlock_key(const Context& context, const KeyOptions& options,
                                             const std::string& name);

/// Makes a key under a new passphrase, asked twice.
ledger::NamedKey create_key(const Context& context, const KeyOptions& options,
                            const std::string& name);

/// The key there is, or a new one: what `init` starts from.
[[nodiscard]] ledger::PersonalKey own_key(const Context& context, const KeyOptions& options,
                                          const std::string& name);

}  // namespace besa::cli
