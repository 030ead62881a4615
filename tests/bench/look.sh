# shellcheck shell=bash disable=SC2154,SC2034  # bench.sh sets what is used here
# The look at the bytes that follows every erasure: 100 000 values sought in a store, none of which
# may be there but a hundred. Beside grep and ripgrep, which are told the same values as fixed
# strings; they know neither where a value ends nor any other encoding.

look_rows() {
  local format
  "$programs/tests/bench_data" "$work/csv" "$members" --today "$today" --format csv
  make_sought
  say "-- the look at the bytes: $(wc -l <"$work/sought") values, CSV $(du -m "$work/csv/data" | cut -f1) MB"
  compare "look, CSV" besa_look_csv grep_look - ripgrep_look -
  say "   $(rate csv)"
  rm -rf "${work:?}/csv"
  for format in jsonl sqlite; do
    "$programs/tests/bench_data" "$work/$format" "$members" --today "$today" --format "$format"
    compare "look, $format" "besa_look_$format"
    say "   $(rate $format)"
    rm -rf "${work:?}/$format"
  done
}

# Addresses and numbers of people who never were here, a thousand words as short as can be sought, and
# the cards of a hundred people who are here.
make_sought() {
  "$programs/tests/bench_data" "$work/others" 60000 --today "$today" --format csv --seed 77
  mawk -F, 'NR > 1 && NF == 11 && $5 != "" && $6 != "" && count++ < 49450 { print "x" $5; print $6 "x" }' "$work/others/data/members.csv" >"$work/sought"
  seq -f 'Qx%06.0f' 1000 >>"$work/sought"
  mawk -F, 'NR > 1 && NR <= 101 { print $2 }' "$work/csv/data/members.csv" >>"$work/sought"
  rm -rf "$work/others"
}
rate() { awk '{ print $1 }' "$work/rates.$1" | sort -n | awk '{ v[NR] = $1 } END { reached = v[int((NR + 1) / 2)]; printf "besa read %d million bytes a second, goal 1000: %s", reached, (reached >= 1000 ? "reached" : "SHORT OF THE GOAL") }'; }

# besa_look FORMAT PLACE
besa_look() {
  timed "$programs/tests/bench_look" "$1:$work/$1/data$2" "$work/sought"
  cut -d' ' -f1 "$work/out" >"$work/answer"
  cut -d' ' -f2 "$work/out" >>"$work/rates.$1"
}
besa_look_csv() { besa_look csv ""; }
besa_look_jsonl() { besa_look jsonl ""; }
besa_look_sqlite() { besa_look sqlite /members.db; }

grep_look() {
  timed_line "LC_ALL=C grep --no-filename --only-matching --fixed-strings --file=$work/sought $work/csv/data/*.csv | wc -l"
  cp "$work/out" "$work/answer"
}
ripgrep_look() {
  timed_line "rg --no-filename --no-line-number --only-matching --fixed-strings --file=$work/sought $work/csv/data/*.csv | wc -l"
  cp "$work/out" "$work/answer"
}
