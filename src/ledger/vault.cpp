#include "besa/ledger/vault.hpp"

#include <algorithm>
#include <set>

#include "besa/base/crypto.hpp"
#include "besa/base/error.hpp"

namespace besa::ledger {

namespace {

constexpr std::size_t key_size = 32;
constexpr double vault_wait_seconds = 30;

Path sealed_file(const Path& folder, const std::string& name) {
  return folder / (name + ".sealed");
}
Path key_file(const Path& folder, const std::string& name) {
  return folder / (name + ".key");
}

bool is_there(const Path& file) {
  return std::filesystem::exists(std::filesystem::symlink_status(file));
}

void require_vault_name(const std::string& name) {
  if (is_safe_file_name(name) && is_safe_file_name(name + ".sealed")) return;
  throw Error(ErrorKind::failed, "the vault keeps nothing under such a name");
}

/// Who writes in the vault has it meanwhile: what is unfinished under it, a kill left.
FileLock lock_vault(const Path& folder) {
  return {folder.string() + ".lock", "the vault", "", vault_wait_seconds};
}

Secret read_sealing_key(const Path& file) {
  require_private(file);
  std::string bytes = read_file(file, key_size);
  Secret key(as_bytes(bytes));
  std::ranges::fill(bytes, '\0');
  if (key.view().size() != key_size) {
    throw Error(ErrorKind::failed, file.string() + ": is damaged", "restore it from a backup");
  }
  return key;
}

}  // namespace

Vault::Vault(const Path& folder) : folder_(folder) {
  make_folder(folder);
}

/// The key first: what is sealed under a key that never reached the disk would be lost.
void Vault::put(const std::string& name, ByteView content) {
  require_vault_name(name);
  const FileLock lock = lock_vault(folder_);
  const Path key_path = key_file(folder_, name);
  if (!is_there(key_path)) create_file(key_path, as_text(Secret::random(key_size).view()));
  const Secret key = read_sealing_key(key_path);
  write_file(sealed_file(folder_, name), as_text(seal(key, content, name)));
}

std::optional<Secret> Vault::get(const std::string& name) const {
  require_vault_name(name);
  const Path key_path = key_file(folder_, name);
  const Path sealed_path = sealed_file(folder_, name);
  if (!is_there(key_path) || !is_there(sealed_path)) return std::nullopt;
  const Secret key = read_sealing_key(key_path);
  require_private(sealed_path);
  const std::string sealed = read_file(sealed_path);
  auto content = unseal(key, as_bytes(sealed), name);
  if (!content) {
    throw Error(ErrorKind::failed, sealed_path.string() + ": is damaged",
                "restore it from a backup");
  }
  return content;
}

/// The key first: from then on the sealed file means nothing.
void Vault::forget(const std::string& name) {
  require_vault_name(name);
  destroy_file(key_file(folder_, name));
  destroy_file(sealed_file(folder_, name));
}

void Vault::forget_unfinished() {
  const FileLock lock = lock_vault(folder_);
  destroy_unfinished(folder_);
}

std::vector<std::string> Vault::names() const {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    const std::string name = file.path().stem().string();
    if (file.path().extension() == ".sealed" && is_there(key_file(folder_, name))) {
      names.push_back(name);
    }
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> Vault::traces() const {
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    const Path kind = file.path().extension();
    const std::string name = file.path().stem().string();
    if ((kind == ".sealed" || kind == ".key") && is_safe_file_name(name)) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::uint64_t Vault::new_subject() const {
  while (true) {
    std::array<std::uint8_t, 8> random{};
    fill_random(random);
    std::uint64_t number = 0;
    for (const std::uint8_t byte : random) number = number << 8U | byte;
    number >>= 1U;  // SQLite and JSON readers keep 63 bits
    const std::string name = "subject-" + std::to_string(number);
    if (number != 0 && !is_there(key_file(folder_, name)) &&
        !is_there(sealed_file(folder_, name))) {
      return number;
    }
  }
}

}  // namespace besa::ledger
