#include "besa/base/text.hpp"
#include "besa/workflow/approve.hpp"
#include "besa/workflow/manifest_files.hpp"
#include "cli/command_groups.hpp"
#include "cli/keys.hpp"
#include "cli/manifest_folder.hpp"

namespace besa::cli {
namespace {

struct ApproveFlags {
  std::string manifest, override_reason, header, signature, out;
  bool detached = false, in_advance = false;
  std::vector<std::string> rules;
  std::optional<std::uint64_t> most_subjects, most_records;
  std::optional<Date> until;
  KeyOptions key;
};

void fill(Flags& flags, ApproveFlags& options) {
  flags.positional("MANIFEST", options.manifest, "its id, M-2026-0001", Need::optional);
  flags.text("--override", "CODE", options.override_reason,
             "go beyond its limits, for this recorded reason");
  flags.toggle("--detached", options.detached, "print the signed approval instead of recording it");
  flags.text("--header", "FILE", options.header,
             "with --detached: a header.json on another machine");
  flags.text("--out", "FILE", options.out, "with --detached: write the approval there");
  flags.text("--signature", "FILE", options.signature,
             "record an approval that was signed elsewhere");
  flags.toggle("--in-advance", options.in_advance,
               "approve coming manifests of retention, for cron, within bounds");
  flags.texts("--rule", "RULE", options.rules, "in advance: manifests of this rule (repeatable)");
  flags.number("--most-subjects", options.most_subjects, "in advance: of at most so many people");
  flags.number("--most-records", options.most_records, "in advance: of at most so many records");
  flags.date("--until", options.until, "in advance: the last day on which it holds");
  key_flags(flags, options.key);
}

[[noreturn]] void misused_approve(const std::string& message) {
  throw Error(ErrorKind::usage, message, "see 'besa help manifest approve'");
}

std::string header_text(Context& context, const ApproveFlags& options) {
  if (!options.header.empty()) {
    return read_file(context.path(options.header));
  }
  return read_file(manifest_folder(context, options.manifest) / "header.json");
}

/// What the signer was told to sign must be what the file holds.
void require_same(const std::string& manifest, const std::string& text) {
  const std::string id = model::ManifestHeader::parse(text).id;
  if (!manifest.empty() && manifest != id) {
    throw Error(ErrorKind::refused, "the header is that of manifest " + id + ", not " + manifest,
                "ask the operator for the right header.json");
  }
}

model::Approval sign(Context& context, const ApproveFlags& options) {
  const std::string text = header_text(context, options);
  require_same(options.manifest, text);
  const std::string name = context.person();
  return workflow::sign_approval(text, name, unlock_key(context, options.key, name).key,
                                 context.clock().now(), options.override_reason);
}

int approve_detached(Context& context, const ApproveFlags& options) {
  const model::Approval approval = sign(context, options);
  if (options.out.empty()) {
    context.out() << approval.to_text();
  } else {
    write_file(context.path(options.out), approval.to_text());
  }
  return 0;
}

void report_approval(Context& context, const model::Approval& approval) {
  if (context.json()) {
    context.print({{"manifest", approval.manifest},
                   {"approved_by", approval.by},
                   {"at", approval.at.str()},
                   {"header_digest", approval.header.hex()},
                   {"override_reason", approval.override_reason}});
    return;
  }
  context.out() << "Manifest " << approval.manifest << " was approved by "
                << for_terminal(approval.by) << ". Next: 'besa manifest apply " << approval.manifest
                << "'\n";
}

int approve_one(Context& context, const ApproveFlags& options) {
  const model::Approval approval =
      options.signature.empty()
          ? sign(context, options)
          : model::Approval::parse(read_file(context.path(options.signature)));
  if (!options.manifest.empty() && approval.manifest != options.manifest) {
    throw Error(ErrorKind::refused,
                "the signature approves " + approval.manifest + ", not " + options.manifest);
  }
  workflow::approve(context.session(), approval);
  report_approval(context, approval);
  return 0;
}

/// The bounds, tied to the files as they are: a changed policy or dataset ends the standing
/// approval.
model::StandingApproval bounds(Context& context, const ApproveFlags& options) {
  model::StandingApproval approval;
  approval.rules = options.rules;
  approval.most_subjects = *options.most_subjects;
  approval.most_records = *options.most_records;
  approval.until = *options.until;
  approval.by = context.person();
  approval.at = context.clock().now();
  for (const workflow::Realm& realm : context.session().realms()) {
    if (realm.policy->rule(options.rules.front()) != nullptr) {
      approval.policy_digest = realm.policy->digest;
      for (const model::Dataset* dataset : realm.datasets) {
        approval.datasets[dataset->name] = dataset->digest;
      }
      return approval;
    }
  }
  throw Error(ErrorKind::failed, "no policy has a rule '" + options.rules.front() + "'",
              "'besa policy show' lists them");
}

int approve_in_advance(Context& context, const ApproveFlags& options) {
  if (options.rules.empty() || !options.most_subjects || !options.most_records || !options.until) {
    misused_approve("--in-advance wants --rule, --most-subjects, --most-records and --until");
  }
  const model::StandingApproval approval = bounds(context, options);
  workflow::approve_in_advance(context.session(), approval,
                               unlock_key(context, options.key, context.person()).key);
  if (context.json()) {
    context.print({{"approved_by", approval.by},
                   {"rules", approval.rules},
                   {"most_subjects", approval.most_subjects},
                   {"most_records", approval.most_records},
                   {"until", approval.until.str()}});
  } else {
    context.out() << "Until " << approval.until.str() << ", manifests of "
                  << for_terminal(join(approval.rules, ", ")) << " with at most "
                  << counted(approval.most_subjects, "person", "people") << " and "
                  << counted(approval.most_records, "record", "records")
                  << " are approved in advance, as long as policy and datasets stay as they are.\n";
  }
  return 0;
}

int run(Context& context, const ApproveFlags& options) {
  if (options.in_advance) {
    return approve_in_advance(context, options);
  }
  if (options.manifest.empty() && options.header.empty() && options.signature.empty()) {
    misused_approve("'manifest approve' wants a manifest's id");
  }
  if (!options.header.empty() && !options.detached) {
    misused_approve("--header is for --detached: it signs elsewhere and records nothing");
  }
  return options.detached ? approve_detached(context, options) : approve_one(context, options);
}

}  // namespace

void add_manifest_approve(Tree& tree) {
  tree.add<ApproveFlags>(
      {{"manifest", "approve"},
       "sign it with your key: another person than the one who drafted it",
       {"besa manifest approve M-2026-0001 --as drita",
        "besa manifest approve --detached --header header.json --as drita --out drita.approval",
        "besa manifest approve M-2026-0001 --signature drita.approval",
        "besa manifest approve --in-advance --rule retention-members --most-subjects 100 "
        "--most-records 2000 --until "
        "2027-01-31 --as drita"}},
      fill, run);
}

}  // namespace besa::cli
