-- What version 5 of the ledger changed: an entry out of its place fails instead of aborting. Nothing
-- of the statement has to be undone then, so SQLite keeps no journal of each insert; and the last
-- entry is looked up, not counted.

DROP TRIGGER IF EXISTS entries_follow;
CREATE TRIGGER entries_follow BEFORE INSERT ON entries
WHEN new.number <> coalesce((SELECT number + 1 FROM entries ORDER BY number DESC), 0)
BEGIN SELECT raise(FAIL, 'an entry must follow the last'); END;
