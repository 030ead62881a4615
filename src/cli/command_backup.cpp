#include "besa/base/text.hpp"
#include "besa/workflow/backup.hpp"
#include "cli/command_groups.hpp"

namespace besa::cli {
namespace {

struct BackupFlags {
  std::string out;
  std::optional<Period> keep;
};

void fill(Flags& flags, BackupFlags& options) {
  flags.text("--out", "DIR", options.out, "where the backup's own folder is made", Need::required);
  flags.period("--keep", options.keep, "how long it will be kept (default P3M)");
}

int run(Context& context, const BackupFlags& options) {
  const workflow::BackupReport report = workflow::back_up(
      context.session(), context.path(options.out), options.keep.value_or(Period(0, 3, 0)));
  if (context.json()) {
    context.print({{"folder", report.folder.string()},
                   {"files", report.files},
                   {"bytes", report.bytes},
                   {"expires", report.expires.str()}});
  } else {
    context.out() << "Backed up " << counted(report.files, "file", "files") << ", "
                  << counted(report.bytes, "byte", "bytes") << ", to "
                  << for_terminal(report.folder.lexically_normal().string())
                  << ".\nIt holds what the vault holds: destroy it by " << report.expires.str()
                  << ".\n";
  }
  return 0;
}

}  // namespace

void add_backup(Tree& tree) {
  tree.add<BackupFlags>({{"backup"},
                         "copy the ledger, the vault, manifests and certificates to another place",
                         {"besa backup --out backups", "besa backup --out backups --keep P1M"}},
                        fill, run);
}

}  // namespace besa::cli
