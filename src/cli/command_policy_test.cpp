#include "besa/base/text.hpp"
#include "besa/model/policy_cases.hpp"
#include "cli/command_groups.hpp"
#include "cli/workspace_files.hpp"

namespace besa::cli {
namespace {

struct TestFlags {
  std::string name;
};

void fill(Flags& flags, TestFlags& options) {
  flags.positional("FILE", options.name, "a policy file (default: those of the workspace)",
                   Need::optional);
}

/// "policies/loyalty.cases.json" beside "policies/loyalty.json".
std::string cases_beside(const std::string& policy) {
  return Path(policy).replace_extension(".cases.json").string();
}

struct Tested {
  std::string file;
  std::size_t cases = 0;
  bool found = false;
  std::vector<model::CaseMismatch> mismatches;
};

Tested test_file(const PeoplesFile& file) {
  Tested tested{cases_beside(file.shown), 0, false, {}};
  std::vector<Fault> faults;
  const model::Policy policy = model::read_policy(read_file(file.path), file.shown, faults);
  require_none(faults, file.shown);
  const Path cases_file = cases_beside(file.path.string());
  if (!std::filesystem::exists(cases_file)) {
    return tested;
  }
  tested.found = true;
  const auto cases = model::read_policy_cases(read_file(cases_file), tested.file, policy, faults);
  require_none(faults, tested.file);
  tested.cases = cases.size();
  tested.mismatches = model::mismatches(policy, cases);
  return tested;
}

Json as_json(const Tested& tested) {
  Json list = Json::array();
  for (const model::CaseMismatch& mismatch : tested.mismatches) {
    list.push_back({{"case", mismatch.name},
                    {"clause", mismatch.clause},
                    {"field", mismatch.field},
                    {"expected", mismatch.expected},
                    {"decided", mismatch.decided}});
  }
  return {{"file", tested.file},
          {"found", tested.found},
          {"cases", tested.cases},
          {"mismatches", list}};
}

void print_text(std::ostream& out, const Tested& tested) {
  out << for_terminal(tested.file) << ": ";
  if (!tested.found) {
    out << "no such file; nothing was tested\n";
    return;
  }
  out << counted(tested.cases, "case", "cases")
      << (tested.mismatches.empty() ? ", all decided as expected\n"
                                    : ", not all decided as expected\n");
  for (const model::CaseMismatch& mismatch : tested.mismatches) {
    out << "  " << for_terminal(mismatch.name) << " (" << for_terminal(mismatch.clause)
        << "): " << for_terminal(mismatch.field) << " should be '"
        << for_terminal(mismatch.expected) << "' and is '" << for_terminal(mismatch.decided)
        << "'\n";
  }
}

int run(Context& context, const TestFlags& options) {
  Json json = Json::array();
  bool failed = false;
  for (const PeoplesFile& file : policy_files(context, options.name)) {
    const Tested tested = test_file(file);
    failed |= !tested.mismatches.empty();
    if (context.json()) {
      json.push_back(as_json(tested));
    } else {
      print_text(context.out(), tested);
    }
  }
  if (context.json()) {
    context.print(json);
  }
  return failed ? static_cast<int>(ErrorKind::finding) : 0;
}

}  // namespace

void add_policy_test(Tree& tree) {
  tree.add<TestFlags>({{"policy", "test"},
                       "whether the cases beside a policy are decided as written down",
                       {"besa policy test"}},
                      fill, run);
}

}  // namespace besa::cli
