#include "workflow/run_end.hpp"

#include "workflow/erasure_order.hpp"
#include "workflow/live_rows.hpp"
#include "workflow/look_at_bytes.hpp"
#include "workflow/outstanding.hpp"
#include "workflow/suppressions.hpp"

namespace besa::workflow {

Secret manifest_key(Session& session, const model::ManifestHeader& header) {
  auto key = session.vault().get("manifest-" + header.id);
  if (!key || sha256(key->view()) != header.key_check)
    throw Error(ErrorKind::refused, "the key of manifest " + header.id + " is not in the vault",
                "draft it again with 'besa sweep'");
  return std::move(*key);
}

Secret tombstone_key(Session& session) {
  if (auto secret = session.vault().get(tombstone_secret)) return std::move(*secret);
  session.vault().put(tombstone_secret, Secret::random(32).view());
  return *session.vault().get(tombstone_secret);
}

std::vector<DatasetLook> clean_and_look(const ApplyContext& context, const OpenedSources& sources,
                                        const std::function<void(const DatasetLook&)>& each) {
  std::vector<DatasetLook> looks;
  const std::vector<std::string> values = values_sought(context.folder, context.header);
  for (const std::uint32_t place : erasure_order(context.session, context.header)) {
    const std::string& name = context.header.datasets[place].name;
    const model::Dataset& dataset = *context.session.dataset(name);
    if (sources.lost().contains(name)) continue;
    context.session.progress().stage("looking at the bytes of " + name, 0);
    looks.push_back(
        {name,
         look_at_bytes(sources.at(name), values, live_rows(context.realm, sources.all(), dataset),
                       context.session.workspace().vacuum),
         {}});
    set_catalogue_apart(looks.back(), dataset);
    each(looks.back());
  }
  return looks;
}

std::string or_give_up(const std::string& manifest) {
  return "an approver gives it up with 'besa manifest reject " + manifest + " --reason CODE'";
}

std::string state_after(const DatasetLook& look) {
  return look.cleaning.complete() ? "done" : "residue";
}

Json figures(const DatasetLook& look) {
  return {{"values_sought", look.cleaning.residue.values_sought},
          {"bytes_read", look.cleaning.residue.bytes_read},
          {"hits", look.cleaning.residue.hits.size()},
          {"vacuumed", look.cleaning.vacuumed}};
}

std::vector<std::string> tables_of_people(const Session& session,
                                          const model::ManifestHeader& header) {
  std::vector<std::string> roots;
  for (const auto& place : header.tables) {
    const model::Dataset* dataset = session.dataset(place.dataset);
    const model::Table* table = dataset != nullptr ? dataset->table(place.table) : nullptr;
    const bool lists_people = table != nullptr && !table->subject.empty();
    roots.push_back(lists_people ? place.dataset + "." + place.table : "");
  }
  return roots;
}

std::vector<std::uint32_t> people_who_remain(const PlannedPeople& people) {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 1; number <= people.size(); ++number) {
    const Planned& person = people.at(number);
    const bool done = person.fate == Planned::Fate::acted || person.fate == Planned::Fate::gone;
    if (done && !person.removed) numbers.push_back(number);
  }
  return numbers;
}

std::vector<ledger::Suppressed> identifiers_of(Session& session, const Realm& realm,
                                               const PlannedPeople& people,
                                               const std::vector<std::uint32_t>& wanted,
                                               const Sources& sources) {
  RootKeys keys;
  for (const std::uint32_t number : wanted)
    keys[people.at(number).root].push_back(people.at(number).key);
  if (keys.empty()) return {};
  return suppressions_of(session, realm, sources, keys);
}

Path certificate_file(const Session& session, const std::string& id) {
  return session.state() / "certificates" / (id + ".note");
}

std::string sign_and_write(Session& session, const model::Certificate& certificate) {
  const Path file = certificate_file(session, certificate.id);
  std::string note = session.ledger().sign_note(to_pretty(certificate.to_json()));
  make_folder(file.parent_path());
  destroy_unfinished(file.parent_path());
  write_file(file, note);
  return note;
}

void forget_manifest(Session& session, const Path& folder) {
  forget_values(folder);
  forget_notes_for_parties(folder);
  destroy_body(folder);
  session.vault().forget("manifest-" + folder.filename().string());
}

}  // namespace besa::workflow
