/* Stages of one run, and who holds how much memory: reading, network, flow, grid, advice, the engine and the store.
 *
 *     bench_stages [CASE] [--json]      examples/apengjiang when no case is given
 *
 * Memory held is what malloc says is in use after a stage less before it, in bytes a cell: what is freed at a stage's end
 * is not seen here, but in the peak of the whole process. The engine is the one that the case asks for. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "io/case_reader.h"
#include "io/store.h"
#include "solvers/engine.h"
#include "solvers/linear.h"
#include "solvers/transport.h"

static double bytes_in_use(void) {
    const struct mallinfo2 info = mallinfo2();
    return (double)(info.uordblks + info.hblkhd);
}

/* Highest resident memory of the process so far, B. */
static double peak_bytes(void) {
    FILE *file = fopen("/proc/self/status", "r");
    double kilobytes = NAN;
    char line[256];
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "VmHWM:", 6) == 0) kilobytes = strtod(line + 6, NULL);
    }
    if (file) (void)fclose(file);
    return 1024 * kilobytes;
}

/* ---- a stage: time and memory between begin and end ---- */

typedef struct stage {
    const char *name;
    double seconds, bytes, peak; /* s, B held after it, B resident at most until its end */
} stage;

enum { MOST_STAGES = 16 };

typedef struct stages {
    stage list[MOST_STAGES];
    size_t n;
    double begun, held;
} stages;

static void stage_begin(stages *s) {
    s->held = bytes_in_use();
    s->begun = bench_now();
}

static void stage_end(stages *s, const char *name) {
    const double ended = bench_now();
    s->list[s->n++] = (stage){name, ended - s->begun, bytes_in_use() - s->held, peak_bytes()};
}

/* ---- between the engine and the store: what either takes ---- */

typedef struct gate {
    qh_sink store;
    double engine_bytes, engine_peak, store_bytes, store_seconds; /* B, B, B, s */
} gate;

static qh_status gate_begin(void *self, const qh_run_layout *layout) {
    gate *g = self;
    g->engine_bytes = bytes_in_use();
    g->engine_peak = peak_bytes();
    const double begun = bench_now();
    const qh_status status = g->store.begin(g->store.self, layout);
    g->store_seconds += bench_now() - begun;
    g->store_bytes = bytes_in_use() - g->engine_bytes;
    return status;
}
static qh_status gate_frame(void *self, const qh_frame *frame) {
    gate *g = self;
    const double begun = bench_now();
    const qh_status status = g->store.frame(g->store.self, frame);
    g->store_seconds += bench_now() - begun;
    return status;
}
static qh_status gate_sample(void *self, const qh_sample *sample) {
    gate *g = self;
    const double begun = bench_now();
    const qh_status status = g->store.sample(g->store.self, sample);
    g->store_seconds += bench_now() - begun;
    return status;
}
static qh_status gate_end(void *self, const qh_run_result *result) {
    gate *g = self;
    const double begun = bench_now();
    const qh_status status = g->store.end(g->store.self, result);
    g->store_seconds += bench_now() - begun;
    return status;
}

/* ---- the run ---- */

typedef struct everything {
    qh_diag *diag;
    qh_case *river_case;
    qh_network *network;
    qh_flow *flow;
    qh_grid *grid;
    qh_forcing *forcing;
} everything;

static void tell(const everything *e, qh_status status, const char *what) {
    if (status == QH_OK) return;
    for (size_t i = 0; i < qh_diag_size(e->diag); i++)
        (void)fprintf(stderr, "%s\n", qh_diag_line(e->diag, i));
    bench_must(status, what);
}

static void prepare(everything *e, const char *folder, stages *s) {
    stage_begin(s);
    tell(e, qh_case_read(folder, 0, NULL, e->diag, &e->river_case), "read");
    stage_end(s, "read");
    stage_begin(s);
    tell(e, qh_network_create(e->river_case, e->diag, &e->network), "network");
    stage_end(s, "network");
    stage_begin(s);
    tell(e, qh_flow_solve(e->river_case, e->network, e->diag, &e->flow), "flow");
    stage_end(s, "flow");
    stage_begin(s);
    tell(e, qh_grid_create(e->river_case, e->network, e->flow, e->river_case->solver.cell_length, e->diag, &e->grid),
         "grid");
    stage_end(s, "grid");
    stage_begin(s);
    qh_grid_advise(e->river_case, e->network, e->flow, e->grid, e->diag);
    stage_end(s, "advice");
    stage_begin(s);
    tell(e, qh_forcing_create(e->river_case, 1, &e->forcing), "forcing");
    stage_end(s, "forcing");
}

