/* Each word is read on its own, so that all that is wrong is told at once. */
#include "io/release_reader.h"

#include <math.h>
#include <string.h>

#include "io/names_internal.h"
#include "io/number_internal.h"
#include "io/quantity.h"

/* An edge lower than this drowns in the error of the solution; above a half it says nothing of arrival. */
static const double LOWEST_EDGE = 1e-3, HIGHEST_EDGE = 0.5;
static const double WIDEST_FLOW_BAND = 0.9;

/* Tells that there is no `name` of a kind ("reach"), and the nearest that there is. */
static bool unknown(qh_diag *diag, const char *option, const char *name, const char *kind, const qh_nearest *nearest) {
    const char *what = qh_tr(qh_diag_lang(diag), kind);
    if (nearest->best[0])
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "'%s' is '%s', but there is no such %s; did you mean '%s'?", option,
                    name, what, nearest->best);
    else
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "'%s' is '%s', but there is no such %s", option, name, what);
    return false;
}

/* ---- place ---- */

static bool read_outfall(const qh_case *c, const char *code, qh_diag *diag, qh_release *release) {
    qh_nearest nearest = qh_nearest_begin(code);
    for (size_t i = 0; i < c->n_outfall; i++) {
        qh_nearest_offer(&nearest, c->outfall[i].code);
        if (strcmp(c->outfall[i].code, code) != 0) continue;
        release->reach = c->outfall[i].reach;
        release->chainage = c->outfall[i].chainage;
        return true;
    }
    return unknown(diag, "--outfall", code, QH_N("outfall"), &nearest);
}

/* "reach/chainage": a reach's name may hold a slash, a chainage none. */
static bool read_at(const qh_case *c, const char *at, qh_diag *diag, qh_release *release) {
    const char *slash = strrchr(at, '/');
    if (!slash || slash == at || !slash[1]) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "'--at' is '%s'; a reach and a chainage such as %s/1.5km were expected",
                    at, c->n_reach > 0 ? c->reach[0].name : "R1");
        return false;
    }
    const size_t length = (size_t)(slash - at);
    char name[QH_NEAREST_LENGTH] = "";
    if (length < sizeof name) memcpy(name, at, length);
    qh_nearest nearest = qh_nearest_begin(name);
    size_t r = 0;
    while (r < c->n_reach && (strlen(c->reach[r].name) != length || memcmp(c->reach[r].name, at, length) != 0))
        qh_nearest_offer(&nearest, c->reach[r++].name);
    const bool found = r < c->n_reach;
    if (!found) (void)unknown(diag, "--at", at, QH_N("reach"), &nearest);
    const double end = found ? c->reach[r].length : INFINITY;
    double chainage = 0;
    if (!qh_quantity_read("--at", slash + 1, QH_DIM_LENGTH, 0, end, false, diag, &chainage) || !found) return false;
    release->reach = r;
    release->chainage = fmin(chainage, end); /* km may round past the end by a last digit */
    return true;
}

static bool read_place(const qh_case *c, const qh_release_words *words, qh_diag *diag, qh_release *release) {
    if (!words->at == !words->outfall) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "give the place of the release: either --at or --outfall");
        return false;
    }
    return words->at ? read_at(c, words->at, diag, release) : read_outfall(c, words->outfall, diag, release);
}

/* ---- substance ---- */

static bool read_constituent(const qh_case *c, const qh_release_words *words, qh_diag *diag, qh_release *release) {
    bool good = true;
    if (words->decay) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE,
                    "--decay goes with --substance: a constituent has the case's own rates");
        good = false;
    }
    qh_nearest nearest = qh_nearest_begin(words->constituent);
    size_t i = 0;
    while (i < c->n_constituent && strcmp(c->constituent[i].name, words->constituent) != 0)
        qh_nearest_offer(&nearest, c->constituent[i++].name);
    if (i == c->n_constituent) return unknown(diag, "--constituent", words->constituent, QH_N("constituent"), &nearest);
    release->has_species = true;
    release->species = i;
    return qh_release_of_species(&c->constituent[i], diag) && good;
}

static bool read_substance(const qh_release_words *words, qh_diag *diag, qh_release *release) {
    bool good = true;
    if (!*words->substance) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "'--substance' is empty");
        good = false;
    }
    if (!words->decay) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "--substance needs its --decay; write 0 1/d where there is none");
        return false;
    }
    release->name = words->substance;
    return qh_quantity_read("--decay", words->decay, QH_DIM_RATE, 0, INFINITY, false, diag, &release->decay) && good;
}

