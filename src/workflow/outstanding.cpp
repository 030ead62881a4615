#include "workflow/outstanding.hpp"

#include <algorithm>
#include <set>

#include "workflow/bearers.hpp"
#include "workflow/key_forms.hpp"
#include "workflow/key_text.hpp"
#include "workflow/time_readers.hpp"

namespace besa::workflow {
namespace {

using model::Certificate;
using model::Dataset;
using source::KeyIndex;
using source::RowView;
using Fate = Planned::Fate;

constexpr const char* notes_file = "for-parties";
constexpr const char* instruction_format = "besa-instruction/1";

bool went(const PlannedPeople& people, std::uint32_t number) {
  const Fate fate = people.at(number).fate;
  return fate == Fate::acted || fate == Fate::gone;
}

// --- by which values a party knows people ---

class Notes {
 public:
  Notes(const ApplyContext& context, const OpenedSources& sources)
      : context_(context), sources_(sources) {}

  void write() {
    for (const Dataset* dataset : context_.realm.datasets)
      if (dataset->source.empty())
        for (const model::Attachment& way : context_.realm.rules->ways(*dataset))
          note(*dataset, way);
    if (text_.empty()) return;
    std::size_t number = 1;
    while (std::filesystem::exists(file(number))) ++number;
    create_file(file(number), text_);
  }

 private:
  [[nodiscard]] Path file(std::size_t number) const {
    return context_.folder / (notes_file + std::string("-") + std::to_string(number));
  }

  /// The people of one type who go, with all that is one person with them.
  struct Going {
    Population people;
    std::map<Ordinal, std::uint32_t> numbers;  ///< by person: the number in the manifest
    [[nodiscard]] std::uint32_t number(Ordinal ordinal) const {
      const auto found = ordinal == nobody ? numbers.end() : numbers.find(people.person(ordinal));
      return found == numbers.end() ? 0 : found->second;
    }
  };

  const Going& going(const std::string& subject) {
    if (const auto known = going_.find(subject); known != going_.end()) return known->second;
    RootKeys keys;
    for (std::uint32_t number = 1; number <= context_.people.size(); ++number)
      if (const Planned& person = context_.people.at(number); to_go(person, subject))
        keys[person.root].push_back(person.key);
    Going going{
        Population::some(*context_.realm.rules, subject, scan_sources(sources_.all()), keys), {}};
    for (std::uint32_t number = 1; number <= context_.people.size(); ++number)
      if (const Planned& person = context_.people.at(number); to_go(person, subject))
        for (const auto& root : going.people.roots())
          if (const std::uint32_t place = root->keys.find(person.key);
              root->full_name() == person.root && place != KeyIndex::none)
            going.numbers[going.people.person(root->first + place)] = number;
    return going_.emplace(subject, std::move(going)).first->second;
  }

  static bool to_go(const Planned& person, const std::string& subject) {
    return person.fate == Fate::to_do && person.subject == subject;
  }

  void note(const Dataset& dataset, const model::Attachment& way) {
    const std::string& table = dataset.tables[way.table].name;
    const Going& known = going(way.subject);
    if (known.numbers.empty()) return;
    if (!way.by.empty()) return note_identifiers(dataset, table, way, known);
    const Population::Root& root = *known.people.root(way);
    for (std::uint32_t i = 0; i < root.keys.size(); ++i)
      if (const std::uint32_t number = known.number(root.first + i))
        line(dataset, table, number, parse_json(key_json(root.keys.key(i))));
  }

  void note_identifiers(const Dataset& dataset, const std::string& table,
                        const model::Attachment& met, const Going& known) {
    for (const Bearer& bearer : bearers(context_.realm, sources_.all()))
      if (bearer.way.subject == met.subject)
        for (const model::Identifier& identifier : bearer.identifiers())
          if (identifier.kind == met.by) read(dataset, table, bearer, identifier, known);
  }

  /// Values that are or were somebody else's too are not told: the party would erase them as well.
  void read(const Dataset& dataset, const std::string& table, const Bearer& bearer,
            const model::Identifier& identifier, const Going& known) {
    const Population::Root& root = *known.people.root(bearer.way);
    KeyIndex owners;
    for (std::uint32_t i = 0; i < root.keys.size(); ++i)
      if (known.number(root.first + i) != 0)
        for (const std::string& form : key_forms(root.keys.key(i))) owners.add(form);
    if (owners.empty()) return;
    source::Scan scan = scan_along(*bearer.dataset, bearer.way);
    scan.columns = {identifier.column};
    scan.owners = &owners;
    const std::size_t width = bearer.way.columns.size();
    sources_.at(bearer.dataset->name).scan(scan, [&](RowView row) {
      const std::uint32_t number =
          known.number(known.people.by_key_abroad(root, row.first(width)).owner);
      const Claim claim = known.people.by_identifier(identifier.kind, row[width], std::nullopt);
      if (number != 0 && claim.owner != nobody && known.number(claim.owner) == number)
        line(dataset, table, number, source::Value(row[width]).text());
    });
  }

  void line(const Dataset& dataset, const std::string& table, std::uint32_t number,
            const Json& value) {
    text_ +=
        to_line(
            {{"dataset", dataset.name}, {"table", table}, {"person", number}, {"value", value}}) +
        "\n";
  }

