# The one line for cron: what it tells when there is much, little and nothing to tell.
$ besa init --example happy --one-database --members 300 happy > made.txt

$ cd happy

$ replace besa.json '"language": "en"' '"metrics": "besa.prom", "language": "en"'

$ besa night --as cron
  sweep: on-solutions: 34 people are due, manifest M-2026-0001 was drafted
  apply: manifest M-2026-0001 is not approved
    hint: besa manifest approve M-2026-0001
  quiet: nothing was unfinished; dataset loyalty is covered by its file; checkpoint-5.note was signed; keep a copy of it elsewhere; besa.prom was written

$ besa status
! approval: manifest M-2026-0001 (34 people, 476 records) awaits approval until 2026-11-29
    besa manifest approve M-2026-0001
  due: 34 people are due, the longest for 729 days (sweep of 2026-11-22)
! undetermined: 4 people cannot be decided about, and nothing happens to their data (sweep of 2026-11-22)
    besa dataset check
? 3

$ besa status --for ops
Nothing is open for ops.

$ besa status --for dpo
! approval: manifest M-2026-0001 (34 people, 476 records) awaits approval until 2026-11-29
    besa manifest approve M-2026-0001
  due: 34 people are due, the longest for 729 days (sweep of 2026-11-22)
! undetermined: 4 people cannot be decided about, and nothing happens to their data (sweep of 2026-11-22)
    besa dataset check
? 3

$ besa manifest reject M-2026-0001 --reason not-reviewed
Manifest M-2026-0001 was rejected; what it listed was destroyed.

# One signature for coming manifests, within bounds.
$ besa manifest approve --in-advance --rule last-contact
! besa: --in-advance wants --rule, --most-subjects, --most-records and --until
! hint: see 'besa help manifest approve'
? 2

$ besa manifest approve --in-advance --rule last-contact --most-subjects 100 --most-records 2000 --until 2027-01-31
Until 2027-01-31, manifests of last-contact with at most 100 people and 2 000 records are approved in advance, as long as policy and datasets stay as they are.

# A week in one manifest: each person goes only when the day has come.
$ besa sweep --ahead P7D --as cron
Policy on-solutions, as of 2026-11-22: 300 people looked at.

34 people are due, the oldest since 2024-11-23.
2 more fall due within the time you look ahead, and may go only then.

  rule          clause    people  records  oldest due since
  last-contact  ON-RET-2      36        -  2024-11-23

  table                      erase  mask  retained  of rows
  loyalty.calls                 13     -         -      160
  loyalty.cards                 37     -         -      322
  loyalty.consents              42     -         -      367
  loyalty.email_history          2     -         -       22
  loyalty.invoices               3     3         3       99
  loyalty.newsletter_events    126     -         -    1 598
  loyalty.partners               -     -         -        -
  loyalty.purchases            119     -         -    2 006
  loyalty.web_visits           103     -         -    1 076
  loyalty.members               36     -         -      300

Undetermined, and so untouched: 4 people (possible_contact 2, unreadable_time 2).
1 due person was never in contact: the clock started at collection.
1 person has an event in the future, which was not counted.
3 records keep what a longer duty names.
2 records go although a partner must keep its own copy.

Manifest M-2026-0002 was drafted; nothing was changed.
Next: 'besa manifest show M-2026-0002', then another person approves it.

$ besa night --as cron
! apply: manifest M-2026-0002: residue pending, certificate C-2026-0001; some of it is to be done on a later day
    hint: the certificate says where values were found again; correct those rows, and the next night looks once more
  quiet: nothing was unfinished; dataset loyalty is covered by its file; on-solutions: manifest M-2026-0002 is open until 2026-12-06; no other was drafted; nobody who was erased is there again; checkpoint-18.note was signed; keep a copy of it elsewhere; besa.prom was written
? 6

$ besa status --for ops
! residue: manifest M-2026-0002 (36 people, 484 records) was carried out, but values of erased people were found again: certificate C-2026-0001 says where
    besa manifest apply M-2026-0002
? 6

$ show besa.prom
# HELP besa_due_subjects People due at the latest sweep.
# TYPE besa_due_subjects gauge
besa_due_subjects{policy="on-solutions"} 34
# HELP besa_overdue_days_max Days since the longest overdue person became due.
# TYPE besa_overdue_days_max gauge
besa_overdue_days_max{policy="on-solutions"} 729
# HELP besa_undetermined_subjects People who could not be decided about at the latest sweep.
# TYPE besa_undetermined_subjects gauge
besa_undetermined_subjects{policy="on-solutions"} 4
# HELP besa_held_subjects People held at the latest sweep.
# TYPE besa_held_subjects gauge
besa_held_subjects{policy="on-solutions"} 0
# HELP besa_unfinished_runs Runs that have not ended.
# TYPE besa_unfinished_runs gauge
besa_unfinished_runs 0
# HELP besa_last_success_timestamp_seconds When 'besa night' last ended well.
# TYPE besa_last_success_timestamp_seconds gauge
besa_last_success_timestamp_seconds 1795345200
# HELP besa_ledger_entries Entries of the ledger.
# TYPE besa_ledger_entries gauge
besa_ledger_entries 18

# Somebody typed an erased person's number into another one's note.
$ sql data/loyalty.db "UPDATE members SET note = NULL WHERE member_id = 'HM-0000024'"

$ day 2026-11-23

$ besa night --as cron
  apply: manifest M-2026-0002: done, certificate C-2026-0002
  quiet: nothing was unfinished; dataset loyalty is covered by its file; on-solutions: manifest M-2026-0002 is open until 2026-12-06; no other was drafted; nobody who was erased is there again; checkpoint-27.note was signed; keep a copy of it elsewhere; besa.prom was written

$ day 2026-11-29

$ besa night --as cron
A quiet night: nothing was unfinished; dataset loyalty is covered by its file; on-solutions: nobody is due; nobody who was erased is there again; checkpoint-30.note was signed; keep a copy of it elsewhere; besa.prom was written

$ besa night --as cron
A quiet night: nothing was unfinished; dataset loyalty is covered by its file; on-solutions: nobody is due; nobody who was erased is there again; checkpoint-33.note was signed; keep a copy of it elsewhere; besa.prom was written

$ besa status
! undetermined: 4 people cannot be decided about, and nothing happens to their data (sweep of 2026-11-29)
    besa dataset check
? 3

$ besa night --today 2027-01-01
! besa: the night is of the real day: --today is for looking, not for doing
! hint: leave --today out
? 2
