# shellcheck shell=bash disable=SC2154,SC2034,SC2046  # bench.sh sets what is used here; words are meant to be split
# Rows a to d for CSV and JSONL, beside what people would use: ripgrep, mawk, Miller, jq and, where
# npm is there to install it, DuckDB (whose start is not counted). The rivals are written for exactly
# these files (no line end inside quotes, no escape in JSON, the only comma inside quotes in a known
# column): besa is not.

file_rows() {
  local format=$1 data=$1
  put_back() { rm -rf "$work/$data/data" && cp -a "$work/before" "$work/$data/data"; }
  # In whatever order: DuckDB keeps none.
  remaining() { LC_ALL=C sort "$work/$data/data"/*."$format" | cksum >"$work/answer"; }
  "$programs/tests/bench_data" "$work/$data" "$members" --today "$today" --format "$format"
  say "-- ${format^^}: $(du -m "$work/$data/data" | cut -f1) MB, members $(du -m "$work/$data/data/members.$format" | cut -f1) MB"
  ! wanted "$format" a || "${format}_row_a"
  ! wanted "$format" b || compare "b. who is due" besa_due "mawk_due_$format" - duckdb_due 2
  ! wanted "$format" b || compare "b. with the manifest" besa_manifest "mawk_manifest_$format" 2
  ! wanted "$format" d || compare "d. one person" besa_explain ripgrep_explain 0.77
  if wanted "$format" c; then
    mv "$work/$data/data" "$work/before"
    put_back
    : >"$work/looks"
    compare "c. erase, evidence included" besa_erase "mawk_erase_$format" - $("${format}_row_c_rivals")
    say "   apart: besa's look at the bytes $(median 1 "$work/looks") s"
    rm -rf "$work/before"
  fi
  rm -rf "${work:?}/$data"
}

# --- a: members whose date is before a cutoff, their keys ---

old_enough=2370                   # days, as tests/bench/dates/policies/dates.json has it
cutoff() { date -d "$today -$((old_enough + 1)) days" +%F; }

# A workspace of its own beside the data: one table, one rule.
place_dates() {
  cp -a "$here/dates" "$work/"
  sed -i "s|csv:data/members.csv|$format:data/members.$format|" "$work/dates/datasets/members.json"
  rm -rf "$work/dates/data" && mkdir "$work/dates/data"
  ln "$work/$format/data/members.$format" "$work/dates/data/"
}
besa_old() {
  (cd "$work/dates" && rm -rf .besa && cp -a ../state .besa && timed "$besa" sweep)
  (cd "$work/dates" && grep -o '"key":\["[^"]*"' .besa/manifests/*/body.jsonl | cut -d'"' -f4 | keys_in_order)
}
keys_in_order() { LC_ALL=C sort | md5sum | cut -c1-12 >"$work/answer"; }

