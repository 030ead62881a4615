#!/usr/bin/env bash
# Times besa beside hand-written SQL on the same data, in one interleaved run; answers first, then
# medians and ratios. Called by './dev bench [MEMBERS] [RUNS]' with the build folder in $1.
set -euo pipefail

programs=$1
members=${2:-100000}
runs=${3:-5}
besa=$programs/besa
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${BESA_BENCH_FOLDER:-${TMPDIR:-/tmp}}/besa-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT

today=$(TZ=Europe/Tirane date +%F)
last_day=$(date -d "$today -5 years -1 day" +%F)           # the last day of contact that is over
after=$(date -u -d "TZ=\"Europe/Tirane\" $last_day +1 day 00:00" +%FT%TZ)

say() { printf '%s\n' "$*"; }

# Seconds and kilobytes of a command, its output kept in $work/out.
timed() { /usr/bin/time -f '%e %M' -o "$work/time" "$@" >"$work/out" 2>"$work/err" || true; }

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR+1)/2] : (v[NR/2] + v[NR/2+1]) / 2 }'; }

# compare NAME FOLDER-SETUP BESA-FUNCTION RIVAL-FUNCTION: interleaved, after one run of each that
# does not count; the two must print the same answer in $work/answer.
compare() {
  local name=$1 ours=$2 rival=$3 i answer_ours answer_rival
  : >"$work/ours"; : >"$work/rival"; : >"$work/memory"
  for ((i = 0; i <= runs; ++i)); do
    "$ours"; answer_ours=$(cat "$work/answer"); read -r seconds memory <"$work/time"
    if ((i > 0)); then echo "$seconds" >>"$work/ours"; echo "$memory" >>"$work/memory"; fi
    "$rival"; answer_rival=$(cat "$work/answer"); read -r seconds memory <"$work/time"
    if ((i > 0)); then echo "$seconds" >>"$work/rival"; fi
    if [ "$answer_ours" != "$answer_rival" ]; then
      say "$name: the answers differ: besa $answer_ours, SQL $answer_rival"
      return
    fi
  done
  awk -v name="$name" -v a="$(median <"$work/ours")" -v b="$(median <"$work/rival")" \
    -v m="$(median <"$work/memory")" -v answer="$answer_ours" \
    'BEGIN { printf "%-46s besa %8.3f s  SQL %8.3f s  SQL/besa %6.2f  besa peak %4d MB  answer %s\n", name, a, b, (a > 0 ? b / a : 0), m / 1024, answer }'
}

due_condition() {
  local kind=$1 table
  printf "registered_at <= '%s'" "$last_day"
  for table in purchases newsletter_events web_events; do
    if [ "$kind" = exists ]; then
      printf " AND NOT EXISTS (SELECT 1 FROM %s e WHERE e.member_id = m.member_id AND e.at >= '%s')" "$table" "$after"
    fi
  done
  [ "$kind" = exists ] || printf " AND member_id NOT IN (SELECT member_id FROM purchases WHERE at >= '%s' UNION ALL SELECT member_id FROM newsletter_events WHERE at >= '%s' UNION ALL SELECT member_id FROM web_events WHERE at >= '%s')" "$after" "$after" "$after"
}

people_due() { sed -n 's/^\([0-9 ]*\) people are due.*/\1/p' "$work/out" | tr -d ' ' >"$work/answer"; }

# --- b: who is due ---
besa_due() { (cd "$work/$data" && timed "$besa" sweep --dry-run); people_due; }
sql_due() { timed sqlite3 "$work/$data/data/members.db" "SELECT count(*) FROM members m WHERE $(due_condition "$kind")"; cp "$work/out" "$work/answer"; }

