/* The store's writer: a sink that streams a run into one HDF5 file.
 *
 * The file begins as PATH.part.new; once its static part is on the disk it becomes PATH.part, and PATH when the run is
 * complete. So whatever is called .part opens. Between commits (store_driver.c) only raw data reaches the disk; a commit
 * makes all of it visible and then moves the counters of complete frames and samples.
 *
 * What is written twice keeps its place: chunks of several rows are not compressed, and grow in place; compressed
 * chunks hold one whole profile or a part of it, and are written once, a part at a time. Memory: such a part of one
 * constituent, a buffer of samples of at most 1 MB, HDF5's chunk caches, and 8 bytes for each of the nodes of the chunks'
 * indices. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/names_internal.h"
#include "io/store_internal.h"
#include "model/overlay.h"
#include "model/version.h"

enum { CHUNK_BYTES = 65536, WIDE_CHUNK_BYTES = 524288, COMPRESS_FROM = 16384, BUFFER_BYTES = 1048576 };
enum { MAX_SAMPLES = 1024, DEFLATE_LEVEL = 1, PENDING_LIMIT = 4194304 };

typedef struct water_variables {
    hid_t discharge, depth, volume, level, section;
    hid_t reservoir_level, reservoir_released;
} water_variables;

typedef enum writer_state { CREATED, RUNNING, ENDED, FINISHED, FAILED } writer_state;

/* Variables of one constituent; negative where there is none. */
typedef struct constituent_variables {
    hid_t cell, section, point, storage;
} constituent_variables;

