# Mistyped words get the nearest one, and nothing is done.
$ besa swep
! besa: unknown command 'swep'
! hint: did you mean 'sweep'?
? 2

$ besa manifest aprove M-2026-0001
! besa: 'manifest' has no verb 'aprove'
! hint: did you mean 'approve'?
? 2

$ besa sweep --dryrun
! besa: unknown option '--dryrun' of 'sweep'
! hint: did you mean '--dry-run'?
? 2

$ besa status --today 2026-02-30
! besa: 'status': --today: '2026-02-30' is no date; write YYYY-MM-DD
! hint: see 'besa help status'
? 2
