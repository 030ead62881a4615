#include "besa/report/finding.hpp"

#include <algorithm>

#include "besa/base/text.hpp"

namespace besa::report {
namespace {

using model::Finding;
using model::Severity;

std::uint64_t count(const std::vector<Finding>& findings, Severity severity) {
  return static_cast<std::uint64_t>(
      std::count_if(findings.begin(), findings.end(),
                    [&](const Finding& finding) { return finding.severity == severity; }));
}

std::string line_of(const Finding& finding) {
  std::string line{name_of(finding.severity)};
  line += ": ";
  if (!finding.where.empty()) {
    line += for_terminal(finding.where) + ": ";
  }
  line += for_terminal(finding.message);
  if (!finding.code.empty()) {
    line += " [" + for_terminal(finding.code) + ']';
  }
  return line;
}

}  // namespace

std::string findings_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    for (const Finding& finding : findings) {
      if (finding.severity == severity) {
        text += line_of(finding) + '\n';
        text += finding.hint.empty() ? "" : "  hint: " + for_terminal(finding.hint) + '\n';
      }
    }
  }
  return text;
}

Json findings_json(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"severity", name_of(finding.severity)},
                    {"code", finding.code},
                    {"where", finding.where},
                    {"message", finding.message},
                    {"hint", finding.hint}});
  }
  return list;
}

std::string findings_summary(const std::vector<Finding>& findings) {
  std::vector<std::string> parts;
  if (const auto errors = count(findings, Severity::error); errors > 0) {
    parts.push_back(counted(errors, "error", "errors"));
  }
  if (const auto warnings = count(findings, Severity::warning); warnings > 0) {
    parts.push_back(counted(warnings, "warning", "warnings"));
  }
  if (const auto notes = count(findings, Severity::note); notes > 0) {
    parts.push_back(counted(notes, "note", "notes"));
  }
  return parts.empty() ? "nothing found" : join(parts, ", ");
}

bool has_errors(const std::vector<Finding>& findings) {
  return count(findings, Severity::error) > 0;
}

Finding finding_of(const Fault& fault, const std::string& file) {
  return {.severity = Severity::error,
          .code = "file.fault",
          .where = file + (fault.pointer.empty() ? "" : "#" + fault.pointer),
          .message = fault.message,
          .hint = fault.hint};
}

}  // namespace besa::report
