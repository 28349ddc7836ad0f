#include <math.h>
#include <stdio.h>

#include "cli/analysis.h"
#include "cli/messages.h"
#include "cli/spill.h"
#include "cli/table.h"

static const double hour = 3600, day = 86400;

typedef struct printer {
    const qh_app *app;
    qh_lang lang;
    const qh_spill *spill;
} printer;

/* "25 min", "5.3 h", "3.2 d", written to `buffer` [size]. */
static const char *time_text(const printer *p, double seconds, size_t size, char *buffer) {
    if (seconds < hour)
        (void)snprintf(buffer, size, qh_tr(p->lang, "%.0f min"), seconds / 60);
    else if (seconds < 2 * day)
        (void)snprintf(buffer, size, qh_tr(p->lang, "%.3g h"), seconds / hour);
    else
        (void)snprintf(buffer, size, qh_tr(p->lang, "%.3g d"), seconds / day);
    return buffer;
}

/* "4.9 h - 5.6 h" */
static void time_band_cell(const printer *p, qh_table *table, qh_band band) {
    char low[32], high[32];
    if (band.low > band.high)
        qh_table_cell(table, "-");
    else
        qh_table_cell(table, "%s – %s", time_text(p, band.low, sizeof low, low),
                      time_text(p, band.high, sizeof high, high));
}

static void time_cell(const printer *p, qh_table *table, const qh_pass *pass, double seconds) {
    char text[32];
    qh_table_cell(table, "%s", pass->arrives ? time_text(p, seconds, sizeof text, text) : "-");
}

static const char *kind_of(const printer *p, const qh_spill_target *t) {
    return qh_tr(p->lang, t->is_intake ? QH_N("intake") : QH_N("section"));
}

/* ---- head ---- */

static void print_release(const printer *p) {
    const qh_spill *s = p->spill;
    const qh_release *r = &s->release;
    const qh_case *c = s->river_case;
    char over[32];
    const bool tonnes = r->mass >= 1e6;
    printf(qh_tr(p->lang, "Release: %.6g %s of %s within %s at reach %s, km %.4g\n"), r->mass / (tonnes ? 1e6 : 1e3),
           tonnes ? "t" : "kg", p->lang == QH_ZH ? s->title : s->name, time_text(p, r->duration, sizeof over, over),
           c->reach[r->reach].name, r->chainage / 1000);
    printf(qh_tr(p->lang, "Discharge there: %.4g m3/s"), s->discharge);
    if (r->flow_band > 0) printf(qh_tr(p->lang, ", what flows in is off by %.3g %% at most"), 100 * r->flow_band);
    putchar('\n');
    if (r->has_species)
        printf("%s\n", qh_tr(p->lang, "Decay: the case's own rates"));
    else
        printf(qh_tr(p->lang, "Decay: %.4g 1/d\n"), r->decay * day);
}

static void print_dispersion(const printer *p) {
    const qh_spill *s = p->spill;
    qh_band own = {INFINITY, 0}, band = {INFINITY, 0};
    size_t fewest = SIZE_MAX, most = 0;
    for (size_t r = 0; r < s->n_reach; r++) {
        if (!s->dispersion[QH_SPREAD_OWN][r].given) continue;
        own.low = fmin(own.low, s->dispersion[QH_SPREAD_OWN][r].value);
        own.high = fmax(own.high, s->dispersion[QH_SPREAD_OWN][r].value);
        band.low = fmin(band.low, s->dispersion[QH_SPREAD_LEAST][r].value);
        band.high = fmax(band.high, s->dispersion[QH_SPREAD_MOST][r].value);
        fewest = s->n_formula[r] < fewest ? s->n_formula[r] : fewest;
        most = s->n_formula[r] > most ? s->n_formula[r] : most;
    }
    printf(qh_tr(p->lang, "Dispersion: %.3g to %.3g m2/s by the case; the band is of %.3g to %.3g m2/s, by %zu to %zu "
                          "formulas in whose range a reach lies\n"),
           own.low, own.high, band.low, band.high, fewest, most);
}