  const ApplyContext& context_;
  const OpenedSources& sources_;
  std::map<std::string, Going> going_;  ///< by subject type
  std::string text_;
};

std::vector<Path> notes_in(const Path& folder) {
  std::vector<Path> found;
  if (std::filesystem::exists(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().filename().string().starts_with(notes_file)) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

// --- what a party is told ---

class Instruction {
 public:
  Instruction(const ApplyContext& context, const Dataset& dataset,
              const std::map<std::uint32_t, KeyIndex>& still_there)
      : context_(context),
        dataset_(dataset),
        still_there_(still_there),
        path_("instructions/" + context.header.id + "-" + dataset.name + ".jsonl") {}

  Certificate::Outstanding write() {
    dataset_.source.empty() ? tell_values() : tell_records();
    Certificate::Outstanding told{.dataset = dataset_.name,
                                  .party = dataset_.held_by,
                                  .why = dataset_.source.empty()
                                             ? "known here by its map alone"
                                             : "what was erased is an export; the party has the "
                                               "original",
                                  .records = count_,
                                  .instruction = {}};
    if (count_ == 0) return told;
    const Path file = context_.session.state() / path_;
    make_folder(file.parent_path());
    FileWriter out(file);
    out.write(to_line(head()) + "\n");
    out.write(lines_);
    out.commit();
    told.instruction = ".besa/" + path_;
    return told;
  }

 private:
  [[nodiscard]] Json head() const {
    return {{"format", instruction_format},
            {"manifest", context_.header.id},
            {"to", dataset_.held_by},
            {"dataset", dataset_.name},
            {"policy", context_.header.policy},
            {"instruction",
             "Erase or mask, as each line says, what you hold of these records or people, in every "
             "copy, and answer when it is done."}};
  }

  /// Each once: a manifest applied again notes again whoever still waited.
  void tell(const Json& line) {
    if (!told_.insert(to_line(line)).second) return;
    lines_ += to_line(line) + "\n";
    ++count_;
  }

  void tell_records() {
    read_body(context_.folder, context_.header, [this](const model::BodyLine& line) {
      if (!line.record) return;
      const model::RecordLine& record = *line.record;
      if (context_.header.datasets.at(record.dataset).name != dataset_.name) return;
      if (!is_to_tell(record)) return;
      Json told{{"table", context_.header.tables.at(record.table).table},
                {"key", parse_json(record.key)},
                {"do", record.deed == model::Deed::erase ? "erase" : "mask"}};
      std::vector<std::string> columns = record.clear;
      columns.insert(columns.end(), record.cut.begin(), record.cut.end());
      if (!columns.empty()) told["columns"] = columns;
      tell(told);
    });
  }

  /// Of a run that is given up also what went of somebody who is still there.
  [[nodiscard]] bool is_to_tell(const model::RecordLine& record) const {
    if (!context_.given_up) return record.subject == 0 || went(context_.people, record.subject);
    const auto left = still_there_.find(record.table);
    return left == still_there_.end() ||
           left->second.find(key_from_json(record.key)) == KeyIndex::none;
  }

  void tell_values() {
    for (const Path& file : notes_in(context_.folder)) {
      LineReader reader(file);
      while (const auto text = reader.next()) {
        const Json note = parse_json(*text);
        if (note.at("dataset") != dataset_.name ||
            !went(context_.people, note.at("person").get<std::uint32_t>()))
          continue;
        tell({{"table", note.at("table")}, {"person", note.at("value")}, {"do", "erase"}});
      }
    }
  }

  const ApplyContext& context_;
  const Dataset& dataset_;
  const std::map<std::uint32_t, KeyIndex>& still_there_;
  std::string path_;
  std::string lines_;
  std::set<std::string> told_;
  std::uint64_t count_ = 0;
};

std::uint64_t records_in(const model::ManifestHeader& header, const std::string& dataset) {
  std::uint64_t records = 0;
  for (const auto& table : header.tables)
    if (table.dataset == dataset) records += table.erase + table.mask;
  return records;
}

}  // namespace

void note_for_parties(const ApplyContext& context, const OpenedSources& sources) {
  Notes(context, sources).write();
}

bool is_a_party(const ApplyContext& context, const Dataset& dataset) {
  return dataset.held_by != context.realm.policy->controller;
}

void forget_notes_for_parties(const Path& folder) {
  for (const Path& file : notes_in(folder)) destroy_file(file);
}

std::vector<Certificate::Outstanding> outstanding_of(
    const ApplyContext& context, const std::map<std::string, std::string>& lost,
    const std::map<std::uint32_t, KeyIndex>& still_there) {
  std::vector<Certificate::Outstanding> found;
  for (const auto& reference : context.header.datasets) {
    if (const auto why = lost.find(reference.name); why != lost.end()) {
      found.push_back(
          {reference.name, "", why->second, records_in(context.header, reference.name), ""});
      continue;
    }
    const Dataset& dataset = *context.session.dataset(reference.name);
    if (!is_a_party(context, dataset)) continue;
    if (Certificate::Outstanding told = Instruction(context, dataset, still_there).write();
        told.records > 0)
      found.push_back(std::move(told));
  }
  return found;
}

}  // namespace besa::workflow
