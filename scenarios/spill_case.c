/* The cases behind a spill: the substance alone on the case's water, and the water without it. */
#include <string.h>

#include "model/units.h"
#include "scenarios/spill_internal.h"

static void *copy_rows(qh_arena *arena, const void *rows, size_t count, size_t extra, size_t size) {
    void *copy = qh_arena_alloc(arena, count + extra, size);
    if (copy && count > 0) memcpy(copy, rows, count * size);
    return copy;
}

/* ---- the substance ---- */

static void carry(const qh_case *river_case, const qh_release *release, qh_constituent *substance) {
    if (release->has_species) {
        /* What is added decays as the constituent does; neither its background nor its products matter. */
        *substance = river_case->constituent[release->species];
        substance->background = 0;
        substance->has_product = false;
        substance->oxygen_demand = 0;
    } else {
        *substance = (qh_constituent){.place = QH_NOWHERE,
                                      .name = release->name,
                                      .title = release->name,
                                      .item = release->name,
                                      .k20 = release->decay,
                                      .theta = 1};
    }
    substance->initial = (qh_optional){true, 0};
}

static qh_status keep_overrides(qh_arena *arena, const qh_case *river_case, const qh_release *release, qh_case *made) {
    qh_kinetics_override *kept = qh_arena_alloc(arena, river_case->n_override, sizeof *kept);
    if (!kept) return QH_E_NOMEM;
    made->override = kept;
    made->n_override = 0;
    for (size_t i = 0; release->has_species && i < river_case->n_override; i++) {
        if (river_case->override[i].constituent != release->species) continue;
        qh_kinetics_override *row = &kept[made->n_override++];
        *row = river_case->override[i];
        row->constituent = 0;
        row->background = (qh_optional){0};
    }
    return QH_OK;
}

/* ---- sources ---- */

/* The load: release->mass over release->duration, then nothing. */
static const qh_input *release_input(qh_arena *arena, const qh_release *release) {
    qh_series *series = qh_arena_alloc(arena, 1, sizeof *series);
    double *time = qh_arena_alloc(arena, 2, sizeof *time), *value = qh_arena_alloc(arena, 2, sizeof *value);
    qh_input *input = qh_arena_alloc(arena, 1, sizeof *input);
    if (!series || !time || !value || !input) return NULL;
    time[1] = release->duration;
    value[0] = release->mass / release->duration;
    *series = (qh_series){.name = "release",
                          .place = QH_NOWHERE,
                          .interpolation = QH_STEP,
                          .count = 2,
                          .time = time,
                          .value = value,
                          .dimension = QH_DIM_LOAD};
    *input = (qh_input){.is_load = true, .value = {.constant = 0, .series = series}};
    return input;
}

/* Distributed inflow as brooks in the middles of equal pieces: discharge is exact at the ends of each piece, and where a
 * stretch doubles the flow its travel time is off by less than 1e-3. Engines refine true distributed inflow much farther
 * than a spill asks for. */
enum { BROOKS = 8 };

static void add_brooks(const qh_lateral *lateral, const qh_input *clean, qh_tributary *brook) {
    for (size_t k = 0; k < BROOKS; k++)
        brook[k] =
            (qh_tributary){.place = lateral->place,
                           .name = lateral->name,
                           .reach = lateral->reach,
                           .chainage = lateral->from + (lateral->to - lateral->from) * ((double)k + 0.5) / BROOKS,
                           .flow = lateral->flow / BROOKS,
                           .input = clean};
}

static qh_status clean_sources(qh_arena *arena, const qh_case *river_case, const qh_release *release, qh_case *made) {
    const qh_input *clean = qh_arena_alloc(arena, 1, sizeof *clean);
    qh_headwater *headwater = copy_rows(arena, river_case->headwater, river_case->n_headwater, 0, sizeof *headwater);
    qh_tributary *tributary = copy_rows(arena, river_case->tributary, river_case->n_tributary,
                                        BROOKS * river_case->n_lateral, sizeof *tributary);
    qh_outfall *outfall = copy_rows(arena, river_case->outfall, river_case->n_outfall, 1, sizeof *outfall);
    const qh_input *spilt = release_input(arena, release);
    if (!clean || !headwater || !tributary || !outfall || !spilt) return QH_E_NOMEM;
    for (size_t i = 0; i < river_case->n_headwater; i++)
        headwater[i].input = clean;
    for (size_t i = 0; i < river_case->n_tributary; i++)
        tributary[i].input = clean;
    for (size_t i = 0; i < river_case->n_lateral && !release->follows; i++)
        add_brooks(&river_case->lateral[i], clean, &tributary[river_case->n_tributary + BROOKS * i]);
    for (size_t i = 0; i < river_case->n_outfall; i++) {
        outfall[i].input = clean;
        outfall[i].limit = NULL;
    }
    outfall[river_case->n_outfall] = (qh_outfall){.place = QH_NOWHERE,
                                                  .code = "spill",
                                                  .name = "",
                                                  .category = "",
                                                  .district = "",
                                                  .body = "",
                                                  .permit = "",
                                                  .standard = "",
                                                  .entry = "",
                                                  .note = "",
                                                  .reach = release->reach,
                                                  .chainage = release->chainage,
                                                  .input = spilt};
    made->headwater = headwater;
    made->tributary = tributary;
    if (release->follows) {
        qh_lateral *lateral = copy_rows(arena, river_case->lateral, river_case->n_lateral, 0, sizeof *lateral);
        if (!lateral) return QH_E_NOMEM;
        for (size_t i = 0; i < river_case->n_lateral; i++)
            lateral[i].input = clean;
        made->lateral = lateral;
    } else {
        made->n_tributary = river_case->n_tributary + BROOKS * river_case->n_lateral;
        made->lateral = NULL;
        made->n_lateral = 0;
    }
    made->outfall = outfall;
    made->n_outfall = river_case->n_outfall + 1;
    return QH_OK;
}

