#!/bin/sh
# Stands in for mongosh, which is asked often: a database is a directory, a collection a file with one document.
set -eu
place() { case $1 in *.*) echo "$DATABASES/${1%%.*}/${1#*.}" ;; *) echo "$DATABASES/$1" ;; esac; }
at=$(place "$FROM")
each() { [ ! -d "$at" ] || for one in "$at"/*; do [ ! -e "$one" ] || "$@"; done; }
name() { echo "${one##*/}"; }
view() { case ${one##*/} in view-*) echo "view ${one##*/}" ;; esac; }
# Counts what changes something; after MOST of them the server is gone.
case $ACT in
  drop | mark | move)
    if [ -n "${MOST:-}" ]; then
      done=0; [ ! -e "$COUNT" ] || done=$(cat "$COUNT")
      [ "$done" -lt "$MOST" ] || { echo 'the server is gone' >&2; exit 1; }
      echo $((done + 1)) > "$COUNT"
    fi ;;
esac
case $ACT in
  collections) each name ;;
  others) each view ;;
  size) [ ! -d "$at" ] || cat "$at"/* | wc -c ;;
  drop) rm -rf "$at" ;;
  mark) mkdir -p "$at"; : > "$(place "$FROM.$TO")" ;;
  move)
    to=$(place "$TO")
    [ ! -e "$to" ] || { echo 'target namespace exists' >&2; exit 1; }
    mkdir -p "${to%/*}"; mv "$at" "$to"; rmdir "${at%/*}" 2>/dev/null || : ;;
  *) echo "no act $ACT" >&2; exit 1 ;;
esac
