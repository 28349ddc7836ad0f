#include <math.h>
#include <stdio.h>

#include "cli/analysis.h"
#include "cli/messages.h"
#include "cli/spill_internal.h"
#include "model/calendar.h"

static const double hour = 3600, day = 86400;

typedef spill_printer printer;

const char *qh_spill_time_text(const printer *p, double seconds, char buffer[SPILL_TEXT]) {
    if (seconds < hour)
        (void)snprintf(buffer, SPILL_TEXT, qh_tr(p->lang, "%.0f min"), seconds / 60);
    else if (seconds < 2 * day)
        (void)snprintf(buffer, SPILL_TEXT, qh_tr(p->lang, "%.3g h"), seconds / hour);
    else
        (void)snprintf(buffer, SPILL_TEXT, qh_tr(p->lang, "%.3g d"), seconds / day);
    return buffer;
}

/* Minutes since midnight, and the day since 1970: also before that. */
static qh_date split(int64_t seconds, int *minutes) {
    const int64_t all = seconds / 60 - (seconds % 60 < 0), day_number = all / 1440 - (all % 1440 < 0);
    *minutes = (int)(all - 1440 * day_number);
    return qh_day_date(day_number);
}

const char *qh_spill_date_text(int64_t seconds, char between, char buffer[SPILL_TEXT]) {
    int minutes = 0;
    const qh_date date = split(seconds, &minutes);
    (void)snprintf(buffer, SPILL_TEXT, "%lld-%02d-%02d%c%02d:%02d", (long long)date.year, date.month, date.day, between,
                   minutes / 60, minutes % 60);
    return buffer;
}

const char *qh_spill_moment_text(const printer *p, double seconds, char buffer[SPILL_TEXT]) {
    char after[SPILL_TEXT];
    const qh_release *r = &p->spill->release;
    if (!r->dated) return qh_spill_time_text(p, seconds, buffer);
    (void)qh_spill_time_text(p, seconds, after);
    int minutes = 0;
    const qh_date date = split(r->date + (int64_t)llround(seconds), &minutes);
    (void)snprintf(buffer, SPILL_TEXT, "%02d-%02d %02d:%02d (%.24s)", date.month, date.day, minutes / 60, minutes % 60,
                   after);
    return buffer;
}

void qh_spill_band_cell(const printer *p, qh_table *table, qh_band band) {
    char low[SPILL_TEXT], high[SPILL_TEXT];
    if (band.low > band.high)
        qh_table_cell(table, "-");
    else
        qh_table_cell(table, "%s – %s", qh_spill_time_text(p, band.low, low), qh_spill_time_text(p, band.high, high));
}

static void time_cell(const printer *p, qh_table *table, const qh_pass *pass, double seconds, bool at_least) {
    char text[SPILL_TEXT];
    qh_table_cell(table, "%s%s", pass->arrives && at_least ? "> " : "",
                  pass->arrives ? qh_spill_time_text(p, seconds, text) : "-");
}

/* ---- head ---- */

static void print_release(const printer *p) {
    const qh_spill *s = p->spill;
    const qh_release *r = &s->release;
    const qh_case *c = s->river_case;
    char over[SPILL_TEXT];
    const bool tonnes = r->mass >= 1e6;
    printf(qh_tr(p->lang, "Release: %.6g %s of %s within %s at reach %s, km %.4g\n"), r->mass / (tonnes ? 1e6 : 1e3),
           tonnes ? "t" : "kg", p->lang == QH_ZH ? s->title : s->name, qh_spill_time_text(p, r->duration, over),
           c->reach[r->reach].name, r->chainage / 1000);
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

static void print_clause(const printer *p, const qh_clause *from) {
    char clause[160];
    qh_clause_write(p->lang, from->clause, sizeof clause, clause);
    printf("%s (%s)", clause, from->confidence);
}

static void print_limits(const printer *p) {
    const qh_release *r = &p->spill->release;
    if (r->limit.given) {
        printf(qh_tr(p->lang, "Limit: %.4g mg/L everywhere\n"), r->limit.value);
    } else if (r->item) {
        printf(
            qh_tr(p->lang, "Limits: of each place's target class, of intakes in no protected stretch class III, by "));
        print_clause(p, &(qh_clause){r->item->clause, r->item->confidence});
        putchar('\n');
    } else if (r->source_limit) {
        printf(qh_tr(p->lang, "Limit: %.4g mg/L at intakes and in protection zones of drinking-water sources, by "),
               r->source_limit->limit);
        print_clause(p, &r->source_limit->from);
        putchar('\n');
    } else {
        printf("%s\n", qh_tr(p->lang, "Limit: none is given (--limit), and none is known for it"));
    }
}

/* The water that it is followed on. */
static void print_water(const printer *p) {
    const qh_spill *s = p->spill;
    const qh_release *r = &s->release;
    if (r->dated) {
        char date[SPILL_TEXT];
        printf(qh_tr(p->lang, "Begins: %s"), qh_spill_date_text(r->date, ' ', date));
        if (r->follows)
            printf(qh_tr(p->lang, ", on the water that router %s brings from then on"), s->river_case->run.routing);
        putchar('\n');
    }
    printf(qh_tr(p->lang, "Discharge there: %.4g m3/s"), s->discharge);
    if (r->flow_band > 0) printf(qh_tr(p->lang, ", what flows in is off by %.3g %% at most"), 100 * r->flow_band);
    putchar('\n');
}

static void print_head(const printer *p) {
    const qh_case *c = p->spill->river_case;
    printf("%s: %s%s%s%s%s\n", qh_tr(p->lang, "Case"), c->name, *c->title ? "  " : "", c->title, *c->note ? "  " : "",
           c->note);
    if (c->scenario) printf("%s: %s  %s\n", qh_tr(p->lang, "Scenario"), c->scenario->name, c->scenario->title);
    print_release(p);
    print_water(p);
    print_dispersion(p);
    print_limits(p);
}

/* ---- passing ---- */

void qh_spill_place_cells(const printer *p, qh_table *table, const qh_spill_target *t, bool kind) {
    qh_table_cell(table, "%s", t->code);
    qh_table_cell(table, "%s%s", t->name, t->mixed ? "" : " *");
    if (kind) qh_table_cell(table, "%s", qh_tr(p->lang, t->is_intake ? QH_N("intake") : QH_N("section")));
}

void qh_spill_place_columns(const printer *p, qh_table *table, bool kind) {
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "name"));
    if (kind) qh_table_column(table, QH_LEFT, qh_tr(p->lang, "kind"));
}

