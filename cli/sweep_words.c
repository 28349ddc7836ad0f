#include <string.h>

#include "cli/sweep.h"
#include "scenarios/plan_source.h"

typedef struct entry {
    const char *name, *words;
} entry;

static const char *words_of(const entry *table, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].name, name) == 0) return table[i].words;
    return name;
}

const char *qh_design_words(const char *design) {
    static const entry table[] = {
        {"factorial", QH_N("full factorial")},
        {"lists", QH_N("lists side by side")},
        {"table", QH_N("rows of a table")},
        {"latin-hypercube", QH_N("Latin hypercube")},
        {"latin-hypercube" QH_WITH_INDICES, QH_N("Latin hypercube, for sensitivity indices")},
        {"sobol", QH_N("Sobol' sequence")},
        {"sobol" QH_WITH_INDICES, QH_N("Sobol' sequence, for sensitivity indices")},
        {"random", QH_N("random")},
        {"random" QH_WITH_INDICES, QH_N("random, for sensitivity indices")},
    };
    return words_of(table, sizeof table / sizeof *table, design);
}

const char *qh_method_words(const char *method) {
    static const entry table[] = {
        {"response", QH_N("the response matrix, for only loads differ")},
        {"steady", QH_N("the exact steady solution of each scenario")},
        {"lanes", QH_N("full runs of several scenarios side by side")},
        {"run", QH_N("a full run of each scenario")},
    };
    return words_of(table, sizeof table / sizeof *table, method);
}