/* ---- places ---- */

static qh_status add_intakes(qh_arena *arena, const qh_case *river_case, qh_case *made) {
    qh_section *section =
        copy_rows(arena, river_case->section, river_case->n_section, river_case->n_withdrawal, sizeof *section);
    if (!section) return QH_E_NOMEM;
    for (size_t i = 0; i < river_case->n_withdrawal; i++) {
        const qh_withdrawal *w = &river_case->withdrawal[i];
        if (strcmp(w->kind, "intake") != 0) continue;
        section[made->n_section++] = (qh_section){.place = w->place,
                                                  .code = w->code,
                                                  .name = w->name,
                                                  .level = "",
                                                  .district = "",
                                                  .reach = w->reach,
                                                  .chainage = w->chainage,
                                                  .target_class = 3,
                                                  .is_protected = true};
    }
    made->section = section;
    return QH_OK;
}

/* Water as it is at the run's start. */
static void stand_still(qh_case *c) {
    c->run.routing = NULL;
    c->run.temperature_series = NULL;
    c->n_held_level = 0;
}

/* Water that enters through an outlet is clean too. */
static qh_status clean_outside(qh_arena *arena, qh_case *c) {
    const qh_input *clean = qh_arena_alloc(arena, 1, sizeof *clean);
    qh_held_level *held = copy_rows(arena, c->held_level, c->n_held_level, 0, sizeof *held);
    if (!clean || !held) return QH_E_NOMEM;
    for (size_t i = 0; i < c->n_held_level; i++)
        held[i].input = clean;
    c->held_level = held;
    return QH_OK;
}

qh_status qh_spill_case(qh_arena *arena, const qh_case *river_case, const qh_release *release, qh_case **made) {
    qh_case *c = copy_rows(arena, river_case, 1, 0, sizeof *c);
    qh_constituent *substance = qh_arena_alloc(arena, 1, sizeof *substance);
    if (!c || !substance) return QH_E_NOMEM;
    carry(river_case, release, substance);
    c->constituent = substance;
    c->n_constituent = 1;
    c->run.type = QH_UNSTEADY;
    c->run.initial = QH_INITIAL_GIVEN;
    if (!release->follows) stand_still(c);
    /* Its flow and its sections stand; cells matter to engines with a grid only. */
    QH_TRY(keep_overrides(arena, river_case, release, c));
    QH_TRY(clean_sources(arena, river_case, release, c));
    QH_TRY(clean_outside(arena, c));
    QH_TRY(add_intakes(arena, river_case, c));
    *made = c;
    return QH_OK;
}

qh_status qh_spill_add_sections(qh_arena *arena, qh_case *c, size_t n, const qh_section *section) {
    qh_section *all = copy_rows(arena, c->section, c->n_section, n, sizeof *all);
    if (!all) return QH_E_NOMEM;
    memcpy(all + c->n_section, section, n * sizeof *all);
    c->section = all;
    c->n_section += n;
    return QH_OK;
}

/* ---- its water ---- */

/* Tables whose rows bring or take water, copied to be changed. */
typedef struct water_tables {
    qh_headwater *headwater;
    qh_tributary *tributary;
    qh_outfall *outfall;
    qh_lateral *lateral;
    qh_withdrawal *withdrawal;
    qh_transfer *transfer;
    qh_station *station;
} water_tables;

static qh_status copy_tables(qh_arena *arena, qh_case *c, water_tables *t) {
    *t = (water_tables){copy_rows(arena, c->headwater, c->n_headwater, 0, sizeof *t->headwater),
                        copy_rows(arena, c->tributary, c->n_tributary, 0, sizeof *t->tributary),
                        copy_rows(arena, c->outfall, c->n_outfall, 0, sizeof *t->outfall),
                        copy_rows(arena, c->lateral, c->n_lateral, 0, sizeof *t->lateral),
                        copy_rows(arena, c->withdrawal, c->n_withdrawal, 0, sizeof *t->withdrawal),
                        copy_rows(arena, c->transfer, c->n_transfer, 0, sizeof *t->transfer),
                        copy_rows(arena, c->station, c->n_station, 0, sizeof *t->station)};
    if (!t->headwater || !t->tributary || !t->outfall || !t->lateral || !t->withdrawal || !t->transfer || !t->station)
        return QH_E_NOMEM;
    c->headwater = t->headwater;
    c->tributary = t->tributary;
    c->outfall = t->outfall;
    c->lateral = t->lateral;
    c->withdrawal = t->withdrawal;
    c->transfer = t->transfer;
    c->station = t->station;
    return QH_OK;
}

