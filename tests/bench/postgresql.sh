# shellcheck shell=bash disable=SC2154,SC2034,SC2046  # bench.sh sets what is used here; words are meant to be split
# Rows b, c and d for PostgreSQL, beside psql with SQL as somebody would write it. The server is this
# run's own, in its work folder, on a socket only; its processor time counts for whoever asked it.

server=

postgresql_programs() {
  local folder
  for folder in /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
    if [ -x "$folder/initdb" ]; then echo "$folder"; fi
  done | tail -n 1
}

# The server refuses to be run by root.
as_server() {
  if [ "$(id -u)" -eq 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups "$@"; else "$@"; fi
}

start_server() {
  local bin=$1 folder=$work/server attempt
  chmod 711 "$work"
  mkdir -p "$folder/data" "$folder/socket"
  chmod 700 "$folder/data"
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder" "$folder/data" "$folder/socket"; fi
  (cd / && as_server "$bin/initdb" -D "$folder/data" -U chief -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$work/server.log" 2>&1)
  (cd / && as_server "$bin/postgres" -D "$folder/data" -c listen_addresses= -c unix_socket_directories="$folder/socket" \
    -c shared_buffers=256MB -c max_wal_size=8GB -c autovacuum=off) >>"$work/server.log" 2>&1 &
  for ((attempt = 0; attempt < 100; ++attempt)); do
    [ ! -s "$folder/data/postmaster.pid" ] || server=$(head -n 1 "$folder/data/postmaster.pid")
    ! "$bin/pg_isready" -q -h "$folder/socket" || break
    sleep 0.1
  done
  export PGSERVICEFILE=$work/services
  printf '[%s]\nhost=%s\nport=5432\ndbname=%s\nuser=chief\n' bench "$folder/socket" bench all "$folder/socket" postgres >"$PGSERVICEFILE"
}

stop_server() {
  [ -n "$server" ] || return 0
  kill -QUIT "$server" 2>/dev/null || true
  wait 2>/dev/null || true
  server=
}

ask() { PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t "service=$1" -c "$2"; }

# The tables that bench_data.cpp gives SQLite, with types as somebody would declare them here, filled
# with its CSV.
fill_server() {
  local table
  ask all 'CREATE DATABASE kept'
  sed 's/^dbname=.*/dbname=kept/' "$PGSERVICEFILE" >"$work/services.kept"
  {
    cat <<'SQL'
CREATE TABLE members (member_id text PRIMARY KEY, card_no text, first_name text, last_name text, email text,
  phone text, birth_date date, city text, registered_at date, language text, points bigint);
CREATE TABLE purchases (purchase_id bigint PRIMARY KEY, member_id text, at timestamptz, partner text, invoice_no text,
  amount bigint, points bigint);
CREATE TABLE newsletter_events (event_id bigint PRIMARY KEY, member_id text, at timestamptz, letter text, link text);
CREATE TABLE web_events (event_id bigint PRIMARY KEY, member_id text, at timestamptz, url text, agent text);
CREATE TABLE consents (consent_id bigint PRIMARY KEY, member_id text, at timestamptz, purpose text, state text);
SQL
    for table in "${tables[@]}"; do
      printf "\\\\copy %s FROM '%s' CSV HEADER\n" "$table" "$work/csv/data/$table.csv"
      [ "$table" = members ] || printf 'CREATE INDEX ON %s (member_id, at);\n' "$table"
    done
    echo 'VACUUM ANALYZE;'
  } | PGSERVICEFILE=$work/services.kept psql -X -q -v ON_ERROR_STOP=1 service=bench
}

postgresql_rows() {
  local bin data=postgresql kind=exists
  bin=$(postgresql_programs)
  if [ -z "$bin" ]; then
    say "-- PostgreSQL: skipped, no server program is installed here (Debian: postgresql)"
    return
  fi
  local PATH=$bin:$PATH # Debian's psql is a script that looks for the program, and costs 25 ms
  start_server "$bin"
  "$programs/tests/bench_data" "$work/csv" "$members" --today "$today" --format csv
  fill_server
  mkdir -p "$work/$data"
  cp -a "$work/csv/besa.json" "$work/csv/datasets" "$work/csv/policies" "$work/$data/"
  sed -i 's|csv:data|postgresql:service=bench|' "$work/$data/datasets/members.json"
  rm -rf "${work:?}/csv"
  put_back() { ask all 'DROP DATABASE IF EXISTS bench'; ask all 'CREATE DATABASE bench TEMPLATE kept'; ask bench CHECKPOINT; }
  remaining() { ask bench 'SELECT count(*) FROM members' >"$work/answer"; }
  # One of its processes may be gone before it is read.
  ticks_beside() { { cat /proc/"$server"/stat $(pgrep -P "$server" | sed 's|.*|/proc/&/stat|') 2>/dev/null || true; } | awk -v server="$server" '{ own = $1 == server; sub(/.*\) /, ""); sum += $12 + $13; if (own) sum += $14 + $15 } END { print sum + 0 }'; }
  put_back
  say "-- $("$bin/postgres" --version), indexed: $(ask bench "SELECT pg_database_size('bench') / 1000000") MB"
  ! wanted postgresql b || compare "b. who is due" besa_due psql_due 1
  ! wanted postgresql b || compare "b. with the manifest" besa_manifest psql_manifest 2
  ! wanted postgresql d || compare "d. one person" besa_explain psql_explain 0.83
  : >"$work/looks"
  ! wanted postgresql c || compare "c. erase, evidence included" besa_erase psql_erase -
  ticks_beside() { echo 0; }
  stop_server
}

psql_due() {
  timed psql -X -q -A -t service=bench -c "SELECT count(*) FROM members m WHERE $(due_condition exists)"
  cp "$work/out" "$work/answer"
}
psql_manifest() {
  local table sql
  sql="CREATE TEMP TABLE due AS SELECT member_id FROM members m WHERE $(due_condition exists); CREATE UNIQUE INDEX ON due (member_id); ANALYZE due;"
  for table in purchases:purchase_id newsletter_events:event_id web_events:event_id consents:consent_id members:member_id; do
    sql+="SELECT '${table%:*}', ${table#*:} FROM ${table%:*} WHERE member_id IN (SELECT member_id FROM due);"
  done
  timed psql -X -q -A -t service=bench -c "$sql"
  wc -l <"$work/out" >"$work/answer"
}
psql_erase() {
  put_back
  local table sql
  sql="CREATE TEMP TABLE due AS SELECT member_id FROM members m WHERE $(due_condition exists); CREATE UNIQUE INDEX ON due (member_id); ANALYZE due; BEGIN;"
  for table in purchases newsletter_events web_events consents members; do
    sql+="DELETE FROM $table WHERE member_id IN (SELECT member_id FROM due);"
  done
  timed psql -X -q -A -t service=bench -c "$sql COMMIT"
  remaining
}
psql_explain() {
  local table sql=
  for table in "${tables[@]}"; do sql+="SELECT * FROM $table WHERE member_id = '$one_person';"; done
  timed psql -X -q -A -t service=bench -c "$sql"
  wc -l <"$work/out" >"$work/answer"
}
