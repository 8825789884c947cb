# The detached half of a durable command: claims its directory, runs the command, keeps its output and exit status there.
# Given in the environment: muster_dir (the directory), muster_boot (this boot), muster_limit (bytes kept of a stream); the
# line of standard input is the command. Says on its standard output whether it claimed, then lets go of it.
dir=$muster_dir boot=$muster_boot limit=$muster_limit
unset muster_run muster_dir muster_boot muster_limit
IFS= read -r command || exit 0
exec </dev/null
nl='
'
mask=$(umask)
umask 077
if ! said=$(mkdir "$dir" 2>&1); then
  if [ -d "$dir" ]; then echo taken; else printf 'refused %s\n' "$said"; fi
  exit 0
fi
stat=
{ IFS= read -r stat </proc/$$/stat; } 2>/dev/null
set -- ${stat##*) }
group=${3:-0}
# Without /proc: there is a group of this number where this shell leads it.
[ "$group" != 0 ] || ! kill -0 -$$ 2>/dev/null || group=$$
me="$boot $$ $group ${20:-0}"
# Always of one length and written in place: needs no room on a disk that has become full.
state() {
  printf '%s\n%-40s\n' "$me" "$1" 1<>"$dir/state"
}
# The state comes last: who finds it finds the outputs too.
if ! said=$({ : >"$dir/out" && : >"$dir/err" && mkfifo "$dir/1" "$dir/2" && state running; } 2>&1); then
  rm -rf "$dir"
  printf 'refused %s\n' "$said"
  exit 0
fi
printf 'claimed %s\n' "$me"
exec >/dev/null 2>&1
trap : HUP INT TERM

# What comes beyond the limit: counted, hashed, its end kept.
beyond() {
  mkfifo "$dir/$1.a" "$dir/$1.b" || { cat >/dev/null; return 1; }
  wc -c <"$dir/$1.a" >"$dir/$1.count" &
  tail -c 65536 <"$dir/$1.b" >"$dir/$1.tail" &
  tee "$dir/$1.a" "$dir/$1.b" | { sha256sum || cat >/dev/null; } >"$dir/$1.hash"
  wait
}
# dd makes as many reads as it is told and not one more, so no byte falls between two of them.
collect() {
  trap '' HUP INT TERM
  left=$limit
  while [ "$left" -gt 0 ]; do
    size=65536
    [ "$left" -ge "$size" ] || size=4096
    [ "$left" -ge "$size" ] || size=$left
    reads=$((left / size))
    said=$(LC_ALL=C dd bs="$size" count="$reads" 2>&1 >>"$dir/$1") || { cat >/dev/null; return 1; }
    said=${said%% records in*}
    said=${said##*"$nl"}
    [ "$((${said%+*} + ${said#*+}))" -eq "$reads" ] || return 0
    left=$((limit - $(wc -c <"$dir/$1")))
  done
  beyond "$1"
}
collect out <"$dir/1" &
one=$!
collect err <"$dir/2" &
two=$!
printf '%s\n' "$command" | { umask "$mask"; exec /bin/sh -c 'IFS= read -r muster_l && eval "$muster_l"'; } >"$dir/1" 2>"$dir/2"
code=$?
command=
state "exited $code"
lost=
for job in $one $two; do
  wait "$job"
  ended=$?
  while [ "$ended" -gt 128 ] && kill -0 "$job"; do
    wait "$job"
    ended=$?
  done
  [ "$ended" -eq 0 ] || lost=lost
done
state "ended $code $lost"
