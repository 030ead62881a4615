# The log: every change has its entry; three lines kept elsewhere prove later that nothing was lost.
$ besa init --example happy --one-database --members 300 happy > made.txt

$ cd happy

$ besa audit log
0 {"v":1,"kind":"ledger.created","at":"2026-11-22T11:00:00Z","origin":"besa/happy-<random>","public_key":"<32 bytes>"}
1 {"v":1,"kind":"key.enrolled","at":"2026-11-22T11:00:00Z","by":{"name":"drita","claimed":false},"name":"drita","public_key":"<32 bytes>","approver":true,"signature":"<signature>"}

$ besa audit checkpoint
besa/happy-<random>
2
<32 bytes>

— besa/happy-<random> <signature>

$ besa audit checkpoint --out kept.txt

$ besa audit prove 0
c2sp.org/tlog-proof@v1
index 0
<32 bytes>
<32 bytes>

besa/happy-<random>
4
<32 bytes>

— besa/happy-<random> <signature>

$ besa audit prove 1 --out entry-1.tlog-proof

$ besa audit prove 99
! besa: the log has no entry 99; it has 4 entries
! hint: the first is entry 0
? 1

$ besa audit prove first
! besa: 'first' is no entry's number
! hint: 'besa audit log' shows them
? 2

$ besa hold place --subject HM-0000017 --matter dispute-7 --review 2027-06-30
Hold H-2026-0001 is in force; it is to be reviewed on 2027-06-30.

$ besa audit log --from 3 --limit 1
3 {"v":1,"kind":"checkpoint.exported","at":"2026-11-22T11:00:00Z","size":3,"root":"<digest>"}

$ besa audit verify --since kept.txt
Sound: 5 entries, 3 signed checkpoints, root <digest>; the kept checkpoint is a part of it.

# Whoever can write the database can change a table; the entries say what it ought to be.
$ sql .besa/ledger.db "UPDATE holds SET released = '2026-11-22'"

$ besa audit verify
table holds, row H-2026-0001: its released is not what the entries say
The log was tampered with: 1 place.
? 3

# Whoever rewrites the log itself is found by the tree.
$ sql .besa/ledger.db "UPDATE holds SET released = NULL; DROP TRIGGER entries_stay; UPDATE entries SET bytes = CAST(replace(bytes, 'dispute-7', 'dispute-8') AS BLOB) WHERE number = 4"

$ besa audit verify
trigger entries_stay: is missing
entry 4: its bytes are not those that were recorded
table holds, row H-2026-0001: its matter is not what the entries say
The log was tampered with: 3 places.
? 3
