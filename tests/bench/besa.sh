# shellcheck shell=bash disable=SC2154,SC2034  # bench.sh sets what is used here
# What besa is asked in rows b, c and d, whatever the format of the data in $work/$data. Each theme
# says with `put_back` how the data is made again after an erasure, and with `remaining` what is left.

tables=(members purchases newsletter_events web_events consents)
one_person=HM-0000777

prepare_state() {
  export BESA_KEYS=$work/keys-of-people BESA_PASSPHRASE_FILE=$work/passphrase
  mkdir -p "$BESA_KEYS"
  (umask 077 && echo 'a passphrase of the benchmark' >"$BESA_PASSPHRASE_FILE")
  "$besa" init "$work/empty" --as first >/dev/null
  (cd "$work/empty" && "$besa" key create --as second >"$work/second.pub" && "$besa" key enrol "$work/second.pub" --approver --as first >/dev/null)
  mv "$work/empty/.besa" "$work/state"
}

# --- b: who is due ---
besa_due() {
  (cd "$work/$data" && timed "$besa" sweep --dry-run)
  sed -n 's/^\([0-9 ]*\) people are due.*/\1/p' "$work/out" | tr -d ' ' >"$work/answer"
}

# --- b with the manifest: every key written ---
besa_manifest() {
  (cd "$work/$data" && rm -rf .besa && cp -a ../state .besa && timed "$besa" sweep)
  (cd "$work/$data" && grep -c '"deed"' .besa/manifests/*/body.jsonl >"$work/answer")
}

# --- c: erase them; the look at the bytes apart ---
besa_draft_and_approve() {
  put_back
  (cd "$work/$data" && rm -rf .besa && cp -a ../state .besa)
  (cd "$work/$data" && "$besa" sweep --as bench >/dev/null && "$besa" manifest approve "$(ls .besa/manifests)" --as second >/dev/null)
}

# The processor time until the look begins, as the kernel counts it for the process, read when besa
# tells its stage.
besa_erase() {
  besa_draft_and_approve
  local begun manifest beside ticks
  ticks=$(getconf CLK_TCK)
  cd "$work/$data" || return
  manifest=$(ls .besa/manifests)
  mkfifo "$work/stages"
  beside=$(ticks_beside)
  begun=$EPOCHREALTIME
  "$besa" manifest apply "$manifest" --as bench --format json --progress always >"$work/out" 2>"$work/stages" &
  local process=$! line
  while IFS= read -r line; do
    [[ $line == 'looking at the bytes'* ]] || continue
    awk -v begun="$begun" -v now="$EPOCHREALTIME" -v ticks="$ticks" -v beside="$(($(ticks_beside) - beside))" \
      '{ sub(/.*\) /, ""); print now - begun, ($12 + $13 + beside) / ticks }' "/proc/$process/stat" >"$work/until"
    awk '/^VmHWM/ { print $2 }' "/proc/$process/status" >"$work/peak"
  done <"$work/stages"
  wait "$process" || true
  rm "$work/stages"
  awk -v begun="$begun" -v now="$EPOCHREALTIME" '{ print now - begun - $1 }' "$work/until" >>"$work/looks"
  echo "$(cat "$work/until") $(cat "$work/peak")" >"$work/time"
  cd "$work" || return
  remaining
}

# --- d: all rows of one person ---
besa_explain() {
  (cd "$work/$data" && timed "$besa" explain "$one_person" --format json)
  grep -c '"dataset": "members"' "$work/out" >"$work/answer" || true
}
