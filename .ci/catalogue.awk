# catalogue.awk: turns a gettext .po file into the table qh_catalogue_<lang>[], sorted by the bytes of msgid.
# Run with LC_ALL=C and -v lang=zh. Fuzzy and empty entries are left out, as msgfmt does.
function fail(message) { printf "%s:%d: %s\n", FILENAME, FNR, message > "/dev/stderr"; failed = 1; exit 1 }
function text(line) {
    if (!match(line, /"([^"\\]|\\.)*"/)) fail("no quoted text")
    return substr(line, RSTART + 1, RLENGTH - 2)
}
# The bytes a C compiler would see: they, not the escapes, decide the order.
function decoded(s,    out, i, c) {
    out = ""
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (c != "\\") { out = out c; continue }
        c = substr(s, ++i, 1)
        if (c == "n") c = "\n"
        else if (c == "t") c = "\t"
        else if (c != "\\" && c != "\"") fail("escape \\" c " is not supported")
        out = out c
    }
    return out
}
function finish() {
    if (state == "msgstr" && id != "" && str != "" && !fuzzy) {
        key = decoded(id)
        if (key in seen) { FNR = start; fail("msgid stands already at line " seen[key]) }
        seen[key] = start
        n++
        keys[n] = key; ids[n] = id; strs[n] = str
    }
    if (state == "msgstr") { id = str = ""; fuzzy = 0; state = "" }
}
/^#,.*fuzzy/ { finish(); fuzzy = 1; next }
/^#/ { finish(); next }
/^[ \t]*$/ { finish(); next }
/^msgid[ \t]/ { finish(); state = "msgid"; start = FNR; id = text($0); next }
/^msgstr[ \t]/ { state = "msgstr"; str = text($0); next }
/^"/ {
    if (state == "msgid") id = id text($0)
    else if (state == "msgstr") str = str text($0)
    else fail("text outside msgid and msgstr")
    next
}
{ fail("expected msgid, msgstr, text or a comment") }
END {
    if (failed) exit 1
    finish()
    if (failed) exit 1
    for (gap = int(n / 2); gap > 0; gap = int(gap / 2))  # Shell sort
        for (i = gap + 1; i <= n; i++) {
            k = keys[i]; a = ids[i]; b = strs[i]
            for (j = i; j > gap && keys[j - gap] > k; j -= gap) {
                keys[j] = keys[j - gap]; ids[j] = ids[j - gap]; strs[j] = strs[j - gap]
            }
            keys[j] = k; ids[j] = a; strs[j] = b
        }
    printf "/* Generated from model/lang/%s.po: do not edit. */\n#include \"model/lang_internal.h\"\n\n", lang
    printf "const qh_translation qh_catalogue_%s[] = {\n", lang
    for (i = 1; i <= n; i++) {
        gsub(/\?/, "\\?", ids[i]); gsub(/\?/, "\\?", strs[i])  # no trigraphs
        printf "    {\"%s\", \"%s\"},\n", ids[i], strs[i]
    }
    if (!n) print "    {0, 0},"
    printf "};\nconst size_t qh_catalogue_%s_count = %d;\n", lang, n
}
