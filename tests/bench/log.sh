# shellcheck shell=bash disable=SC2154,SC2034  # bench.sh sets what is used here
# Row f: the log beside plain SQLite.

# bench_log prints besa's and plain SQLite's rates ---
compare_log() {
  local name ours theirs
  mkdir "$work/log"
  "$programs/tests/bench_log" "$work/log" | while read -r name ours theirs; do
    case $name in
      durable)
        awk -v a="$ours" -v b="$theirs" -v verdict="$(verdict "$(awk -v a="$ours" -v b="$theirs" 'BEGIN { print a / b }')" 1.3)" \
          'BEGIN { printf "%-28s besa %d a second, SQLite in WAL mode %d: %.2f times as fast, %s\n", "f. durable appends", a, b, a / b, verdict }' ;;
      batch) say "$(printf '%-28s besa %d a second, SQLite without a tree %d; %s' 'f. appends in a batch' "$ours" "$theirs" "$(verdict "$ours" 500000)")" ;;
      verify) say "$(printf '%-28s besa %d a second; %s' 'f. verification' "$ours" "$(verdict "$ours" 2000000)")" ;;
    esac
  done
}
