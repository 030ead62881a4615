#include "besa/base/text.hpp"
#include "besa/report/certificate.hpp"
#include "besa/workflow/approve.hpp"
#include "besa/workflow/give_up.hpp"
#include "cli/command_groups.hpp"
#include "cli/keys.hpp"
#include "cli/manifest_folder.hpp"

namespace besa::cli {
namespace {

struct RejectFlags {
  std::string manifest, reason = "unspecified", header, signature, out;
  bool detached = false;
  KeyOptions key;
};

void fill(Flags& flags, RejectFlags& options) {
  flags.positional("MANIFEST", options.manifest, "its id, M-2026-0001", Need::optional);
  flags.text("--reason", "CODE", options.reason, "why, as a code: no names, no free text");
  flags.toggle("--detached", options.detached,
               "of one that was begun: print the signed rejection instead of recording it");
  flags.text("--header", "FILE", options.header,
             "with --detached: a header.json on another machine");
  flags.text("--out", "FILE", options.out, "with --detached: write the rejection there");
  flags.text("--signature", "FILE", options.signature,
             "give up with a rejection that was signed elsewhere");
  key_flags(flags, options.key);
}

[[noreturn]] void misused_reject(const std::string& message) {
  throw Error(ErrorKind::usage, message, "see 'besa help manifest reject'");
}

model::Rejection sign(Context& context, const RejectFlags& options) {
  const Path file = options.header.empty()
                        ? manifest_folder(context, options.manifest) / "header.json"
                        : context.path(options.header);
  const std::string text = read_file(file);
  const std::string id = model::ManifestHeader::parse(text).id;
  if (!options.manifest.empty() && options.manifest != id) {
    throw Error(ErrorKind::refused,
                "the header is that of manifest " + id + ", not " + options.manifest,
                "ask the operator for the right header.json");
  }
  const std::string name = context.person();
  return workflow::sign_rejection(text, name, unlock_key(context, options.key, name).key,
                                  context.clock().now(), options.reason);
}

int reject_detached(Context& context, const RejectFlags& options) {
  const model::Rejection rejection = sign(context, options);
  if (options.out.empty()) {
    context.out() << rejection.to_text();
  } else {
    write_file(context.path(options.out), rejection.to_text());
  }
  return 0;
}

/// Nothing of it was done: whoever asks may say no to it.
int reject_drafted(Context& context, const RejectFlags& options) {
  workflow::reject(context.session(), options.manifest, options.reason);
  if (context.json()) {
    context.print(
        {{"manifest", options.manifest}, {"state", "rejected"}, {"reason", options.reason}});
  } else {
    context.out() << "Manifest " << options.manifest
                  << " was rejected; what it listed was destroyed.\n";
  }
  return 0;
}

void report_given_up(Context& context, const workflow::GivenUp& done) {
  if (context.json()) {
    context.print({{"manifest", done.certificate.manifest},
                   {"state", "rejected"},
                   {"reason", done.certificate.given_up_reason},
                   {"certificate", done.certificate.to_json()},
                   {"certificate_file", done.certificate_file.string()}});
    return;
  }
  context.out() << "Manifest " << done.certificate.manifest
                << " was rejected and its run given up; what it listed was destroyed.\n\n"
                << report::certificate_text(done.certificate)
                << "\nSigned certificate: " << for_terminal(done.certificate_file.string())
                << "\nWho is not erased is found again by 'besa sweep'.\n";
}

int give_up(Context& context, const RejectFlags& options) {
  workflow::Session& session = context.session();
  const bool elsewhere = !options.signature.empty();
  if (!elsewhere) {
    workflow::require_approver(session, options.manifest, context.person());
    context.require_consent("Give up manifest " + options.manifest +
                            "? What was erased stays erased, and what was not stays.");
  }
  const model::Rejection rejection =
      elsewhere ? model::Rejection::parse(read_file(context.path(options.signature)))
                : sign(context, options);
  if (!options.manifest.empty() && rejection.manifest != options.manifest) {
    throw Error(ErrorKind::refused,
                "the signature rejects " + rejection.manifest + ", not " + options.manifest);
  }
  const workflow::GivenUp done = workflow::give_up(session, rejection);
  report_given_up(context, done);
  return done.certificate.nothing_outstanding() ? 0 : static_cast<int>(ErrorKind::partial);
}

int run(Context& context, const RejectFlags& options) {
  if (options.manifest.empty() && options.header.empty() && options.signature.empty()) {
    misused_reject("'manifest reject' wants a manifest's id");
  }
  if (!options.header.empty() && !options.detached) {
    misused_reject("--header is for --detached: it signs elsewhere and records nothing");
  }
  if (options.detached) {
    return reject_detached(context, options);
  }
  const bool begun =
      !options.signature.empty() || workflow::begun_run(context.session(), options.manifest);
  return begun ? give_up(context, options) : reject_drafted(context, options);
}

}  // namespace

void add_manifest_reject(Tree& tree) {
  tree.add<RejectFlags>(
      {{"manifest", "reject"},
       "say no to it, for good; one that was begun is given up, which an approver signs",
       {"besa manifest reject M-2026-0001 --reason wrong-policy",
        "besa manifest reject M-2026-0001 --reason store-lost --as drita",
        "besa manifest reject --detached --header header.json --reason store-lost --as drita --out "
        "drita.rejection",
        "besa manifest reject M-2026-0001 --signature drita.rejection"}},
      fill, run);
}

}  // namespace besa::cli
