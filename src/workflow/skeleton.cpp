#include "workflow/skeleton.hpp"

#include <array>

namespace besa::workflow {
namespace {

constexpr std::string_view initial_workspace = R"({
  // Which promises and which data this workspace is about; besa.json(5) has every field.
  "policies": ["policies/policy.json"],
  "datasets": ["datasets/dataset.json"],
  "language": "en",

  // Beyond these a manifest wants a named override: a sweep that suddenly takes a fifth of a table
  // has more likely met a mistake than a promise.
  "limits": {
    "share_of_table": 0.2,
    "factor_of_earlier": 4,
    "share_of_unusable_dates": 0.02,
    "manifest_expires": "P7D"
  }

  // Copies of the data that outlive an erasure, so that certificates can name them:
  // "backups": [{ "name": "nightly", "path": "backup", "kept_for": "P30D" }]
}
)";

constexpr std::string_view initial_policy = R"({
  // What was promised, in the words of the published text; besa-policy(5) has every field.
  "name": "policy",
  "version": "1",
  "title": "Privacy policy",
  "controller": "controller",
  "time_zone": "Europe/Tirane",

  "parties": [
    { "id": "controller", "name": "Your company", "role": "controller", "country": "AL" }
  ],

  // Whether an event of this kind is contact by the person, and why.
  "contact_events": {
    "purchase": { "counts": true, "reason": "the person bought" },
    "collected": { "counts": false, "reason": "joining starts the clock only where no contact followed" }
  },

  "retention": [
    {
      "id": "last-contact",
      "clause": "RET-1",
      "kind": "maximum",
      "scope": "subject",
      "from": "last_contact",
      "period": "P5Y",
      "action": "erase"
    }
  ],

  "clauses": [
    {
      "id": "RET-1",
      "document": "Privacy policy, storage",
      "original": "Copy the sentence as it was published.",
      "english": "We keep your data for five years from your last contact.",
      "carried_by": ["last-contact"]
    }
  ]
}
)";

constexpr std::string_view initial_dataset = R"({
  // Where personal data lies and whose it is; besa-dataset(5) has every field. Name every column of
  // every table: 'besa dataset check' tells which are missing.
  "dataset": "dataset",
  "policy": "policy",
  "held_by": "controller",
  "source": "sqlite:data/customers.db",

  "tables": {
    "customers": {
      "key": ["id"],
      "subject": "customer",
      "identifiers": { "email": "email" },
      "columns": { "id": "user.unique_id", "email": "user.contact.email", "joined": "user.account" },
      "events": [{ "at": "joined", "event": "collected" }],
      "times": { "joined": { "format": "date" } }
    },
    "purchases": {
      "key": ["id"],
      "links": [{ "columns": ["customer"], "belongs_to": "customers" }],
      "columns": { "id": "none", "customer": "user.unique_id", "at": "user.behavior.purchase_history" },
      "events": [{ "at": "at", "event": "purchase" }],
      "times": { "at": { "format": "rfc3339" } }
    }
  }
}
)";

constexpr std::array initial_files{SkeletonFile{"besa.json", initial_workspace},
                                   SkeletonFile{"policies/policy.json", initial_policy},
                                   SkeletonFile{"datasets/dataset.json", initial_dataset}};

}  // namespace

std::span<const SkeletonFile> skeleton() {
  return initial_files;
}

}  // namespace besa::workflow
