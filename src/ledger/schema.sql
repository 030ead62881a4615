-- The ledger's tables (besa(7), "The ledger"): version 1. Later versions add to it, each in a file
-- of its own (schema_2.sql …); a new ledger runs them all, an older one those it lacks.
--
-- Three of them only grow: entries, the nodes of their tree, and the checkpoints signed over it.
-- Every other table is a fold of the entries: `audit verify` rebuilds it from them and compares. The
-- first columns of a fold are its primary key, and order it.

CREATE TABLE entries (
  number INTEGER PRIMARY KEY,        -- 0, 1, 2 …
  leaf   BLOB NOT NULL,              -- SHA-256(0x00 ‖ bytes)
  bytes  BLOB NOT NULL               -- one line of JSON, exactly as hashed
) STRICT;

CREATE TABLE nodes (                 -- perfect subtrees of 2^level leaves, level 1 and up
  level  INTEGER NOT NULL,
  number INTEGER NOT NULL,           -- on its level, from the left
  hash   BLOB NOT NULL,              -- SHA-256(0x01 ‖ left ‖ right)
  PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,          -- entries it speaks about
  note TEXT NOT NULL                 -- the signed note
) STRICT;

CREATE TRIGGER entries_follow BEFORE INSERT ON entries
WHEN new.number <> (SELECT coalesce(max(number) + 1, 0) FROM entries)
BEGIN SELECT raise(ABORT, 'an entry must follow the last'); END;
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
BEGIN SELECT raise(ABORT, 'an entry never changes'); END;
CREATE TRIGGER entries_remain BEFORE DELETE ON entries
BEGIN SELECT raise(ABORT, 'an entry is never removed'); END;

CREATE TRIGGER nodes_stay BEFORE UPDATE ON nodes
BEGIN SELECT raise(ABORT, 'a node never changes'); END;
CREATE TRIGGER nodes_remain BEFORE DELETE ON nodes
BEGIN SELECT raise(ABORT, 'a node is never removed'); END;

CREATE TRIGGER checkpoints_follow BEFORE INSERT ON checkpoints
WHEN new.size <= (SELECT coalesce(max(size), -1) FROM checkpoints)
BEGIN SELECT raise(ABORT, 'a checkpoint must follow the last'); END;
CREATE TRIGGER checkpoints_stay BEFORE UPDATE ON checkpoints
BEGIN SELECT raise(ABORT, 'a checkpoint never changes'); END;
CREATE TRIGGER checkpoints_remain BEFORE DELETE ON checkpoints
BEGIN SELECT raise(ABORT, 'a checkpoint is never removed'); END;

-- folds ------------------------------------------------------------------------------------------

CREATE TABLE about (
  origin     TEXT PRIMARY KEY,       -- name of the log in checkpoints
  public_key TEXT NOT NULL,          -- of log.key, base64
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE keys (
  public_key  TEXT PRIMARY KEY,      -- base64; enrolled once, ever
  name        TEXT NOT NULL,
  approver    INTEGER NOT NULL,
  enrolled_at TEXT NOT NULL,
  enrolled_by TEXT NOT NULL,
  retired_at  TEXT
) STRICT;
CREATE UNIQUE INDEX keys_in_use ON keys (name) WHERE retired_at IS NULL;

CREATE TABLE manifests (
  id            TEXT PRIMARY KEY,    -- M-2026-0007
  entry         INTEGER NOT NULL,    -- that drafted it
  why           TEXT NOT NULL,
  policy        TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  drafted_by    TEXT NOT NULL,
  header        TEXT NOT NULL,       -- SHA-256 of header.json
  state         TEXT NOT NULL,       -- drafted | approved | rejected | applying | closed
  as_of         TEXT NOT NULL,
  not_before    TEXT NOT NULL,
  expires       TEXT NOT NULL,
  subjects      INTEGER NOT NULL,
  records       INTEGER NOT NULL,
  simulated     INTEGER NOT NULL,
  exceeded      TEXT NOT NULL,       -- JSON array of words
  rules         TEXT NOT NULL,       -- JSON array of names
  datasets      TEXT NOT NULL        -- JSON object: name, digest
) STRICT;

CREATE TABLE approvals (
  manifest        TEXT NOT NULL REFERENCES manifests (id),
  approver        TEXT NOT NULL,
  header          TEXT NOT NULL,
  signed_at       TEXT NOT NULL,
  override_reason TEXT NOT NULL,
  public_key      TEXT NOT NULL REFERENCES keys (public_key),
  signature       TEXT NOT NULL,
  PRIMARY KEY (manifest, approver)
) STRICT;

CREATE TABLE standing_approvals (
  id            TEXT PRIMARY KEY,    -- A-2026-0001
  rules         TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  datasets      TEXT NOT NULL,
  most_subjects INTEGER NOT NULL,
  most_records  INTEGER NOT NULL,
  until         TEXT NOT NULL,
  approver      TEXT NOT NULL,
  signed_at     TEXT NOT NULL,
  public_key    TEXT NOT NULL REFERENCES keys (public_key),
  signature     TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  id                 TEXT PRIMARY KEY,  -- R-2026-0004
  entry              INTEGER NOT NULL,
  manifest           TEXT NOT NULL REFERENCES manifests (id),
  begun              TEXT NOT NULL,
  begun_by           TEXT NOT NULL,
  approved_by        TEXT NOT NULL,
  resumed            INTEGER NOT NULL,  -- how many times
  outcome            TEXT,              -- NULL: unfinished
  certificate        TEXT,
  certificate_digest TEXT
) STRICT;
CREATE UNIQUE INDEX runs_unfinished ON runs (manifest) WHERE outcome IS NULL;

CREATE TABLE run_datasets (
  run      TEXT NOT NULL REFERENCES runs (id),
  position INTEGER NOT NULL,
  dataset  TEXT NOT NULL,
  state    TEXT NOT NULL,            -- planned | done | residue
  PRIMARY KEY (run, position)
) STRICT;

CREATE TABLE holds (
  id       TEXT PRIMARY KEY,         -- H-2026-0001
  matter   TEXT NOT NULL,
  subject  INTEGER NOT NULL,         -- random number; 0: not one person
  tables   TEXT NOT NULL,            -- JSON array
  placed   TEXT NOT NULL,
  review   TEXT,
  released TEXT
) STRICT;

CREATE TABLE sweeps (
  entry        INTEGER PRIMARY KEY,
  at           TEXT NOT NULL,
  policy       TEXT NOT NULL,
  as_of        TEXT NOT NULL,
  subjects     INTEGER NOT NULL,
  records      INTEGER NOT NULL,
  held         INTEGER NOT NULL,
  undetermined INTEGER NOT NULL,
  oldest       TEXT
) STRICT;

CREATE TABLE backups (
  entry   INTEGER PRIMARY KEY,
  file    TEXT NOT NULL,
  at      TEXT NOT NULL,
  expires TEXT NOT NULL
) STRICT;

CREATE TABLE exported_checkpoints (
  size INTEGER PRIMARY KEY,
  root TEXT NOT NULL,
  at   TEXT NOT NULL
) STRICT;
