# Outside of a workspace: one error, and the way on.
$ besa status
! besa: no besa.json in this folder or above it
! hint: go to a workspace, name one with --workspace DIR, or make one with 'besa init DIR'
? 1

$ besa sweep --workspace nowhere
! besa: <stage>/desk/nowhere/besa.json: cannot be opened: No such file or directory
? 1
