#!/usr/bin/env bash
# Times besa beside hand-written SQL on the same data, in one interleaved run: the answers are
# compared first, then come medians and ratios. Seconds are of the clock; the verdict goes by
# processor time, which others on the machine disturb least (the log's by the clock: it waits for the
# disk). Called by './dev bench [MEMBERS] [RUNS]' with the build folder in $1.
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

# Seconds, processor seconds and kilobytes of a command in $work/time, its output in $work/out.
timed() {
  /usr/bin/time -f '%e %U %S %M' -o "$work/time.raw" "$@" >"$work/out" 2>"$work/err" || true
  awk 'END { print $1, $2 + $3, $4 }' "$work/time.raw" >"$work/time"
}

# median COLUMN FILE
median() {
  awk -v column="$1" '{ print $column }' "$2" | sort -n |
    awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR+1)/2] : (v[NR/2] + v[NR/2+1]) / 2 }'
}

# verdict REACHED GOAL: how many times as fast, and whether that is enough.
verdict() {
  awk -v reached="$1" -v goal="$2" \
    'BEGIN { printf "%s", reached >= goal ? "reached" : "SHORT OF THE GOAL" }'
}

# compare NAME GOAL BESA-FUNCTION RIVAL-FUNCTION: interleaved, after one run of each that does not
# count; the two must leave the same answer in $work/answer. GOAL: how many times as fast.
compare() {
  local name=$1 goal=$2 ours=$3 rival=$4 i answer_ours answer_rival
  : >"$work/ours"; : >"$work/rival"
  for ((i = 0; i <= runs; ++i)); do
    "$ours"; answer_ours=$(cat "$work/answer")
    if ((i > 0)); then cat "$work/time" >>"$work/ours"; fi
    "$rival"; answer_rival=$(cat "$work/answer")
    if ((i > 0)); then cat "$work/time" >>"$work/rival"; fi
    if [ -z "$answer_ours" ] || [ "$answer_ours" != "$answer_rival" ]; then
      say "$name: THE ANSWERS DIFFER: besa '$answer_ours', SQL '$answer_rival'"
      return
    fi
  done
  local ratio
  ratio=$(awk -v a="$(median 2 "$work/ours")" -v b="$(median 2 "$work/rival")" 'BEGIN { printf "%.2f", (a > 0 ? b / a : 0) }')
  awk -v name="$name" -v a="$(median 1 "$work/ours")" -v b="$(median 1 "$work/rival")" \
    -v p="$(median 2 "$work/ours")" -v q="$(median 2 "$work/rival")" -v ratio="$ratio" -v goal="$goal" \
    -v m="$(median 3 "$work/ours")" -v answer="$answer_ours" -v verdict="$(verdict "$ratio" "$goal")" \
    'BEGIN { printf "%-28s besa %7.3f s (cpu %7.3f)  SQL %7.3f s (cpu %7.3f)  %5.2f times as fast, goal %s: %s; peak %d MB, answer %s\n", name, a, p, b, q, ratio, goal, verdict, m / 1024, answer }'
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
besa_draft_and_approve() {
  (cd "$work/$data" && rm -rf .besa && cp -a ../state .besa && cp "$work/before.db" data/members.db)
  (cd "$work/$data" && "$besa" sweep --as bench >/dev/null && "$besa" manifest approve "$(ls .besa/manifests)" --as second >/dev/null)
}
remaining() { sqlite3 "$work/$data/data/members.db" 'SELECT count(*) FROM members' >"$work/answer"; }

# The processor time until the look begins, as the kernel counts it for the process, read when besa
# tells its stage.
besa_erase() {
  besa_draft_and_approve
  local begun manifest ticks
  ticks=$(getconf CLK_TCK)
  cd "$work/$data"
  manifest=$(ls .besa/manifests)
  begun=$EPOCHREALTIME
  mkfifo "$work/stages"
  "$besa" manifest apply "$manifest" --as bench --format json --progress always >"$work/out" 2>"$work/stages" &
  local process=$! line
  while IFS= read -r line; do
    [[ $line == 'looking at the bytes'* ]] || continue
    awk -v begun="$begun" -v now="$EPOCHREALTIME" -v ticks="$ticks" \
      '{ sub(/.*\) /, ""); print now - begun, ($12 + $13) / ticks }' "/proc/$process/stat" >"$work/until"
    awk '/^VmHWM/ { print $2 }' "/proc/$process/status" >"$work/peak"
  done <"$work/stages"
  wait "$process" || true
  rm "$work/stages"
  awk -v begun="$begun" -v now="$EPOCHREALTIME" '{ print now - begun - $1 }' "$work/until" >>"$work/looks"
  echo "$(cat "$work/until") $(cat "$work/peak")" >"$work/time"
  cd "$work"
  remaining
}
sql_erase() {
  cp "$work/before.db" "$work/$data/data/members.db"
  cat >"$work/erase.sql" <<SQL
PRAGMA secure_delete = ON;
PRAGMA synchronous = FULL;
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
  cp "$work/time" "$work/time.erase"
  timed sqlite3 "$work/$data/data/members.db" 'VACUUM'
  awk '{ print $1 }' "$work/time" >>"$work/vacuums"
  mv "$work/time.erase" "$work/time"
  remaining
}

# --- d: all rows of one person: as many rows as SQL finds ---
tables=(members purchases newsletter_events web_events consents)
besa_explain() {
  (cd "$work/$data" && timed "$besa" explain HM-0000777 --format json)
  grep -c '"dataset": "members"' "$work/out" >"$work/answer" || true
}
sql_explain() {
  local table sql=
  for table in "${tables[@]}"; do sql+="SELECT * FROM $table WHERE member_id = 'HM-0000777';"; done
  timed sqlite3 "$work/$data/data/members.db" "$sql"
  wc -l <"$work/out" >"$work/answer"
}

# --- f: the log; bench_log prints besa's and plain SQLite's rates ---
compare_log() {
  local name ours theirs
  mkdir "$work/log"
  "$programs/tests/bench_log" "$work/log" | while read -r name ours theirs; do
    case $name in
      durable)
        awk -v a="$ours" -v b="$theirs" -v verdict="$(verdict "$(awk -v a="$ours" -v b="$theirs" 'BEGIN { print a / b }')" 1.3)" \
          'BEGIN { printf "%-28s besa %d a second, SQLite in WAL mode %d: %.2f times as fast, goal 1.3: %s\n", "f. durable appends", a, b, a / b, verdict }' ;;
      batch) say "$(printf '%-28s besa %d a second, SQLite without a tree %d; goal 500000: %s' 'f. appends in a batch' "$ours" "$theirs" "$(verdict "$ours" 500000)")" ;;
      verify) say "$(printf '%-28s besa %d a second; goal 2000000: %s' 'f. verification' "$ours" "$(verdict "$ours" 2000000)")" ;;
    esac
  done
}