# --- b with the manifest: every key written ---
besa_manifest() {
  (cd "$work/$data" && rm -rf .besa && cp -a ../state .besa && timed "$besa" sweep)
  (cd "$work/$data" && grep -c '"deed"' .besa/manifests/*/body.jsonl >"$work/answer")
}
sql_manifest() {
  cat >"$work/keys.sql" <<SQL
CREATE TEMP TABLE due AS SELECT member_id FROM members m WHERE $(due_condition "$kind");
CREATE UNIQUE INDEX temp.due_id ON due(member_id);
.output $work/keys
SELECT 'purchases', purchase_id FROM purchases WHERE member_id IN (SELECT member_id FROM due);
SELECT 'newsletter_events', event_id FROM newsletter_events WHERE member_id IN (SELECT member_id FROM due);
SELECT 'web_events', event_id FROM web_events WHERE member_id IN (SELECT member_id FROM due);
SELECT 'consents', consent_id FROM consents WHERE member_id IN (SELECT member_id FROM due);
SELECT 'members', member_id FROM due;
SQL
  timed sqlite3 "$work/$data/data/members.db" ".read $work/keys.sql"
  wc -l <"$work/keys" >"$work/answer"
}

# --- c: erase them; the look at the bytes and VACUUM apart, on both sides ---
besa_erase() {
  (cd "$work/$data" && rm -rf .besa && cp -a ../state .besa && cp "$work/before.db" data/members.db)
  (cd "$work/$data" && "$besa" sweep --as bench >/dev/null && "$besa" manifest approve "$(ls .besa/manifests)" --as second >/dev/null)
  (cd "$work/$data" && timed "$besa" manifest apply "$(ls .besa/manifests)" --as bench --format json)
  sqlite3 "$work/$data/data/members.db" 'SELECT count(*) FROM members' >"$work/answer"
}
sql_erase() {
  cp "$work/before.db" "$work/$data/data/members.db"
  cat >"$work/erase.sql" <<SQL
PRAGMA secure_delete = ON;
CREATE TEMP TABLE due AS SELECT member_id FROM members m WHERE $(due_condition "$kind");
CREATE UNIQUE INDEX temp.due_id ON due(member_id);
BEGIN IMMEDIATE;
DELETE FROM purchases WHERE member_id IN (SELECT member_id FROM due);
DELETE FROM newsletter_events WHERE member_id IN (SELECT member_id FROM due);
DELETE FROM web_events WHERE member_id IN (SELECT member_id FROM due);
DELETE FROM consents WHERE member_id IN (SELECT member_id FROM due);
DELETE FROM members WHERE member_id IN (SELECT member_id FROM due);
COMMIT;
SQL
  timed sqlite3 "$work/$data/data/members.db" ".read $work/erase.sql"
  sqlite3 "$work/$data/data/members.db" 'SELECT count(*) FROM members' >"$work/answer"
}

# --- d: all rows of one person ---
besa_explain() {
  (cd "$work/$data" && timed "$besa" explain HM-0000777 --format json)
  grep -c . "$work/out" >/dev/null && echo explained >"$work/answer"
}
sql_explain() {
  timed sqlite3 "$work/$data/data/members.db" "SELECT * FROM members WHERE member_id = 'HM-0000777'; SELECT * FROM purchases WHERE member_id = 'HM-0000777'; SELECT * FROM newsletter_events WHERE member_id = 'HM-0000777'; SELECT * FROM web_events WHERE member_id = 'HM-0000777'; SELECT * FROM consents WHERE member_id = 'HM-0000777'"
  echo explained >"$work/answer"
}

prepare_state() {
  export BESA_KEYS=$work/keys-of-people BESA_PASSPHRASE_FILE=$work/passphrase
  mkdir -p "$BESA_KEYS"
  (umask 077 && echo 'a passphrase of the benchmark' >"$BESA_PASSPHRASE_FILE")
  "$besa" init "$work/empty" --as first >/dev/null
  (cd "$work/empty" && "$besa" key create --as second >"$work/second.pub" && "$besa" key enrol "$work/second.pub" --approver --as first >/dev/null)
  mv "$work/empty/.besa" "$work/state"
}

say "besa and sqlite3 $(sqlite3 --version | cut -d' ' -f1), $members members, medians of $runs interleaved runs"
prepare_state
for data in plain indexed; do
  if [ "$data" = plain ]; then kind=in; options=(); else kind=exists; options=(--indexes); fi
  "$programs/tests/bench_data" "$work/$data" "$members" --today "$today" "${options[@]}"
  say "-- $data: $(du -m "$work/$data/data/members.db" | cut -f1) MB"
  compare "b. who is due ($data)" besa_due sql_due
  compare "b. with the manifest ($data)" besa_manifest sql_manifest
  if [ "$data" = indexed ]; then
    compare "d. one person ($data)" besa_explain sql_explain
    cp "$work/$data/data/members.db" "$work/before.db"
    compare "c. erase, certificate and look included ($data)" besa_erase sql_erase
    say "   of which the look at the bytes and VACUUM: see the certificate's steps"
  fi
  rm -rf "${work:?}/$data"
done