struct qh_store_writer {
    qh_arena *arena;
    qh_arena *heading; /* until the head of the file is written */
    char *path, *part, *fresh;
    const char *command, *history;
    qh_diag *before, *diag; /* borrowed; before may be NULL */
    qh_store_driver *driver;
    writer_state state;
    bool has_calendar;
    char time_units[96];
    bool named_part; /* the file is PATH.part by now, else PATH.part.new */
    hid_t file;
    qh_run_layout layout;
    qh_store_plan plan;
    constituent_variables *variable; /* [n_species] */
    water_variables water;           /* of runs whose flow changes in time */
    hid_t time, sample_time, frames_complete, samples_complete;
    hid_t budget, residual, throughput, worst, statistic_name, statistic_value;
    hid_t message_text, message_severity, message_file, message_line;
    size_t n_message;
    qh_names stored; /* texts of messages that are in the file */
    size_t n_frame, n_sample;
    size_t buffered, buffer_room;           /* samples */
    double *buffer_time;                    /* [buffer_room], s */
    double *buffer;                         /* [buffer_room][n_section][n_species][n_lane], g/m3 */
    double *buffer_discharge;               /* [buffer_room][n_section], m3/s */
    double *buffer_level, *buffer_released; /* [buffer_room][n_reservoir], m, m3/s */
    double *column;                         /* of one constituent: a part of a profile, or the buffered samples */
    double started, committed, commit_cost; /* s */
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- failure ---- */

static qh_status complain(qh_diag *diag, const char *path, int cause) {
    char text[128];
    if (strerror_r(cause, text, sizeof text) != 0) snprintf(text, sizeof text, "errno %d", cause);
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot write %s: %s", path, text);
    return QH_E_IO;
}

/* Tells what went wrong and leaves the file as it stands on the disk. */
static qh_status fail(qh_store_writer *writer) {
    const int cause = qh_store_driver_error(writer->driver);
    writer->state = FAILED;
    qh_store_driver_freeze(writer->driver);
    if (cause == ENOMEM || (writer->plan.h.no_memory && cause == 0)) return QH_E_NOMEM;
    if (cause) return complain(writer->diag, writer->path, cause);
    const char *reason = writer->plan.h.reason;
    qh_diag_add(writer->diag, QH_ERROR, QH_NOWHERE, "cannot write %s: HDF5 says: %s", writer->path,
                *reason ? reason : "unknown");
    return QH_E_IO;
}

static qh_status checked(qh_store_writer *writer) {
    return writer->plan.h.failed || qh_store_driver_error(writer->driver) ? fail(writer) : QH_OK;
}

/* ---- commits ---- */

static void put_count(qh_store_writer *writer, hid_t variable, size_t count) {
    const long long value = (long long)count;
    if (H5Dwrite(variable, H5T_NATIVE_LLONG, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value) < 0) qh_h5_fail(&writer->plan.h);
}

/* From [row][species][lane] to the species' own [row][lane]. */
static const double *column_of(const qh_store_writer *writer, const double *values, size_t n_row, size_t species) {
    const size_t n_species = writer->layout.n_species, n_lane = writer->layout.n_lane;
    if (n_species == 1) return values;
    for (size_t row = 0; row < n_row; row++) {
        memcpy(writer->column + row * n_lane, values + (row * n_species + species) * n_lane, n_lane * sizeof *values);
    }
    return writer->column;
}

/* Whose levels are told with the samples. */
static bool has_reservoirs(const qh_store_writer *writer) {
    return writer->layout.water_moves && writer->layout.river_case->n_reservoir > 0;
}

static void flush_samples(qh_store_writer *writer) {
    if (writer->buffered == 0) return;
    qh_h5 *h = &writer->plan.h;
    const size_t n_row = writer->buffered * writer->layout.river_case->n_section;
    for (size_t s = 0; s < writer->layout.n_species; s++) {
        qh_h5_append(h, writer->variable[s].section, H5T_NATIVE_DOUBLE, writer->n_sample, writer->buffered,
                     column_of(writer, writer->buffer, n_row, s));
    }
    if (writer->layout.water_moves)
        qh_h5_append(h, writer->water.section, H5T_NATIVE_DOUBLE, writer->n_sample, writer->buffered,
                     writer->buffer_discharge);
    if (has_reservoirs(writer)) {
        qh_h5_append(h, writer->water.reservoir_level, H5T_NATIVE_DOUBLE, writer->n_sample, writer->buffered,
                     writer->buffer_level);
        qh_h5_append(h, writer->water.reservoir_released, H5T_NATIVE_DOUBLE, writer->n_sample, writer->buffered,
                     writer->buffer_released);
    }
    qh_h5_append(h, writer->sample_time, H5T_NATIVE_DOUBLE, writer->n_sample, writer->buffered, writer->buffer_time);
    writer->n_sample += writer->buffered;
    writer->buffered = 0;
}

static qh_status commit(qh_store_writer *writer) {
    qh_h5 *h = &writer->plan.h;
    const double begin = now();
    flush_samples(writer);
    if (!h->failed && H5Fflush(writer->file, H5F_SCOPE_LOCAL) < 0) qh_h5_fail(h);
    if (!h->failed && !qh_store_driver_commit(writer->driver)) qh_h5_fail(h);
    /* Only now that frames and samples can be found are they counted. */
    if (!h->failed) put_count(writer, writer->frames_complete, writer->n_frame);
    if (!h->failed) put_count(writer, writer->samples_complete, writer->n_sample);
    if (!h->failed && H5Fflush(writer->file, H5F_SCOPE_LOCAL) < 0) qh_h5_fail(h);
    if (!h->failed && !qh_store_driver_commit(writer->driver)) qh_h5_fail(h);
    writer->committed = now();
    writer->commit_cost = writer->committed - begin;
    return checked(writer);
}

/* A run slower than one frame a second commits every frame, a faster one as often as costs a twentieth of its time. */
static qh_status commit_when_due(qh_store_writer *writer) {
    const double wait = fmin(20.0 * writer->commit_cost, 1.0);
    if (now() - writer->committed < wait && qh_store_driver_pending(writer->driver) < PENDING_LIMIT)
        return checked(writer);
    return commit(writer);
}

/* ---- what grows with the run ---- */

static size_t at_least_one(size_t n) { return n > 0 ? n : 1; }

/* Rows of `row_bytes` a chunk, no more than the run will have. */
static hsize_t rows_in_chunk(const qh_store_writer *writer, size_t row_bytes, double interval) {
    const qh_run_options *run = &writer->layout.river_case->run;
    double expected = 1.0;
    if (run->type == QH_UNSTEADY && interval > 0.0) expected = run->duration / interval + 2.0;
    const size_t most = row_bytes > 0 ? at_least_one(CHUNK_BYTES / row_bytes) : 1;
    return expected < (double)most ? (hsize_t)at_least_one((size_t)expected) : most;
}

static void start_text(const char *start, size_t size, char *text) {
    const size_t length = strlen(start);
    const char *const rest = length == strlen("2024-01-01")         ? " 00:00:00"
                             : length == strlen("2024-01-01T00:00") ? ":00"
                                                                    : "";
    snprintf(text, size, "seconds since %s%s", start, rest);
    char *separator = strchr(text, 'T');
    if (separator) *separator = ' ';
}

static qh_h5_dim time_axis(qh_store_writer *writer, const char *name, const char *long_name, double interval,
                           hid_t *variable) {
    qh_h5 *h = &writer->plan.h;
    const qh_case *c = writer->layout.river_case;
    const bool dated = c->run.start && *c->run.start;
    char units[sizeof writer->time_units] = "s";
    if (dated)
        start_text(c->run.start, sizeof units, units);
    else if (c->run.type == QH_STEADY)
        snprintf(units, sizeof units, "1");
    snprintf(writer->time_units, sizeof writer->time_units, "%s", units);
    const qh_h5_variable axis = {.name = name,
                                 .units = units,
                                 .standard_name = dated ? "time" : NULL,
                                 .long_name = long_name,
                                 .type = H5T_IEEE_F64LE,
                                 .rank = 1,
                                 .chunk = {rows_in_chunk(writer, 64, interval)}};
    *variable = qh_h5_create(h, writer->file, &axis);
    if (dated) {
        qh_h5_text_attribute(h, *variable, "calendar", "standard");
        qh_h5_text_attribute(h, *variable, "comment", "local time of the case");
    }
    if (dated || c->run.type == QH_UNSTEADY) qh_h5_text_attribute(h, *variable, "axis", "T");
    return qh_h5_coordinate(h, *variable, name);
}

/* Of a row of n places, how many lie in one chunk. */
static size_t places_in_chunk(size_t n, size_t n_lane) {
    const size_t row_bytes = n * n_lane * sizeof(double);
    const size_t n_part = row_bytes >= COMPRESS_FROM ? (row_bytes + WIDE_CHUNK_BYTES - 1) / WIDE_CHUNK_BYTES : 1;
    return n_part < n ? (n + n_part - 1) / n_part : 1;
}

/* Chunks of a variable [time][dim], with lanes or without: several whole rows where a row is small, else part of a row,
 * compressed. */
static void choose_chunks(const qh_store_writer *writer, qh_h5_variable *variable, double interval) {
    const size_t n_lane = variable->rank > 2 ? writer->layout.n_lane : 1, n = (size_t)variable->dim[1]->size;
    const size_t row_bytes = n * n_lane * sizeof(double);
    const bool wide = row_bytes >= COMPRESS_FROM && variable->dim[1] != &writer->plan.dim.section;
    variable->chunk[0] = wide ? 1 : rows_in_chunk(writer, row_bytes, interval);
    variable->chunk[1] = wide ? places_in_chunk(n, n_lane) : at_least_one(n);
    variable->chunk[2] = n_lane;
    variable->deflate = wide ? DEFLATE_LEVEL : 0;
}

static hid_t concentration(qh_store_writer *writer, size_t species, const char *name, const char *what,
                           const qh_h5_dim *time, const qh_h5_dim *dim, double interval) {
    qh_h5 *h = &writer->plan.h;
    qh_store_plan *plan = &writer->plan;
    const qh_constituent *constituent = &writer->layout.river_case->constituent[species];
    const char *title = constituent->title && *constituent->title ? constituent->title : constituent->name;
    qh_h5_variable variable = {.name = name,
                               .units = "mg/L",
                               .long_name = qh_arena_printf(h->scratch, "%s, %s", title, what),
                               .type = H5T_IEEE_F64LE,
                               .rank = writer->layout.n_lane > 1 ? 3 : 2,
                               .dim = {time, dim, &plan->dim.lane},
                               .fill_nan = true};
    choose_chunks(writer, &variable, interval);
    const hid_t id = qh_h5_create(h, writer->file, &variable);
    qh_h5_text_attribute(h, id, "constituent", constituent->name);
    qh_h5_text_attribute(h, id, "item", constituent->item);
    qh_store_locate(plan, id, dim);
    return id;
}

/* ---- water ---- */

static hid_t water_variable(qh_store_writer *writer, const qh_h5_variable *given, const qh_h5_dim *time,
                            const qh_h5_dim *dim, double interval) {
    qh_h5_variable variable = *given;
    variable.type = H5T_IEEE_F64LE;
    variable.rank = 2;
    variable.dim[0] = time;
    variable.dim[1] = dim;
    variable.fill_nan = true;
    choose_chunks(writer, &variable, interval);
    const hid_t id = qh_h5_create(&writer->plan.h, writer->file, &variable);
    qh_store_locate(&writer->plan, id, dim);
    return id;
}

static void make_water(qh_store_writer *writer, const qh_h5_dim *time, const qh_h5_dim *sample_time) {
    static const char *const transport = "water_volume_transport_in_river_channel";
    const qh_run_options *run = &writer->layout.river_case->run;
    const qh_store_dims *d = &writer->plan.dim;
    const qh_h5_variable discharge = {
        .name = "water_discharge", .units = "m3 s-1", .standard_name = transport, .long_name = "discharge in time"};
    const qh_h5_variable depth = {.name = "water_depth", .units = "m", .long_name = "hydraulic depth in time"};
    const qh_h5_variable volume = {.name = "water_volume", .units = "m3", .long_name = "volume of water in time"};
    const qh_h5_variable level = {.name = "water_level", .units = "m", .long_name = "level in time"};
    const qh_h5_variable section = {.name = "water_section_discharge",
                                    .units = "m3 s-1",
                                    .standard_name = transport,
                                    .long_name = "discharge through the section in time"};
    const qh_h5_variable reservoir_level = {
        .name = "water_reservoir_level", .units = "m", .long_name = "level of the reservoir in time"};
    const qh_h5_variable reservoir_released = {.name = "water_reservoir_released",
                                               .units = "m3 s-1",
                                               .long_name =
                                                   "discharge from the reservoir into the river below in time"};
    water_variables *w = &writer->water;
    w->discharge = water_variable(writer, &discharge, time, &d->cell, run->output_interval);
    w->depth = water_variable(writer, &depth, time, &d->cell, run->output_interval);
    w->volume = water_variable(writer, &volume, time, &d->cell, run->output_interval);
    if (writer->layout.water_has_levels)
        w->level = water_variable(writer, &level, time, &d->cell, run->output_interval);
    if (has_reservoirs(writer)) {
        w->reservoir_level = water_variable(writer, &reservoir_level, sample_time, &d->reservoir, run->sample_interval);
        w->reservoir_released =
            water_variable(writer, &reservoir_released, sample_time, &d->reservoir, run->sample_interval);
    }
    if (d->section.size == 0) return;
    w->section = water_variable(writer, &section, sample_time, &d->section, run->sample_interval);
    qh_h5_text_attribute(&writer->plan.h, w->section, "coordinates",
                         "section_code section_name section_longitude section_latitude");
}

static void make_concentrations(qh_store_writer *writer) {
    qh_h5 *h = &writer->plan.h;
    const qh_run_layout *layout = &writer->layout;
    qh_store_plan *plan = &writer->plan;
    const qh_run_options *run = &layout->river_case->run;
    const qh_h5_dim time = time_axis(writer, "time", "time of the profiles", run->output_interval, &writer->time);
    const qh_h5_dim sample_time = time_axis(writer, "sample_time", "time of the samples at control sections",
                                            run->sample_interval, &writer->sample_time);
    qh_store_write_static(plan);
    for (size_t s = 0; s < layout->n_species && !h->failed; s++) {
        const qh_store_names *name = &plan->names[s];
        constituent_variables *v = &writer->variable[s];
        v->cell =
            concentration(writer, s, name->cell, "mean of the cell", &time, &plan->dim.cell, run->output_interval);
        qh_h5_text_attribute(h, v->cell, "cell_methods", "time: point cell: mean");
        v->point = concentration(writer, s, name->point, "fully mixed at points of the network", &time,
                                 &plan->dim.point, run->output_interval);
        qh_h5_text_attribute(
            h, v->point, "coordinates",
            qh_arena_printf(h->scratch, "%s point_reach point_chainage", qh_store_coordinates(plan, "point")));
        qh_h5_text_attribute(h, v->point, "cell_methods", "time: point");
        if (plan->has_storage) {
            v->storage = concentration(writer, s, name->storage, "in the transient storage zone", &time,
                                       &plan->dim.cell, run->output_interval);
            qh_h5_text_attribute(h, v->storage, "cell_methods", "time: point cell: mean");
        }
        if (plan->dim.section.size > 0) {
            v->section = concentration(writer, s, name->section, "at control sections", &sample_time,
                                       &plan->dim.section, run->sample_interval);
            qh_h5_text_attribute(h, v->section, "coordinates",
                                 "section_code section_name section_longitude section_latitude");
            qh_h5_text_attribute(h, v->section, "cell_methods", "sample_time: point");
        }
    }
    if (layout->water_moves && !h->failed) make_water(writer, &time, &sample_time);
}

static hid_t make_counter(qh_store_writer *writer, const char *name, const char *long_name) {
    const qh_h5_variable variable = {.name = name, .long_name = long_name, .type = H5T_STD_I64LE};
    return qh_h5_create(&writer->plan.h, writer->file, &variable);
}

/* ---- the balance, statistics and messages ---- */

static void make_budget(qh_store_writer *writer) {
    qh_h5 *h = &writer->plan.h;
    const qh_store_dims *d = &writer->plan.dim;
    const qh_case *c = writer->layout.river_case;
    const char *const units = c->run.type == QH_STEADY ? "g s-1" : "g";
    const bool lanes = writer->layout.n_lane > 1;

    const char **row = qh_h5_scratch(h, c->n_reach + 1, sizeof *row);
    for (size_t r = 0; row && r < c->n_reach; r++) {
        row[r] = c->reach[r].name;
    }
    if (row) row[c->n_reach] = "";
    const qh_h5_variable names = {.name = "budget_reach",
                                  .long_name = "reach of the row, empty for the whole network",
                                  .rank = 1,
                                  .dim = {&d->budget_row}};
    if (row) qh_h5_close(qh_h5_put_texts(h, writer->file, names, row));
#define BUDGET_NAME(code, name, meaning)    name,
#define BUDGET_MEANING(code, name, meaning) meaning,
    static const char *const term_name[] = {QH_BUDGET_LIST(BUDGET_NAME)};
    static const char *const term_meaning[] = {QH_BUDGET_LIST(BUDGET_MEANING)};
#undef BUDGET_NAME
#undef BUDGET_MEANING
    const qh_h5_variable terms = {
        .name = "budget_term_name", .long_name = "term of the budget", .rank = 1, .dim = {&d->budget_term}};
    const qh_h5_variable meanings = {
        .name = "budget_term_meaning", .long_name = "meaning of the term", .rank = 1, .dim = {&d->budget_term}};
    qh_h5_close(qh_h5_put_texts(h, writer->file, terms, term_name));
    qh_h5_close(qh_h5_put_texts(h, writer->file, meanings, term_meaning));

    const qh_h5_variable budget = {.name = "budget",
                                   .units = units,
                                   .long_name = c->run.type == QH_STEADY ? "mass budget" : "mass budget over the run",
                                   .rank = lanes ? 4 : 3,
                                   .dim = {&d->budget_row, &d->constituent, &d->budget_term, &d->lane},
                                   .fill_nan = true};
    qh_h5_variable closing = {.name = "budget_residual",
                              .units = units,
                              .long_name = "in + source + lateral - out - taken - reacted - stored",
                              .rank = lanes ? 3 : 2,
                              .dim = {&d->budget_row, &d->constituent, &d->lane},
                              .fill_nan = true};
    writer->budget = qh_h5_put_doubles(h, writer->file, budget, NULL);
    writer->residual = qh_h5_put_doubles(h, writer->file, closing, NULL);
    closing.name = "budget_throughput";
    closing.long_name = "larger of all gains and all losses";
    writer->throughput = qh_h5_put_doubles(h, writer->file, closing, NULL);
    const qh_h5_variable worst = {.name = "budget_worst_residual",
                                  .units = "1",
                                  .long_name = "largest residual over the throughput of the network",
                                  .fill_nan = true};
    writer->worst = qh_h5_put_doubles(h, writer->file, worst, NULL);
}

static hid_t growing(qh_store_writer *writer, const qh_h5_dim *dim, const char *name, const char *long_name,
                     hid_t type) {
    const qh_h5_variable variable = {
        .name = name, .long_name = long_name, .type = type, .rank = 1, .dim = {dim}, .chunk = {64}};
    return qh_h5_create(&writer->plan.h, writer->file, &variable);
}

static void make_lists(qh_store_writer *writer) {
    qh_h5 *h = &writer->plan.h;
    const hid_t text = qh_h5_text_type();
    const qh_h5_dim statistic = qh_h5_dimension(h, writer->file, "statistic", 0, true);
    const qh_h5_dim message = qh_h5_dimension(h, writer->file, "message", 0, true);
    writer->statistic_name = growing(writer, &statistic, "statistic_name", "statistic of the solver", text);
    writer->statistic_value =
        growing(writer, &statistic, "statistic_value", "its value; names tell the unit", H5T_IEEE_F64LE);
    writer->message_text = growing(writer, &message, "message_text", "warnings and advice of the run", text);
    writer->message_severity =
        growing(writer, &message, "message_severity", "0 error, 1 warning, 2 advice", H5T_STD_I32LE);
    writer->message_file = growing(writer, &message, "message_file", "input file that the message is about", text);
    writer->message_line = growing(writer, &message, "message_line", "line in that file, 0: not known", H5T_STD_I32LE);
    if (text >= 0) H5Tclose(text);
    qh_h5_close(statistic.id);
    qh_h5_close(message.id);
}

static void append_texts(qh_store_writer *writer, hid_t variable, size_t begin, size_t count,
                         const char *const *values) {
    const hid_t text = qh_h5_text_type();
    qh_h5_append(&writer->plan.h, variable, text, begin, count, values);
    if (text >= 0) H5Tclose(text);
}

/* The message's own copy of a text in `copy`, or NULL there when the text is stored already. */
static void copy_unless_stored(qh_store_writer *writer, const char *text, size_t index, const char **copy) {
    qh_h5 *h = &writer->plan.h;
    size_t known = 0;
    *copy = NULL;
    if (qh_names_find(&writer->stored, text, &known)) return;
    *copy = qh_arena_strdup(h->scratch, text);
    if (!*copy || qh_names_add(&writer->stored, *copy, index, &known) != QH_OK) h->failed = h->no_memory = true;
}

/* Stores the messages that are not stored yet: at the beginning, and again at the end. */
static void store_messages(qh_store_writer *writer) {
    qh_h5 *h = &writer->plan.h;
    qh_diag *const diags[2] = {writer->before, writer->diag == writer->before ? NULL : writer->diag};
    const size_t most = (diags[0] ? qh_diag_size(diags[0]) : 0) + (diags[1] ? qh_diag_size(diags[1]) : 0);
    const char **text = qh_h5_scratch(h, most, sizeof *text), **file = qh_h5_scratch(h, most, sizeof *file);
    int *severity = qh_h5_scratch(h, most, sizeof *severity), *line = qh_h5_scratch(h, most, sizeof *line);
    if (!text || !file || !severity || !line) return;
    size_t count = 0;
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; diags[k] && i < qh_diag_size(diags[k]); i++) {
            const qh_message *m = qh_diag_get(diags[k], i);
            copy_unless_stored(writer, m->text, writer->n_message + count, &text[count]);
            if (h->failed) return;
            if (!text[count]) continue;
            file[count] = qh_arena_strdup(h->scratch, m->place.file ? m->place.file : "");
            if (!file[count]) {
                h->failed = h->no_memory = true;
                return;
            }
            severity[count] = (int)m->severity;
            line[count++] = m->place.line;
        }
    }
    append_texts(writer, writer->message_text, writer->n_message, count, text);
    append_texts(writer, writer->message_file, writer->n_message, count, file);
    qh_h5_append(h, writer->message_severity, H5T_NATIVE_INT, writer->n_message, count, severity);
    qh_h5_append(h, writer->message_line, H5T_NATIVE_INT, writer->n_message, count, line);
    writer->n_message += count;
}

