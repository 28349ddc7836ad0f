#include "cli/json_print.h"
#include "cli/spill_internal.h"

static void put_release(json_t *root, const qh_spill *s) {
    const qh_release *r = &s->release;
    json_t *o = qh_json_object(root, "release");
    qh_json_text(o, "substance", s->name);
    qh_json_bool(o, "constituent", r->has_species);
    qh_json_number(o, "decay_1_s", !r->has_species, r->decay);
    qh_json_text(o, "reach", s->river_case->reach[r->reach].name);
    qh_json_put_real(o, "chainage_m", r->chainage);
    qh_json_put_real(o, "mass_g", r->mass);
    qh_json_put_real(o, "duration_s", r->duration);
    qh_json_put_real(o, "discharge_m3_s", s->discharge);
    qh_json_put_real(o, "edge", r->edge);
    qh_json_put_real(o, "flow_band", r->flow_band);
    char date[SPILL_TEXT];
    qh_json_put_text(o, "begins", r->dated ? qh_spill_date_text(r->date, 'T', date) : NULL);
    qh_json_put_text(o, "routing", r->follows ? s->river_case->run.routing : NULL);
    qh_json_number(o, "run_ends_after_s", r->follows, s->watched);
    qh_json_number(o, "mixing_length_m", s->mixing_length.given, s->mixing_length.value);
}

static void put_dispersion(json_t *root, const qh_spill *s) {
    json_t *rows = qh_json_array(root, "dispersion");
    for (size_t r = 0; r < s->n_reach; r++) {
        if (!s->dispersion[QH_SPREAD_OWN][r].given) continue;
        json_t *o = qh_json_append_object(rows);
        qh_json_text(o, "reach", s->river_case->reach[r].name);
        qh_json_put_real(o, "own_m2_s", s->dispersion[QH_SPREAD_OWN][r].value);
        qh_json_put_real(o, "least_m2_s", s->dispersion[QH_SPREAD_LEAST][r].value);
        qh_json_put_real(o, "most_m2_s", s->dispersion[QH_SPREAD_MOST][r].value);
        qh_json_count(o, "formulas", s->n_formula[r]);
    }
}

/* {"own": ..., "low": ..., "high": ...} */
static void put_band(json_t *place, const char *key, bool arrives, double own, qh_band band) {
    json_t *o = qh_json_object(place, key);
    qh_json_number(o, "own", arrives, own);
    qh_json_number(o, "low", band.low <= band.high, band.low);
    qh_json_number(o, "high", band.low <= band.high, band.high);
}

static void put_place(json_t *rows, const qh_spill *s, const qh_spill_target *t) {
    const qh_pass *own = &t->pass[QH_SPILL_OWN];
    json_t *o = qh_json_append_object(rows);
    qh_json_text(o, "code", t->code);
    qh_json_text(o, "name", t->name);
    qh_json_text(o, "kind", t->is_intake ? "intake" : "section");
    qh_json_text(o, "reach", s->river_case->reach[t->reach].name);
    qh_json_put_real(o, "chainage_m", t->chainage);
    qh_json_put_real(o, "distance_m", t->distance);
    qh_json_put_real(o, "travel_time_s", t->travel_time);
    qh_json_bool(o, "mixed", t->mixed);
    put_band(o, "arrival_s", own->arrives, own->arrival, qh_spill_arrival(s, t));
    put_band(o, "peak_time_s", own->arrives, own->peak_time, qh_spill_peak_time(s, t));
    put_band(o, "passed_s", own->arrives, own->passed, qh_spill_passed(s, t));
    put_band(o, "peak_mg_L", own->arrives, own->peak, qh_spill_peak(s, t));
    qh_json_number(o, "background_mg_L", t->background.given, t->background.value);
    qh_json_number(o, "limit_mg_L", t->limit.given, t->limit.value);
    qh_band over = {0, 0};
    const bool any = qh_spill_over(s, t, &over);
    qh_json_put(o, "exceeded", t->limit.given ? json_string(own->exceeds ? "yes" : any ? "possible" : "no") : NULL);
    qh_json_number(o, "over_from_s", any, over.low);
    qh_json_number(o, "over_to_s", any, over.high);
    qh_json_put_text(o, "limit_clause", *t->limit_clause.clause ? t->limit_clause.clause : NULL);
    qh_json_put_text(o, "limit_confidence", *t->limit_clause.confidence ? t->limit_clause.confidence : NULL);
    qh_json_bool(o, "lasts", own->lasts);
}

static void put_places(json_t *root, const qh_spill *s) {
    json_t *places = qh_json_array(root, "places");
    for (size_t i = 0; i < s->n_target; i++)
        put_place(places, s, &s->target[i]);
}

/* Where the cloud is at round hours, along the main way. */
static void put_cloud(json_t *root, const qh_spill *s) {
    double time[QH_SPILL_CLOUD_TIMES];
    const size_t n = qh_spill_cloud_times(s, time);
    json_t *rows = qh_json_array(root, "cloud");
    for (size_t i = 0; i < n; i++) {
        qh_spill_cloud cloud;
        qh_band extent;
        size_t reach = 0;
        double chainage = 0;
        if (!qh_spill_cloud_at(s, time[i], &cloud, &extent)) continue;
        qh_spill_way_place(s, cloud.crest, &reach, &chainage);
        json_t *o = qh_json_append_object(rows);
        qh_json_put_real(o, "time_s", time[i]);
        qh_json_put_real(o, "rear_m", cloud.rear);
        qh_json_put_real(o, "crest_m", cloud.crest);
        qh_json_put_real(o, "front_m", cloud.front);
        qh_json_put_real(o, "rear_low_m", extent.low);
        qh_json_put_real(o, "front_high_m", extent.high);
        qh_json_bool(o, "leaves", cloud.leaves);
        qh_json_text(o, "crest_reach", s->river_case->reach[reach].name);
        qh_json_put_real(o, "crest_chainage_m", chainage);
        qh_json_number(o, "peak_mg_L", cloud.peak.given, cloud.peak.value);
        qh_json_number(o, "over_rear_m", cloud.over, cloud.over_rear);
        qh_json_number(o, "over_front_m", cloud.over, cloud.over_front);
    }
}

/* The same places with another flow. */
static void put_other(json_t *root, const qh_shown_spill *shown) {
    if (!shown->other) {
        qh_json_put(root, "compared", json_null());
        return;
    }
    json_t *o = qh_json_object(root, "compared");
    const qh_case *c = shown->other->river_case;
    qh_json_put_text(o, "scenario", c->scenario ? c->scenario->name : NULL);
    qh_json_number(o, "flow_factor", shown->flow_factor > 0, shown->flow_factor);
    qh_json_put_real(o, "discharge_m3_s", shown->other->discharge);
    put_places(o, shown->other);
}

void qh_print_spill_json(const qh_shown_spill *shown) {
    const qh_spill *s = shown->spill;
    json_t *root = json_object();
    qh_json_put(root, "format", json_integer(1));
    qh_json_text(root, "case", s->river_case->name);
    qh_json_put_text(root, "scenario", s->river_case->scenario ? s->river_case->scenario->name : NULL);
    qh_json_put_text(root, "standard", s->release.standard ? s->release.standard->code : NULL);
    put_release(root, s);
    put_dispersion(root, s);
    put_places(root, s);
    put_cloud(root, s);
    put_other(root, shown);
    qh_json_count(root, "not_reached", s->n_dry);
    qh_json_print(root);
}
