#include "cli/render_findings.hpp"

#include "besa/base/error.hpp"
#include "besa/report/finding.hpp"

namespace besa::cli {

int print_findings(const Context& context, const std::vector<model::Finding>& findings,
                   const std::string& what) {
  if (context.json()) {
    context.print({{"findings", report::findings_json(findings)}});
  } else {
    context.out() << report::findings_text(findings) << what
                  << " checked: " << report::findings_summary(findings) << '\n';
  }
  return report::has_errors(findings) ? static_cast<int>(ErrorKind::finding) : 0;
}

}  // namespace besa::cli
