package io.muster.steps.backup;

/**
 * What scripts share that compare tables of two dumps. Rows are never printed: of a difference the table and the row's key are named, or
 * the beginning of its SHA-256 where the table has none.
 */
final class Records {

    /** Of larger tables it is only told that they differ: naming their rows takes the room of both. */
    private static final String LIMITS = "rows=200000; bytes=268435456";

    /**
     * For programs of awk, which call {@code begin(NAME)}, {@code put(ROW)} and {@code end()} for each table and have a function {@code
     * key(row)}. With {@code mode=rows} they print the rows of the tables in {@code AGAIN}; else of each table its name, how many rows and bytes, and SHA-256.
     */
    static final String AWK =
            """
            function begin(of) { name = of; n = 0; size = 0; sum = "-" }
            function put(row) {
              if (mode == "rows") { if (name in wanted) print name "\\t" key(row) "\\t" row; return }
              n++; size += length(row) + 1; print row | cmd
            }
            function end() {
              if (mode != "rows") {
                if (n) { close(cmd); getline sum < tmp; close(tmp); sub(/ .*/, "", sum) }
                printf "%s\\t%d\\t%.0f\\t%s\\n", name, n, size, sum
              }
              name = ""
            }
            BEGIN {
              tmp = ENVIRON["SCRATCH"] "/sum"; cmd = "sha256sum > \\"" tmp "\\""
              count = split(ENVIRON["AGAIN"], all, "\\n"); for (i = 1; i <= count; i++) wanted[all[i]] = 1
            }
            """;

    /**
     * {@code compared READ FOUND}: READ prints what the stream on standard input holds, FOUND what was staged, each as the program of awk
     * {@code $RECORDS} reads it, which is given {@code mode}.
     */
    static final String COMPARED =
            """
            need sha256sum comm awk
            export SCRATCH AGAIN
            told() {
              %s
              awk -F '\\t' -v rows="$rows" -v bytes="$bytes" '
                FILENAME == ARGV[1] { order[++n] = $1; count[$1] = $2; size[$1] = $3; sum[$1] = $4; next }
                { there[$1] = 1; also[++m] = $1; now[$1] = $2; large[$1] = $3; is[$1] = $4 }
                function rowsof(k) { return k == 1 ? "1 row" : k " rows" }
                END {
                  for (i = 1; i <= n; i++) { t = order[i]; if (t !~ /^(sequence|large object) /) { tables++; records += count[t] } }
                  printf "compared %%d records in %%d tables\\n", records, tables
                  for (i = 1; i <= n; i++) {
                    t = order[i]; whole = t ~ /^(sequence|large object) /
                    if (!(t in there)) print "missing " (whole ? t : "table " t " (" rowsof(count[t]) ")")
                    else if (is[t] == sum[t]) continue
                    else if (whole) print "changed " t
                    else if (count[t] > rows || now[t] > rows || size[t] > bytes || large[t] > bytes)
                      print "changed table " t " (" rowsof(now[t]) " instead of " count[t] ", too many to name)"
                    else print "again " t
                  }
                  for (i = 1; i <= m; i++) if (!(also[i] in sum)) print "extra " (also[i] ~ /^(sequence|large object) /  ? also[i] : "table " also[i] " (" rowsof(now[also[i]]) ")")
                }' "$SCRATCH/read" "$SCRATCH/found"
            }
            named() {
              comm -23 "$SCRATCH/read" "$SCRATCH/found" > "$SCRATCH/gone"; comm -13 "$SCRATCH/read" "$SCRATCH/found" > "$SCRATCH/new"
              awk -F '\\t' '
                BEGIN { tmp = ENVIRON["SCRATCH"] "/sum"; cmd = "sha256sum > \\"" tmp "\\"" }
                function named(k) {
                  if ($2 != "-") return $1 " " $2
                  if (++digests[FILENAME] > 20) return $1 " row " FNR FILENAME
                  print substr($0, length($1) + 4) | cmd; close(cmd); getline k < tmp; close(tmp)
                  return $1 " row with SHA-256 " substr(k, 1, 12) "…"
                }
                FILENAME == ARGV[1] { k = named(); if (!(k in gone)) order[++n] = k; gone[k] = 1; next }
                { k = named(); if (!(k in new)) also[++m] = k; new[k] = 1 }
                function tell(how, name) {
                  gsub(/[\\001-\\037]/, "?", name); if (length(name) > 200) name = substr(name, 1, 200) "…"
                  if (++told[how] <= 20) print how " " name
                }
                END {
                  for (i = 1; i <= n; i++) tell(order[i] in new ? "changed" : "missing", order[i])
                  for (i = 1; i <= m; i++) if (!(also[i] in gone)) tell("extra", also[i])
                  for (how in told) if (told[how] > 20) print "more " told[how] - 20 " " how
                }' "$SCRATCH/gone" "$SCRATCH/new"
            }
            compared() {
              if [ -z "$AGAIN" ]; then mode=sums; in_order() { cat; }; else mode=rows; in_order() { sort; }; fi
              export mode
              { ( set -e; "$1" ) || echo read > "$SCRATCH/failed"; cat >/dev/null; } | awk -v mode="$mode" "$RECORDS" | in_order > "$SCRATCH/read"
              { ( set -e; "$2" ) </dev/null || echo found > "$SCRATCH/failed"; } | awk -v mode="$mode" "$RECORDS" | in_order > "$SCRATCH/found"
              [ ! -e "$SCRATCH/failed" ] || fail 1 "what is to be compared could not be read to its end"
              if [ "$mode" = sums ]; then told; else named; fi
            }
            """
                    .formatted(LIMITS);

    /** {@code different A B}: of sorted lists of names and digests, what is missing in B, changed, or extra. */
    static final String DIFFERENT =
            """
            different() {
              need awk
              awk -F '\\t' '
                FILENAME == ARGV[1] { order[++n] = $1; was[$1] = $2; next }
                { also[++m] = $1; is[$1] = $2 }
                function tell(how, name) { if (length(name) > 200) name = substr(name, 1, 200) "…"; if (++told[how] <= 20) print how " " name }
                END {
                  for (i = 1; i <= n; i++) { k = order[i]; if (!(k in is)) tell("missing", k); else if (is[k] != was[k]) tell("changed", k) }
                  for (i = 1; i <= m; i++) if (!(also[i] in was)) tell("extra", also[i])
                  for (how in told) if (told[how] > 20) print "more " told[how] - 20 " " how
                }' "$1" "$2"
            }
            """;

    private Records() {}

    /** Sets RECORDS. */
    static String program(String awk) {
        return "RECORDS=$(cat <<'MUSTER_AWK'\n" + AWK + awk + "MUSTER_AWK\n)\n";
    }
}
