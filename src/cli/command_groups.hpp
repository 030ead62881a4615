// The functions by which each command file adds what it offers; commands.cpp lists them.
#pragma once

#include "cli/command.hpp"

namespace besa::cli {

void add_init(Tree& tree);
void add_status(Tree& tree);
void add_night(Tree& tree);
void add_sweep(Tree& tree);
void add_explain(Tree& tree);
void add_doctor(Tree& tree);
void add_backup(Tree& tree);
void add_policy(Tree& tree);
void add_policy_test(Tree& tree);
void add_dataset(Tree& tree);
void add_manifest(Tree& tree);
void add_manifest_approve(Tree& tree);
void add_manifest_reject(Tree& tree);
void add_certificate(Tree& tree);
void add_key(Tree& tree);
void add_hold(Tree& tree);
void add_audit(Tree& tree);
void add_completion(Tree& tree);

}  // namespace besa::cli
