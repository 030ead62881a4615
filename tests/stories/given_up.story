# A run that left a value which stays: an approver gives it up, and nobody else.
$ besa init --example happy --one-database --members 300 happy > made.txt

$ cd happy

$ besa sweep --as blerim > swept.txt

$ besa manifest approve M-2026-0001
Manifest M-2026-0001 was approved by drita. Next: 'besa manifest apply M-2026-0001'

$ besa manifest apply M-2026-0001 --as blerim > applied.txt
? 6

$ besa manifest reject M-2026-0001 --reason note-stays --as blerim
! besa: manifest M-2026-0001 was begun: only an approver gives it up, and blerim is none
! hint: 'besa manifest reject M-2026-0001 --reason CODE --as APPROVER'; 'besa key list' shows who is
? 4

$ besa manifest reject M-2026-0001 --reason note-stays
Manifest M-2026-0001 was rejected and its run given up; what it listed was destroyed.

Certificate C-2026-0002 of manifest M-2026-0001, run R-2026-0001
Log besa/happy-<random>, policy on-solutions 1
From 2026-11-22T11:00:00Z to 2026-11-22T11:00:00Z

Given up: an approver ended the run. What it had done was looked at again; what it had not done stays as it was.
Drafted by blerim (claimed), approved by drita; 2 different people in all.
Given up by drita: note-stays.

  table                      removed  masked  retained  not done  seen absent  still there
  loyalty.calls                   13       -         -         -           13            -
  loyalty.cards                   35       -         -         -           35            -
  loyalty.consents                40       -         -         -           40            -
  loyalty.email_history            2       -         -         -            2            -
  loyalty.invoices                 3       3         3         -            3            -
  loyalty.newsletter_events      126       -         -         -          126            -
  loyalty.purchases              117       -         -         -          117            -
  loyalty.web_visits             103       -         -         -          103            -
  loyalty.members                 34       -         -         -           34            -

Retained rows, by ground:
  3  accounting-records (ON-RET-3)
Removed from the live files of loyalty; a search of their 667 648 bytes for 141 values found: live rows of members: 1.
  Also the value of somebody who stays, and left alone: 21.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 52.
  secure deletion: done (on)
  values that stay in calls: done (0 of the erased)
  values that stay in cards: done (0 of the erased)
  values that stay in consents: done (0 of the erased)
  values that stay in email_history: done (0 of the erased)
  values that stay in invoices: done (0 of the erased)
  values that stay in members: done (21 of the erased)
  values that stay in newsletter_events: done (0 of the erased)
  values that stay in purchases: done (0 of the erased)
  values that stay in web_visits: done (0 of the erased)
  look at the bytes: done (values found)
  side files: done (empty or gone)

Not covered:
  earlier copies and backups besa does not know of, replicas and file-system snapshots
  disk blocks not yet overwritten (full-disk encryption, discard, or media sanitisation per NIST SP 800-88)
The log had 13 entries, root <digest>.

Signed certificate: <stage>/happy/.besa/certificates/C-2026-0002.note
Who is not erased is found again by 'besa sweep'.
? 6

$ besa manifest reject M-2026-0001 --reason note-stays
! besa: manifest M-2026-0001 is rejected and cannot be rejected
? 4

$ besa manifest apply M-2026-0001 --as blerim
! besa: manifest M-2026-0001 is rejected
! hint: draft a new one with 'besa sweep'
? 4

$ besa manifest list
manifest     state     policy        as of       expires     people  records  drafted by
M-2026-0001  rejected  on-solutions  2026-11-22  2026-11-29      34      476  blerim

$ besa audit verify
Sound: 14 entries, 0 signed checkpoints, root <digest>.

$ besa sweep --as blerim --dry-run > again.txt

$ besa manifest approve M-2026-0001 --as drita
! besa: manifest M-2026-0001 is rejected already
! hint: 'besa manifest list' shows what waits for approval
? 4
