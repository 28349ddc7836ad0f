/* Fuzzer of the words of a release: one a line, any bytes give a release that can be solved or messages. Run by
 * `make fuzz`. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/release_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int holds) {
    if (!holds) abort();
}

static const qh_constituent constituent[] = {
    {.name = "COD", .title = "COD", .item = "COD", .theta = 1},
    {.name = "DO", .title = "DO", .item = "DO", .theta = 1, .is_oxygen = true},
    {.name = "X", .title = "X", .item = "X", .theta = 1, .k2_20 = 1e-6},
};
static const qh_reach reach[] = {{.name = "a/b", .river = "", .length = 5000},
                                 {.name = "阿1", .river = "", .length = 9000}};
static const qh_outfall outfall[] = {{.code = "P1", .name = "", .reach = 1, .chainage = 3000}};
static const qh_case river_case = {
    .n_constituent = 3, .constituent = constituent, .n_reach = 2, .reach = reach, .n_outfall = 1, .outfall = outfall};

/* The next line, NULL where it is "-": not given. */
static const char *next(char **rest) {
    if (!**rest) return NULL; /* a shorter text gives fewer words */
    char *line = *rest, *end = strchr(line, '\n');
    *rest = end ? end + 1 : line + strlen(line);
    if (end) *end = '\0';
    return strcmp(line, "-") == 0 ? NULL : line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1), *rest = text;
    qh_diag *diag = qh_diag_create(QH_ZH);
    expect(text && diag);
    memcpy(text, data, size);
    text[size] = '\0';
    qh_release_words words = {0};
    const char **word[] = {&words.at,        &words.outfall, &words.mass,          &words.over, &words.constituent,
                           &words.substance, &words.decay,   &words.limit,         &words.edge, &words.flow_band,
                           &words.rate,      &words.volume,  &words.concentration, &words.when};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        *word[i] = next(&rest);
    qh_release r;
    const qh_status status = qh_release_read(&river_case, &words, diag, &r);
    expect((status == QH_OK) == (qh_diag_count(diag, QH_ERROR) == 0));
    if (status == QH_OK) {
        expect(r.reach < 2 && r.chainage >= 0 && r.chainage <= reach[r.reach].length * (1 + 1e-9));
        expect(r.mass > 0 && isfinite(r.mass) && r.duration >= 59.9 && isfinite(r.duration));
        expect(r.has_species ? r.species == 0 : r.name[0] != '\0' && r.decay >= 0 && isfinite(r.decay));
        expect(!r.limit.given || r.limit.value > 0);
        expect(r.edge > 0 && r.edge < 1 && r.flow_band >= 0 && r.flow_band < 1);
    }
    qh_diag_destroy(diag);
    free(text);
    return 0;
}
