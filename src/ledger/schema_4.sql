-- What version 4 of the ledger added: runs that an approver gave up.

CREATE TABLE given_up (
  run        TEXT PRIMARY KEY REFERENCES runs (id),
  manifest   TEXT NOT NULL REFERENCES manifests (id),
  header     TEXT NOT NULL,
  approver   TEXT NOT NULL,
  signed_at  TEXT NOT NULL,
  reason     TEXT NOT NULL,            -- a code
  public_key TEXT NOT NULL REFERENCES keys (public_key),
  signature  TEXT NOT NULL
) STRICT;
