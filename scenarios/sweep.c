/* Blocks. A worker takes as many scenarios as it computes in about a tenth of a second, at most BLOCK and at least one
 * unit of the source, and no more than a quarter of its share of what is left, so that all end together. When a block is
 * done it is in the worker's shard: a kill loses a tenth of a second of work, or the one unit that takes longer. */
#include "scenarios/sweep.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "io/sweep_merge.h"
#include "io/sweep_reader.h"

enum { BLOCK = 4096, GROWTH = 16 };
static const uint64_t BLOCK_BYTES = 32 << 20; /* of results: series and profiles of a scenario may be large */
static const double BLOCK_SECONDS = 0.1;

struct qh_sweep {
    qh_arena *arena;
    const qh_sweep_source *source;
    const qh_sweep_layout *layout;
    const char *output, *folder;
    size_t shard, n_shard;
    bool restart;
    qh_sweep_state state;
    qh_sweep_scan *scan; /* of what was finished at the beginning */
    size_t n_gap;
    uint64_t *gap;   /* [2 * n_gap], first and count of what is left, in `scan` */
    uint64_t n_left; /* in all gaps */
};

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

qh_status qh_sweep_open(const qh_sweep_options *options, const qh_sweep_source *source, qh_sweep **sweep) {
    qh_arena *arena = qh_arena_create();
    qh_sweep *s = arena ? qh_arena_alloc(arena, 1, sizeof *s) : NULL;
    if (s) {
        *s = (qh_sweep){.arena = arena,
                        .source = source,
                        .layout = &source->layout,
                        .output = qh_arena_strdup(arena, options->output),
                        .folder = qh_sweep_folder(arena, options->output),
                        .shard = options->shard,
                        .n_shard = options->n_shard,
                        .restart = options->restart};
    }
    if (!s || !s->output || !s->folder) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *sweep = s;
    return QH_OK;
}

void qh_sweep_close(qh_sweep *sweep) {
    if (!sweep) return;
    qh_sweep_scan_destroy(sweep->scan);
    qh_arena_destroy(sweep->arena);
}

qh_sweep_state qh_sweep_get_state(const qh_sweep *sweep) { return sweep->state; }

/* ---- what is finished ---- */

/* Whole units, the last of which may be cut short. */
static void my_part(const qh_sweep *s, uint64_t *first, uint64_t *count) {
    const uint64_t all = s->layout->n_scenario, unit = s->source->unit, n = all / unit + (all % unit > 0);
    const uint64_t parts = s->n_shard ? s->n_shard : 1, i = s->n_shard ? s->shard - 1 : 0;
    const uint64_t base = n / parts, longer = n % parts; /* the first `longer` parts have one more */
    *first = unit * (i * base + (i < longer ? i : longer));
    *count = unit * (base + (i < longer));
    if (*first > all) *first = all;
    if (*count > all - *first) *count = all - *first;
}

/* Whether the output is there already with all of this sweep. */
static qh_status look_at_output(qh_sweep *s, qh_diag *diag) {
    if (!qh_sweep_file_is(s->output)) {
        FILE *there = fopen(s->output, "rb");
        if (!there) return QH_OK;
        (void)fclose(there);
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE,
                    "%s is there and is no sweep, or is damaged; choose another name, or --restart to replace it",
                    s->output);
        return QH_E_INPUT;
    }
    qh_sweep_file *file = NULL;
    QH_TRY(qh_sweep_file_open(s->output, diag, &file));
    const qh_sweep_file_info *info = qh_sweep_file_get_info(file);
    char text[200];
    const char *difference = qh_sweep_difference(&info->layout.identity, &s->layout->identity, diag, sizeof text, text);
    qh_status status = QH_OK;
    if (*difference) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE,
                    "%s belongs to another sweep: %s; choose another name, or --restart to replace it", s->output,
                    difference);
        status = QH_E_INPUT;
    }
    s->state.complete = info->complete && !info->view;
    qh_sweep_file_close(file);
    return status;
}

