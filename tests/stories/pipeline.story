# The whole way: a promise, who is due, a second person, the erasure, the certificate.
$ besa init --example happy --members 1000 happy
A workspace was made in happy:
  .besa/ledger.db
  .besa/ledger.lock
  .besa/log.key
  besa.json
  data/loyalty.db
  data/mail/newsletter_events.csv
  data/web/web_visits.jsonl
  datasets/loyalty.json
  datasets/mail.json
  datasets/web.json
  policies/on-solutions.cases.json
  policies/on-solutions.json

Members to look at with 'besa explain':
  member      what the case shows
  HM-0000001  registered seven years ago and never came back: the clock starts at registration (due)
  HM-0000002  registered a year ago and not in contact since: five years from registration are not over (keep)
  HM-0000003  the last real purchase is six years old; one dated next year is an error in the data, not a licence to keep (due)
  HM-0000004  last contact on a 29 February: five years end on 28 February, never on 1 March (due)
  HM-0000005  last contact on the next 29 February: five years have not passed (keep)
  HM-0000006  today is the last day of the five years; erasable from tomorrow (keep)
  HM-0000007  the five years ended yesterday (due)
  HM-0000008  no purchase for six years, but somebody clicked from the address that two members share: it may have been this one (undetermined)
  HM-0000009  shares an address with another member and bought two months ago (keep)
  HM-0000010  no purchase of his own for six years, but the card he shares with another member was used (undetermined)
  HM-0000011  shares a card with another member and bought three months ago (keep)
  HM-0000012  gave up an address that is another member's today; the clicks since then are not his (due)
  HM-0000013  has an address that was another member's before, and clicked last year (keep)
  HM-0000014  bought three years ago with a card that has been replaced since: a look at the present card alone misses it (keep)
  HM-0000015  due, but the invoice is On Solutions' own: what the tax law wants of it stays (due)
  HM-0000016  due, and the invoice is the partner's duty to keep, not ours: the copy goes too (due)
  HM-0000017  due until somebody places a hold on this member; then held, on every path (due)
  HM-0000018  lives in Italy, with a number under +39 (due)
  HM-0000019  lives in Kosovo, with a number under +383 (keep)
  HM-0000020  the purchase is written year first and the later click day first: compared as text, the older date wins (keep)
  HM-0000021  otherwise due, but one purchase is dated 30 February (undetermined)
  HM-0000022  otherwise due, but one purchase is dated 0000-00-00 (undetermined)
  HM-0000023  somebody typed his phone number into the note of the next member; it outlives his rows (due)
  HM-0000024  active, with the phone number of the member before in the note (keep)
  HM-0000025  ë, ç, an apostrophe and quotation marks in a name; the city has a comma (due)
  HM-0000026  a typographic apostrophe and an emoji of four bytes in a name (keep)
  HM-0000027  last bought at 23:30Z, when in Tirana the next day had begun: that day counts, and its five years end today (domain T52) (keep)
  HM-0000028  opened, unsubscribed, visited and was called lately, but has not been in contact for over five years (due)

drita is its first approver. Next: 'besa status'

$ cd happy

$ besa status
! sweep: nobody has looked yet who is due under on-solutions
    besa sweep
? 3

$ besa sweep --as blerim
Policy on-solutions, as of 2026-11-22: 1 000 people looked at.

90 people are due, the oldest since 2024-11-23.

  rule          clause    people  records  oldest due since
  last-contact  ON-RET-2      90        -  2024-11-23

  table                   erase  mask  retained  of rows
  loyalty.calls              58     -         -      669
  loyalty.cards              98     -         -    1 086
  loyalty.consents          111     -         -    1 243
  loyalty.email_history       7     -         -       82
  loyalty.invoices           13    13        13      341
  loyalty.partners            -     -         -        -
  loyalty.purchases         599     -         -    7 573
  loyalty.members            90     -         -    1 000
  mail.newsletter_events    421     -         -    5 377
  web.web_visits            360     -         -    4 056

