#include "besa/base/text.hpp"
#include "besa/report/certificate.hpp"
#include "cli/command_groups.hpp"

namespace besa::cli {
namespace {

struct ShowCertificateFlags {
  std::string certificate;
};

void show_certificate_flags(Flags& flags, ShowCertificateFlags& options) {
  flags.positional("CERTIFICATE", options.certificate, "its id, C-2026-0001, or its file");
}

Path certificate_file(Context& context, const std::string& named) {
  Path here = context.path(named);
  if (std::filesystem::is_regular_file(here)) {
    return here;
  }
  return context.session().state() / "certificates" / (named + ".note");
}

std::string opened(const std::string& note, const model::VerifierKey& key,
                   const std::string& file) {
  const auto text = model::open_note(note, key);
  if (!text) {
    throw Error(ErrorKind::finding, file + " does not carry a valid signature by " + key.name,
                "it was changed, or another log signed it");
  }
  return *text;
}

int show_certificate(Context& context, const ShowCertificateFlags& options) {
  if (options.certificate.empty() || options.certificate.front() == '.') {
    throw Error(ErrorKind::usage, "'" + options.certificate + "' names no certificate",
                "its id looks like C-2026-0001");
  }
  const Path file = certificate_file(context, options.certificate);
  const std::string text =
      opened(read_file(file), context.session().ledger().verifier_key(), file.filename().string());
  if (context.json()) {
    context.print(parse_json(text));
  } else {
    context.out() << report::certificate_text(model::Certificate::parse(text));
  }
  return 0;
}

struct VerifyCertificateFlags {
  std::string file, key;
};

void verify_certificate_flags(Flags& flags, VerifyCertificateFlags& options) {
  flags.positional("FILE", options.file, "the signed certificate");
  flags.text("--key", "KEY", options.key,
             "the log's public key, or a file that holds it (default: the workspace's log)");
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

/// A key as it is, or in a file; without one the workspace's own.
model::VerifierKey verifier_key(Context& context, const std::string& given) {
  if (given.empty()) {
    try {
      return context.session().ledger().verifier_key();
    } catch (const Error& error) {  // an auditor's machine has no workspace
      const std::string other = error.hint().empty() ? "" : error.hint() + "; or ";
      throw Error(error.kind(), error.message(),
                  other + "give the log's public key with --key KEY");
    }
  }
  if (const auto key = model::VerifierKey::parse(given)) {
    return *key;
  }
  const Path file = context.path(given);
  if (std::filesystem::is_regular_file(file)) {
    if (const auto key = model::VerifierKey::parse(first_line(read_file(file)))) {
      return *key;
    }
  }
  throw Error(ErrorKind::failed,
              "'" + given + "' is neither a public key nor a file that holds one",
              "'besa key list' prints the log's: NAME+HEX+BASE64");
}

int verify_certificate(Context& context, const VerifyCertificateFlags& options) {
  const model::VerifierKey key = verifier_key(context, options.key);
  const std::string text = opened(context.content_of(options.file), key, options.file);
  const model::Certificate certificate = model::Certificate::parse(text);
  if (context.json()) {
    context.print(
        {{"valid", true}, {"signed_by", key.name}, {"certificate", certificate.to_json()}});
  } else {
    context.out() << "Valid: signed by " << for_terminal(key.name) << ".\n\n"
                  << report::certificate_text(certificate);
  }
  return 0;
}

}  // namespace

void add_certificate(Tree& tree) {
  tree.noun("certificate", "what was done, signed");
  tree.add<ShowCertificateFlags>(
      {{"certificate", "show"},
       "one of this workspace, in words",
       {"besa certificate show C-2026-0001", "besa certificate show C-2026-0001 --format json"}},
      show_certificate_flags, show_certificate);
  tree.add<VerifyCertificateFlags>({{"certificate", "verify"},
                                    "whether the log's key signed it, on any machine",
                                    {"besa certificate verify .besa/certificates/C-2026-0001.note",
                                     "besa certificate verify C-2026-0001.note --key log.pub"}},
                                   verify_certificate_flags, verify_certificate);
}

}  // namespace besa::cli
