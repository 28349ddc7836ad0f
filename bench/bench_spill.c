/* A spill on a network of 200 km, as an emergency call asks for it: three answers (five with a band of flows) at twenty
 * sections, five intakes and the probes of the cloud, from the case in memory to the table's numbers; with a reservoir of a
 * day half-way; and on moving water, half a day after the run's start, on cells of 500 m. Beside it one answer alone by
 * finite volumes on cells of 100 m, a sample every ten minutes. */
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/solve_case.h"
#include "scenarios/spill.h"
#include "tests/support/case_builder.h"

/* Reaches are added in the order M0, M1, T1, M2, M3, T3 ...: MIDDLE is M10. */
enum { ROUNDS = 5, N_REACH = 20, N_BRANCH = 10, MIDDLE = 15 };
static const double reach_length = 10000, place = 500, mass = 2e6, duration = 3600, days = 10 * 86400.0;

/* Twenty reaches of 10 km in a row with distributed inflow, every other one joined by a tributary of 15 km; dispersion
 * given, and a slope, so that the band has its formulas. The flow of the main river's head doubles within half a day and
 * goes back in another, where the water `moves`. */
static case_builder *network(bool moves) {
    case_builder *b = case_begin(1);

    double discharge = 10;
    for (int r = 0; r < N_REACH; r++) {
        char name[16], from[16], to[16], side[16], head[16];
        (void)snprintf(name, sizeof name, "M%d", r);
        (void)snprintf(from, sizeof from, "n%d", r);
        (void)snprintf(to, sizeof to, "n%d", r + 1);
        case_reach(b, name, from, to, reach_length, discharge / 0.6, 15 + 3.0 * r);
        case_lateral(b, name, 0, reach_length, 0.3, 0);
        discharge += 0.3;
        case_section(b, name, 6000);
        if (r % 4 == 1) case_withdrawal(b, name, 8000, 0.2)->kind = "intake";
        if (r % 2 == 0) continue;
        (void)snprintf(side, sizeof side, "T%d", r);
        (void)snprintf(head, sizeof head, "h%d", r);
        case_reach(b, side, head, to, 15000, 4, 8);
        case_headwater(b, head, 2, 0);
        discharge += 2;
    }
    qh_headwater *source = case_headwater(b, "n0", 10, 0);
    if (moves) {
        const double time[] = {0, days / 20, days / 10, days}, value[] = {10, 20, 10, 10};
        source->flow_series = case_series(b, QH_LINEAR, 4, time, value);
        case_unsteady(b, days, days, 3600);
    }
    return b;
}

/* Holds a day of what flows there, half-way. */
static const double level[] = {0, 10}, volume[] = {0, 3e6};
static const qh_storage_curve curve = {.name = "curve", .count = 2, .level = level, .volume = volume};
static const qh_reservoir reservoir = {.name = "Lake", .chainage = 9000, .curve = &curve, .level = 6};

typedef struct spilling {
    qh_case *river_case;
    qh_release release;
} spilling;

static void spill_run(void *self) {
    const spilling *s = self;
    qh_spill *spill = NULL;
    bench_must(qh_spill_solve(s->river_case, &s->release, NULL, &spill), "qh_spill_solve");
    qh_spill_destroy(spill);
}

static const qh_engine *find(const char *name) {
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        if (strcmp((*engine)->name, name) == 0) return *engine;
    }
    return NULL;
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "spill");
    const qh_release release = {
        .reach = 0, .chainage = place, .mass = mass, .duration = duration, .name = "phenol", .edge = 0.01};
    spilling plain = {case_end(network(false)), release}, wide = plain;
    wide.release.flow_band = 0.2;

    spilling dammed = {case_end(network(false)), release}, moving = {case_end(network(true)), release};
    qh_reservoir lake = reservoir;
    lake.reach = MIDDLE;
    dammed.river_case->reservoir = &lake;
    dammed.river_case->n_reservoir = 1;
    moving.river_case->run.routing = "kinematic";
    moving.river_case->run.routing_step = 1800;
    moving.river_case->solver.cell_length = 500;
    moving.release.follows = true;
    moving.release.start = days / 20;

    case_builder *volumes = network(false);
    const double time[] = {0, duration}, load[] = {mass / duration, 0};
    case_give_series(case_outfall(volumes, "M0", place, 0, 0)->input, 0, true,
                     case_series(volumes, QH_STEP, 2, time, load));
    case_unsteady(volumes, days, days, 600);
    case_initial(volumes, 0, 0);
    ready_case ready;
    ready_make(case_end(volumes), 1, &ready);
    timed_solve solve = {&ready, find("linear"), {0}};
    if (!solve.engine) {
        bench_skip(&b, "200 km", "there is no engine \"linear\"");
        return 0;
    }
    const bench_runner runner[] = {
        {spill_run, &plain}, {spill_run, &wide}, {timed_solve_run, &solve}, {spill_run, &dammed}, {spill_run, &moving}};
    double best[5] = {0};
    bench_take_turns(5, runner, ROUNDS, 0.02, best);
    const char *baseline = "finite volumes (linear), 100 m, one answer";
    bench_row row = bench_against("200 km, 25 places, 3 answers", best[0], "s", baseline, best[2]);
    bench_print(&b, &row);
    row = bench_against("200 km, 25 places, 5 answers with a band of flows", best[1], "s", baseline, best[2]);
    bench_print(&b, &row);
    row = bench_against("200 km, 3 answers, through a reservoir of a day", best[3], "s", baseline, best[2]);
    bench_print(&b, &row);
    row = bench_against("200 km, 3 answers on moving water, cells of 500 m", best[4], "s", baseline, best[2]);
    bench_print(&b, &row);
    row = bench_value("200 km, 25 places, 3 answers: a second at most", best[0], "s");
    row.mark = 1;
    bench_print(&b, &row);
    ready_free(&ready);
    qh_case_destroy(plain.river_case);
    qh_case_destroy(dammed.river_case);
    qh_case_destroy(moving.river_case);
    return 0;
}
