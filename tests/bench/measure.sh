# shellcheck shell=bash disable=SC2154  # bench.sh sets what is used here
# Measuring, for bench.sh: commands timed, medians, and besa compared with rivals in turns.

say() { printf '%s\n' "$*"; }

# Seconds, processor seconds and kilobytes of a command in $work/time, its output in $work/out.
timed() {
  local beside TIMEFORMAT='%3R %3U %3S'
  beside=$(ticks_beside)
  { time /usr/bin/time -o "$work/peak" -f %M "$@" >"$work/out" 2>"$work/err" || true; } 2>"$work/time.raw"
  awk -v beside="$(($(ticks_beside) - beside))" -v ticks="$(getconf CLK_TCK)" -v peak="$(tail -n 1 "$work/peak")" \
    'END { printf "%.3f %.3f %d\n", $1, $2 + $3 + beside / ticks, peak }' "$work/time.raw" >"$work/time"
}

# Processor time that is spent for whoever is timed by others than its own processes: a theme with a
# server says so.
ticks_beside() { echo 0; }

# The same for a line of shell, with what it pipes together.
timed_line() { timed bash -c "set -o pipefail; $1"; }

# median COLUMN FILE
median() {
  awk -v column="$1" '{ print $column }' "$2" | sort -n |
    awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR+1)/2] : (v[NR/2] + v[NR/2+1]) / 2 }'
}

# ratio A B: how many times as fast who takes A is as who takes B.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (a > 0 ? b / a : 0) }'; }

# verdict REACHED GOAL: how many times as fast, and whether that is enough; '-': nothing was asked.
verdict() {
  awk -v reached="$1" -v goal="$2" 'BEGIN {
    if (goal == "-") print "no goal"
    else printf "goal %s: %s", goal, (reached >= goal ? "reached" : "SHORT OF THE GOAL") }'
}

# takes_turn FUNCTION COUNTS: runs it, its figures to $work/times.FUNCTION unless COUNTS is 0, its
# answer left in $work/answer.
takes_turn() {
  rm -f "$work/answer"
  "$1"
  (($2 == 0)) || cat "$work/time" >>"$work/times.$1"
}

# compare NAME BESA-FUNCTION [RIVAL-FUNCTION GOAL]...: interleaved, after one run of each that does
# not count; all must leave the same answer in $work/answer. GOAL: how many times as fast as this
# rival, by processor time ('-': none is set). A rival is called what its name begins with, up to the
# first '_'.
compare() {
  local name=$1 ours=$2 turn answer rival
  shift 2
  local -a rivals=() goals=()
  while (($# > 0)); do
    if is_there "${1%%_*}"; then rivals+=("$1"); goals+=("$2"); else say "  ${1%%_*} is not installed here"; fi
    shift 2
  done
  for rival in "$ours" "${rivals[@]}"; do : >"$work/times.$rival"; done
  for ((turn = 0; turn <= runs; ++turn)); do
    takes_turn "$ours" "$turn"
    answer=$(cat "$work/answer")
    for rival in "${rivals[@]}"; do
      takes_turn "$rival" "$turn"
      if [ -z "$answer" ] || [ "$answer" != "$(cat "$work/answer")" ]; then
        say "$name: THE ANSWERS DIFFER: besa '$answer', ${rival%%_*} '$(cat "$work/answer")'"
        cat "$work/err"
        return
      fi
    done
  done
  local a p i
  a=$(median 1 "$work/times.$ours") p=$(median 2 "$work/times.$ours")
  printf '%-30s besa %8.3f s (cpu %8.3f), peak %d MB, answer %s\n' "$name" "$a" "$p" \
    "$(awk -v kb="$(median 3 "$work/times.$ours")" 'BEGIN { print int(kb / 1024) }')" "$answer"
  for i in "${!rivals[@]}"; do
    local b q times
    b=$(median 1 "$work/times.${rivals[i]}") q=$(median 2 "$work/times.${rivals[i]}")
    times=$(ratio "$p" "$q")
    printf '  %28s %8.3f s (cpu %8.3f), peak %d MB: besa %s times as fast, %s\n' "${rivals[i]%%_*}" "$b" "$q" \
      "$(awk -v kb="$(median 3 "$work/times.${rivals[i]}")" 'BEGIN { print int(kb / 1024) }')" \
      "$times" "$(verdict "$times" "${goals[i]}")"
  done
}

# is_there RIVAL: whether its program is.
is_there() {
  case "$1" in
    ripgrep) command -v rg ;;
    miller) command -v mlr ;;
    duckdb) command -v node && [ -d "${BESA_BENCH_MODULES:-}/@duckdb" ] ;;
    sqlite) command -v sqlite3 ;;
    *) command -v "$1" ;;
  esac >/dev/null
}
