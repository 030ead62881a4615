#include "cli/render_manifest.hpp"

#include <set>

#include "besa/base/json.hpp"
#include "besa/base/text.hpp"
#include "besa/report/table.hpp"
#include "besa/workflow/manifest_files.hpp"

namespace besa::cli {
namespace {

/// A key is a JSON array of values; each is masked by itself.
std::string masked_key(const std::string& key) {
  std::vector<std::string> parts;
  for (const Json& part : parse_json(key)) {
    parts.push_back(masked(part.is_string() ? part.get<std::string>() : part.dump()));
  }
  return join(parts, ", ");
}

std::string deed_of(const model::RecordLine& line) {
  if (line.deed == model::Deed::erase) {
    return "erase";
  }
  std::string text = "mask";
  text += line.clear.empty() ? "" : " " + join(line.clear, ", ");
  text += line.cut.empty() ? "" : "; cut " + join(line.cut, ", ");
  return text;
}

/// Gathers what is shown while the body goes by.
class Samples {
 public:
  Samples(const model::ManifestHeader& header, std::uint64_t people)
      : header_(header), wanted_(people) {}

  void look_at(const model::BodyLine& line) {
    if (line.subject) {
      look_at(*line.subject);
    } else if (line.record) {
      look_at(*line.record);
    }
  }

  [[nodiscard]] std::string text() const {
    std::string text;
    if (!people_.empty()) {
      text += "\nFor example, keys masked:\n" + people_.str();
    }
    if (!records_.empty()) {
      text += "\nOne record of each table and deed, keys masked:\n" + records_.str();
    }
    return text;
  }

 private:
  void look_at(const model::SubjectLine& line) {
    if (taken_ == wanted_) {
      return;
    }
    ++taken_;
    people_.add({line.subject + ' ' + masked_key(line.key), line.event + ' ' + line.start.str(),
                 line.rule, line.due_since.str(), line.not_before.str()});
  }

  void look_at(const model::RecordLine& line) {
    if (line.table >= header_.tables.size() || !seen_.insert({line.table, line.deed}).second) {
      return;
    }
    const auto& table = header_.tables[line.table];
    records_.add({table.dataset + "." + table.table, masked_key(line.key), deed_of(line),
                  line.rule.empty() ? "with its owner" : line.rule, line.ground});
  }

  const model::ManifestHeader& header_;
  std::uint64_t wanted_, taken_ = 0;
  std::set<std::pair<std::uint32_t, model::Deed>> seen_;
  report::TextTable people_{
      {{"person"}, {"clock started"}, {"rule"}, {"due since"}, {"not before"}}};
  report::TextTable records_{{{"table"}, {"key"}, {"deed"}, {"why"}, {"rest retained by"}}};
};

}  // namespace

std::string samples_text(const Path& folder, const model::ManifestHeader& header,
                         std::uint64_t people) {
  Samples samples(header, people);
  workflow::read_body(folder, header, [&](const model::BodyLine& line) { samples.look_at(line); });
  return samples.text();
}

void stream_manifest(std::ostream& out, const Path& folder, const model::ManifestHeader& header) {
  out << to_line(parse_json(header.to_text())) << '\n';
  std::string text;
  workflow::read_body(folder, header, [&](const model::BodyLine& line) {
    text.clear();
    if (line.subject) {
      append_line(text, *line.subject);
    } else {
      append_line(text, *line.record);
    }
    out << text;
  });
}

}  // namespace besa::cli