static qh_status clear(qh_sweep *s, qh_diag *diag) {
    if (s->restart) {
        QH_TRY(qh_sweep_shards_remove(s->folder, diag));
        (void)remove(s->output);
    }
    QH_TRY(look_at_output(s, diag));
    /* Killed between the last two steps of the merge: the shards are spent. */
    return s->state.complete ? qh_sweep_shards_remove(s->folder, diag) : QH_OK;
}

static qh_status look_at_shards(qh_sweep *s, qh_diag *diag) {
    QH_TRY(qh_sweep_scan_create(s->folder, s->layout, true, diag, &s->scan));
    uint64_t first = 0, count = 0;
    my_part(s, &first, &count);
    QH_TRY(qh_sweep_scan_gaps(s->scan, first, count, &s->n_gap, &s->gap));
    s->n_left = 0;
    for (size_t g = 0; g < s->n_gap; g++)
        s->n_left += s->gap[2 * g + 1];
    s->state.n_mine = count;
    s->state.n_kept = count - s->n_left;
    s->state.n_dropped = s->scan->n_dropped;
    return QH_OK;
}

static qh_status worst(const qh_crew *crew, qh_status mine) { return (qh_status)crew->worst(crew->self, (int)mine); }

qh_status qh_sweep_begin(qh_sweep *sweep, const qh_crew *crew, qh_diag *diag) {
    QH_TRY(worst(crew, crew->rank == 0 ? clear(sweep, diag) : QH_OK));
    sweep->state.complete = crew->worst(crew->self, sweep->state.complete) != 0;
    if (sweep->state.complete) return QH_OK;
    /* Nobody writes before all have looked: all must see the same gaps. */
    return worst(crew, look_at_shards(sweep, diag));
}

/* ---- computing ---- */

typedef struct worker {
    qh_sweep *sweep;
    const qh_crew *crew;
    const qh_progress *progress;
    qh_diag *diag;
    qh_sweep_shard *shard;
    uint64_t block;            /* most scenarios at once */
    uint64_t taken;            /* of what was left, by all workers, when this one took its last block */
    double seconds;            /* of the last block, a scenario */
    uint64_t last_count;       /* of the last block */
    void **values;             /* [n_field]: each [row][block] */
    qh_sweep_failure *failure; /* [block] */
} worker;

/* While a long scenario is computed: others' takes go on, and the user may stop it. */
static bool while_computing(void *self, double done) {
    (void)done;
    const worker *w = self;
    w->crew->help(w->crew->self);
    return !qh_progress_stop(w->progress, (double)w->taken / (double)w->sweep->n_left);
}

static uint64_t next_count(const worker *w) {
    const uint64_t unit = w->sweep->source->unit;
    if (w->last_count == 0) return unit;
    const double wanted = BLOCK_SECONDS / w->seconds;
    const uint64_t left = w->sweep->n_left - w->taken, share = left / (4 * w->crew->size);
    uint64_t count = wanted < (double)w->block ? (uint64_t)wanted : w->block;
    if (count > GROWTH * w->last_count) count = GROWTH * w->last_count; /* the first few may be slow or fast */
    if (count > share) count = share;
    return count > unit ? count / unit * unit : unit;
}

static qh_status compute(worker *w, uint64_t first, uint64_t count) {
    const qh_sweep_source *source = w->sweep->source;
    const qh_progress progress = {w, while_computing};
    qh_sweep_results results = {
        .first = first, .count = count, .values = w->values, .failure = w->failure, .arena = qh_arena_create()};
    if (!results.arena) return QH_E_NOMEM;
    qh_status status = source->evaluate(source->self, &results, &progress, w->diag);
    if (status == QH_OK)
        status = qh_sweep_shard_write(w->shard, first, count, (const void *const *)w->values, results.n_failure,
                                      results.failure, w->diag);
    if (status == QH_OK) w->sweep->state.n_computed += count;
    qh_arena_destroy(results.arena);
    return status;
}