Undetermined, and so untouched: 4 people (possible_contact 2, unreadable_time 2).
1 due person was never in contact: the clock started at collection.
1 person has an event in the future, which was not counted.
13 records keep what a longer duty names.
4 records go although a partner must keep its own copy.

Manifest M-2026-0001 was drafted; nothing was changed.
Next: 'besa manifest show M-2026-0001', then another person approves it.

$ besa manifest list
manifest     state    policy        as of       expires     people  records  drafted by
M-2026-0001  drafted  on-solutions  2026-11-22  2026-11-29      90    1 770  blerim

$ besa manifest show M-2026-0001
Manifest M-2026-0001, drafted by blerim (claimed) at 2026-11-22T11:00:00Z
Policy on-solutions 1, datasets loyalty, mail, web, as of 2026-11-22
To be applied from 2026-11-22 to 2026-11-29

90 people, 1 770 records:
  rule          clause    people  records  oldest due since
  last-contact  ON-RET-2      90        -  2024-11-23

  table                   erase  mask  retained  of rows
  loyalty.calls              58     -         -      669
  loyalty.cards              98     -         -    1 086
  loyalty.consents          111     -         -    1 243
  loyalty.email_history       7     -         -       82
  loyalty.invoices           13    13        13      341
  loyalty.partners            -     -         -        -
  loyalty.purchases         599     -         -    7 573
  loyalty.members            90     -         -    1 000
  mail.newsletter_events    421     -         -    5 377
  web.web_visits            360     -         -    4 056

About 4 people nothing could be determined; they are not in it.
2 people's dates want a look: never in contact, so that the clock started at collection, or an event in the future, which was not counted.
Within every limit.

For example, keys masked:
  person          clock started                rule          due since   not before
  member H… (10)  collected 2019-11-22         last-contact  2024-11-23  2024-11-23
  member H… (10)  purchase 2020-11-22          last-contact  2025-11-23  2025-11-23
  member H… (10)  purchase 2020-02-29          last-contact  2025-03-01  2025-03-01
  member H… (10)  purchase 2021-11-21          last-contact  2026-11-22  2026-11-22
  member H… (10)  newsletter_click 2020-05-06  last-contact  2025-05-07  2025-05-07

One record of each table and deed, keys masked:
  table                   key                      deed                                          why             rest retained by
  loyalty.calls           … (1)                    erase                                         with its owner
  loyalty.cards           2… (13), H… (10)         erase                                         with its owner
  loyalty.consents        … (1)                    erase                                         with its owner
  loyalty.email_history   d…@m…, H… (10), 2… (10)  erase                                         with its owner
  loyalty.invoices        F… (10)                  mask buyer_name, buyer_nipt; cut purchase_id  with its owner  accounting-records
  loyalty.invoices        F… (10)                  erase                                         with its owner
  loyalty.purchases       … (1)                    erase                                         with its owner
  loyalty.members         H… (10)                  erase                                         with its owner
  mail.newsletter_events  … (1)                    erase                                         with its owner
  web.web_visits          … (1)                    erase                                         with its owner

SHA-256 of header.json: <digest>
Not approved: manifest M-2026-0001 is not approved
  hint: besa manifest approve M-2026-0001

$ besa manifest approve M-2026-0001
Manifest M-2026-0001 was approved by drita. Next: 'besa manifest apply M-2026-0001'

$ besa manifest apply M-2026-0001 --as blerim
Certificate C-2026-0001 of manifest M-2026-0001, run R-2026-0001
Log besa/happy-<random>, policy on-solutions 1
From 2026-11-22T11:00:00Z to 2026-11-22T11:00:00Z

Residue pending: values of what was erased were found again, where it stands below; 'besa manifest apply' looks once more.
Drafted by blerim (claimed), approved by drita; 2 different people in all.

  table                   removed  masked  retained  skipped  seen absent  still there
  loyalty.calls                58       -         -        -           58            -
  loyalty.cards                98       -         -        -           98            -
  loyalty.consents            111       -         -        -          111            -
  loyalty.email_history         7       -         -        -            7            -
  loyalty.invoices             13      13        13        -           13            -
  loyalty.purchases           599       -         -        -          599            -
  loyalty.members              90       -         -        -           90            -
  mail.newsletter_events      421       -         -        -          421            -
  web.web_visits              360       -         -        -          360            -