static void print_head(const printer *p) {
    const qh_case *c = p->spill->river_case;
    const qh_standard *standard = p->spill->release.standard;
    printf("%s: %s%s%s%s%s\n", qh_tr(p->lang, "Case"), c->name, *c->title ? "  " : "", c->title, *c->note ? "  " : "",
           c->note);
    if (c->scenario) printf("%s: %s  %s\n", qh_tr(p->lang, "Scenario"), c->scenario->name, c->scenario->title);
    print_release(p);
    print_dispersion(p);
    const qh_optional limit = p->spill->release.limit;
    if (limit.given)
        printf(qh_tr(p->lang, "Limit: %.4g mg/L everywhere\n"), limit.value);
    else if (standard && p->spill->release.has_species)
        printf(qh_tr(p->lang, "Limits: of each place's target class by %s\n"), standard->code);
    else
        printf("%s\n", qh_tr(p->lang, "Limit: none is given (--limit)"));
}

/* ---- passing ---- */

static void place_cells(const printer *p, qh_table *table, const qh_spill_target *t) {
    qh_table_cell(table, "%s", t->code);
    qh_table_cell(table, "%s%s", t->name, t->mixed ? "" : " *");
    qh_table_cell(table, "%s", kind_of(p, t));
}

static void place_columns(const printer *p, qh_table *table) {
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "name"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "kind"));
}

static void print_times(const printer *p) {
    qh_print_part(p->app,
                  qh_tr(p->lang, "When it arrives, peaks and has passed, counted from the start of the release"));
    qh_table *table = qh_table_create(p->app);
    place_columns(p, table);
    qh_table_column(table, QH_RIGHT, "km");
    static const char *const what[] = {QH_N("arrival"), QH_N("peak"), QH_N("passed")};
    for (size_t i = 0; i < 3; i++) {
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, what[i]));
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "(band)"));
    }
    for (size_t i = 0; i < p->spill->n_target; i++) {
        const qh_spill_target *t = &p->spill->target[i];
        const qh_pass *own = &t->pass[QH_SPILL_OWN];
        place_cells(p, table, t);
        qh_table_cell(table, "%.4g", t->distance / 1000);
        time_cell(p, table, own, own->arrival);
        time_band_cell(p, table, qh_spill_arrival(p->spill, t));
        time_cell(p, table, own, own->peak_time);
        time_band_cell(p, table, qh_spill_peak_time(p->spill, t));
        time_cell(p, table, own, own->passed);
        time_band_cell(p, table, qh_spill_passed(p->spill, t));
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    printf(qh_tr(p->lang, "Arrived and passed: at %g %% of the peak.\n"), 100 * p->spill->release.edge);
}

static void over_cells(const printer *p, qh_table *table, const qh_spill_target *t) {
    qh_band over;
    if (!t->limit.given) {
        qh_table_cell(table, "-");
        qh_table_cell(table, "-");
        return;
    }
    const bool any = qh_spill_over(p->spill, t, &over), own = t->pass[QH_SPILL_OWN].exceeds;
    qh_table_verdict_cell(table, !any, qh_tr(p->lang, own ? QH_N("yes") : any ? QH_N("possible") : QH_N("no")));
    time_band_cell(p, table, any ? over : (qh_band){1, 0});
}