static void print_times(const printer *p) {
    qh_print_part(p->app,
                  qh_tr(p->lang, "When it arrives, peaks and has passed, counted from the start of the release"));
    qh_table *table = qh_table_create(p->app);
    qh_spill_place_columns(p, table, true);
    qh_table_column(table, QH_RIGHT, "km");
    static const char *const what[] = {QH_N("arrival"), QH_N("peak"), QH_N("passed")};
    for (size_t i = 0; i < 3; i++) {
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, what[i]));
        qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "(band)"));
    }
    for (size_t i = 0; i < p->spill->n_target; i++) {
        const qh_spill_target *t = &p->spill->target[i];
        const qh_pass *own = &t->pass[QH_SPILL_OWN];
        qh_spill_place_cells(p, table, t, true);
        qh_table_cell(table, "%.4g", t->distance / 1000);
        time_cell(p, table, own, own->arrival, false);
        qh_spill_band_cell(p, table, qh_spill_arrival(p->spill, t));
        time_cell(p, table, own, own->peak_time, false);
        qh_spill_band_cell(p, table, qh_spill_peak_time(p->spill, t));
        time_cell(p, table, own, own->passed, own->lasts);
        qh_spill_band_cell(p, table, qh_spill_passed(p->spill, t));
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
    qh_spill_band_cell(p, table, any ? over : (qh_band){1, 0});
}

static void print_peaks(const printer *p) {
    qh_print_part(p->app, qh_tr(p->lang, "What it adds at most, and the limits"));
    qh_table *table = qh_table_create(p->app);
    qh_spill_place_columns(p, table, true);
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "peak [mg/L]"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "(band)"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "before [mg/L]"));
    qh_table_column(table, QH_RIGHT, qh_tr(p->lang, "limit [mg/L]"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "exceeded"));
    qh_table_column(table, QH_LEFT, qh_tr(p->lang, "earliest – latest"));
    for (size_t i = 0; i < p->spill->n_target; i++) {
        const qh_spill_target *t = &p->spill->target[i];
        const qh_band band = qh_spill_peak(p->spill, t);
        qh_spill_place_cells(p, table, t, true);
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
        char from[SPILL_TEXT], to[SPILL_TEXT];
        qh_spill_moment_text(p, arrival.low, from);
        qh_spill_moment_text(p, passed.high, to);
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
    char until[SPILL_TEXT];
    printf(qh_tr(p->lang, "A limit may be exceeded at %zu of %zu places, longest at %s %s: until %s.\n"), n,
           p->spill->n_target, last->code, last->name, qh_spill_moment_text(p, longest.high, until));
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
    if (s->n_open > 0) {
        char end[SPILL_TEXT];
        printf(qh_tr(p->lang, "The run ends %s after the release: %zu places are not reached, or not passed, by then "
                              "(>). A run that lasts longer tells.\n"),
               qh_spill_time_text(p, s->watched, end), s->n_open);
    }
    if (s->release.has_species && s->river_case->run.type != QH_STEADY)
        printf("%s\n", qh_tr(p->lang, "What is in the water without the spill is known for steady cases only: here "
                                      "the limits are compared with what the spill adds."));
    if (s->n_dry > 0)
        printf(qh_tr(p->lang, "%zu sections and intakes of the case are not reached by the water.\n"), s->n_dry);
}

void qh_print_spill(const qh_shown_spill *shown) {
    const printer p = {shown->app, shown->app->lang, shown->spill};
    print_head(&p);
    qh_print_spill_intakes(&p);
    print_times(&p);
    print_peaks(&p);
    qh_print_spill_cloud(&p);
    if (shown->other) qh_print_spill_other(&p, shown->other, shown->other_label);
    print_advice(&p);
}
