#!/bin/bash
# The generators of the build: registries, embedded files, the catalogue, the version.
. tests/support/check.sh
export LC_ALL=C
root=$PWD
mkdir -p "$TMPDIR/t/model/lang" && cd "$TMPDIR/t" || exit 1
cp "$root/model/embedded.h" "$root/model/lang_internal.h" model/
compiles() { gcc -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -I. "$@"; }

# ------------------------------------------------------------------------------------------------ registries
mkdir -p model/things && touch model/things/{second,a-first,shared_internal}.c
echo 'typedef struct qh_thing { int value; } qh_thing; extern const qh_thing *const qh_registry_thing[];' >model/thing.h
"$root/.ci/registry.sh" thing model/things qh_thing model/thing.h >registry.c
cat >main.c <<'EOF'
#include "model/thing.h"
#include <stddef.h>
extern const qh_thing qh_thing_a_first, qh_thing_second;
const qh_thing qh_thing_a_first = {1}, qh_thing_second = {2};
int main(void) {
    return !(qh_registry_thing[0] == &qh_thing_a_first && qh_registry_thing[1] == &qh_thing_second && qh_registry_thing[2] == NULL);
}
EOF
check 'registry: compiles without a warning' compiles main.c registry.c -o registry
check 'registry: by name, internal files left out, null at the end' ./registry

# --------------------------------------------------------------------------------------------------- embedded
mkdir -p data/sub
printf 'no newline at the end "\\ ??= %%s' >data/b.yaml
printf '清河\r\n\001\377' >data/sub/a.yaml
: >data/empty.yaml
echo no >data/other.csv
"$root/.ci/embed.sh" standards data '*.yaml' >embedded.c
cat >main.c <<'EOF'
#include <stdio.h>
#include "model/embedded.h"
int main(void) {
    for (const qh_embedded *e = qh_embedded_standards; e->name; e++) {
        char path[100];
        snprintf(path, sizeof path, "out/%s", e->name);
        FILE *f = fopen(path, "wb");
        if (!f || fwrite(e->text, 1, e->size, f) != e->size || fclose(f) || e->text[e->size]) return 1;
    }
    return 0;
}
EOF
mkdir -p out/sub
check 'embedded: compiles without a warning' compiles main.c embedded.c -o embedded
check 'embedded: runs, texts end with a zero' ./embedded
rm data/other.csv
check 'embedded: every byte comes back' diff -r data out
"$root/.ci/embed.sh" plots nowhere '*.gp' >none.c
check 'embedded: a folder that is not there gives an empty array' compiles -c none.c -o none.o

# -------------------------------------------------------------------------------------------------- catalogue
cat >zh.po <<'EOF'
msgid ""
msgstr "Language: zh_CN\n"

msgid "tree"
msgstr "树"

#, fuzzy
msgid "not sure"
msgstr "不确定"

msgid "not done"
msgstr ""

# An escape sorts as the byte it stands for: a newline before any letter, a backslash (0x5c) after them all in capitals.
msgid "A\\b"
msgstr "甲\\乙"
msgid "AZ"
msgstr "甲"
msgid ""
"A\n"
"quote \"%s\""
msgstr ""
"甲\n"
"“%s”??="
EOF
awk -v lang=zh -f "$root/.ci/catalogue.awk" zh.po >catalogue.c
cat >main.c <<'EOF'
#include <string.h>
#include "model/lang_internal.h"
int main(void) {
    const qh_translation *t = qh_catalogue_zh;
    return !(qh_catalogue_zh_count == 4 && !strcmp(t[0].en, "A\nquote \"%s\"") && !strcmp(t[0].zh, "甲\n“%s”?" "?=") &&
             !strcmp(t[1].en, "AZ") && !strcmp(t[2].en, "A\\b") && !strcmp(t[2].zh, "甲\\乙") && !strcmp(t[3].en, "tree"));
}
EOF
check 'catalogue: compiles without a warning' compiles main.c catalogue.c -o catalogue
check 'catalogue: in strcmp order, escapes and lines joined, fuzzy and empty left out' ./catalogue
twice() { printf 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n' | awk -v lang=zh -f "$root/.ci/catalogue.awk"; }
refuse 'catalogue: a msgid that stands twice fails' twice
says 'catalogue: and is named by line' ':4: msgid stands already at line 1' twice
nonsense() { printf 'msgid "a"\nmsgstr b\n' | awk -v lang=zh -f "$root/.ci/catalogue.awk"; }
refuse 'catalogue: a line without quotes fails' nonsense

# ---------------------------------------------------------------------------------------------------- version
GIT_DIR=/nowhere "$root/.ci/version.sh" 1.22.3 debug gcc >version.h
check 'version: outside a repository the commit is unknown' grep -qx '#define QH_GEN_COMMIT "unknown"' version.h
check 'version: in three parts' grep -qx '#define QH_GEN_VERSION_MINOR 22' version.h
GIT_DIR=/nowhere "$root/.ci/version.sh" 1.22.3 debug gcc | sed "s/x/x/" >again.h
check 'version: the same twice' cmp version.h again.h
