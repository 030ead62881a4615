#include "workflow/find_person.hpp"

#include <algorithm>
#include <charconv>

#include "besa/base/text.hpp"
#include "workflow/key_forms.hpp"
#include "workflow/key_text.hpp"
#include "workflow/time_readers.hpp"

namespace besa::workflow {
namespace {

using source::RowView;
using source::Value;

std::optional<std::int64_t> as_integer(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The word in every type a column may store it in.
std::vector<Value> stored_forms(const std::string& word) {
  std::vector<Value> forms{Value::of(word)};
  if (const auto number = as_integer(word)) forms.push_back(Value::of(*number));
  return forms;
}

/// Looks for one word in the tables of one subject type.
class PersonSearch {
 public:
  PersonSearch(const Realm& realm, const std::string& type, const Sources& sources,
               const std::string& word)
      : realm_(realm), type_(type), sources_(sources), word_(word) {}

  /// A key names one row and is sought first; whatever else people go by is looked for only where
  /// it names nobody, because a column of identifiers need not have an index.
  RootKeys run() {
    each_dataset([&](const auto& dataset, auto& source) { by_key(dataset, source); });
    for (const bool seek : {true, false})
      if (found_.empty())
        each_dataset(
            [&](const auto& dataset, auto& source) { by_identifier(dataset, source, seek); });
    return std::move(found_);
  }

 private:
  template <class Each>
  void each_dataset(const Each& each) {
    for (const model::Dataset* dataset : realm_.datasets)
      if (const auto source = sources_.find(dataset->name);
          source != sources_.end() && source->second != nullptr)
        each(*dataset, *source->second);
  }

  void add(const model::Dataset& dataset, const model::Table& root, const std::string& key) {
    std::vector<std::string>& keys = found_[dataset.name + "." + root.name];
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }

  /// A key of several columns is written as manifests write it: ["a",17].
  source::KeyIndex keys_meant(std::size_t width) const {
    source::KeyIndex keys;
    if (width == 1)
      for (const Value& form : stored_forms(word_)) keys.add(source::encode_key(source::Key{form}));
    else if (word_.starts_with('['))
      keys.add(key_from_json(word_));
    return keys;
  }

  void by_key(const model::Dataset& dataset, source::Source& source) {
    for (const model::Table& table : dataset.tables) {
      if (table.subject != type_) continue;
      const source::KeyIndex keys = keys_meant(table.key.size());
      if (keys.empty()) continue;
      source::Scan scan;
      scan.table = table.name;
      scan.columns = table.key;
      scan.key_width = static_cast<std::uint32_t>(table.key.size());
      scan.keys = &keys;
      source.scan(scan, [&](RowView row) { add(dataset, table, source::encode_key(row)); });
    }
  }

  /// `seek`: only what is stored as it was typed, or in its comparable form.
  void by_identifier(const model::Dataset& dataset, source::Source& source, bool seek) {
    for (const model::Attachment& way : realm_.rules->ways(dataset)) {
      if (way.subject != type_ || !way.by.empty()) continue;
      for (const model::Identifier& identifier : dataset.tables[way.table].identifiers)
        look(dataset, source, way, identifier, seek);
    }
  }

  void look(const model::Dataset& dataset, source::Source& source, const model::Attachment& way,
            const model::Identifier& identifier, bool seek) {
    const std::string wanted = normalise(word_, identifier.rule);
    if (wanted.empty()) return;
    source::Scan scan = scan_along(dataset, way);
    scan.columns = {identifier.column};
    if (seek) {
      std::vector<Value> forms = stored_forms(word_);
      if (wanted != word_) forms.push_back(Value::of(wanted));
      scan.where.push_back({identifier.column, std::move(forms)});
    }
    const std::size_t width = way.columns.size();
    source.scan(scan, [&](RowView row) {
      if (row.front().is_null() || row[width].is_null()) return;
      if (normalise(Value(row[width]).text(), identifier.rule) == wanted)
        for (const std::string& key : own_keys(dataset, way, row.first(width)))
          add(*way.home, way.root_table(), key);
    });
  }

  /// The keys of the people's own rows, which another store may write otherwise.
  std::vector<std::string> own_keys(const model::Dataset& dataset, const model::Attachment& way,
                                    RowView owner) const {
    if (!way.leads_out(dataset)) return {source::encode_key(owner)};
    std::vector<std::string> keys;
    source::KeyIndex forms;
    for (const std::string& form : key_forms(owner)) forms.add(form);
    source::Scan scan;
    scan.table = way.root_table().name;
    scan.columns = way.root_table().key;
    scan.key_width = static_cast<std::uint32_t>(scan.columns.size());
    scan.keys = &forms;
    if (const auto home = sources_.find(way.home->name);
        home != sources_.end() && home->second != nullptr)
      home->second->scan(scan, [&](RowView row) { keys.push_back(source::encode_key(row)); });
    return keys;
  }

  const Realm& realm_;
  const std::string& type_;
  const Sources& sources_;
  const std::string& word_;
  RootKeys found_;
};

}  // namespace

RootKeys find_roots(const Realm& realm, const std::string& subject_type, const Sources& sources,
                    const std::string& identifier) {
  return PersonSearch(realm, subject_type, sources, identifier).run();
}

}  // namespace besa::workflow