/* ---- provenance ---- */

static void hdf5_version(size_t size, char *text) {
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    snprintf(text, size, "%u.%u.%u", major, minor, release);
}

/* One name a line: their texts stand among the files of the case. */
static const char *scenario_files(qh_h5 *h, const qh_scenario *scenario) {
    const char *names = "";
    for (size_t i = 0; names && i < scenario->n_file; i++)
        names = qh_arena_printf(h->scratch, "%s%s%s", names, i ? "\n" : "", scenario->file[i]);
    return names;
}

static void write_provenance(qh_store_writer *writer) {
    qh_h5 *h = &writer->plan.h;
    const qh_case *c = writer->layout.river_case;
    char date[32] = "", hdf5[32];
    const time_t seconds = time(NULL);
    struct tm utc;
    if (gmtime_r(&seconds, &utc)) strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    hdf5_version(sizeof hdf5, hdf5);
    const hid_t root = writer->file;
    qh_h5_text_attribute(h, root, "Conventions", QH_STORE_CONVENTIONS);
    qh_h5_string_attribute(h, root, "title", c->title && *c->title ? c->title : c->name);
    qh_h5_string_attribute(h, root, "comment", c->note);
    qh_h5_string_attribute(h, root, "source",
                           qh_arena_printf(h->scratch, "qinghe %s (%s, %s; %s), HDF5 %s", qh_version(),
                                           qh_build_commit(), qh_build_config(), qh_build_compiler(), hdf5));
    qh_h5_string_attribute(h, root, "history",
                           qh_arena_printf(h->scratch, "%s: %s%s%s", date, writer->command,
                                           *writer->history ? "\n" : "", writer->history));
    qh_h5_string_attribute(h, root, "references", "docs/reference/store.md of qinghe describes this layout");
    qh_h5_string_attribute(h, root, "date_created", date);
    if (c->n_section > 0) qh_h5_text_attribute(h, root, "featureType", "timeSeries");
    qh_h5_int_attribute(h, root, "qinghe_format", QH_STORE_FORMAT);
    qh_h5_int_attribute(h, root, "qinghe_complete", 0);
    qh_h5_string_attribute(h, root, "qinghe_run_type", c->run.type == QH_STEADY ? "steady" : "unsteady");
    qh_h5_string_attribute(h, root, "qinghe_engine", writer->layout.engine);
    qh_h5_string_attribute(h, root, "qinghe_case", c->name);
    qh_h5_string_attribute(h, root, "qinghe_title", c->title);
    qh_h5_string_attribute(h, root, "qinghe_case_folder", c->folder);
    if (c->scenario) {
        qh_h5_string_attribute(h, root, "qinghe_scenario", c->scenario->name);
        qh_h5_string_attribute(h, root, "qinghe_scenario_title", c->scenario->title);
        qh_h5_string_attribute(h, root, "qinghe_scenario_files", scenario_files(h, c->scenario));
    }
    qh_h5_string_attribute(h, root, "qinghe_standard", c->standard);
    qh_h5_string_attribute(h, root, "qinghe_start", c->run.start);
    qh_h5_int_attribute(h, root, "qinghe_month", c->run.month);
    qh_h5_string_attribute(h, root, "qinghe_command", writer->command);
    qh_h5_string_attribute(h, root, "qinghe_version", qh_version());
    qh_h5_string_attribute(h, root, "qinghe_commit", qh_build_commit());
    qh_h5_string_attribute(h, root, "hdf5_version", hdf5);
}

