#include "besa/base/text.hpp"
#include "besa/report/table.hpp"
#include "besa/workflow/enrolment.hpp"
#include "cli/command_groups.hpp"
#include "cli/keys.hpp"

namespace besa::cli {
namespace {

struct CreateFlags {
  KeyOptions key;
};

void create_flags(Flags& flags, CreateFlags& options) {
  key_flags(flags, options.key);
}

int create(Context& context, const CreateFlags& options) {
  const ledger::NamedKey made = create_key(context, options.key, context.person());
  if (context.json()) {
    context.print({{"name", made.name},
                   {"public_key", made.key.base64()},
                   {"fingerprint", made.key.fingerprint()},
                   {"file", key_file(context, options.key, made.name).string()}});
  } else {
    context.out() << ledger::public_key_text(made);
  }
  return 0;
}

struct EnrolFlags {
  std::string file;
  bool approver = false;
  KeyOptions key;
};

void enrol_flags(Flags& flags, EnrolFlags& options) {
  flags.positional("FILE", options.file,
                   "what the newcomer's 'besa key create' printed ('-': standard input)");
  flags.toggle("--approver", options.approver,
               "the newcomer may approve manifests and enrol others");
  key_flags(flags, options.key);
}

int enrol(Context& context, const EnrolFlags& options) {
  const ledger::NamedKey newcomer = ledger::parse_public_key(context.content_of(options.file));
  workflow::enrol(context.session(), newcomer, options.approver,
                  unlock_key(context, options.key, context.person()));
  if (context.json()) {
    context.print({{"name", newcomer.name},
                   {"public_key", newcomer.key.base64()},
                   {"approver", options.approver},
                   {"enrolled_by", context.person()}});
  } else {
    context.out() << for_terminal(newcomer.name) << " (" << newcomer.key.fingerprint()
                  << ") was enrolled" << (options.approver ? " as an approver" : "") << " by "
                  << for_terminal(context.person()) << ".\n";
  }
  return 0;
}

struct RetireFlags {
  std::string name;
  KeyOptions key;
};

void retire_flags(Flags& flags, RetireFlags& options) {
  flags.positional("NAME", options.name, "whose key is retired");
  key_flags(flags, options.key);
}

int retire(Context& context, const RetireFlags& options) {
  context.require_consent("Retire the key of " + for_terminal(options.name) + " for good?");
  workflow::retire(context.session(), options.name,
                   unlock_key(context, options.key, context.person()));
  if (context.json()) {
    context.print({{"name", options.name}, {"retired_by", context.person()}});
  } else {
    context.out() << "The key of " << for_terminal(options.name) << " was retired.\n";
  }
  return 0;
}

Json as_json(const ledger::EnrolledKey& key) {
  return {{"name", key.name},
          {"public_key", key.key.base64()},
          {"fingerprint", key.key.fingerprint()},
          {"approver", key.approver},
          {"enrolled_at", key.enrolled_at.str()},
          {"retired_at", key.retired_at ? Json(key.retired_at->str()) : Json(nullptr)}};
}

int list_keys(Context& context, const NoOptions&) {
  ledger::Ledger& ledger = context.session().ledger();
  report::TextTable table({{"name"}, {"may approve"}, {"fingerprint"}, {"enrolled"}, {"retired"}});
  Json people = Json::array();
  for (const ledger::EnrolledKey& key : ledger.keys()) {
    table.add({key.name, key.approver ? "yes" : "no", key.key.fingerprint(), key.enrolled_at.str(),
               key.retired_at ? key.retired_at->str() : ""});
    people.push_back(as_json(key));
  }
  if (context.json()) {
    context.print({{"log_key", ledger.verifier_key().str()}, {"people", people}});
  } else {
    context.out() << table.str(0) << "\nThe log signs certificates and checkpoints with\n  "
                  << for_terminal(ledger.verifier_key().str()) << '\n';
  }
  return 0;
}

}  // namespace

void add_key(Tree& tree) {
  tree.noun("key", "who may sign");
  tree.add<CreateFlags>({{"key", "create"},
                         "make your key under a passphrase; prints the line to be enrolled",
                         {"besa key create --as blerta > blerta.pub"}},
                        create_flags, create);
  tree.add<EnrolFlags>({{"key", "enrol"},
                        "let somebody sign; an approver signs that",
                        {"besa key enrol blerta.pub --approver --as drita"}},
                       enrol_flags, enrol);
  tree.add<RetireFlags>({{"key", "retire"},
                         "no longer accept somebody's signature",
                         {"besa key retire blerta --as drita"}},
                        retire_flags, retire);
  tree.add<NoOptions>(
      {{"key", "list"}, "who is enrolled, and the log's public key", {"besa key list"}}, no_flags,
      list_keys);
}

}  // namespace besa::cli
