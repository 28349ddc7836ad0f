#include <math.h>
#include <stdio.h>

#include "cli/csv.h"
#include "cli/sweep.h"

static void head(const qh_shown_sweep *shown, bool indices) {
    fputs("section_code,section_name,target_class,constituent,n,n_attained,attained_share,attained_low,attained_high,"
          "n_value,mean_mg_L,sd_mg_L,least_mg_L,q05_mg_L,q25_mg_L,q50_mg_L,q75_mg_L,q95_mg_L,most_mg_L",
          stdout);
    const qh_sweep_layout *l = &shown->info->layout;
    for (size_t v = 0; indices && v < l->n_variable; v++) {
        static const char *const column[] = {"first", "first_low", "first_high", "total", "total_low", "total_high"};
        for (size_t k = 0; k < sizeof column / sizeof *column; k++) {
            char name[512];
            (void)snprintf(name, sizeof name, "%s %s", l->variable[v].name, column[k]);
            qh_csv_comma_text(name);
        }
    }
    putchar('\n');
}

static void number(double value) { qh_csv_comma_number(isfinite(value), value); }

static void probability(bool given, const qh_probability *p) {
    qh_csv_comma_number(given, given ? (double)p->n : 0.0);
    qh_csv_comma_number(given, given ? (double)p->n_attained : 0.0);
    number(given ? p->share : (double)NAN);
    number(given ? p->low : (double)NAN);
    number(given ? p->high : (double)NAN);
}

static void values(const qh_sweep_quantity *q) {
    static const qh_distribution_summary none = {
        .mean = (double)NAN,
        .sd = (double)NAN,
        .least = (double)NAN,
        .most = (double)NAN,
        .quantile = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN}};
    const qh_distribution_summary *d = q && q->has_values ? &q->values : &none;
    qh_csv_comma_number(q && q->has_values, (double)d->n);
    number(d->mean);
    number(d->sd);
    number(d->least);
    for (size_t k = 0; k < QH_QUANTILES; k++)
        number(d->quantile[k]);
    number(d->most);
}

static void indices_of(const qh_sweep_quantity *q, size_t n_variable) {
    for (size_t v = 0; v < n_variable; v++) {
        const qh_sobol_index *index[] = {q ? &q->indices->first[v] : NULL, q ? &q->indices->total[v] : NULL};
        for (size_t k = 0; k < 2; k++) {
            number(index[k] ? index[k]->value : (double)NAN);
            number(index[k] ? index[k]->low : (double)NAN);
            number(index[k] ? index[k]->high : (double)NAN);
        }
    }
}

static void place(const char *code, const char *name, const char *target, const char *constituent) {
    qh_csv_text(code);
    qh_csv_comma_text(name);
    qh_csv_comma_text(target);
    qh_csv_comma_text(constituent);
}

void qh_print_sweep_csv(const qh_shown_sweep *shown, bool bom) {
    const qh_sweep_summary *summary = shown->summary;
    const qh_case *c = shown->info->layout.river_case;
    const size_t n = summary->n_section * summary->n_species;
    const bool indices = n > 0 && summary->quantity[0].indices;
    const size_t n_variable = indices ? shown->info->layout.n_variable : 0;
    if (bom) fputs("\xEF\xBB\xBF", stdout);
    head(shown, indices);
    for (size_t i = 0; i < n; i++) {
        const qh_sweep_quantity *q = &summary->quantity[i];
        const qh_section *s = &c->section[q->section];
        place(s->code, s->name, qh_target_class_name(s->target_class), c->constituent[q->species].name);
        probability(q->has_verdicts, &q->attained);
        values(q);
        indices_of(q, n_variable);
        putchar('\n');
    }
    for (size_t i = 0; summary->section && i < summary->n_section; i++) {
        place(c->section[i].code, c->section[i].name, qh_target_class_name(c->section[i].target_class), "");
        probability(true, &summary->section[i]);
        values(NULL);
        indices_of(NULL, n_variable);
        putchar('\n');
    }
    if (!summary->has_verdicts) return;
    place("", "", "", "");
    probability(true, &summary->whole);
    values(NULL);
    indices_of(NULL, n_variable);
    putchar('\n');
}