/* ---- the sink ---- */

static void keep_times_first(qh_store_writer *writer) {
    H5O_info_t time, sample_time;
    if (writer->plan.h.failed) return;
    if (H5Oget_info2(writer->time, &time, H5O_INFO_BASIC) < 0 ||
        H5Oget_info2(writer->sample_time, &sample_time, H5O_INFO_BASIC) < 0) {
        qh_h5_fail(&writer->plan.h);
        return;
    }
    const haddr_t addresses[2] = {time.addr, sample_time.addr};
    qh_store_driver_first(writer->driver, 2, addresses);
}

static void make_buffers(qh_store_writer *writer) {
    qh_h5 *h = &writer->plan.h;
    const qh_run_layout *layout = &writer->layout;
    const size_t n_section = layout->river_case->n_section, width = layout->n_species * layout->n_lane;
    size_t room = at_least_one(BUFFER_BYTES / sizeof(double) / at_least_one(n_section * width));
    if (room > MAX_SAMPLES) room = MAX_SAMPLES;
    if (n_section == 0) room = 0;
    writer->buffer_room = room;
    writer->buffer_time = qh_h5_scratch(h, room, sizeof(double));
    writer->buffer = qh_h5_scratch(h, room * n_section * width, sizeof(double));
    if (layout->water_moves) writer->buffer_discharge = qh_h5_scratch(h, room * n_section, sizeof(double));
    if (has_reservoirs(writer)) {
        writer->buffer_level = qh_h5_scratch(h, room * layout->river_case->n_reservoir, sizeof(double));
        writer->buffer_released = qh_h5_scratch(h, room * layout->river_case->n_reservoir, sizeof(double));
    }
    size_t longest = places_in_chunk(layout->grid->n_cell, layout->n_lane);
    const size_t points = places_in_chunk(layout->network->n_point, layout->n_lane);
    if (longest < points) longest = points;
    if (longest < room * n_section) longest = room * n_section;
    writer->column = qh_h5_scratch(h, longest * layout->n_lane, sizeof(double));
}

