-- What version 3 of the ledger changed: the nodes of the tree lie with the entry that completes
-- them, so that an entry is one row in one place, whatever it completes.

CREATE TABLE entries_3 (
  number INTEGER PRIMARY KEY,        -- 0, 1, 2 …
  leaf   BLOB NOT NULL,              -- SHA-256(0x00 ‖ bytes)
  nodes  BLOB NOT NULL,              -- of the perfect subtrees of 2, 4, 8 … leaves that end here:
                                     -- each SHA-256(0x01 ‖ left ‖ right), the smallest first
  bytes  BLOB NOT NULL               -- one line of JSON, exactly as hashed
) STRICT;

INSERT INTO entries_3
WITH RECURSIVE levels(level) AS (SELECT 1 UNION ALL SELECT level + 1 FROM levels WHERE level < 62)
SELECT e.number, e.leaf,
  coalesce((SELECT CAST(group_concat(hash, '') AS BLOB) FROM
    (SELECT n.hash AS hash FROM levels CROSS JOIN nodes AS n
     ON n.level = levels.level AND n.number = ((e.number + 1) >> levels.level) - 1
     WHERE (e.number + 1) & ((1 << levels.level) - 1) = 0 ORDER BY levels.level)), x''),
  e.bytes
FROM entries AS e;

DROP TABLE entries;
DROP TABLE nodes;
ALTER TABLE entries_3 RENAME TO entries;

CREATE TRIGGER entries_follow BEFORE INSERT ON entries
WHEN new.number <> (SELECT coalesce(max(number) + 1, 0) FROM entries)
BEGIN SELECT raise(ABORT, 'an entry must follow the last'); END;
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
BEGIN SELECT raise(ABORT, 'an entry never changes'); END;
CREATE TRIGGER entries_remain BEFORE DELETE ON entries
BEGIN SELECT raise(ABORT, 'an entry is never removed'); END;
