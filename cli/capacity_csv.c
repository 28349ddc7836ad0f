#include <stdio.h>

#include "cli/capacity.h"
#include "cli/csv.h"

static void tonnes(bool given, double load) { qh_csv_comma_number(given, QH_TONNES_A_YEAR * load); }

static void section_row(const qh_case *c, const qh_section_capacity *row) {
    qh_csv_text("section");
    qh_csv_comma_text(c->section[row->section].code);
    qh_csv_comma_text(c->section[row->section].name);
    qh_csv_comma_text(c->constituent[row->species].name);
    tonnes(true, row->now);
    tonnes(true, row->mixed);
    tonnes(true, row->one_dimension);
    tonnes(true, row->middle);
    tonnes(true, row->spread);
    tonnes(row->network.given, row->network.value);
    puts(",,,");
}

static void outfall_row(const qh_case *c, const qh_outfall_capacity *row, bool feasible) {
    qh_csv_text("outfall");
    qh_csv_comma_text(c->outfall[row->outfall].code);
    qh_csv_comma_text(c->outfall[row->outfall].name);
    qh_csv_comma_text(c->constituent[row->species].name);
    tonnes(true, row->now);
    tonnes(row->has_next, row->mixed);
    fputs(",,,", stdout);
    tonnes(row->reaches, row->alone);
    tonnes(row->reaches, row->equal);
    tonnes(row->reaches && feasible, row->largest);
    qh_csv_comma_text(row->reaches && row->binding < c->n_section ? c->section[row->binding].code : "");
    putchar('\n');
}

void qh_print_capacity_csv(const qh_shown_capacity *shown, bool bom) {
    const qh_case *c = shown->analysis->study->river_case;
    const qh_capacity *capacity = shown->capacity;
    if (bom) fputs("\xEF\xBB\xBF", stdout);
    puts("kind,code,name,constituent,now_t_a,mixed_t_a,one_dimension_t_a,middle_t_a,uniform_t_a,network_t_a,"
         "same_factor_t_a,largest_total_t_a,bound_by");
    for (size_t i = 0; i < capacity->n_section; i++)
        section_row(c, &capacity->section[i]);
    for (size_t i = 0; i < capacity->n_outfall; i++) {
        const qh_outfall_capacity *row = &capacity->outfall[i];
        if (capacity->species[row->species].counts) outfall_row(c, row, capacity->species[row->species].feasible);
    }
}