static qh_status begin_inner(qh_store_writer *writer, const qh_run_layout *layout) {
    if (writer->state != CREATED) return QH_E_USAGE;
    qh_h5 *h = &writer->plan.h;
    writer->layout = *layout;
    writer->plan.layout = &writer->layout;
    writer->started = now();
    writer->variable = qh_h5_scratch(h, layout->n_species, sizeof *writer->variable);
    for (size_t s = 0; writer->variable && s < layout->n_species; s++) {
        writer->variable[s] = (constituent_variables){-1, -1, -1, -1};
    }
    h->scratch = writer->heading; /* columns of the whole network: not for longer than needed */
    write_provenance(writer);
    make_concentrations(writer);
    writer->frames_complete = make_counter(writer, "frames_complete", "profiles that are complete in this file");
    writer->samples_complete = make_counter(writer, "samples_complete", "samples that are complete in this file");
    make_budget(writer);
    make_lists(writer);
    h->scratch = writer->arena;
    if (!h->failed) store_messages(writer);
    make_buffers(writer);
    keep_times_first(writer);
    QH_TRY(checked(writer));
    writer->state = RUNNING;
    QH_TRY(commit(writer));
    if (rename(writer->fresh, writer->part) != 0) {
        const int cause = errno;
        writer->state = FAILED;
        qh_store_driver_freeze(writer->driver);
        return complain(writer->diag, writer->part, cause);
    }
    writer->named_part = true;
    writer->commit_cost = 0.0; /* of the whole head: no measure for what follows */
    qh_arena_destroy(writer->heading);
    writer->heading = NULL;
    (void)H5garbage_collect(); /* HDF5 keeps what it has freed, of a large network tens of MB */
    return QH_OK;
}

