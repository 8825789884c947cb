#!/bin/sh
# Runs a command in a container of the sandbox's node: leaves the arguments where the sandbox looks, and waits for its answer.
set -u
call=$(mktemp -d /var/lib/pct/call.XXXXXXXXXX) || exit 255
trap 'rm -rf "$call"' EXIT
trap 'exit 255' HUP INT TERM
for argument; do
    printf '%s' "$argument" | base64 -w0
    echo
done >"$call/arguments.new"
mv "$call/arguments.new" "$call/arguments"
waited=0
while [ ! -e "$call/status" ]; do
    [ "$waited" -lt 1200 ] || { echo "the sandbox does not answer" >&2; exit 255; }
    waited=$((waited + 1))
    sleep 0.05
done
cat "$call/stdout"
cat "$call/stderr" >&2
exit "$(cat "$call/status")"
