# People over three stores, of which one does not answer.
$ besa init --example happy --members 300 happy > made.txt

$ cd happy

$ besa sweep --dry-run > all-there.txt

# The web's file was moved away: nobody may go of whom it could tell something.
$ replace datasets/web.json "jsonl:data/web" "jsonl:data/moved"

$ besa sweep --dry-run
Policy on-solutions, as of 2026-11-22: 300 people looked at.

Nothing is due.

Undetermined, and so untouched: 38 people (possible_contact 2, source_missing 34, unreadable_time 2).
1 person has an event in the future, which was not counted.
error: datasets/web.json: the source of dataset web is not there [source.missing]
  hint: put the file back; until then silence proves nothing

A dry run: no manifest was written.
? 3

$ besa night --as cron
! check: dataset web: its source is not there
    hint: put the file back; until then silence proves nothing
! sweep: on-solutions: nobody is due; people stay undetermined until a source is back
  quiet: nothing was unfinished; dataset loyalty is covered by its file; dataset mail is covered by its file; checkpoint-5.note was signed; keep a copy of it elsewhere
? 3

$ replace datasets/web.json "jsonl:data/moved" "jsonl:data/web"

# JSON lines have no list of columns: one that decides and that no line has stops.
$ replace datasets/web.json '{ "at": "at", "event"' '{ "at": "at", "when": { "sort": "page" }, "event"'

$ besa sweep --dry-run
! besa: web.web_visits.sort: is in no line of the source, but whose rows are, or what follows for them, hangs on it
! hint: correct its name, or remove it from datasets/web.json until it is there
? 3
