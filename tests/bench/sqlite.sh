# shellcheck shell=bash disable=SC2154,SC2034  # bench.sh sets what is used here
# Rows b, c and d for SQLite, without indexes and with them, beside SQL as somebody would write it.

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

# --- b ---
sqlite_due() { timed sqlite3 "$work/$data/data/members.db" "SELECT count(*) FROM members m WHERE $(due_condition "$kind")"; cp "$work/out" "$work/answer"; }


# --- b with the manifest ---
sqlite_manifest() {
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

# --- c, VACUUM apart ---
sqlite_erase() {
  put_back
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

# --- d ---
sqlite_explain() {
  local table sql=
  for table in "${tables[@]}"; do sql+="SELECT * FROM $table WHERE member_id = '$one_person';"; done
  timed sqlite3 "$work/$data/data/members.db" "$sql"
  wc -l <"$work/out" >"$work/answer"
}

sqlite_rows() {
  put_back() { cp "$work/before.db" "$work/$data/data/members.db"; }
  remaining() { sqlite3 "$work/$data/data/members.db" 'SELECT count(*) FROM members' >"$work/answer"; }
  local data kind options faster
  for data in plain indexed; do
    if [ "$data" = plain ]; then kind=in; options=(); faster=5; else kind=exists; options=(--indexes); faster=1; fi
    "$programs/tests/bench_data" "$work/$data" "$members" --today "$today" "${options[@]}"
    say "-- SQLite, $data: $(du -m "$work/$data/data/members.db" | cut -f1) MB"
    ! wanted sqlite b || compare "b. who is due" besa_due sqlite_due "$faster"
    ! wanted sqlite b || compare "b. with the manifest" besa_manifest sqlite_manifest 2
    if [ "$data" = indexed ]; then
      ! wanted sqlite d || compare "d. one person" besa_explain sqlite_explain 0.83
      ! wanted sqlite c || sqlite_row_c
    fi
    rm -rf "${work:?}/$data"
  done
}

sqlite_row_c() {
  cp "$work/$data/data/members.db" "$work/before.db"
  : >"$work/looks"; : >"$work/vacuums"
  compare "c. erase, evidence included" besa_erase sqlite_erase 1.33
  say "   apart: besa's look at the bytes, with VACUUM where it is needed, $(median 1 "$work/looks") s; SQL's VACUUM alone $(median 1 "$work/vacuums") s"
}