/* One constituent of a profile values [n][n_species][n_lane], chunk by chunk. */
static void append_row(qh_store_writer *writer, hid_t variable, const double *values, size_t n, size_t species) {
    if (variable < 0 || !values) return;
    const size_t n_lane = writer->layout.n_lane, width = writer->layout.n_species * n_lane;
    const size_t part = places_in_chunk(n, n_lane);
    for (size_t first = 0; first < n; first += part) {
        const size_t count = n - first < part ? n - first : part;
        qh_h5_append_part(&writer->plan.h, variable, H5T_NATIVE_DOUBLE, writer->n_frame, first, count,
                          column_of(writer, values + first * width, count, species));
    }
}

/* A quantity of the water [n_cell], chunk by chunk. */
static void append_water(qh_store_writer *writer, hid_t variable, const double *values) {
    if (variable < 0 || !values) return;
    const size_t n = writer->layout.grid->n_cell, part = places_in_chunk(n, 1);
    for (size_t first = 0; first < n; first += part) {
        const size_t count = n - first < part ? n - first : part;
        qh_h5_append_part(&writer->plan.h, variable, H5T_NATIVE_DOUBLE, writer->n_frame, first, count, values + first);
    }
}

static qh_status frame_inner(qh_store_writer *writer, const qh_frame *frame) {
    if (writer->state != RUNNING || (writer->layout.water_moves && !frame->water)) return QH_E_USAGE;
    const qh_run_layout *layout = &writer->layout;
    if (layout->water_moves) {
        append_water(writer, writer->water.discharge, frame->water->discharge);
        append_water(writer, writer->water.depth, frame->water->depth);
        append_water(writer, writer->water.volume, frame->water->volume);
        append_water(writer, writer->water.level, frame->water->level);
    }
    for (size_t s = 0; s < layout->n_species; s++) {
        const constituent_variables *v = &writer->variable[s];
        append_row(writer, v->cell, frame->cell, layout->grid->n_cell, s);
        append_row(writer, v->storage, frame->storage, layout->grid->n_cell, s);
        append_row(writer, v->point, frame->point, layout->network->n_point, s);
    }
    qh_h5_append(&writer->plan.h, writer->time, H5T_NATIVE_DOUBLE, writer->n_frame, 1, &frame->time);
    writer->n_frame++;
    return commit_when_due(writer);
}

