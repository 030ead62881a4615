# A manifest that was edited, comes from elsewhere, or whose drafter would approve it, is refused.
$ besa init --example happy --one-database --members 300 happy > made.txt

$ cd happy

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

# Whoever drafted does not approve.
$ besa key create --as blerim > blerim.pub

$ besa key enrol blerim.pub --approver
blerim (<fingerprint>) was enrolled as an approver by drita.

$ besa manifest approve M-2026-0001 --as blerim
! besa: blerim drafted manifest M-2026-0001 and cannot approve it
! hint: a second person must look at it
? 4

# Nobody applies what nobody approved.
$ besa manifest apply M-2026-0001
! besa: manifest M-2026-0001 is not approved
! hint: besa manifest approve M-2026-0001
? 4

# An edited header is not the one that was drafted.
$ replace .besa/manifests/M-2026-0001/header.json '"why": "retention"' '"why": "revenge"'

$ besa manifest approve M-2026-0001
! besa: header.json of manifest M-2026-0001 was changed after it was drafted
! hint: reject it with 'besa manifest reject M-2026-0001' and draft it again with 'besa sweep'
? 4

# A manifest of another ledger.
$ cd ..

$ besa init --example happy --one-database --members 300 --seed 2 other > made.txt

$ cd other

$ besa sweep --as blerim
Policy on-solutions, as of 2026-11-22: 300 people looked at.

34 people are due, the oldest since 2024-11-23.

  rule          clause    people  records  oldest due since
  last-contact  ON-RET-2      34        -  2024-11-23

  table                      erase  mask  retained  of rows
  loyalty.calls                 10     -         -      154
  loyalty.cards                 35     -         -      334
  loyalty.consents              37     -         -      367
  loyalty.email_history          3     -         -       23
  loyalty.invoices               5     4         4       89
  loyalty.newsletter_events    218     -         -    1 805
  loyalty.partners               -     -         -        -
  loyalty.purchases            157     -         -    2 137
  loyalty.web_visits           123     -         -    1 136
  loyalty.members               34     -         -      300

Undetermined, and so untouched: 4 people (possible_contact 2, unreadable_time 2).
1 due person was never in contact: the clock started at collection.
1 person has an event in the future, which was not counted.
4 records keep what a longer duty names.
2 records go although a partner must keep its own copy.

Manifest M-2026-0001 was drafted; nothing was changed.
Next: 'besa manifest show M-2026-0001', then another person approves it.

$ besa manifest approve --detached --header ../happy/.besa/manifests/M-2026-0001/header.json --out other.approval

$ besa manifest approve M-2026-0001 --signature other.approval
! besa: the approval is for another header of manifest M-2026-0001
! hint: the manifest was edited, or the approval belongs to an earlier draft
? 4

$ besa manifest show M-2026-0009
! besa: no manifest 'M-2026-0009' in this workspace
! hint: did you mean 'M-2026-0001'?
? 1
