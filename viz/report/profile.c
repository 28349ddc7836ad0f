/* Profiles: cells along the reaches, frame by frame, thinned where there are more than a page can show.
 *
 * Of the cells of a reach every stride-th is kept, and its first and last; of the frames evenly spaced ones, the first
 * and the last among them. Nothing is averaged: each number is one that the run computed. */
#include "viz/report/report_internal.h"

typedef struct kept {
    size_t n_cell, n_frame;
    size_t *cell;  /* [n_cell] */
    size_t *frame; /* [n_frame] */
} kept;

/* The cells kept of one reach, appended to `cell`; returns how many, with cell NULL only that. */
static size_t keep_cells(const qh_stored_reach *reach, size_t stride, size_t *cell) {
    size_t count = 0;
    for (size_t i = 0; i < reach->n_cell; i++) {
        if (i % stride != 0 && i + 1 != reach->n_cell) continue;
        if (cell) cell[count] = reach->first_cell + i;
        count++;
    }
    return count;
}

static size_t count_cells(const qh_store_info *info, size_t stride) {
    size_t count = 0;
    for (size_t r = 0; r < info->n_reach; r++)
        count += keep_cells(&info->reach[r], stride, NULL);
    return count;
}

/* The longest route of the case, in cells; all cells where it names none. */
static size_t longest_route(const qh_store_info *info) {
    size_t longest = 0;
    for (size_t i = 0; i < info->n_route; i++) {
        size_t count = 0;
        for (size_t k = 0; k < info->route[i].count; k++)
            count += info->reach[info->route[i].reach[k]].n_cell;
        if (count > longest) longest = count;
    }
    return longest ? longest : info->n_cell;
}

static qh_status choose(const qh_report *report, const qh_store_info *info, kept *k) {
    k->n_frame = info->n_frame < QH_REPORT_FRAMES ? info->n_frame : QH_REPORT_FRAMES;
    k->frame = qh_arena_alloc(report->arena, k->n_frame, sizeof *k->frame);
    if (!k->frame) return QH_E_NOMEM;
    for (size_t f = 0; f < k->n_frame; f++)
        k->frame[f] = k->n_frame > 1 ? f * (info->n_frame - 1) / (k->n_frame - 1) : info->n_frame - 1;
    const size_t n_value = info->n_constituent + (info->water_moves ? 1 : 0); /* and the discharge */
    const size_t numbers = QH_REPORT_NUMBERS / report->n_run / n_value / k->n_frame;
    size_t stride = 1 + (longest_route(info) - 1) / QH_REPORT_CELLS;
    /* Two cells a reach remain however large the stride. */
    while (count_cells(info, stride) > numbers && stride < info->n_cell)
        stride *= 2;
    k->n_cell = count_cells(info, stride);
    k->cell = qh_arena_alloc(report->arena, k->n_cell, sizeof *k->cell);
    if (!k->cell) return QH_E_NOMEM;
    size_t at = 0;
    for (size_t r = 0; r < info->n_reach; r++)
        at += keep_cells(&info->reach[r], stride, k->cell + at);
    return QH_OK;
}

/* One quantity of the kept cells; `work` [n_cell of them]. */
static void put_cells(const kept *k, const double *value, int digits, double *work, const char *key, qh_json out) {
    for (size_t i = 0; i < k->n_cell; i++)
        work[i] = value[k->cell[i]];
    qh_page_numbers(out, key, k->n_cell, work, digits);
}

static void put_geometry(const qh_store_info *info, const kept *k, double *work, qh_json out) {
    /* Where each reach's cells begin in the lists below; one more entry closes the last. */
    const qh_json first = qh_page_array(out, "first_cell");
    size_t at = 0;
    for (size_t r = 0; r < info->n_reach; r++) {
        qh_page_count(first, NULL, at);
        while (at < k->n_cell && k->cell[at] < info->reach[r].first_cell + info->reach[r].n_cell)
            at++;
    }
    qh_page_count(first, NULL, at);
    put_cells(k, info->cell_chainage, 7, work, "chainage_m", out);
    put_cells(k, info->cell_discharge, 5, work, "discharge_m3s", out);
    put_cells(k, info->cell_velocity, 4, work, "velocity_ms", out);
    put_cells(k, info->cell_depth, 4, work, "depth_m", out);
}

static qh_status put_values(qh_report *report, const qh_report_run *run, const kept *k, double *work, qh_json out) {
    const qh_store_info *const info = run->info;
    double *const cells = qh_arena_alloc(report->arena, info->n_cell, sizeof *cells);
    if (!cells) return QH_E_NOMEM;
    const qh_json values = qh_page_object(out, "value");
    for (size_t c = 0; c < info->n_constituent; c++) {
        const qh_json frames = qh_page_array(values, info->constituent[c].name);
        for (size_t f = 0; f < k->n_frame; f++) {
            QH_TRY(qh_store_read_frame(run->store, k->frame[f], c, report->diag, cells));
            put_cells(k, cells, 5, work, NULL, frames);
        }
    }
    if (!info->water_moves) return QH_OK;
    const qh_json frames = qh_page_array(out, "moving_discharge_m3s");
    for (size_t f = 0; f < k->n_frame; f++) {
        QH_TRY(qh_store_read_water(run->store, k->frame[f], QH_WATER_DISCHARGE, report->diag, cells));
        put_cells(k, cells, 5, work, NULL, frames);
    }
    return QH_OK;
}

qh_status qh_report_profile(qh_report *report, const qh_report_run *run, qh_json out) {
    const qh_store_info *const info = run->info;
    QH_CHECK(info->n_frame > 0 && info->n_cell > 0 && info->n_constituent > 0, QH_E_INPUT, report->diag, QH_NOWHERE,
             "%s holds no result yet", info->path);
    kept k = {0};
    QH_TRY(choose(report, info, &k));
    double *const work = qh_arena_alloc(report->arena, k.n_cell, sizeof *work);
    if (!work) return QH_E_NOMEM;
    const qh_json profile = qh_page_object(out, "profile");
    qh_page_count(profile, "cells", info->n_cell);
    qh_page_count(profile, "frames", info->n_frame);
    const qh_json time = qh_page_array(profile, "time_s");
    for (size_t f = 0; f < k.n_frame; f++)
        qh_page_number(time, NULL, info->frame_time[k.frame[f]]);
    put_geometry(info, &k, work, profile);
    return put_values(report, run, &k, work, profile);
}
