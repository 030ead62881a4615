#include "besa/base/text.hpp"
#include "besa/report/certificate.hpp"
#include "besa/report/manifest.hpp"
#include "besa/report/table.hpp"
#include "besa/workflow/apply.hpp"
#include "besa/workflow/approve.hpp"
#include "besa/workflow/manifest_files.hpp"
#include "cli/command_groups.hpp"
#include "cli/manifest_folder.hpp"
#include "cli/render_manifest.hpp"
#include "cli/signals.hpp"

namespace besa::cli {
namespace {

int list_manifests(Context& context, const NoOptions&) {
  report::TextTable table({{"manifest"},
                           {"state"},
                           {"policy"},
                           {"as of"},
                           {"expires"},
                           {"people", report::Align::right},
                           {"records", report::Align::right},
                           {"drafted by"}});
  Json json = Json::array();
  for (const ledger::ManifestRow& row : context.session().ledger().manifests()) {
    const std::string state =
        std::string(ledger::name_of(row.state)) + (row.simulated ? " (simulated)" : "");
    table.add({row.id, state, row.policy, row.as_of.str(), row.expires.str(), grouped(row.subjects),
               grouped(row.records), row.drafted_by});
    json.push_back({{"manifest", row.id},
                    {"why", row.why},
                    {"state", ledger::name_of(row.state)},
                    {"simulated", row.simulated},
                    {"policy", row.policy},
                    {"as_of", row.as_of.str()},
                    {"expires", row.expires.str()},
                    {"subjects", row.subjects},
                    {"records", row.records},
                    {"drafted_by", row.drafted_by},
                    {"header_digest", row.header.hex()}});
  }
  if (context.json()) {
    context.print(json);
  } else {
    context.out() << (table.empty() ? "No manifest was drafted yet.\n" : table.str(0));
  }
  return 0;
}

struct ShowManifestFlags {
  std::string manifest, header;
  std::optional<std::uint64_t> samples;
};

void show_manifest_flags(Flags& flags, ShowManifestFlags& options) {
  flags.positional("MANIFEST", options.manifest, "its id, M-2026-0001", Need::optional);
  flags.text("--header", "FILE", options.header,
             "a header.json from elsewhere: no workspace is needed");
  flags.number("--samples", options.samples, "how many people to show (default 5)");
}

void print_authority(Context& context, const model::ManifestHeader& header, const Digest& digest) {
  context.out() << "SHA-256 of header.json: " << digest.hex() << '\n';
  if (const auto given_up = context.session().ledger().given_up(header.id)) {
    context.out() << "Given up by " << for_terminal(given_up->by) << " on " << given_up->at.str()
                  << " (" << for_terminal(given_up->reason) << "), certificate "
                  << context.session().ledger().run_of(header.id)->certificate << ".\n";
    return;
  }
  const workflow::Authority authority = workflow::authority(context.session(), header, digest);
  if (authority.why_not.empty()) {
    context.out() << "Approved by " << for_terminal(join(authority.by, ", ")) << ".\n";
    return;
  }
  context.out() << "Not approved: " << for_terminal(authority.why_not) << '\n';
  if (!authority.hint.empty()) {
    context.out() << "  hint: " << for_terminal(authority.hint) << '\n';
  }
}

int show_here(Context& context, const ShowManifestFlags& options) {
  const Path folder = manifest_folder(context, options.manifest);
  Digest digest;
  const model::ManifestHeader header = workflow::read_header(folder, &digest);
  const bool has_body = std::filesystem::exists(folder / "body.jsonl");
  if (context.json()) {
    if (has_body) {
      stream_manifest(context.out(), folder, header);
    } else {
      context.out() << to_line(parse_json(header.to_text())) << '\n';
    }
    return 0;
  }
  context.out() << report::manifest_text(header);
  context.out() << (has_body ? samples_text(folder, header, options.samples.value_or(5))
                             : "\nThe manifest is closed: what it listed was destroyed.\n");
  context.out() << '\n';
  print_authority(context, header, digest);
  return 0;
}

int show_manifest(Context& context, const ShowManifestFlags& options) {
  if (options.header.empty() == options.manifest.empty()) {
    throw Error(ErrorKind::usage, "'manifest show' wants a manifest's id, or --header FILE",
                "'besa manifest list' lists them");
  }
  if (options.header.empty()) {
    return show_here(context, options);
  }
  const std::string text = read_file(context.path(options.header));
  const model::ManifestHeader header = model::ManifestHeader::parse(text);
  if (context.json()) {
    context.out() << to_line(parse_json(text)) << '\n';
  } else {
    context.out() << report::manifest_text(header)
                  << "\nSHA-256 of the file: " << sha256(text).hex() << '\n';
  }
  return 0;
}

struct ApplyFlags {
  std::string manifest;
};

void apply_flags(Flags& flags, ApplyFlags& options) {
  flags.positional("MANIFEST", options.manifest, "its id");
}

Json as_json(const workflow::ApplyReport& report) {
  return {{"certificate", report.certificate.to_json()},
          {"certificate_file", report.certificate_file.string()},
          {"resumed", report.resumed},
          {"already_applied", report.already},
          {"unchanged", report.unchanged},
          {"still_open", report.still_open}};
}

bool store_away(const model::Certificate& certificate) {
  return std::any_of(certificate.outstanding.begin(), certificate.outstanding.end(),
                     [](const auto& each) { return each.party.empty(); });
}

void print_already(const Context& context, const model::Certificate& certificate) {
  context.out() << "Manifest " << certificate.manifest << " was already applied, as run "
                << certificate.run << "; nothing was done.\n";
  if (certificate.outcome != model::RunOutcome::done) {
    context.out() << "It was " << name_of(certificate.outcome) << ": certificate " << certificate.id
                  << " says what was left out.\n"
                  << report::outstanding_text(certificate);
  }
}

void print_text(const Context& context, const workflow::ApplyReport& report) {
  if (report.already) {
    return print_already(context, report.certificate);
  }
  if (report.resumed) {
    context.out() << "Run " << report.certificate.run
                  << " was unfinished and has been resumed.\n\n";
  }
  if (report.unchanged) {
    context.out() << "Nothing is otherwise than when certificate " << report.certificate.id
                  << " was signed: it stands, and no other was.\n\n";
  }
  context.out() << report::certificate_text(report.certificate);
  if (store_away(report.certificate)) {
    context.out() << "\nWhat is listed as outstanding is not finished: apply it again when that is "
                     "mended.\n";
  } else if (report.still_open) {
    context.out() << "\nSome people in it fall due later: apply it again then.\n";
  }
  context.out() << "\nSigned certificate: " << for_terminal(report.certificate_file.string())
                << '\n';
}

void ask_before_apply(Context& context, const std::string& manifest) {
  const model::ManifestHeader header = workflow::read_header(manifest_folder(context, manifest));
  context.require_consent("Erase or mask " + counted(header.records, "record", "records") + " of " +
                          counted(header.subjects, "person", "people") + " for good?");
}

int apply(Context& context, const ApplyFlags& options) {
  ask_before_apply(context, options.manifest);
  const StopOnSignal signals;
  const workflow::ApplyReport report = workflow::apply(context.session(), {options.manifest});
  if (context.json()) {
    context.print(as_json(report));
  } else {
    print_text(context, report);
  }
  const bool done = report.certificate.outcome == model::RunOutcome::done;
  return done ? 0 : static_cast<int>(ErrorKind::partial);
}

}  // namespace

void add_manifest(Tree& tree) {
  tree.noun("manifest", "what would be erased, frozen: shown, approved, applied");
  tree.add<NoOptions>(
      {{"manifest", "list"}, "the manifests and their states", {"besa manifest list"}}, no_flags,
      list_manifests);
  tree.add<ShowManifestFlags>(
      {{"manifest", "show"},
       "totals, limits and masked samples for people; every line with --format json",
       {"besa manifest show M-2026-0001", "besa manifest show M-2026-0001 --format json",
        "besa manifest show --header header.json"}},
      show_manifest_flags, show_manifest);
  add_manifest_approve(tree);
  add_manifest_reject(tree);
  tree.add<ApplyFlags>({{"manifest", "apply"},
                        "carry out an approved manifest, or resume it; look again; certify",
                        {"besa manifest apply M-2026-0001"}},
                       apply_flags, apply);
}

}  // namespace besa::cli