Retained rows, by ground:
  13  accounting-records (ON-RET-3)
Removed from the live files of mail; a search of their 289 587 bytes for 417 values, in every encoding they can have, found none.
  Also the value of somebody who stays, and left alone: 1.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 89.
  old content of newsletter_events.csv: done (overwritten (best effort: the medium may keep copies))
  values that stay in newsletter_events: done (1 of the erased)
  temporaries of interrupted changes: done (none)
  look at the bytes: done (nothing found)
Removed from the live files of web; a search of their 348 422 bytes for 418 values, in every encoding they can have, found none.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 89.
  old content of web_visits.jsonl: done (overwritten (best effort: the medium may keep copies))
  values that stay in web_visits: done (0 of the erased)
  temporaries of interrupted changes: done (none)
  look at the bytes: done (nothing found)
Removed from the live files of loyalty; a search of their 1 314 816 bytes for 386 values found: live rows of members: 1.
  Also the value of somebody who stays, and left alone: 32.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 89.
  secure deletion: done (on)
  values that stay in calls: done (0 of the erased)
  values that stay in cards: done (0 of the erased)
  values that stay in consents: done (0 of the erased)
  values that stay in email_history: done (0 of the erased)
  values that stay in invoices: done (2 of the erased)
  values that stay in members: done (30 of the erased)
  values that stay in purchases: done (0 of the erased)
  look at the bytes: done (values found)
  side files: done (empty or gone)

Not covered:
  earlier copies and backups besa does not know of, replicas and file-system snapshots
  disk blocks not yet overwritten (full-disk encryption, discard, or media sanitisation per NIST SP 800-88)
The log had 14 entries, root <digest>.

Signed certificate: <stage>/happy/.besa/certificates/C-2026-0001.note
? 6

$ besa manifest apply M-2026-0001 --as blerim
Nothing is otherwise than when certificate C-2026-0001 was signed: it stands, and no other was.

Certificate C-2026-0001 of manifest M-2026-0001, run R-2026-0001
Log besa/happy-<random>, policy on-solutions 1
From 2026-11-22T11:00:00Z to 2026-11-22T11:00:00Z

Residue pending: values of what was erased were found again, where it stands below; 'besa manifest apply' looks once more.
Drafted by blerim (claimed), approved by drita; 2 different people in all.

  table                   removed  masked  retained  skipped  seen absent  still there
  loyalty.calls                58       -         -        -           58            -
  loyalty.cards                98       -         -        -           98            -
  loyalty.consents            111       -         -        -          111            -
  loyalty.email_history         7       -         -        -            7            -
  loyalty.invoices             13      13        13        -           13            -
  loyalty.purchases           599       -         -        -          599            -
  loyalty.members              90       -         -        -           90            -
  mail.newsletter_events      421       -         -        -          421            -
  web.web_visits              360       -         -        -          360            -

Retained rows, by ground:
  13  accounting-records (ON-RET-3)
Removed from the live files of mail; a search of their 289 587 bytes for 417 values, in every encoding they can have, found none.
  Also the value of somebody who stays, and left alone: 1.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 89.
  old content of newsletter_events.csv: done (overwritten (best effort: the medium may keep copies))
  values that stay in newsletter_events: done (1 of the erased)
  temporaries of interrupted changes: done (none)
  look at the bytes: done (nothing found)
Removed from the live files of web; a search of their 348 422 bytes for 418 values, in every encoding they can have, found none.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 89.
  old content of web_visits.jsonl: done (overwritten (best effort: the medium may keep copies))
  values that stay in web_visits: done (0 of the erased)
  temporaries of interrupted changes: done (none)
  look at the bytes: done (nothing found)