static qh_status sample_inner(qh_store_writer *writer, const qh_sample *sample) {
    if (writer->state != RUNNING) return QH_E_USAGE;
    if (writer->buffer_room == 0) return QH_OK;
    if (writer->layout.water_moves) {
        const size_t n_section = writer->layout.river_case->n_section;
        if (!sample->discharge) return QH_E_USAGE;
        memcpy(writer->buffer_discharge + writer->buffered * n_section, sample->discharge, n_section * sizeof(double));
    }
    if (has_reservoirs(writer)) {
        const size_t n = writer->layout.river_case->n_reservoir;
        if (!sample->reservoir_level || !sample->reservoir_released) return QH_E_USAGE;
        memcpy(writer->buffer_level + writer->buffered * n, sample->reservoir_level, n * sizeof(double));
        memcpy(writer->buffer_released + writer->buffered * n, sample->reservoir_released, n * sizeof(double));
    }
    const size_t row = writer->layout.river_case->n_section * writer->layout.n_species * writer->layout.n_lane;
    writer->buffer_time[writer->buffered] = sample->time;
    memcpy(writer->buffer + writer->buffered * row, sample->section, row * sizeof *sample->section);
    writer->buffered++;
    if (writer->buffered == writer->buffer_room) flush_samples(writer);
    return commit_when_due(writer);
}

static void write_all(qh_h5 *h, hid_t variable, const double *values) {
    if (!h->failed && H5Dwrite(variable, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) qh_h5_fail(h);
}

static qh_status end_inner(qh_store_writer *writer, const qh_run_result *result) {
    if (writer->state != RUNNING) return QH_E_USAGE;
    qh_h5 *h = &writer->plan.h;
    const qh_budget *budget = result->budget;
    if (budget) {
        if (budget->n_row != writer->layout.river_case->n_reach + 1 || budget->n_species != writer->layout.n_species ||
            budget->n_lane != writer->layout.n_lane)
            return QH_E_USAGE;
        const double worst = qh_budget_worst(budget);
        write_all(h, writer->budget, budget->term);
        write_all(h, writer->residual, budget->residual);
        write_all(h, writer->throughput, budget->throughput);
        write_all(h, writer->worst, &worst);
    }
    qh_store_write_days(&writer->plan, result);
    const char *const wall = "wall_seconds";
    const double seconds = now() - writer->started;
    append_texts(writer, writer->statistic_name, 0, result->n_statistic, result->statistic_name);
    append_texts(writer, writer->statistic_name, result->n_statistic, 1, &wall);
    qh_h5_append(h, writer->statistic_value, H5T_NATIVE_DOUBLE, 0, result->n_statistic, result->statistic);
    qh_h5_append(h, writer->statistic_value, H5T_NATIVE_DOUBLE, result->n_statistic, 1, &seconds);
    if (!h->failed) store_messages(writer);
    QH_TRY(commit(writer));
    writer->state = ENDED;
    return QH_OK;
}

static qh_status add_calendar_inner(qh_store_writer *writer, const qh_stored_calendar *calendar) {
    if (writer->state != ENDED || writer->has_calendar) return QH_E_USAGE;
    qh_store_write_calendar(&writer->plan, writer->time_units, calendar);
    writer->has_calendar = true;
    return commit(writer);
}

const char *qh_store_writer_part(const qh_store_writer *writer) { return writer->part; }

qh_status qh_store_writer_add_calendar(qh_store_writer *writer, const qh_stored_calendar *calendar, qh_diag *diag) {
    const qh_h5_quiet quiet = qh_h5_silence();
    writer->diag = diag;
    const qh_status status = add_calendar_inner(writer, calendar);
    qh_h5_restore(&quiet);
    return status;
}

static qh_status sink_begin(void *self, const qh_run_layout *layout) {
    const qh_h5_quiet quiet = qh_h5_silence();
    const qh_status status = begin_inner(self, layout);
    qh_h5_restore(&quiet);
    return status;
}

static qh_status sink_frame(void *self, const qh_frame *frame) {
    const qh_h5_quiet quiet = qh_h5_silence();
    const qh_status status = frame_inner(self, frame);
    qh_h5_restore(&quiet);
    return status;
}

static qh_status sink_sample(void *self, const qh_sample *sample) {
    const qh_h5_quiet quiet = qh_h5_silence();
    const qh_status status = sample_inner(self, sample);
    qh_h5_restore(&quiet);
    return status;
}

static qh_status sink_end(void *self, const qh_run_result *result) {
    const qh_h5_quiet quiet = qh_h5_silence();
    const qh_status status = end_inner(self, result);
    qh_h5_restore(&quiet);
    return status;
}

qh_sink qh_store_writer_sink(qh_store_writer *writer) {
    return (qh_sink){writer, sink_begin, sink_frame, sink_sample, sink_end};
}

/* ---- beginning and end of the file ---- */

static void close_file(qh_store_writer *writer) {
    if (writer->file < 0) return;
    const hid_t open[] = {writer->time,
                          writer->sample_time,
                          writer->frames_complete,
                          writer->samples_complete,
                          writer->budget,
                          writer->residual,
                          writer->throughput,
                          writer->worst,
                          writer->statistic_name,
                          writer->statistic_value,
                          writer->message_text,
                          writer->message_severity,
                          writer->message_file,
                          writer->message_line,
                          writer->water.discharge,
                          writer->water.depth,
                          writer->water.volume,
                          writer->water.level,
                          writer->water.section,
                          writer->water.reservoir_level,
                          writer->water.reservoir_released};
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
        qh_h5_close(open[i]);
    }
    for (size_t s = 0; writer->variable && s < writer->layout.n_species; s++) {
        qh_h5_close(writer->variable[s].cell);
        qh_h5_close(writer->variable[s].section);
        qh_h5_close(writer->variable[s].point);
        qh_h5_close(writer->variable[s].storage);
    }
    H5Fclose(writer->file); /* and whatever else is open in it */
    writer->file = -1;
}

