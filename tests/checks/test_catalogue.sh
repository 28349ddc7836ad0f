#!/bin/bash
# The catalogue and the sources agree: every text that the sources mark for translation has its Chinese, and every
# entry of the catalogue still stands in some source, but for those under a comment "Texts of other libraries".
. tests/support/check.sh
command -v xgettext >/dev/null || { skip 'catalogue against sources' 'no xgettext'; exit; }
mapfile -t sources < <(find model solvers io scenarios viz cli -name '*.[ch]' | LC_ALL=C sort)

# Texts that are translated: the number is the argument that holds them. X is the entry of the lists in headers
# (status codes, dimensions, budget terms), whose third field is a text.
xgettext -L C --from-code=UTF-8 -k -kqh_tr:2 -kQH_N:1 -kqh_diag_add:4 -kQH_CHECK:5 -kCOMPLAIN:3 -kX:3 \
  -o "$TMPDIR/marked.pot" "${sources[@]}" 2>"$TMPDIR/log" || cat "$TMPDIR/log"
# The page of reports takes its texts from the same catalogue: t("...").
xgettext -L JavaScript --from-code=UTF-8 -k -kt -o "$TMPDIR/page.pot" viz/web/*.js 2>"$TMPDIR/log" || cat "$TMPDIR/log"
xgettext -L C --from-code=UTF-8 -a -o "$TMPDIR/all.pot" "${sources[@]}" 2>"$TMPDIR/log" || cat "$TMPDIR/log"
for pot in marked all; do
  xgettext -L JavaScript --from-code=UTF-8 -k -kt -j -o "$TMPDIR/$pot.pot" viz/web/*.js 2>"$TMPDIR/log" || cat "$TMPDIR/log"
done

cat >"$TMPDIR/compare.py" <<'EOF'
"""compare.py MISSING|UNUSED PO POT: msgids of one that the other lacks, one a line; status 1 when there is any."""
import ast, re, sys

def entries(path):
    ids, current, key, foreign = {}, None, None, False
    for line in open(path, encoding="utf-8"):
        if line.startswith("# "):
            foreign = line.startswith("# Texts of other libraries")
        match = re.match(r'(msgid|msgstr)? ?("(?:[^"\\]|\\.)*")\s*$', line)
        if not match:
            continue
        if match[1] == "msgid":
            current, key = [""], "id"
        elif match[1] == "msgstr":
            ids["".join(current)] = not foreign
            key = None
        if key == "id":
            current[0] += ast.literal_eval(match[2])
    ids.pop("", None)
    return ids

what, po, pot = sys.argv[1], entries(sys.argv[2]), entries(sys.argv[3])
no_words = re.compile(r"%[-+ #0-9.*]*(?:hh|h|ll|l|z|j|t|L)?[a-zA-Z%]|[^A-Za-z]")
if what == "MISSING":
    lost = [m for m in pot if m not in po and no_words.sub("", m)]
else:
    lost = [m for m, ours in po.items() if ours and m not in pot]
for message in lost:
    print(repr(message))
print(len(po), "translations,", len(pot), "texts,", len(lost), what.lower())
sys.exit(1 if lost or not po or not pot else 0)
EOF
for po in model/lang/*.po; do
  check "$po: every text of the sources is translated" /usr/bin/python3 "$TMPDIR/compare.py" MISSING "$po" "$TMPDIR/marked.pot"
  check "$po: every entry is used" /usr/bin/python3 "$TMPDIR/compare.py" UNUSED "$po" "$TMPDIR/all.pot"
done

# The list that the build takes from the page, by which the report brings the Chinese, is all that the page says.
if [ -s "$OUT/page/texts.json" ]; then
  msgids() { msgcat --no-wrap --no-location "$1" | sed -n 's/^msgid "\(..*\)"$/\1/p' | LC_ALL=C sort; }
  listed() { /usr/bin/python3 -c 'import json, sys; print("\n".join(json.dumps(t, ensure_ascii=False)[1:-1] for t in json.load(open(sys.argv[1], encoding="utf-8"))))' "$OUT/page/texts.json" | LC_ALL=C sort; }
  check 'the page brings every text that it says' diff <(listed) <(msgids "$TMPDIR/page.pot")
else
  skip 'the page brings every text that it says' 'this build has no page, for want of npm'
fi

# The comparison itself must be able to fail.
printf 'msgid ""\nmsgstr ""\n\nmsgid "a river"\nmsgstr "河"\n' >"$TMPDIR/a.po"
printf 'msgid ""\nmsgstr ""\n\nmsgid "a "\n"lake"\nmsgstr ""\n' >"$TMPDIR/b.pot"
refuse 'a text without translation is found' /usr/bin/python3 "$TMPDIR/compare.py" MISSING "$TMPDIR/a.po" "$TMPDIR/b.pot"
refuse 'an entry without use is found' /usr/bin/python3 "$TMPDIR/compare.py" UNUSED "$TMPDIR/a.po" "$TMPDIR/b.pot"
says 'texts over several lines are joined' "'a lake'" /usr/bin/python3 "$TMPDIR/compare.py" MISSING "$TMPDIR/a.po" "$TMPDIR/b.pot"