/* Numbers first ... first + count - 1 of what was left are scenarios of one gap or of several. */
static qh_status compute_left(worker *w, uint64_t first, uint64_t count) {
    const qh_sweep *s = w->sweep;
    for (size_t g = 0; g < s->n_gap && count > 0; g++) {
        const uint64_t size = s->gap[2 * g + 1];
        if (first >= size) {
            first -= size;
            continue;
        }
        const uint64_t part = count < size - first ? count : size - first;
        QH_TRY(compute(w, s->gap[2 * g] + first, part));
        count -= part;
        first = 0;
    }
    return QH_OK;
}

static qh_status work(worker *w) {
    const uint64_t n_left = w->sweep->n_left;
    while (true) {
        uint64_t count = next_count(w);
        const uint64_t first = w->crew->take(w->crew->self, count);
        if (first >= n_left) return QH_OK;
        if (count > n_left - first) count = n_left - first;
        w->taken = first;
        const double begin = now();
        QH_TRY(compute_left(w, first, count));
        w->seconds = (now() - begin) / (double)count;
        w->last_count = count;
        w->taken = first + count;
        if (qh_progress_stop(w->progress, (double)w->taken / (double)n_left)) return QH_E_INTERRUPTED;
    }
}

static qh_status reserve(worker *w) {
    const qh_sweep *s = w->sweep;
    const uint64_t each = qh_sweep_bytes(s->layout) / s->layout->n_scenario, room = BLOCK_BYTES / (each + 1);
    w->block = room < BLOCK ? room : BLOCK;
    if (w->block < s->source->unit) w->block = s->source->unit;
    w->values = qh_arena_alloc(s->arena, s->layout->n_field, sizeof *w->values);
    w->failure = qh_arena_alloc(s->arena, (size_t)w->block, sizeof *w->failure);
    if (!w->values || !w->failure) return QH_E_NOMEM;
    for (size_t f = 0; f < s->layout->n_field; f++) {
        const size_t n = qh_sweep_rows(s->layout, f) * (size_t)w->block;
        w->values[f] = qh_arena_alloc(s->arena, n, qh_sweep_size(&s->layout->field[f]));
        if (!w->values[f]) return QH_E_NOMEM;
    }
    return QH_OK;
}

qh_status qh_sweep_work(qh_sweep *sweep, const qh_crew *crew, const qh_progress *progress, qh_diag *diag) {
    if (sweep->state.complete || sweep->n_left == 0) return QH_OK;
    worker w = {.sweep = sweep, .crew = crew, .progress = progress, .diag = diag};
    char name[64];
    (void)snprintf(name, sizeof name, "%04zu.%04zu", sweep->n_shard ? sweep->shard : 0, crew->rank);
    QH_TRY(reserve(&w));
    QH_TRY(qh_sweep_shard_open(sweep->folder, name, sweep->layout, diag, &w.shard));
    const qh_status status = work(&w);
    qh_sweep_shard_close(w.shard);
    return status;
}

/* ---- the end ---- */

/* Reads the shards again: other workers have written to theirs. Numbers are read again only where an earlier run had
 * left something torn, whose record is still there. */
static qh_status make_file(qh_sweep *s, qh_diag *diag) {
    qh_sweep_scan *scan = NULL;
    QH_TRY(qh_sweep_scan_create(s->folder, s->layout, s->state.n_dropped > 0, diag, &scan));
    qh_status status = QH_OK;
    if (scan->n_finished == s->layout->n_scenario) {
        status = qh_sweep_merge(s->output, s->layout, scan, false, diag);
        s->state.complete = status == QH_OK;
    }
    qh_sweep_scan_destroy(scan);
    return status;
}

qh_status qh_sweep_finish(qh_sweep *sweep, const qh_crew *crew, qh_status worked, qh_diag *diag) {
    QH_TRY(worst(crew, worked));
    if (sweep->state.complete) return QH_OK;
    /* Parts of a job array end at any time, and two of them might both find that they are the last. */
    const bool whole = sweep->n_shard == 0;
    QH_TRY(worst(crew, crew->rank == 0 && whole ? make_file(sweep, diag) : QH_OK));
    sweep->state.complete = crew->worst(crew->self, sweep->state.complete) != 0;
    return QH_OK;
}
