# Beyond a limit: exit 4, and nothing without an override by name, which is recorded.
$ besa init --example happy --one-database --members 300 happy > made.txt

$ cd happy

$ replace besa.json '"subjects": 200000' '"subjects": 3'

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
Beyond a limit: 34 subjects are due, more than the limit of 3
It needs an override by name: 'besa manifest approve M-2026-0001 --override CODE'.
Next: 'besa manifest show M-2026-0001', then another person approves it.
? 4

$ besa manifest approve M-2026-0001
! besa: manifest M-2026-0001 exceeds a limit: 34 subjects are due, more than the limit of 3
! hint: approve it with a reason for the override, or draft a smaller one
? 4

$ besa manifest approve M-2026-0001 --override first-wave
Manifest M-2026-0001 was approved by drita. Next: 'besa manifest apply M-2026-0001'

$ besa sweep --oldest 2 --as blerim
Policy on-solutions, as of 2026-11-22: 300 people looked at.

34 people are due, the oldest since 2024-11-23.
32 others are due too, and left for a later wave.

  rule          clause    people  records  oldest due since
  last-contact  ON-RET-2       2        -  2024-11-23

  table                      erase  mask  retained  of rows
  loyalty.calls                  -     -         -        -
  loyalty.cards                  2     -         -      322
  loyalty.consents               2     -         -      367
  loyalty.email_history          -     -         -        -
  loyalty.invoices               -     -         -        -
  loyalty.newsletter_events      -     -         -        -
  loyalty.partners               -     -         -        -
  loyalty.purchases              1     -         -    2 006
  loyalty.web_visits             -     -         -        -
  loyalty.members                2     -         -      300

Undetermined, and so untouched: 4 people (possible_contact 2, unreadable_time 2).
1 due person was never in contact: the clock started at collection.
1 person has an event in the future, which was not counted.

Manifest M-2026-0002 was drafted; nothing was changed.
Next: 'besa manifest show M-2026-0002', then another person approves it.