/* The parts of a finite-volume engine on their own, freed again. */
static void parts(const everything *e, const qh_problem *problem, stages *s) {
    if (qh_transport_objection(problem)) return;
    qh_transport *transport = NULL;
    qh_linear *linear = NULL;
    stage_begin(s);
    tell(e, qh_transport_create(problem, e->diag, &transport), "transport");
    stage_end(s, "(transport operator)");
    stage_begin(s);
    bench_must(qh_linear_create(qh_transport_pattern(transport), qh_transport_components(transport), &linear),
               "linear");
    stage_end(s, "(linear solver)");
    qh_linear_destroy(linear);
    qh_transport_destroy(transport);
}

static void solve(const everything *e, const qh_problem *problem, const qh_engine *engine, stages *s) {
    char path[] = "bench-stages-XXXXXX";
    const int descriptor = mkstemp(path);
    if (descriptor < 0) bench_must(QH_E_IO, path);
    (void)close(descriptor);
    const qh_store_provenance provenance = {"bench_stages", "", NULL};
    qh_store_writer *writer = NULL;
    tell(e, qh_store_writer_create(path, &provenance, e->diag, &writer), "store");
    gate g = {.store = qh_store_writer_sink(writer)};
    const qh_sink sink = {&g, gate_begin, gate_frame, gate_sample, gate_end};
    const double held = bytes_in_use(), begun = bench_now();
    tell(e, engine->solve(problem, NULL, &sink, e->diag), "solve");
    const double seconds = bench_now() - begun;
    s->list[s->n++] = (stage){engine->name, seconds - g.store_seconds, g.engine_bytes - held, g.engine_peak};
    const double finishing = bench_now();
    tell(e, qh_store_writer_finish(writer, e->diag), "store");
    s->list[s->n++] = (stage){"store", g.store_seconds + bench_now() - finishing, g.store_bytes, peak_bytes()};
    qh_store_writer_destroy(writer);
    (void)remove(path);
}

static void report(const bench *b, const everything *e, const stages *s, double base) {
    const double n = (double)e->grid->n_cell;
    char name[128];
    for (size_t k = 0; k < s->n; k++) {
        (void)snprintf(name, sizeof name, "%s: %s, time", e->river_case->name, s->list[k].name);
        bench_row row = bench_value(name, s->list[k].seconds, "s");
        bench_print(b, &row);
        (void)snprintf(name, sizeof name, "%s: %s, held a cell", e->river_case->name, s->list[k].name);
        row = bench_value(name, s->list[k].bytes / n, "B");
        bench_print(b, &row);
        (void)snprintf(name, sizeof name, "%s: %s, peak a cell so far", e->river_case->name, s->list[k].name);
        row = bench_value(name, (s->list[k].peak - base) / n, "B");
        bench_print(b, &row);
    }
    (void)snprintf(name, sizeof name, "%s: peak a cell beyond the start of the program", e->river_case->name);
    bench_row row = bench_value(name, (peak_bytes() - base) / n, "B");
    if (n >= 1e5) row.mark = 400; /* in small cases what does not grow with the cells is most of it */
    bench_print(b, &row);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "stages");
    const double base = peak_bytes();
    everything e = {.diag = qh_diag_create(QH_EN)};
    stages s = {.n = 0};
    prepare(&e, b.argc > 0 ? b.argv[0] : "examples/apengjiang", &s);
    const qh_problem problem = {
        .river_case = e.river_case, .network = e.network, .flow = e.flow, .grid = e.grid, .forcing = e.forcing};
    const qh_engine *engine = NULL;
    tell(&e, qh_engine_choose(&problem, e.river_case->solver.engine, e.diag, &engine), "engine");
    solve(&e, &problem, engine, &s);
    report(&b, &e, &s, base);
    stages extra = {.n = 0}; /* after the peak was read */
    parts(&e, &problem, &extra);
    for (size_t k = 0; k < extra.n; k++) {
        char name[128];
        (void)snprintf(name, sizeof name, "%s: %s, held a cell", e.river_case->name, extra.list[k].name);
        const bench_row row = bench_value(name, extra.list[k].bytes / (double)e.grid->n_cell, "B");
        bench_print(&b, &row);
    }
    qh_forcing_destroy(e.forcing);
    qh_grid_destroy(e.grid);
    qh_flow_destroy(e.flow);
    qh_network_destroy(e.network);
    qh_case_destroy(e.river_case);
    qh_diag_destroy(e.diag);
    return 0;
}
