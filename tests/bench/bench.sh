#!/usr/bin/env bash
# Times besa beside other programs on the same data, in one interleaved run: the answers are
# compared first, then come medians and ratios. Seconds are of the clock; the verdict goes by
# processor time, a server's included, which others on the machine disturb least (the log's by the
# clock: it waits for the disk). Called by './dev bench [MEMBERS] [RUNS] [ROWS]' with the build
# folder in $1. ROWS: what to run, as in 'csv,jsonl:a,look'; everything if absent.
set -euo pipefail

programs=$1
members=${2:-100000}
runs=${3:-5}
rows=${4:-log,sqlite,csv,jsonl,postgresql,look}
# shellcheck disable=SC2034  # used by the themes
besa=$programs/besa
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${BESA_BENCH_FOLDER:-${TMPDIR:-/tmp}}/besa-bench-XXXXXX")
trap 'finish' EXIT
trap 'exit 130' INT TERM

for part in measure besa log sqlite files postgresql look; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done

finish() {
  stop_server
  rm -rf "$work"
}

# wanted THEME [ROW]: whether ROWS names the theme, or this row of it.
wanted() {
  case ",$rows," in
    *",$1,"*) return 0 ;;
    *",$1:${2:-}"*) return 0 ;;
  esac
  return 1
}

today=$(TZ=Europe/Tirane date +%F)
last_day=$(date -d "$today -5 years -1 day" +%F)           # the last day of contact that is over
# shellcheck disable=SC2034
after=$(date -u -d "TZ=\"Europe/Tirane\" $last_day +1 day 00:00" +%FT%TZ)

say "besa beside others, $members members, medians of $runs interleaved runs, load $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) processors"
prepare_state
! wanted log || compare_log
! wanted sqlite || sqlite_rows
! wanted csv || file_rows csv
! wanted jsonl || file_rows jsonl
! wanted postgresql || postgresql_rows
! wanted look || look_rows
