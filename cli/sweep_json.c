#include "cli/json_print.h"
#include "cli/sweep.h"

static void put_probability(json_t *object, const qh_probability *p) {
    qh_json_count(object, "n", p->n);
    qh_json_count(object, "n_attained", p->n_attained);
    qh_json_put_real(object, "share", p->share);
    qh_json_put_real(object, "low", p->low);
    qh_json_put_real(object, "high", p->high);
}

static void put_values(json_t *object, const qh_distribution_summary *d) {
    qh_json_count(object, "n", d->n);
    qh_json_put_real(object, "mean", d->mean);
    qh_json_put_real(object, "sd", d->sd);
    qh_json_put_real(object, "least", d->least);
    qh_json_put_real(object, "most", d->most);
    json_t *quantiles = qh_json_array(object, "quantiles");
    for (size_t k = 0; k < QH_QUANTILES; k++) {
        json_t *q = qh_json_append_object(quantiles);
        qh_json_put_real(q, "level", qh_quantile_levels[k]);
        qh_json_put_real(q, "value", d->quantile[k]);
    }
}

static void put_index(json_t *object, const char *key, const qh_sobol_index *index) {
    json_t *o = qh_json_object(object, key);
    qh_json_put_real(o, "value", index->value);
    qh_json_put_real(o, "low", index->low);
    qh_json_put_real(o, "high", index->high);
}

static void put_indices(json_t *object, const qh_sweep_layout *layout, const qh_sobol_indices *indices) {
    qh_json_count(object, "points", indices->n_point);
    json_t *array = qh_json_array(object, "variables");
    for (size_t v = 0; v < layout->n_variable; v++) {
        json_t *o = qh_json_append_object(array);
        qh_json_text(o, "variable", layout->variable[v].name);
        put_index(o, "first_order", &indices->first[v]);
        put_index(o, "total", &indices->total[v]);
    }
}

static void put_quantities(json_t *root, const qh_shown_sweep *shown) {
    const qh_sweep_layout *l = &shown->info->layout;
    json_t *array = qh_json_array(root, "items");
    for (size_t i = 0; i < shown->summary->n_section * shown->summary->n_species; i++) {
        const qh_sweep_quantity *q = &shown->summary->quantity[i];
        json_t *o = qh_json_append_object(array);
        qh_json_text(o, "section", l->river_case->section[q->section].code);
        qh_json_text(o, "constituent", l->river_case->constituent[q->species].name);
        qh_json_text(o, "unit", "mg/L");
        if (q->has_verdicts) put_probability(qh_json_object(o, "attained"), &q->attained);
        if (q->has_values) put_values(qh_json_object(o, "values"), &q->values);
        if (q->indices) put_indices(qh_json_object(o, "indices"), l, q->indices);
    }
}

static void put_sections(json_t *root, const qh_shown_sweep *shown) {
    const qh_case *c = shown->info->layout.river_case;
    json_t *array = qh_json_array(root, "sections");
    for (size_t s = 0; s < shown->summary->n_section; s++) {
        json_t *o = qh_json_append_object(array);
        qh_json_text(o, "section", c->section[s].code);
        qh_json_text(o, "section_name", c->section[s].name);
        qh_json_text(o, "target_class", qh_target_class_name(c->section[s].target_class));
        if (shown->summary->section) put_probability(qh_json_object(o, "attained"), &shown->summary->section[s]);
    }
}

void qh_print_sweep_json(const qh_shown_sweep *shown) {
    const qh_sweep_file_info *info = shown->info;
    const qh_sweep_layout *l = &info->layout;
    json_t *root = json_object();
    qh_json_count(root, "format", 1);
    qh_json_text(root, "file", info->path);
    qh_json_text(root, "plan", l->plan_name);
    qh_json_text(root, "title", l->title);
    qh_json_text(root, "case", l->river_case->name);
    qh_json_text(root, "design", l->design);
    qh_json_put(root, "seed", json_integer((json_int_t)l->seed));
    qh_json_text(root, "method", l->path);
    qh_json_put(root, "scenarios", json_integer((json_int_t)l->n_scenario));
    qh_json_bool(root, "complete", info->complete);
    qh_json_put_real(root, "confidence", shown->summary->confidence);
    json_t *failures = qh_json_array(root, "failures");
    for (size_t i = 0; i < info->n_failure; i++) {
        json_t *o = qh_json_append_object(failures);
        qh_json_put(o, "scenario", json_integer((json_int_t)info->failure[i].scenario));
        qh_json_text(o, "message", info->failure[i].message);
    }
    put_quantities(root, shown);
    put_sections(root, shown);
    if (shown->summary->has_verdicts) put_probability(qh_json_object(root, "network"), &shown->summary->whole);
    qh_json_print(root);
}