prepare_state() {
  export BESA_KEYS=$work/keys-of-people BESA_PASSPHRASE_FILE=$work/passphrase
  mkdir -p "$BESA_KEYS"
  (umask 077 && echo 'a passphrase of the benchmark' >"$BESA_PASSPHRASE_FILE")
  "$besa" init "$work/empty" --as first >/dev/null
  (cd "$work/empty" && "$besa" key create --as second >"$work/second.pub" && "$besa" key enrol "$work/second.pub" --approver --as first >/dev/null)
  mv "$work/empty/.besa" "$work/state"
}

say "besa and sqlite3 $(sqlite3 --version | cut -d' ' -f1), $members members, medians of $runs interleaved runs, load $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) processors"
prepare_state
compare_log
for data in plain indexed; do
  if [ "$data" = plain ]; then kind=in; options=(); faster=5; else kind=exists; options=(--indexes); faster=1; fi
  "$programs/tests/bench_data" "$work/$data" "$members" --today "$today" "${options[@]}"
  say "-- $data: $(du -m "$work/$data/data/members.db" | cut -f1) MB"
  compare "b. who is due" "$faster" besa_due sql_due
  compare "b. with the manifest" 2 besa_manifest sql_manifest
  if [ "$data" = indexed ]; then
    compare "d. one person" 0.83 besa_explain sql_explain
    cp "$work/$data/data/members.db" "$work/before.db"
    compare "c. erase, evidence included" 1.33 besa_erase sql_erase
    say "   apart: besa's look at the bytes, with VACUUM where it is needed, $(median 1 "$work/looks") s; SQL's VACUUM alone $(median 1 "$work/vacuums") s"
  fi
  rm -rf "${work:?}/$data"
done
