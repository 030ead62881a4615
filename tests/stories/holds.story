# A hold protects a person on every path; whom, stands in the vault and not in the log.
$ besa init --example happy --one-database --members 300 happy > made.txt

$ cd happy

$ besa hold list
Nothing is held.

$ besa hold place --subject HM-0000017 --matter dispute-7 --review 2027-06-30
Hold H-2026-0001 is in force; it is to be reviewed on 2027-06-30.

$ besa hold list
hold         matter     covers      tables  placed      review
H-2026-0001  dispute-7  one person  all     2026-11-22  2027-06-30

$ besa hold place --subject HM-9999999 --matter dispute-8 --review 2027-06-30
! besa: nobody in this workspace has this key or identifier
! hint: give the key of their own row, or an identifier as the dataset file names them
? 1

$ besa hold place --all --table loyalty.purchase --matter audit --review 2027-06-30
! besa: no table 'loyalty.purchase' in this workspace
! hint: did you mean 'loyalty.purchases'?
? 1

$ besa hold place --subject HM-0000001 --matter dispute-9 --review 2026-01-01
! besa: the review on 2026-01-01 is not after today, 2026-11-22
! hint: choose a later day
? 4

$ besa hold release H-2026-0001
Hold H-2026-0001 was released.

$ besa hold release H-2026-0001
! besa: hold H-2026-0001 was released on 2026-11-22
? 4

$ besa hold list
hold         matter     covers      tables  placed      review      released
H-2026-0001  dispute-7  one person  all     2026-11-22  2027-06-30  2026-11-22