static hid_t create_file(qh_store_writer *writer) {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS), creation = H5Pcreate(H5P_FILE_CREATE);
    hid_t file = -1;
    /* Headers, trees and links in HDF5's first formats (store_driver.c tells why), links in the order of creation. */
    if (access >= 0 && creation >= 0 && qh_store_driver_select(writer->driver, access) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18) >= 0 &&
        H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0)
        file = H5Fcreate(writer->fresh, H5F_ACC_TRUNC, creation, access);
    if (file < 0) qh_h5_fail(&writer->plan.h);
    if (access >= 0) H5Pclose(access);
    if (creation >= 0) H5Pclose(creation);
    return file;
}

static qh_status check_path(const char *path, const char *part, qh_diag *diag) {
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return complain(diag, path, EISDIR);
    QH_CHECK(!qh_store_driver_is_held(part), QH_E_IO, diag, QH_NOWHERE, "cannot write %s: another run is writing %s",
             path, part);
    return QH_OK;
}

static qh_status create_inner(qh_store_writer *writer, qh_diag *diag) {
    QH_TRY(check_path(writer->path, writer->part, diag));
    writer->file = create_file(writer);
    writer->plan.h.file = writer->file;
    return checked(writer);
}

qh_status qh_store_writer_create_tapped(const char *path, const qh_store_provenance *provenance, qh_diag *diag,
                                        const qh_store_tap *tap, qh_store_writer **writer) {
    qh_arena *arena = qh_arena_create();
    qh_store_writer *w = arena ? qh_arena_alloc(arena, 1, sizeof *w) : NULL;
    if (!w) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *w = (qh_store_writer){.arena = arena,
                           .diag = diag,
                           .before = provenance->diag,
                           .file = -1,
                           .water = {-1, -1, -1, -1, -1, -1, -1},
                           .time = -1,
                           .sample_time = -1,
                           .frames_complete = -1,
                           .samples_complete = -1,
                           .budget = -1,
                           .residual = -1,
                           .throughput = -1,
                           .worst = -1,
                           .statistic_name = -1,
                           .statistic_value = -1,
                           .message_text = -1,
                           .message_severity = -1,
                           .message_file = -1,
                           .message_line = -1};
    w->plan.h.scratch = arena;
    w->stored.arena = arena;
    w->path = qh_arena_strdup(arena, path);
    w->part = qh_arena_printf(arena, "%s.part", path);
    w->fresh = qh_arena_printf(arena, "%s.part.new", path);
    w->command = qh_arena_strdup(arena, provenance->command ? provenance->command : "");
    w->history = qh_arena_strdup(arena, provenance->history ? provenance->history : "");
    w->driver = qh_store_driver_create(tap);
    w->heading = qh_arena_create();
    qh_status status = QH_E_NOMEM;
    if (w->path && w->part && w->fresh && w->command && w->history && w->driver && w->heading) {
        const qh_h5_quiet quiet = qh_h5_silence();
        status = create_inner(w, diag);
        qh_h5_restore(&quiet);
    }
    if (status != QH_OK) {
        qh_store_writer_destroy(w);
        return status;
    }
    *writer = w;
    return QH_OK;
}

qh_status qh_store_writer_create(const char *path, const qh_store_provenance *provenance, qh_diag *diag,
                                 qh_store_writer **writer) {
    return qh_store_writer_create_tapped(path, provenance, diag, NULL, writer);
}

static void mark_complete(qh_store_writer *writer) {
    const int complete = 1;
    const hid_t attribute = H5Aopen(writer->file, "qinghe_complete", H5P_DEFAULT);
    if (attribute < 0 || H5Awrite(attribute, H5T_NATIVE_INT, &complete) < 0) qh_h5_fail(&writer->plan.h);
    if (attribute >= 0) H5Aclose(attribute);
}

/* The new name is on the medium only when its folder is. */
static void sync_folder(const char *path) {
    const char *const slash = strrchr(path, '/');
    char folder[4096] = ".";
    if (slash) snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    (void)fsync(descriptor); /* not every file system can */
    close(descriptor);
}

static qh_status finish_inner(qh_store_writer *writer) {
    if (writer->state == FAILED) return QH_E_IO;
    if (writer->state == RUNNING) {
        QH_TRY(commit(writer));
        return QH_E_INTERRUPTED;
    }
    if (writer->state != ENDED) return QH_E_USAGE;
    mark_complete(writer);
    QH_TRY(commit(writer));
    qh_store_driver_sync_on_close(writer->driver);
    close_file(writer);
    QH_TRY(checked(writer));
    if (rename(writer->part, writer->path) != 0) {
        const int cause = errno;
        writer->state = FAILED;
        return complain(writer->diag, writer->path, cause);
    }
    sync_folder(writer->path);
    writer->state = FINISHED;
    return QH_OK;
}

qh_status qh_store_writer_finish(qh_store_writer *writer, qh_diag *diag) {
    const qh_h5_quiet quiet = qh_h5_silence();
    writer->diag = diag;
    const qh_status status = finish_inner(writer);
    qh_h5_restore(&quiet);
    return status;
}

void qh_store_writer_destroy(qh_store_writer *writer) {
    if (!writer) return;
    const qh_h5_quiet quiet = qh_h5_silence();
    if (writer->state == RUNNING) commit(writer);
    /* Before its head is complete a file is worth nothing. */
    const bool worthless = !writer->named_part && writer->file >= 0;
    if (worthless) qh_store_driver_freeze(writer->driver);
    close_file(writer);
    if (worthless) unlink(writer->fresh);
    qh_store_driver_destroy(writer->driver);
    qh_h5_restore(&quiet);
    qh_arena_destroy(writer->heading);
    qh_arena_destroy(writer->arena);
}