static qh_status scale(qh_arena *arena, double factor, double *flow, const qh_series **series) {
    *flow *= factor;
    if (!*series) return QH_OK;
    qh_series *copy = copy_rows(arena, *series, 1, 0, sizeof *copy);
    double *value = copy ? copy_rows(arena, copy->value, copy->count, 0, sizeof *value) : NULL;
    if (!value) return QH_E_NOMEM;
    for (size_t i = 0; i < copy->count; i++)
        value[i] *= factor;
    copy->value = value;
    *series = copy;
    return QH_OK;
}

qh_status qh_spill_with_flow(qh_arena *arena, const qh_case *spill_case, double factor, qh_case **made) {
    qh_case *c = copy_rows(arena, spill_case, 1, 0, sizeof *c);
    water_tables t;
    if (!c) return QH_E_NOMEM;
    QH_TRY(copy_tables(arena, c, &t));
    for (size_t i = 0; i < c->n_headwater; i++)
        QH_TRY(scale(arena, factor, &t.headwater[i].flow, &t.headwater[i].flow_series));
    for (size_t i = 0; i < c->n_tributary; i++)
        QH_TRY(scale(arena, factor, &t.tributary[i].flow, &t.tributary[i].flow_series));
    for (size_t i = 0; i < c->n_lateral; i++)
        QH_TRY(scale(arena, factor, &t.lateral[i].flow, &t.lateral[i].flow_series));
    *made = c;
    return QH_OK;
}

static void take(const qh_series *series, double time, double *value) {
    if (series) *value = qh_series_at(series, time);
}

static void take_optional(const qh_series *series, double time, qh_optional *value) {
    if (series) *value = (qh_optional){true, qh_series_at(series, time)};
}

qh_status qh_spill_at_time(qh_arena *arena, const qh_case *spill_case, double time, qh_case **made) {
    qh_case *c = copy_rows(arena, spill_case, 1, 0, sizeof *c);
    water_tables t;
    if (!c) return QH_E_NOMEM;
    QH_TRY(copy_tables(arena, c, &t));
    for (size_t i = 0; i < c->n_headwater; i++)
        take(t.headwater[i].flow_series, time, &t.headwater[i].flow);
    for (size_t i = 0; i < c->n_tributary; i++)
        take(t.tributary[i].flow_series, time, &t.tributary[i].flow);
    for (size_t i = 0; i < c->n_outfall; i++)
        take(t.outfall[i].flow_series, time, &t.outfall[i].flow);
    for (size_t i = 0; i < c->n_lateral; i++)
        take(t.lateral[i].flow_series, time, &t.lateral[i].flow);
    for (size_t i = 0; i < c->n_withdrawal; i++)
        take(t.withdrawal[i].flow_series, time, &t.withdrawal[i].flow);
    for (size_t i = 0; i < c->n_transfer; i++)
        take_optional(t.transfer[i].flow_series, time, &t.transfer[i].flow);
    for (size_t i = 0; i < c->n_station; i++)
        take_optional(t.station[i].turbine_series, time, &t.station[i].turbine);
    take(c->run.temperature_series, time, &c->run.temperature);
    c->run.routing = NULL;
    c->run.temperature_series = NULL;
    *made = c;
    return QH_OK;
}

qh_status qh_spill_with_dispersion(qh_arena *arena, const qh_case *spill_case, const qh_optional *dispersion,
                                   qh_case **made) {
    qh_case *c = copy_rows(arena, spill_case, 1, 0, sizeof *c);
    qh_reach *reach = copy_rows(arena, spill_case->reach, spill_case->n_reach, 0, sizeof *reach);
    if (!c || !reach) return QH_E_NOMEM;
    for (size_t r = 0; r < spill_case->n_reach; r++) {
        if (!dispersion[r].given) continue;
        reach[r].dispersion = dispersion[r];
        reach[r].dispersion_formula = NULL;
    }
    c->reach = reach;
    *made = c;
    return QH_OK;
}

qh_status qh_spill_background_case(qh_arena *arena, const qh_case *river_case, const qh_case *spill_case,
                                   qh_case **made) {
    qh_case *c = copy_rows(arena, river_case, 1, 0, sizeof *c);
    if (!c) return QH_E_NOMEM;
    c->section = spill_case->section;
    c->n_section = spill_case->n_section;
    c->run.type = QH_STEADY;
    c->run.duration = c->run.output_interval = c->run.sample_interval = 0;
    c->solver.engine = "auto";
    *made = c;
    return QH_OK;
}