# A regular expression for every date up to DATE.
dates_until() {
  local year=${1%%-*} month=${1:5:2} day=${1:8:2}
  printf '(?:(?:%s)-..-..' "$(seq -s '|' 1990 $((year - 1)))"
  ((10#$month == 1)) || printf '|%s-(?:%s)-..' "$year" "$(seq -f %02g -s '|' 1 $((10#$month - 1)))"
  printf '|%s-%s-(?:%s))' "$year" "$month" "$(seq -f %02g -s '|' 1 $((10#$day)))"
}

csv_row_a() {
  place_dates
  compare "a. before a cutoff, keys" besa_old ripgrep_old_csv 4 duckdb_old 4 mawk_old_csv - miller_old_csv -
}
ripgrep_old_csv() {
  timed_line "rg --no-line-number ',$(dates_until "$(cutoff)"),[a-z]*,[0-9]*\$' $work/csv/data/members.csv | cut -d, -f1"
  keys_in_order <"$work/out"
}
mawk_old_csv() {
  timed mawk -F, "NR > 1 && \$(NF - 2) <= \"$(cutoff)\" { print \$1 }" "$work/csv/data/members.csv"
  keys_in_order <"$work/out"
}
miller_old_csv() {
  timed mlr --icsv --onidx -S filter "\$registered_at <= \"$(cutoff)\"" then cut -f member_id "$work/csv/data/members.csv"
  keys_in_order <"$work/out"
}

jsonl_row_a() {
  place_dates
  compare "a. before a cutoff, keys" besa_old duckdb_old 2 ripgrep_old_jsonl - jq_old_jsonl - miller_old_jsonl -
}
ripgrep_old_jsonl() {
  timed_line "rg --no-line-number '\"registered_at\":\"$(dates_until "$(cutoff)")\"' $work/jsonl/data/members.jsonl | cut -d'\"' -f4"
  keys_in_order <"$work/out"
}
jq_old_jsonl() {
  timed jq -r "select(.registered_at <= \"$(cutoff)\") | .member_id" "$work/jsonl/data/members.jsonl"
  keys_in_order <"$work/out"
}
miller_old_jsonl() {
  timed mlr --ijsonl --onidx filter "\$registered_at <= \"$(cutoff)\"" then cut -f member_id "$work/jsonl/data/members.jsonl"
  keys_in_order <"$work/out"
}

# duckdb TASK [ARGUMENTS]: its answer in $work/out
duckdb() {
  node "$here/duckdb.mjs" "$work/time" "$format" "$work/$format/data" "$@" >"$work/out" 2>"$work/err" || true
}
duckdb_old() { duckdb old "$(cutoff)" && keys_in_order <"$work/out"; }
duckdb_due() { duckdb due "$last_day" "$after" && cp "$work/out" "$work/answer"; }

# --- b and c: mawk programs that read the events, then the members ---

# Where member, time and date stand: of JSON, between quotes.
csv_words() { printf 'FS = ","; who = 2; at = 3; registered = 2; own = 1'; }
jsonl_words() { printf 'FS = "\\""; who = 6; at = 10; registered = 7; own = 4'; }
events=(purchases newsletter_events web_events)

# mawk_program FORMAT: sets active[] and due[], and leaves what is done with the due to the caller.
mawk_program() {
  printf 'BEGIN { %s } FNR == 1 { ++file } ' "$("${1}_words")"
  printf 'file <= 3 { if ($at >= "%s" && $at < "3") active[$who]; next } ' "$after"
  printf 'file == 4 { if ($(NF - registered) <= "%s" && $(NF - registered) >= "1" && !($own in active)) due[$own]; next } ' "$last_day"
}
files_of() { local table; for table in "$@"; do printf '%s ' "$work/$format/data/$table.$format"; done; }

mawk_due() {
  timed mawk "$(mawk_program "$1") END { for (each in due) ++count; print count }" $(files_of "${events[@]}" members)
  cp "$work/out" "$work/answer"
}
mawk_due_csv() { mawk_due csv; }
mawk_due_jsonl() { mawk_due jsonl; }

# Then every row of theirs: the key of each.
mawk_manifest() {
  timed mawk "$(mawk_program "$1") file < 9 && \$who in due { print file, \$$2 } file == 9 && \$own in due { print file, \$own }" \
    $(files_of "${events[@]}" members "${events[@]}" consents members)
  wc -l <"$work/out" >"$work/answer"
}
mawk_manifest_csv() { mawk_manifest csv 1; }
mawk_manifest_jsonl() { mawk_manifest jsonl 3; }

# Every table written anew without them, then put in place.
mawk_erase() {
  put_back
  local new=$work/new
  rm -rf "$new" && mkdir "$new"
  timed_line "mawk '$(mawk_program "$1") FNR == 1 { n = split(FILENAME, path, \"/\"); to = \"$new/\" path[n] }
    file < 9 && !(\$who in due) { print >to } file == 9 && !(\$own in due) { print >to }' \
    $(files_of "${events[@]}" members "${events[@]}" consents members) && mv $new/* $work/$format/data/"
  remaining
}
mawk_erase_csv() { mawk_erase csv; }
csv_row_c_rivals() { echo duckdb_erase 2; }
jsonl_row_c_rivals() { :; }  # DuckDB writes JSON in a form of its own
duckdb_erase() { put_back && duckdb erase "$last_day" "$after" && remaining; }
mawk_erase_jsonl() { mawk_erase jsonl; }

# --- d: the lines that say the person's number anywhere ---
ripgrep_explain() {
  timed rg --no-line-number --no-filename --fixed-strings "$one_person" "$work/$format/data"
  wc -l <"$work/out" >"$work/answer"
}
