#include <stdio.h>

#include "cli/csv.h"
#include "cli/spill.h"

static void put_band(bool arrives, double own, qh_band band) {
    qh_csv_comma_number(arrives, own);
    qh_csv_comma_number(band.low <= band.high, band.low);
    qh_csv_comma_number(band.low <= band.high, band.high);
}

static void put_place(const qh_spill *s, const qh_spill_target *t) {
    const qh_pass *own = &t->pass[QH_SPILL_OWN];
    qh_csv_text(t->code);
    qh_csv_comma_text(t->name);
    qh_csv_comma_text(t->is_intake ? "intake" : "section");
    qh_csv_comma_text(s->river_case->reach[t->reach].name);
    qh_csv_comma_number(true, t->chainage);
    qh_csv_comma_number(true, t->distance);
    qh_csv_comma_number(true, t->travel_time);
    qh_csv_comma_text(t->mixed ? "yes" : "no");
    put_band(own->arrives, own->arrival, qh_spill_arrival(s, t));
    put_band(own->arrives, own->peak_time, qh_spill_peak_time(s, t));
    put_band(own->arrives, own->passed, qh_spill_passed(s, t));
    put_band(own->arrives, own->peak, qh_spill_peak(s, t));
    qh_csv_comma_number(t->background.given, t->background.value);
    qh_csv_comma_number(t->limit.given, t->limit.value);
    qh_band over = {0, 0};
    const bool any = qh_spill_over(s, t, &over);
    qh_csv_comma_text(!t->limit.given ? "" : own->exceeds ? "yes" : any ? "possible" : "no");
    qh_csv_comma_number(any, over.low);
    qh_csv_comma_number(any, over.high);
    qh_csv_comma_text(t->limit_clause.clause);
    qh_csv_comma_text(t->limit_clause.confidence);
    qh_csv_comma_text(own->lasts ? "yes" : "no");
    putchar('\n');
}

void qh_print_spill_csv(const qh_shown_spill *shown, bool bom) {
    if (bom) printf("\xEF\xBB\xBF");
    printf("code,name,kind,reach,chainage_m,distance_m,travel_time_s,mixed,"
           "arrival_s,arrival_low_s,arrival_high_s,peak_time_s,peak_time_low_s,peak_time_high_s,"
           "passed_s,passed_low_s,passed_high_s,peak_mg_L,peak_low_mg_L,peak_high_mg_L,"
           "background_mg_L,limit_mg_L,exceeded,over_from_s,over_to_s,limit_clause,limit_confidence,lasts\n");
    for (size_t i = 0; i < shown->spill->n_target; i++)
        put_place(shown->spill, &shown->spill->target[i]);
}
