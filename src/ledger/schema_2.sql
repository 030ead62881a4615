-- What version 2 of the ledger added: what erased people went by.

CREATE TABLE suppressions (          -- what erased people went by: it must not come back unseen
  digest TEXT PRIMARY KEY,           -- HMAC-SHA-256, base64; never the identifier itself
  what   TEXT NOT NULL,              -- subject type and kind: member/email
  run    TEXT NOT NULL REFERENCES runs (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE suppression_keys (
  key   TEXT NOT NULL,               -- SHA-256 of the secret in the vault
  rules INTEGER NOT NULL,            -- version of the rules that make identifiers comparable
  PRIMARY KEY (key, rules)
) STRICT;

CREATE TABLE reappearances (         -- the latest look for erased people who are there again
  policy TEXT PRIMARY KEY,
  at     TEXT NOT NULL,
  people INTEGER NOT NULL
) STRICT;