static bool read_what(const qh_case *c, const qh_release_words *words, qh_diag *diag, qh_release *release) {
    if (!words->constituent == !words->substance) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "say what is let go: either --constituent or --substance with --decay");
        return false;
    }
    return words->constituent ? read_constituent(c, words, diag, release) : read_substance(words, diag, release);
}

/* ---- quantities ---- */

static bool needed(const char *option, const char *text, qh_diag *diag) {
    if (text) return true;
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "'%s' is missing", option);
    return false;
}

/* A product of two numbers that are finite may not be. */
static bool take_mass(double mass, qh_diag *diag, qh_release *release) {
    if (!isfinite(mass)) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "what is let go in all is too large to be a number");
        return false;
    }
    release->mass = mass;
    return true;
}

/* By mass, by rate and duration, or by volume and concentration. */
static bool read_mass(const qh_release_words *words, bool has_duration, qh_diag *diag, qh_release *release) {
    const bool by_volume = words->volume || words->concentration;
    if ((words->mass != NULL) + (words->rate != NULL) + by_volume != 1) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE,
                    "say how much is let go in one way: --mass, or --rate, or --volume with --concentration");
        return false;
    }
    if (words->mass)
        return qh_quantity_read("--mass", words->mass, QH_DIM_MASS, 0, INFINITY, true, diag, &release->mass);
    double a = 0, b = 0;
    if (words->rate) {
        if (!qh_quantity_read("--rate", words->rate, QH_DIM_LOAD, 0, INFINITY, true, diag, &a)) return false;
        return has_duration && take_mass(a * release->duration, diag, release);
    }
    bool good = needed("--volume", words->volume, diag) &&
                qh_quantity_read("--volume", words->volume, QH_DIM_VOLUME, 0, INFINITY, true, diag, &a);
    good =
        needed("--concentration", words->concentration, diag) &&
        qh_quantity_read("--concentration", words->concentration, QH_DIM_CONCENTRATION, 0, INFINITY, true, diag, &b) &&
        good;
    return good && take_mass(a * b, diag, release);
}

/* On moving water the moment says which flow; on steady flow it only turns times into dates. */
static bool read_when(const qh_case *c, const char *when, qh_diag *diag, qh_release *release) {
    if (!when) return true;
    if (!qh_time_read(when, &release->date)) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "'--when' is '%s'; a local time such as 2024-07-03T04:30 was expected",
                    when);
        return false;
    }
    release->dated = true;
    int64_t start = 0;
    if (!c->run.routing || !qh_time_read(c->run.start, &start)) return true;
    release->follows = true;
    release->start = (double)(release->date - start);
    if (release->start >= 0 && release->start < c->run.duration) return true;
    char end[32];
    qh_time_write(start + (int64_t)c->run.duration, sizeof end, end);
    qh_diag_add(diag, QH_ERROR, c->run.place, "'--when' is '%s', but the run and its series go from %s to %s", when,
                c->run.start, end);
    return false;
}

static bool read_quantities(const qh_release_words *words, qh_diag *diag, qh_release *release) {
    const bool has_duration =
        needed("--over", words->over, diag) && qh_quantity_read("--over", words->over, QH_DIM_TIME, QH_SHORTEST_RELEASE,
                                                                INFINITY, false, diag, &release->duration);
    bool good = read_mass(words, has_duration, diag, release) && has_duration;
    if (words->limit) {
        release->limit.given = true;
        good = qh_quantity_read("--limit", words->limit, QH_DIM_CONCENTRATION, 0, INFINITY, true, diag,
                                &release->limit.value) &&
               good;
    }
    good =
        needed("--edge", words->edge, diag) &&
        qh_quantity_read("--edge", words->edge, QH_DIM_NONE, LOWEST_EDGE, HIGHEST_EDGE, false, diag, &release->edge) &&
        good;
    return needed("--flow-band", words->flow_band, diag) &&
           qh_quantity_read("--flow-band", words->flow_band, QH_DIM_NONE, 0, WIDEST_FLOW_BAND, false, diag,
                            &release->flow_band) &&
           good;
}

qh_status qh_release_read(const qh_case *river_case, const qh_release_words *words, qh_diag *diag,
                          qh_release *release) {
    qh_release read = {0};
    bool good = read_place(river_case, words, diag, &read);
    good = read_what(river_case, words, diag, &read) && good;
    good = read_when(river_case, words->when, diag, &read) && good;
    good = read_quantities(words, diag, &read) && good;
    if (!good) return QH_E_INPUT;
    *release = read;
    return QH_OK;
}