static void print_peaks(const printer *p) {
    qh_print_part(p->app, qh_tr(p->lang, "What it adds at most, and the limits"));
    qh_table *table = qh_table_create(p->app);
    place_columns(p, table);
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "peak [mg/L]"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "(band)"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "before [mg/L]"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "limit [mg/L]"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "exceeded"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "earliest – latest"));
    for (size_t i = 0; i < p->spill->n_target; i++) {
        const qh_spill_target *t = &p->spill->target[i];
        const qh_band band = qh_spill_peak(p->spill, t);
        place_cells(p, table, t);
        if (t->pass[QH_SPILL_OWN].arrives)
            qh_table_cell(table, "%.3g", t->pass[QH_SPILL_OWN].peak);
        else
            qh_table_cell(table, "-");
        if (band.low > band.high)
            qh_table_cell(table, "-");
        else
            qh_table_cell(table, "%.3g – %.3g", band.low, band.high);
        if (t->background.given)
            qh_table_cell(table, "%.3g", t->background.value);
        else
            qh_table_cell(table, "-");
        if (t->limit.given)
            qh_table_cell(table, "%.4g", t->limit.value);
        else
            qh_table_cell(table, "-");
        over_cells(p, table, t);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- advice ---- */

/* The intakes below, the first one first: close by, open again. */
static size_t advise_intakes(const printer *p) {
    size_t n = 0;
    for (size_t i = 0; i < p->spill->n_target; i++) {
        const qh_spill_target *t = &p->spill->target[i];
        const qh_band arrival = qh_spill_arrival(p->spill, t), passed = qh_spill_passed(p->spill, t);
        if (!t->is_intake || arrival.low > arrival.high) continue;
        char from[32], to[32];
        time_text(p, arrival.low, sizeof from, from);
        time_text(p, passed.high, sizeof to, to);
        if (n++ == 0)
            printf(
                qh_tr(p->lang, "First to warn: intake %s %s, before %s; by the band it has passed there after %s.\n"),
                t->code, t->name, from, to);
        else
            printf(qh_tr(p->lang, "Then intake %s %s, before %s; by the band it has passed there after %s.\n"), t->code,
                   t->name, from, to);
    }
    return n;
}

static void advise_limits(const printer *p) {
    size_t n = 0;
    const qh_spill_target *last = NULL;
    qh_band over, longest = {0, 0};
    for (size_t i = 0; i < p->spill->n_target; i++) {
        const qh_spill_target *t = &p->spill->target[i];
        if (!qh_spill_over(p->spill, t, &over)) continue;
        n++;
        if (!last || over.high > longest.high) last = t, longest = over;
    }
    if (!last) return;
    char until[32];
    printf(qh_tr(p->lang, "A limit may be exceeded at %zu of %zu places, longest at %s %s: until %s.\n"), n,
           p->spill->n_target, last->code, last->name, time_text(p, longest.high, sizeof until, until));
}

static void print_advice(const printer *p) {
    const qh_spill *s = p->spill;
    qh_print_part(p->app, qh_tr(p->lang, "Advice"));
    if (advise_intakes(p) == 0) printf("%s\n", qh_tr(p->lang, "No intake of the case lies below, or none is reached."));
    advise_limits(p);
    if (s->mixing_length.given)
        printf(qh_tr(p->lang,
                     "A release at the bank is mixed across the river after %.3g km. At places nearer than that "
                     "(*) the peak at its bank is higher than shown.\n"),
               s->mixing_length.value / 1000);
    else
        printf("%s\n",
               qh_tr(p->lang, "The reach has no slope: how far below the release it is mixed cannot be told. Near it "
                              "the peak at its bank is higher than shown."));
    printf(
        "%s\n",
        qh_tr(p->lang, s->release.flow_band > 0
                           ? QH_N("The band is of dispersion and inflow; roughness, storage and decay may be off too.")
                           : QH_N("The band is of dispersion alone; give --flow-band for flows that are not sure.")));
    if (s->n_dry > 0)
        printf(qh_tr(p->lang, "%zu sections and intakes of the case are not reached by the water.\n"), s->n_dry);
}

void qh_print_spill(const qh_shown_spill *shown) {
    const printer p = {shown->app, shown->app->lang, shown->spill};
    print_head(&p);
    print_times(&p);
    print_peaks(&p);
    print_advice(&p);
}
