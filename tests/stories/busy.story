# Two at once: one works, the other says so.
$ besa init --example happy --one-database --members 300 happy > made.txt

$ cd happy

$ replace besa.json '"wait_seconds": 5' '"wait_seconds": 0'

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

Manifest M-2026-0001 was drafted; nothing was changed.
Next: 'besa manifest show M-2026-0001', then another person approves it.

$ besa manifest approve M-2026-0001
Manifest M-2026-0001 was approved by drita. Next: 'besa manifest apply M-2026-0001'

$ lock .besa/lock

$ besa manifest apply M-2026-0001
! besa: the workspace is in use by somebody else's work
! hint: try again when it has finished
? 5

$ unlock
