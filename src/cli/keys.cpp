#include "cli/keys.hpp"

#include "besa/base/error.hpp"
#include "besa/base/text.hpp"

namespace besa::cli {
namespace {

constexpr const char* passphrase_hint =
    "run it in a terminal, or name a private file with --passphrase-file FILE or "
    "BESA_PASSPHRASE_FILE";

/// The first line of a file that only its owner can read.
Secret first_line_of(const Path& file) {
  require_private(file);
  const std::string text = read_file(file, std::size_t{64} * 1024);
  return Secret(as_bytes(std::string_view(text).substr(0, text.find('\n'))));
}

std::optional<Path> passphrase_file(const Context& context, const KeyOptions& options) {
  if (!options.passphrase_file.empty()) {
    return context.path(options.passphrase_file);
  }
  if (const auto variable = context.environment().variable("BESA_PASSPHRASE_FILE")) {
    return context.path(*variable);
  }
  return std::nullopt;
}

Secret ask(const Context& context, const std::string& prompt) {
  const auto answer = context.environment().ask_passphrase(prompt);
  if (!answer) {
    throw Error(ErrorKind::usage, "a passphrase is needed, and there is no terminal to ask on",
                passphrase_hint);
  }
  return Secret(as_bytes(*answer));
}

Secret known_passphrase(const Context& context, const KeyOptions& options,
                        const std::string& name) {
  const auto file = passphrase_file(context, options);
  return file ? first_line_of(*file) : ask(context, "Passphrase of " + for_terminal(name) + ": ");
}

Secret new_passphrase(const Context& context, const KeyOptions& options, const std::string& name) {
  if (const auto file = passphrase_file(context, options)) {
    return first_line_of(*file);
  }
  Secret first = ask(context, "New passphrase for " + for_terminal(name) + ": ");
  const Secret again = ask(context, "The same again: ");
  if (as_text(first.view()) != as_text(again.view())) {
    throw Error(ErrorKind::usage, "the two passphrases differ", "nothing was made; try again");
  }
  return first;
}

Path key_folder(const Context& context) {
  if (const auto keys = context.environment().variable("BESA_KEYS")) {
    return context.path(*keys);
  }
  const auto home = context.environment().variable("HOME");
  if (!home) {
    throw Error(ErrorKind::usage, "no folder for keys: HOME is not set",
                "name one with BESA_KEYS, or the file with --key");
  }
  return context.path(*home) / ".config" / "besa";
}

}  // namespace

void key_flags(Flags& flags, KeyOptions& options) {
  flags.text("--key", "FILE", options.file,
             "the key file (default: PERSON.key in BESA_KEYS or ~/.config/besa)");
  flags.text(
      "--passphrase-file", "FILE", options.passphrase_file,
      "a private file whose first line is the passphrase (BESA_PASSPHRASE_FILE; else asked)");
}

Path key_file(const Context& context, const KeyOptions& options, const std::string& name) {
  return options.file.empty() ? key_folder(context) / (name + ".key") : context.path(options.file);
}

ledger::PersonalKey unlock_key(const Context& context, const KeyOptions& options,
                               const std::string& name) {
  const Path file = key_file(context, options, name);
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorKind::failed, "no key of " + name + ": " + file.string() + " does not exist",
                "make one with 'besa key create --as " + name + "', or name the file with --key");
  }
  const Secret passphrase = known_passphrase(context, options, name);
  ledger::PersonalKey key = ledger::load_key_file(file, as_text(passphrase.view()));
  if (key.name != name) {
    throw Error(ErrorKind::refused,
                file.string() + " is the key of " + key.name + ", not of " + name,
                "say --as " + key.name + ", or name your own file with --key");
  }
  return key;
}

ledger::NamedKey create_key(const Context& context, const KeyOptions& options,
                            const std::string& name) {
  const Path file = key_file(context, options, name);
  if (file.filename() != name + ".key") {
    throw Error(
        ErrorKind::usage,
        "the key file of " + name + " is called " + name + ".key, not " + file.filename().string(),
        "end --key with /" + name + ".key, or say --as");
  }
  if (std::filesystem::exists(file)) {
    throw Error(ErrorKind::failed, file.string() + " exists already and is never overwritten",
                "move it away first if you are sure");
  }
  const Secret passphrase = new_passphrase(context, options, name);
  make_folder(file.parent_path());
  return ledger::create_key_file(file.parent_path(), name, as_text(passphrase.view()));
}

ledger::PersonalKey own_key(const Context& context, const KeyOptions& options,
                            const std::string& name) {
  const Path file = key_file(context, options, name);
  if (std::filesystem::exists(file)) {
    return unlock_key(context, options, name);
  }
  const auto passphrase = new_passphrase(context, options, name);
  make_folder(file.parent_path());
  ledger::create_key_file(file.parent_path(), name, as_text(passphrase.view()));
  return ledger::load_key_file(file, as_text(passphrase.view()));
}

}  // namespace besa::cli
