/* A spill on steady water: places in groups, each with its own window of time.
 *
 * Engine "spectral" gives the series at sections without grid or time step; where it objects, another engine takes the
 * case's grid. Near places are passed in minutes, far ones in days: places are taken together whose clouds have about the
 * same length, and each group has its own window, its own interval of time, a tenth of the standard deviation of the
 * steepest rise in it, and its own tolerance. */
#include <math.h>
#include <stdlib.h>

#include "scenarios/spill_internal.h"

static const double SAME_LENGTH = 2.5;  /* longest over shortest window of a group */
static const double MOST_SAMPLES = 2e4; /* of a window */
static const double UNLIKE = 6;    /* steepest over least steep rise of a group: a sharp one may need another engine */
static const double NOISE = 1e-2;  /* error over the edge of a peak */
static const double FINEST = 1e-9; /* tolerance that the inversion bears in double precision */
enum { MOST_ATTEMPTS = 8 };

/* Places first .. end-1 have about the same window; the steepest rise among them. */
static size_t group_end(const spill_work *s, size_t first, double *rise) {
    size_t end = first;
    *rise = INFINITY;
    while (end < s->n_place && s->place[end].window <= SAME_LENGTH * s->place[first].window) {
        const double least = fmin(*rise, s->place[end].rise);
        const bool many = !s->pond && s->place[end].window * SPILL_SAMPLES / least > MOST_SAMPLES;
        if (end > first && (many || s->place[end].rise > UNLIKE * least || least < *rise / UNLIKE)) break;
        *rise = least;
        end++;
    }
    return end;
}

typedef struct group {
    size_t first, end;     /* places */
    double window;         /* s */
    double interval;       /* s */
    double tolerance;      /* -, of the largest concentration that the release makes */
    qh_section *section;   /* [end - first] */
    size_t *section_point; /* [end - first] */
} group;

/* The next whole number that has no prime factor above 5: the engine's Fourier transform is fast at those. */
static double smooth_count(double least) {
    for (size_t n = (size_t)ceil(least);; n++) {
        size_t rest = n;
        for (size_t factor = 2; factor <= 5; factor++)
            while (rest % factor == 0)
                rest /= factor;
        if (rest == 1) return (double)n;
    }
}

/* One answer for a group. False in `passed` where a cloud has not. The engine sees the group's places alone: others are
 * nearer, where all is sharper, or have a window of their own. */
static qh_status solve_window(const spill_work *s, size_t answer, const group *g, qh_spill_target *target,
                              bool *passed) {
    qh_case c = *s->variant[answer];
    qh_network network = *s->network;
    c.section = g->section;
    c.n_section = g->end - g->first;
    network.section_point = g->section_point;
    c.run.duration = c.run.output_interval = g->window;
    c.run.sample_interval = g->window / smooth_count(g->window / g->interval);
    c.solver.relative_tolerance = g->tolerance;
    c.solver.absolute_tolerance = g->tolerance * qh_spill_scale(s);
    spill_samples kept = {0};
    qh_status status = qh_spill_run(&c, &network, s->variant_flow[answer], s->pond, s->diag, &kept, &s->spill->engine);
    for (size_t i = g->first; status == QH_OK && i < g->end; i++)
        status = qh_spill_keep_curve(s, &kept, i - g->first, &s->place[i], answer, &target[i], passed);
    qh_spill_samples_free(&kept);
    return status;
}

static qh_status choose_sections(const spill_work *s, group *g) {
    g->section = qh_arena_alloc(s->arena, g->end - g->first, sizeof *g->section);
    g->section_point = qh_arena_alloc(s->arena, g->end - g->first, sizeof *g->section_point);
    if (!g->section || !g->section_point) return QH_E_NOMEM;
    for (size_t i = g->first; i < g->end; i++) {
        g->section[i - g->first] = s->spill_case->section[s->place[i].section];
        g->section_point[i - g->first] = s->network->section_point[s->place[i].section];
    }
    return QH_OK;
}

/* The tolerance that the edge of the lowest peak of a group needs. */
static double tolerance_for(const spill_work *s, const group *g, const qh_spill_target *target) {
    double lowest = INFINITY;
    for (size_t i = g->first; i < g->end; i++)
        for (size_t a = 0; a < s->spill->n_answer; a++)
            if (target[i].pass[a].arrives) lowest = fmin(lowest, target[i].pass[a].peak);
    return NOISE * s->spill->release.edge * lowest / qh_spill_scale(s);
}

/* The window grows until all clouds have passed, and the tolerance falls until the edges of all peaks stand out. */
static qh_status solve_group(const spill_work *s, group *g, qh_spill_target *target) {
    double lowest = INFINITY;
    for (size_t i = g->first; i < g->end; i++)
        lowest = fmin(lowest, s->place[i].flattest);
    g->tolerance = fmax(FINEST, NOISE * s->spill->release.edge * fmin(1, lowest / qh_spill_scale(s)));
    for (int attempt = 0; attempt <= MOST_ATTEMPTS; attempt++) {
        bool passed = true;
        for (size_t a = 0; a < s->spill->n_answer; a++)
            QH_TRY(solve_window(s, a, g, target, &passed));
        const double wanted = tolerance_for(s, g, target);
        if (passed && (g->tolerance <= 2 * wanted || g->tolerance <= FINEST)) return QH_OK;
        if (g->tolerance > wanted) g->tolerance = fmax(FINEST, wanted);
        if (!passed) g->window *= 2;
    }
    qh_diag_add(s->diag, QH_ERROR, QH_NOWHERE, "the spill has not passed %s after %.0f h", target[g->end - 1].code,
                g->window / 2 / 3600);
    return QH_E_NUMERIC;
}

qh_status qh_spill_solve_steady(const spill_work *s, qh_spill_target *target) {
    for (size_t first = 0; first < s->n_place;) {
        double rise = 0;
        const size_t end = group_end(s, first, &rise);
        group g = {.first = first, .end = end, .window = s->place[end - 1].window, .interval = rise / SPILL_SAMPLES};
        /* Where a reservoir empties for days what has come in minutes, its slow fall needs no more samples. */
        if (s->pond) g.interval = fmax(g.interval, g.window / MOST_SAMPLES);
        QH_TRY(choose_sections(s, &g));
        QH_TRY(solve_group(s, &g, target));
        first = end;
    }
    return QH_OK;
}
