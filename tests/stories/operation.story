# Before anything is swept: the checks of what people write.
$ besa init --example happy --one-database --members 300 happy > made.txt

$ cd happy

$ besa policy test
policies/on-solutions.cases.json: 25 cases, all decided as expected

$ besa policy check
warning: retention/fiscal-receipts-of-spar: the duty is that of 'spar', not the controller's: it protects nothing here, and a copy kept for its sake is kept too long [minimum.not_ours]
  hint: leave the data to the maximum, or ask counsel whose duty it is
warning: retention/accounting-records-of-spar: the duty is that of 'spar', not the controller's: it protects nothing here, and a copy kept for its sake is kept too long [minimum.not_ours]
  hint: leave the data to the maximum, or ask counsel whose duty it is
warning: retention/last-contact: P5Y since the last contact is longer than the three years regulators have accepted [retention.above_benchmark]
  hint: record why it is necessary, or promise less
warning: erasure_hold: a hold of P1M ends too late for the P30D of 'Law no. 124/2024 on the protection of personal data' on 335 days of 2027, even with the notice sent at once [hold.breaks_deadline]
  hint: ask counsel which of the two gives way, and record it
note: retention/fiscal-receipts: may end after 'last-contact': what the document 'fiscal_receipt' needs stays until then, the rest goes [minimum.outlasts_maximum]
note: retention/accounting-records: may end after 'last-contact' and 'receipt-buyers': what the document 'accounting_record' needs stays until then, the rest goes [minimum.outlasts_maximum]
1 policy checked: 4 warnings, 2 notes

$ besa dataset check
warning: loyalty.purchases.at: 1 value names a day or an hour that does not exist [data.impossible_time]
  hint: correct the values, or the column's format under "times"
warning: loyalty.purchases.at: 1 value stands for 'not known' (1970-01-01, 9999-12-31 and the like) [data.sentinel]
  hint: store NULL where the time is not known: until then these rows prove nothing
warning: loyalty.purchases.at: 1 value lies after 2026-11-22, though it says what has happened [data.future]
  hint: correct them: until then they count as nothing, least of all as a licence to keep
1 dataset checked: 3 warnings

$ besa backup --out ../backups --keep P1M
Backed up 5 files, <so many> bytes, to <stage>/backups/besa-2026-11-22-2.
It holds what the vault holds: destroy it by 2026-12-22.

# A rule for records that never starts: what the law makes us keep would stay for ever.
$ replace datasets/loyalty.json '"event": "invoice_kept_alone"' '"event": "purchase"'

$ besa dataset check
warning: loyalty.invoices: what is kept of the document 'accounting_record' (invoice_no, issued_at, total) stays for ever once its link to the person is cut: no rule for records ends it [document.never_ends]
  hint: add a maximum of scope 'record' for 'invoices', from an event the table maps, as long as the duty lasts
warning: loyalty.invoices: what is kept of the document 'fiscal_receipt' (invoice_no, issued_at, buyer_name, buyer_nipt, total) stays for ever once its link to the person is cut: no rule for records ends it [document.never_ends]
  hint: add a maximum of scope 'record' for 'invoices', from an event the table maps, as long as the duty lasts
warning: loyalty.purchases.at: 1 value names a day or an hour that does not exist [data.impossible_time]
  hint: correct the values, or the column's format under "times"
warning: loyalty.purchases.at: 1 value stands for 'not known' (1970-01-01, 9999-12-31 and the like) [data.sentinel]
  hint: store NULL where the time is not known: until then these rows prove nothing
warning: loyalty.purchases.at: 1 value lies after 2026-11-22, though it says what has happened [data.future]
  hint: correct them: until then they count as nothing, least of all as a licence to keep
1 dataset checked: 5 warnings

$ besa sweep --dry-run
Policy on-solutions, as of 2026-11-22: 300 people looked at.

34 people are due, the oldest since 2024-11-23.

  rule          clause    people  records  oldest due since
  last-contact  ON-RET-2      34        -  2024-11-23

Undetermined, and so untouched: 4 people (possible_contact 2, unreadable_time 2).
1 due person was never in contact: the clock started at collection.
1 person has an event in the future, which was not counted.
warning: loyalty.invoices: what is kept of the document 'accounting_record' (invoice_no, issued_at, total) stays for ever once its link to the person is cut: no rule for records ends it [document.never_ends]
  hint: add a maximum of scope 'record' for 'invoices', from an event the table maps, as long as the duty lasts
warning: loyalty.invoices: what is kept of the document 'fiscal_receipt' (invoice_no, issued_at, buyer_name, buyer_nipt, total) stays for ever once its link to the person is cut: no rule for records ends it [document.never_ends]
  hint: add a maximum of scope 'record' for 'invoices', from an event the table maps, as long as the duty lasts

A dry run: no manifest was written.

# A case that the policy decides otherwise.
$ replace policies/on-solutions.cases.json '"kept_through": "2026-11-22"' '"kept_through": "2026-11-23"'

$ besa policy test
policies/on-solutions.cases.json: 25 cases, not all decided as expected
  five years to the day are kept (ON-RET-2): kept_through should be '2026-11-23' and is '2026-11-22'
? 3
