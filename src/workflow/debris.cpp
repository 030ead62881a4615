#include "workflow/debris.hpp"

#include <algorithm>
#include <set>

#include "besa/workflow/manifest_files.hpp"

namespace besa::workflow {
namespace {

constexpr std::string_view key_start = "manifest-";
constexpr std::string_view person_start = "subject-";

/// The manifest that a folder is of, also an unfinished one; empty: of none.
std::string manifest_of(const std::string& folder) {
  constexpr std::string_view unfinished = ".part";
  const bool part = folder.starts_with('.') && folder.ends_with(unfinished);
  std::string id = part ? folder.substr(1, folder.size() - 1 - unfinished.size()) : folder;
  return id.starts_with("M-") ? id : std::string();
}

}  // namespace

std::vector<Path> unrecorded_drafts(Session& session) {
  std::vector<Path> left;
  const Path manifests = session.state() / "manifests";
  if (!std::filesystem::is_directory(manifests)) return left;
  for (const auto& entry : std::filesystem::directory_iterator(manifests)) {
    if (entry.is_symlink() || !entry.is_directory()) continue;
    const std::string id = manifest_of(entry.path().filename().string());
    if (!id.empty() && !session.ledger().manifest(id)) left.push_back(entry.path());
  }
  std::ranges::sort(left);
  return left;
}

FileLock lock_drafting(const Session& session) {
  return FileLock(session.state() / "drafting", "drafting a manifest", session.actor().name,
                  session.workspace().wait_seconds);
}

void destroy_unrecorded_drafts(Session& session) {
  for (const std::string& name : session.vault().traces())
    if (name.starts_with(key_start) && !session.ledger().manifest(name.substr(key_start.size())))
      session.vault().forget(name);
  for (const Path& folder : unrecorded_drafts(session)) destroy_manifest(folder);
}

std::string vault_name(std::uint64_t subject) {
  return std::string(person_start) + std::to_string(subject);
}

std::vector<std::string> unheld_people(Session& session) {
  std::set<std::string> held;
  for (const model::Hold& hold : session.ledger().holds())
    if (!hold.released && hold.subject != 0) held.insert(vault_name(hold.subject));
  std::vector<std::string> people = session.vault().traces();
  std::erase_if(people, [&](const std::string& name) {
    return !name.starts_with(person_start) || held.contains(name);
  });
  return people;
}

void forget_unheld_people(Session& session) {
  session.vault().forget_unfinished();
  if (unheld_people(session).empty()) return;
  const ledger::Change lock = session.ledger().begin();
  for (const std::string& name : unheld_people(session)) session.vault().forget(name);
}

}  // namespace besa::workflow
