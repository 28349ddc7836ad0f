#include <stdio.h>

#include "cli/csv.h"
#include "cli/trace.h"

static void row(const qh_shown_trace *shown, size_t section, size_t species, size_t group) {
    const qh_trace *t = shown->trace;
    const qh_case *c = shown->analysis->study->river_case;
    const double part = qh_trace_at(t, section, species)[group], whole = t->whole[section * t->n_species + species];
    const size_t at = group * t->n_species + species;
    qh_csv_text(c->section[section].code);
    qh_csv_comma_text(c->section[section].name);
    qh_csv_comma_text(c->constituent[species].name);
    qh_csv_comma_text(t->group[group].code);
    qh_csv_comma_text(t->group[group].name);
    qh_csv_comma_number(true, part);
    qh_csv_comma_number(whole != 0.0, qh_trace_share(part, whole));
    qh_csv_comma_number(!t->group[group].is_background, QH_TONNES_A_YEAR * t->load[at]);
    qh_csv_comma_number(t->group[group].is_outfalls, QH_TONNES_A_YEAR * t->cut[at]);
    putchar('\n');
}

void qh_print_trace_csv(const qh_shown_trace *shown, bool bom) {
    const qh_trace *t = shown->trace;
    if (bom) fputs("\xEF\xBB\xBF", stdout);
    puts("section,section_name,constituent,code,source,contribution_mg_L,share,load_t_a,cut_t_a");
    for (size_t s = 0; s < t->n_section; s++)
        for (size_t i = 0; shown->section_chosen[s] && i < t->n_species; i++)
            for (size_t g = 0; g < t->n_group; g++)
                row(shown, s, i, g);
}
