# The attached half of a durable command: finds or starts the detached half (run.sh), and sends its output and end.
# Given: mark, id, known (its directory, when an earlier attachment told it), place (a configured one, or empty), out and
# err (how many bytes of each stream arrived already), program (run.sh) and limit (for it). POSIX sh; no line of output may
# be lost or sent twice. Starting a process costs a target about a millisecond: none where there is nothing to do.
exec 5<&0 </dev/null
mask=$(umask)
umask 077

# What names this boot: the kernel's id, and when process 1 started (a container boots without its kernel).
boot=
{ IFS= read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
one=
{ IFS= read -r one </proc/1/stat; } 2>/dev/null
set -- ${one##*) }
boot=${boot:-unknown}.${20:-0}

# A directory that is ours alone, and in which a block can be written.
usable() {
  [ -d "$1" ] || mkdir -p -m 700 "$1" 2>/dev/null
  [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] && { printf '%4096s' '' >"$1/.probe"; } 2>/dev/null
}
choose() {
  for base in "$place" "${HOME:+$HOME/.muster}"; do
    [ -n "$base" ] && usable "$base" && return
  done
  user=$(id -u)
  for base in "/var/tmp/muster-$user" "/tmp/muster-$user" "${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/muster}"; do
    [ -n "$base" ] && usable "$base" && return
  done
  return 1
}
dir=$known
if [ -z "$dir" ]; then
  if ! choose; then
    tried=
    for base in "$place" "${HOME:+$HOME/.muster}" "/var/tmp/muster-$user" "/tmp/muster-$user" "${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/muster}"; do
      [ -n "$base" ] || continue
      case $base in /*) at=$base;; *) at=$PWD/$base;; esac
      while [ -n "$at" ] && [ ! -d "$at" ]; do at=${at%/*}; done
      free=$(LC_ALL=C df -Pk -- "${at:-/}" 2>/dev/null | { read -r line; read -r line size used free line && echo "$free"; })
      tried="$tried, $base (${free:-?} KiB free)"
    done
    printf '%s refused %s\n' "$mark" "no directory can be written: tried ${tried#, }"
    exit 0
  fi
  dir=$base/$id
fi
is=new
[ -d "$dir" ] && is=claimed
printf '%s prepared %s %s %s\n' "$mark" "$boot" "$is" "$dir"

# Nothing is started before the server has recorded where, and said so.
IFS= read -r word <&5 || exit 0
if [ "$word" = start ]; then
  IFS= read -r command <&5 || exit 0
  leader=setsid
  command -v setsid >/dev/null 2>&1 || leader=
  umask "$mask"
  # Read until run.sh lets go of its output; without braces, because a shell that waited for it would hold it too.
  said=$(printf '%s\n' "$command" | muster_run=$program muster_dir=$dir muster_boot=$boot muster_limit=$limit $leader /bin/sh -c 'eval "$muster_run"' 2>&1 5<&- &)
  umask 077
  program= command=
  case $said in
    claimed*|taken*) ;;
    *) if [ ! -d "$dir" ]; then printf '%s refused %s\n' "$mark" "$said"; exit 0; fi;;
  esac
fi

look() {
  at= pid= group= start= is= code= lost=
  { read -r at pid group start && read -r is code lost; } 2>/dev/null <"$dir/state"
}
# Between the claim and its first record there is a moment, which is long on a busy host.
found() {
  look && { [ "$is" = over ] || { [ -r "$dir/out" ] && [ -r "$dir/err" ]; }; }
}
waits=300
until found || [ "$waits" -le 0 ]; do
  waits=$((waits - 1))
  [ -d "$dir" ] || waits=0
  # Some refuse a fraction.
  sleep 0.1 2>/dev/null || { sleep 1; waits=$((waits - 9)); }
done
if ! found; then
  is=vanished
fi
if [ "$is" = vanished ] || [ "$is" = over ]; then
  printf '%s output 0 0 0\n%s %s\n' "$mark" "$mark" "$is"
  printf '%s\n' "$mark" >&2
  exit 0
fi

# The server's last word; its silence (the connection is gone) ends this half too.
main=$$
{
  IFS= read -r word <&5
  case $word in
    forget) rm -rf "$dir";;
    # Another start may still be on its way: the claim stays.
    over) printf '%s 0 0 0\n%-40s\n' "$boot" over >"$dir/state"; rm -f "$dir"/[oe12]*;;
  esac
  kill "$main"
} >/dev/null 2>&1 &

exec 6<"$dir/out" 7<"$dir/err"
[ "$out" -eq 0 ] || dd bs=1 skip="$out" count=0 <&6 2>/dev/null
[ "$err" -eq 0 ] || dd bs=1 skip="$err" count=0 <&7 2>/dev/null
printf '%s output %s %s %s\n' "$mark" "$pid" "$group" "$start"

alive() {
  [ "$at" = "$boot" ] || return 1
  line=
  if { IFS= read -r line </proc/self/stat; } 2>/dev/null; then
    { IFS= read -r line <"/proc/$pid/stat"; } 2>/dev/null || return 1
    set -- ${line##*) }
    [ "${20}" = "$start" ] && [ "$1" != Z ]
  else
    kill -0 "$pid" 2>/dev/null
  fi
}
rest() {
  [ ! -s "$dir/out" ] || cat <&6
  [ ! -s "$dir/err" ] || cat <&7 >&2
}
end=
turn=0
while [ -z "$end" ]; do
  if ! look; then
    end=vanished
  elif [ "$is" = ended ]; then
    end=ended
  elif ! alive; then
    # It may have ended between the two looks.
    look
    case $is in ended|exited) end=ended;; *) end=gone;; esac
  elif [ "$is" = exited ] && [ "$turn" -lt 1000 ]; then
    # What it left in the background may hold its output open: that is waited for, not for ever.
    turn=$((turn < 900 ? 900 : turn + 1))
  elif [ "$is" = exited ]; then
    end=ended
  fi
  [ -z "$end" ] || break
  turn=$((turn + 1))
  if [ "$turn" -lt 8 ]; then pause=0.005
  else
    rest
    if [ "$turn" -lt 30 ]; then pause=0.02; elif [ "$turn" -lt 100 ] || [ "$turn" -ge 900 ]; then pause=0.1; else pause=0.4 turn=100; fi
  fi
  sleep "$pause" 2>/dev/null || sleep 1
done
rest
cut() {
  [ -s "$dir/$1.count" ] || return
  read -r count <"$dir/$1.count"
  [ "$((count))" -gt 0 ] || return
  hash=unknown
  read -r hash more <"$dir/$1.hash"
  size=$(wc -c <"$dir/$1.tail")
  printf '%s cut %s %s %s %s\n' "$mark" "$1" "$((count))" "${hash:-unknown}" "$((size))"
  cat "$dir/$1.tail"
}
if [ "$end" = ended ]; then
  cut out
  cut err
fi
printf '%s\n' "$mark" >&2
again=same
[ "$at" = "$boot" ] || again=rebooted
printf '%s %s %s %s %s\n' "$mark" "$end" "${code:-0}" "$again" "$lost"
wait
