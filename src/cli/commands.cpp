// Every command of besa, in the order in which help lists them.
#include "cli/command_groups.hpp"

namespace besa::cli {

void add_commands(Tree& tree) {
  add_init(tree);
  add_status(tree);
  add_night(tree);
  add_sweep(tree);
  add_explain(tree);
  add_doctor(tree);
  add_backup(tree);
  add_policy(tree);
  add_dataset(tree);
  add_manifest(tree);
  add_certificate(tree);
  add_key(tree);
  add_hold(tree);
  add_audit(tree);
  add_completion(tree);
}

}  // namespace besa::cli