Removed from the live files of loyalty; a search of their 1 314 816 bytes for 386 values found: live rows of members: 1.
  Also the value of somebody who stays, and left alone: 32.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 89.
  secure deletion: done (on)
  values that stay in calls: done (0 of the erased)
  values that stay in cards: done (0 of the erased)
  values that stay in consents: done (0 of the erased)
  values that stay in email_history: done (0 of the erased)
  values that stay in invoices: done (2 of the erased)
  values that stay in members: done (30 of the erased)
  values that stay in purchases: done (0 of the erased)
  look at the bytes: done (values found)
  side files: done (empty or gone)

Not covered:
  earlier copies and backups besa does not know of, replicas and file-system snapshots
  disk blocks not yet overwritten (full-disk encryption, discard, or media sanitisation per NIST SP 800-88)
The log had 14 entries, root <digest>.

Signed certificate: <stage>/happy/.besa/certificates/C-2026-0001.note
? 6

$ besa sweep --as blerim
Policy on-solutions, as of 2026-11-22: 910 people looked at.

Nothing is due.

Undetermined, and so untouched: 4 people (possible_contact 2, unreadable_time 2).

$ besa certificate verify .besa/certificates/C-2026-0001.note
Valid: signed by besa/happy-<random>.

Certificate C-2026-0001 of manifest M-2026-0001, run R-2026-0001
Log besa/happy-<random>, policy on-solutions 1
From 2026-11-22T11:00:00Z to 2026-11-22T11:00:00Z

Residue pending: values of what was erased were found again, where it stands below; 'besa manifest apply' looks once more.
Drafted by blerim (claimed), approved by drita; 2 different people in all.

  table                   removed  masked  retained  skipped  seen absent  still there
  loyalty.calls                58       -         -        -           58            -
  loyalty.cards                98       -         -        -           98            -
  loyalty.consents            111       -         -        -          111            -
  loyalty.email_history         7       -         -        -            7            -
  loyalty.invoices             13      13        13        -           13            -
  loyalty.purchases           599       -         -        -          599            -
  loyalty.members              90       -         -        -           90            -
  mail.newsletter_events      421       -         -        -          421            -
  web.web_visits              360       -         -        -          360            -

Retained rows, by ground:
  13  accounting-records (ON-RET-3)
Removed from the live files of mail; a search of their 289 587 bytes for 417 values, in every encoding they can have, found none.
  Also the value of somebody who stays, and left alone: 1.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 89.
  old content of newsletter_events.csv: done (overwritten (best effort: the medium may keep copies))
  values that stay in newsletter_events: done (1 of the erased)
  temporaries of interrupted changes: done (none)
  look at the bytes: done (nothing found)
Removed from the live files of web; a search of their 348 422 bytes for 418 values, in every encoding they can have, found none.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 89.
  old content of web_visits.jsonl: done (overwritten (best effort: the medium may keep copies))
  values that stay in web_visits: done (0 of the erased)
  temporaries of interrupted changes: done (none)
  look at the bytes: done (nothing found)
Removed from the live files of loyalty; a search of their 1 314 816 bytes for 386 values found: live rows of members: 1.
  Also the value of somebody who stays, and left alone: 32.
  Shorter than eight bytes or stored as numbers, and so not searchable as text: 89.
  secure deletion: done (on)
  values that stay in calls: done (0 of the erased)
  values that stay in cards: done (0 of the erased)
  values that stay in consents: done (0 of the erased)
  values that stay in email_history: done (0 of the erased)
  values that stay in invoices: done (2 of the erased)
  values that stay in members: done (30 of the erased)
  values that stay in purchases: done (0 of the erased)
  look at the bytes: done (values found)
  side files: done (empty or gone)

Not covered:
  earlier copies and backups besa does not know of, replicas and file-system snapshots
  disk blocks not yet overwritten (full-disk encryption, discard, or media sanitisation per NIST SP 800-88)
The log had 14 entries, root <digest>.

$ besa audit verify
Sound: 23 entries, 0 signed checkpoints, root <digest>.
