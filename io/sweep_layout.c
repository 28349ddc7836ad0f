#include "io/sweep_layout.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "io/sweep_internal.h"
#include "model/version.h"

size_t qh_sweep_axes(const qh_sweep_layout *layout, qh_sweep_axis axis, size_t *length) {
    switch (axis) {
    case QH_SWEEP_SECTIONS: length[0] = layout->river_case->n_section; return 1;
    case QH_SWEEP_VARIABLES: length[0] = layout->n_variable; return 1;
    case QH_SWEEP_SERIES:
        length[0] = layout->river_case->n_section;
        length[1] = layout->n_sample;
        return 2;
    case QH_SWEEP_PROFILES:
        length[0] = layout->n_frame;
        length[1] = layout->n_point;
        return 2;
    case QH_SWEEP_ONE: break;
    }
    return 0;
}

const char *qh_sweep_axis_name(qh_sweep_axis axis) {
    switch (axis) {
    case QH_SWEEP_SECTIONS: return "section";
    case QH_SWEEP_VARIABLES: return "variable";
    case QH_SWEEP_SERIES: return "section sample";
    case QH_SWEEP_PROFILES: return "frame point";
    case QH_SWEEP_ONE: break;
    }
    return NULL;
}

size_t qh_sweep_rows(const qh_sweep_layout *layout, size_t field) {
    size_t length[2] = {1, 1};
    (void)qh_sweep_axes(layout, layout->field[field].axis, length);
    return length[0] * length[1];
}

size_t qh_sweep_size(const qh_sweep_field *field) {
    return field->type == QH_SWEEP_REAL ? sizeof(double) : sizeof(int8_t);
}

uint64_t qh_sweep_bytes(const qh_sweep_layout *layout) {
    uint64_t bytes = 0;
    for (size_t f = 0; f < layout->n_field; f++)
        bytes += qh_sweep_rows(layout, f) * qh_sweep_size(&layout->field[f]) * layout->n_scenario;
    return bytes;
}

/* Chained hashes: each text with its zero at the end, so that "ab", "c" and "a", "bc" differ. */
static uint64_t mix_text(uint64_t hash, const char *text) {
    return text ? XXH3_64bits_withSeed(text, strlen(text) + 1, hash) : XXH3_64bits_withSeed("", 0, hash);
}

static uint64_t mix_number(uint64_t hash, uint64_t number) {
    return XXH3_64bits_withSeed(&number, sizeof number, hash);
}

static uint64_t mix_files(uint64_t hash, size_t n, const qh_case_file *file) {
    for (size_t i = 0; i < n; i++)
        hash = mix_text(mix_text(hash, file[i].name), file[i].text);
    return hash;
}

static uint64_t hash_of_fields(const qh_sweep_layout *layout) {
    uint64_t hash = mix_number(0, layout->n_scenario);
    hash = mix_number(hash, layout->n_variable);
    hash = mix_number(hash, layout->river_case->n_section);
    if (layout->n_sample + layout->n_frame + layout->n_point > 0) {
        hash = mix_number(hash, layout->n_sample);
        hash = mix_number(hash, layout->n_frame);
        hash = mix_number(hash, layout->n_point);
    }
    for (size_t f = 0; f < layout->n_field; f++) {
        const qh_sweep_field *field = &layout->field[f];
        hash = mix_text(hash, field->name);
        hash = mix_number(hash, (uint64_t)field->type * 16 + (uint64_t)field->axis);
    }
    return hash;
}

qh_sweep_identity qh_sweep_identify(const qh_sweep_layout *layout, const char *standard) {
    const qh_case *c = layout->river_case;
    return (qh_sweep_identity){
        .plan = mix_files(mix_number(0, layout->seed), layout->n_plan_file, layout->plan_file),
        .river_case = mix_text(mix_files(0, c->n_file, c->file), standard),
        .program = mix_text(mix_text(0, qh_version()), qh_build_commit()),
        .layout = hash_of_fields(layout),
    };
}

const char *qh_sweep_difference(const qh_sweep_identity *a, const qh_sweep_identity *b, const qh_diag *diag,
                                size_t size, char *text) {
    const struct {
        bool differs;
        const char *what;
    } part[] = {{a->plan != b->plan, QH_N("the plan differs")},
                {a->river_case != b->river_case, QH_N("the case or its standard differs")},
                {a->program != b->program, QH_N("it was computed by another version of the program")},
                {a->layout != b->layout, QH_N("other results are kept")}};
    text[0] = '\0';
    size_t used = 0;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (!part[i].differs || used >= size) continue;
        const int n =
            snprintf(text + used, size - used, "%s%s", used ? "; " : "", qh_tr(qh_diag_lang(diag), part[i].what));
        used += n > 0 ? (size_t)n : 0;
    }
    return text;
}
