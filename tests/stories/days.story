# A simulated day can never be approved; a manifest expires; nothing due says so.
$ besa init --example happy --one-database --members 300 happy > made.txt

$ cd happy

$ besa sweep --today 2027-01-01 --as blerim
Policy on-solutions, as of 2027-01-01: 300 people looked at.

39 people are due, the oldest since 2024-11-23.

  rule          clause    people  records  oldest due since
  last-contact  ON-RET-2      39        -  2024-11-23

  table                      erase  mask  retained  of rows
  loyalty.calls                 16     -         -      160
  loyalty.cards                 40     -         -      322
  loyalty.consents              45     -         -      367
  loyalty.email_history          2     -         -       22
  loyalty.invoices               3     4         4       99
  loyalty.newsletter_events    129     -         -    1 598
  loyalty.partners               -     -         -        -
  loyalty.purchases            131     -         -    2 006
  loyalty.web_visits           107     -         -    1 076
  loyalty.members               39     -         -      300

Undetermined, and so untouched: 4 people (possible_contact 2, unreadable_time 2).
1 due person was never in contact: the clock started at collection.
1 person has an event in the future, which was not counted.
4 records keep what a longer duty names.

Manifest M-2026-0001 was drafted; nothing was changed.
It is a simulation for 2027-01-01 and can never be approved.

$ besa manifest approve M-2026-0001
! besa: manifest M-2026-0001 was drafted for a simulated day and can never be approved
! hint: draft one for the real day with 'besa sweep'
? 4

$ besa sweep --as blerim
Policy on-solutions, as of 2026-11-22: 300 people looked at.

34 people are due, the oldest since 2024-11-23.

  rule          clause    people  records  oldest due since
  last-contact  ON-RET-2      34        -  2024-11-23

  table                      erase  mask  retained  of rows
  loyalty.calls                 13     -         -      160
  loyalty.cards                 35     -         -      322
  loyalty.consents              40     -         -      367
  loyalty.email_history          2     -         -       22
  loyalty.invoices               3     3         3       99
  loyalty.newsletter_events    126     -         -    1 598
  loyalty.partners               -     -         -        -
  loyalty.purchases            117     -         -    2 006
  loyalty.web_visits           103     -         -    1 076
  loyalty.members               34     -         -      300

Undetermined, and so untouched: 4 people (possible_contact 2, unreadable_time 2).
1 due person was never in contact: the clock started at collection.
1 person has an event in the future, which was not counted.
3 records keep what a longer duty names.
2 records go although a partner must keep its own copy.

Manifest M-2026-0002 was drafted; nothing was changed.
Next: 'besa manifest show M-2026-0002', then another person approves it.

$ besa manifest approve M-2026-0002
Manifest M-2026-0002 was approved by drita. Next: 'besa manifest apply M-2026-0002'

$ day 2026-12-24

$ besa manifest apply M-2026-0002
! besa: manifest M-2026-0002 expired on 2026-11-29
! hint: draft it again with 'besa sweep'
? 4

$ besa sweep --today 1990-01-01 --dry-run
Policy on-solutions, as of 1990-01-01: 300 people looked at.

Nothing is due.

Undetermined, and so untouched: 300 people (no_start 300).
300 people have an event in the future, which was not counted.

A dry run: no manifest was written.

# What status says settles it, does.
$ besa status
! expired: manifest M-2026-0002 (34 people, 476 records) expired on 2026-11-29 and was never applied
    besa manifest reject M-2026-0002 --reason expired
! due: 34 people are due, the longest for 761 days (sweep of 2026-11-22)
    besa sweep
! undetermined: 4 people cannot be decided about, and nothing happens to their data (sweep of 2026-11-22)
    besa dataset check
! sweep: the latest sweep of on-solutions is 32 days old
    besa sweep
? 3

$ besa manifest reject M-2026-0002 --reason expired
Manifest M-2026-0002 was rejected; what it listed was destroyed.
