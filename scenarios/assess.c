/* Assessment of a stored run: value by statistic, class by single factor, target, multiples, days, flows.
 *
 * Samples are read in blocks, one section and constituent at a time, so that a store larger than memory can be judged;
 * what is kept is one mean a day and a month. */
#include "scenarios/assess.h"

#include <math.h>
#include <string.h>

#include "scenarios/assess_internal.h"

enum { BLOCK = 8192 /* samples read at once */, MONTHS = 12 };

static const double DAY = 86400.0; /* s */

static const char *const statistic_names[] = {"mean", "instant", "daily", "monthly", "annual"};

const char *qh_statistic_name(qh_statistic statistic) { return statistic_names[statistic]; }

bool qh_statistic_find(const char *name, qh_statistic *statistic) {
    for (size_t i = 0; i < sizeof statistic_names / sizeof *statistic_names; i++) {
        if (strcmp(statistic_names[i], name) == 0) {
            *statistic = (qh_statistic)i;
            return true;
        }
    }
    return false;
}

const char *qh_binding_rule(const qh_store_info *info, size_t station) {
    const qh_stored_station *s = &info->station[station];
    if (!s->monthly_rule) return s->rule;
    return s->monthly_rule[info->month > 0 ? info->month - 1 : 0];
}

bool qh_eco_flow_met(const qh_station_flow *flow) { return flow->deficit <= 1e-9 * flow->target; }
bool qh_withdrawal_met(const qh_withdrawal_flow *flow) { return flow->deficit <= 1e-9 * flow->asked; }

bool qh_station_keeps(const qh_store_info *info, size_t station) {
    return info->release ? qh_release_kept(info->release, station) : qh_eco_flow_met(&info->station[station].flow);
}

bool qh_withdrawal_served(const qh_store_info *info, size_t withdrawal) {
    return info->take ? qh_release_kept(info->take, withdrawal) : qh_withdrawal_met(&info->withdrawal[withdrawal].flow);
}

bool qh_reservoir_keeps(const qh_store_info *info, size_t reservoir) {
    return !info->storage || qh_release_kept(&info->storage->release, reservoir);
}

/* What all sections and items of one assessment share. */
typedef struct judge {
    qh_store *store;
    const qh_store_info *info;
    const qh_standard *standard;
    qh_statistic statistic;
    qh_diag *diag;
    qh_periods day, month;
    double *day_mean, *month_mean; /* [day.count], [month.count], of the section and constituent at hand */
    bool *day_attained;            /* [day.count], of all items of the section at hand */
    double *block;                 /* [BLOCK] */
} judge;

/* Larger is worse: what "worst" means for a value, given the limits of the target class. */
static double badness(const qh_verdict *v, double value) {
    if (!v->judged || v->item->sense == QH_LIMIT_MAX) return value;
    if (v->item->sense == QH_LIMIT_MIN) return -value;
    return fmax(v->target_limit - value, value - v->target_limit_high);
}

/* The samples of one section and constituent as they pass. */
typedef struct passage {
    qh_period_means day, month;
    double integral;              /* over the run, inner unit times s */
    double last_time, last_value; /* the sample before */
    double worst, worst_time;     /* instant */
    size_t count;
} passage;

static void pass_sample(passage *p, const qh_verdict *v, double time, double value) {
    if (p->count == 0 || badness(v, value) > badness(v, p->worst)) {
        p->worst = value;
        p->worst_time = time;
    }
    if (p->count > 0 && time > p->last_time) {
        p->integral += 0.5 * (time - p->last_time) * (p->last_value + value);
        qh_period_means_add(&p->day, p->last_time, p->last_value, time, value);
        qh_period_means_add(&p->month, p->last_time, p->last_value, time, value);
    }
    p->last_time = time;
    p->last_value = value;
    p->count++;
}

static qh_status pass_samples(const judge *j, const qh_verdict *v, passage *p) {
    const qh_store_info *info = j->info;
    qh_period_means_begin(&p->day, &j->day, j->day_mean);
    qh_period_means_begin(&p->month, &j->month, j->month_mean);
    for (size_t first = 0; first < info->n_sample; first += BLOCK) {
        const size_t count = info->n_sample - first < BLOCK ? info->n_sample - first : BLOCK;
        QH_TRY(qh_store_read_section(j->store, v->section, v->constituent, first, count, j->diag, j->block));
        for (size_t i = 0; i < count; i++) {
            QH_CHECK(isfinite(j->block[i]), QH_E_INPUT, j->diag, QH_NOWHERE,
                     "%s: section %s has no number for %s at sample %zu; the store is damaged", info->path,
                     info->section[v->section].name, info->constituent[v->constituent].name, first + i + 1);
            pass_sample(p, v, info->sample_time[first + i], j->block[i]);
        }
    }
    return QH_OK;
}

/* The worst of consecutive means; spans of `stride` periods, from one period to the next. */
static void take_worst(const qh_periods *periods, size_t stride, const double *mean, qh_verdict *v) {
    for (size_t i = 0; i + stride <= periods->count; i += stride) {
        double value = 0.0;
        for (size_t k = 0; k < stride; k++)
            value += mean[i + k] / (double)stride;
        if (i > 0 && badness(v, value) <= badness(v, v->value)) continue;
        v->value = value;
        v->from = periods->boundary[i];
        v->to = periods->boundary[i + stride];
    }
}

static void take_value(const judge *j, const passage *p, qh_verdict *v) {
    const double first = j->info->sample_time[0], last = j->info->sample_time[j->info->n_sample - 1];
    switch (j->statistic) {
    case QH_STAT_INSTANT:
        v->value = p->worst;
        v->from = v->to = p->worst_time;
        return;
    case QH_STAT_DAILY: take_worst(&j->day, 1, j->day_mean, v); return;
    case QH_STAT_MONTHLY: take_worst(&j->month, 1, j->month_mean, v); return;
    case QH_STAT_ANNUAL: take_worst(&j->month, MONTHS, j->month_mean, v); return;
    case QH_STAT_MEAN: break;
    }
    v->value = last > first ? p->integral / (last - first) : p->worst;
    v->from = first;
    v->to = last;
}

static void classify(const qh_standard *standard, qh_verdict *v) {
    v->attained = true;
    if (!v->judged) return;
    v->actual_class = qh_standard_class_of(standard, v->item, v->value);
    v->attained = v->actual_class <= v->target_class;
    v->exceedance_defined = v->item->sense == QH_LIMIT_MAX && v->target_limit > 0.0;
    if (!v->attained && v->exceedance_defined) v->exceedance = (v->value - v->target_limit) / v->target_limit;
    v->exceedance_national = qh_exceedance_national(standard, v->item, v->value);
}

static void count_days(const judge *j, qh_verdict *v) {
    if (!v->judged) return;
    v->days = j->day.count;
    for (size_t d = 0; d < j->day.count; d++) {
        const bool attained = qh_standard_class_of(j->standard, v->item, j->day_mean[d]) <= v->target_class;
        v->days_attained += attained;
        if (v->counts && !attained) j->day_attained[d] = false;
    }
}

static qh_status judge_item(const judge *j, size_t section, size_t constituent, qh_verdict *verdict) {
    const qh_standard_item *item = qh_standard_item_find(j->standard, j->info->constituent[constituent].item);
    qh_verdict v = {.section = section, .constituent = constituent, .item = item, .judged = item != NULL};
    v.counts = v.judged && item->evaluated;
    v.target_class = j->info->section[section].target_class;
    if (v.judged) {
        v.target_limit = item->limit[v.target_class - 1];
        v.target_limit_high = item->limit_high[v.target_class - 1];
    }
    passage p = {.count = 0};
    QH_TRY(pass_samples(j, &v, &p));
    take_value(j, &p, &v);
    classify(j->standard, &v);
    count_days(j, &v);
    *verdict = v;
    return QH_OK;
}

static qh_status judge_section(const judge *j, size_t s, qh_verdict *verdict, qh_section_verdict *section) {
    const size_t n = j->info->n_constituent;
    qh_section_verdict out = {.section = s, .first_verdict = s * n, .n_verdict = n};
    out.target_class = j->info->section[s].target_class;
    for (size_t d = 0; d < j->day.count; d++)
        j->day_attained[d] = true;
    for (size_t c = 0; c < n; c++) {
        qh_verdict *v = &verdict[out.first_verdict + c];
        QH_TRY(judge_item(j, s, c, v));
        if (!v->counts) continue;
        out.judged = true;
        if (v->actual_class > out.actual_class) out.actual_class = v->actual_class;
    }
    out.attained = out.actual_class <= out.target_class;
    if (out.judged) {
        out.days = j->day.count;
        for (size_t d = 0; d < j->day.count; d++)
            out.days_attained += j->day_attained[d];
    }
    qh_grade_section(j->standard, verdict, &out);
    *section = out;
    return QH_OK;
}

static const char *river_of_section(const qh_store_info *info, size_t section) {
    for (size_t r = 0; r < info->n_reach; r++)
        if (strcmp(info->reach[r].name, info->section[section].reach_name) == 0) return info->reach[r].river;
    return "";
}

/* The whole network, and each river by name when its sections lie in more than one. */
static qh_status judge_rivers(const judge *j, qh_assessment *a) {
    const size_t n = a->n_section;
    const char **name = qh_arena_alloc(a->arena, n + 1, sizeof *name);
    size_t *members = qh_arena_alloc(a->arena, n, sizeof *members);
    qh_river_verdict *river = qh_arena_alloc(a->arena, n + 1, sizeof *river);
    if (!name || !members || !river) return QH_E_NOMEM;

    size_t n_name = 0;
    for (size_t s = 0; s < n; s++) {
        const char *own = river_of_section(j->info, s);
        size_t k = 0;
        while (k < n_name && strcmp(name[k], own) != 0)
            k++;
        if (k == n_name) name[n_name++] = own;
        members[s] = s;
    }
    river[0].name = "";
    QH_TRY(qh_grade_river(j->standard, a->verdict, a->section, n, members, a->arena, &river[0]));
    size_t n_river = 1;
    for (size_t k = 0; n_name > 1 && k < n_name; k++) {
        if (!*name[k]) continue; /* sections in reaches without a river's name */
        size_t count = 0;
        for (size_t s = 0; s < n; s++)
            if (strcmp(river_of_section(j->info, s), name[k]) == 0) members[count++] = s;
        river[n_river].name = name[k];
        QH_TRY(qh_grade_river(j->standard, a->verdict, a->section, count, members, a->arena, &river[n_river]));
        n_river++;
    }
    a->river = river;
    a->n_river = n_river;
    return QH_OK;
}

static void judge_flows(const qh_store_info *info, qh_assessment *a) {
    a->eco_flow_met = a->withdrawals_met = true;
    for (size_t i = 0; i < info->n_station; i++)
        if (!qh_station_keeps(info, i)) a->eco_flow_met = false;
    for (size_t i = 0; i < info->n_reservoir; i++)
        if (!qh_reservoir_keeps(info, i)) a->eco_flow_met = false;
    for (size_t i = 0; i < info->n_withdrawal; i++)
        if (!qh_withdrawal_served(info, i)) a->withdrawals_met = false;
}

/* A day of which less than one sample tells nothing. */
static bool samples_show_days(const qh_store_info *info) {
    for (size_t i = 1; i < info->n_sample; i++)
        if (info->sample_time[i] - info->sample_time[i - 1] > DAY * (1.0 + 1e-9)) return false;
    return true;
}

static qh_status find_periods(judge *j, qh_arena *arena) {
    const qh_store_info *info = j->info;
    const double first = info->sample_time[0], last = info->sample_time[info->n_sample - 1];
    if (!info->steady && samples_show_days(info)) {
        QH_TRY(qh_days_of(info->start, first, last, arena, &j->day));
        QH_TRY(qh_months_of(info->start, first, last, arena, &j->month));
    }
    j->day_mean = qh_arena_alloc(arena, j->day.count, sizeof *j->day_mean);
    j->month_mean = qh_arena_alloc(arena, j->month.count, sizeof *j->month_mean);
    j->day_attained = qh_arena_alloc(arena, j->day.count, sizeof *j->day_attained);
    j->block = qh_arena_alloc(arena, BLOCK, sizeof *j->block);
    return j->day_mean && j->month_mean && j->day_attained && j->block ? QH_OK : QH_E_NOMEM;
}

qh_statistic qh_statistic_default(const qh_store_info *info) {
    qh_statistic statistic = QH_STAT_MEAN;
    qh_arena *arena = info->steady || info->n_sample < 2 ? NULL : qh_arena_create();
    qh_periods months = {0, NULL};
    if (arena && samples_show_days(info) &&
        qh_months_of(info->start, info->sample_time[0], info->sample_time[info->n_sample - 1], arena, &months) ==
            QH_OK &&
        months.count > 0)
        statistic = QH_STAT_MONTHLY;
    qh_arena_destroy(arena);
    return statistic;
}

static qh_status check_statistic(const judge *j) {
    const qh_store_info *info = j->info;
    const char *name = qh_statistic_name(j->statistic);
    const double days = (info->sample_time[info->n_sample - 1] - info->sample_time[0]) / DAY;
    const size_t needed = j->statistic == QH_STAT_ANNUAL ? MONTHS : 1;
    if (j->statistic == QH_STAT_MEAN || j->statistic == QH_STAT_INSTANT) return QH_OK;
    QH_CHECK(!info->steady, QH_E_INPUT, j->diag, QH_NOWHERE,
             "the statistic '%s' needs an unsteady run; a steady run has one value at each section", name);
    QH_CHECK(samples_show_days(info), QH_E_INPUT, j->diag, QH_NOWHERE,
             "the statistic '%s' needs a sample at least once a day; see run.sample_interval", name);
    if (j->statistic == QH_STAT_DAILY) {
        QH_CHECK(j->day.count >= 1, QH_E_INPUT, j->diag, QH_NOWHERE,
                 "the statistic 'daily' needs a complete day, 00:00 to 24:00; the run covers %.4g days from %s", days,
                 info->start);
    } else {
        QH_CHECK(j->month.count >= needed, QH_E_INPUT, j->diag, QH_NOWHERE,
                 "the statistic '%s' needs %zu complete months; the run covers %zu (%.4g days from %s)", name, needed,
                 j->month.count, days, info->start);
    }
    return QH_OK;
}

static qh_status check_store(const judge *j) {
    const qh_store_info *info = j->info;
    QH_CHECK(info->n_section > 0, QH_E_INPUT, j->diag, QH_NOWHERE,
             "%s: the case has no control section, so nothing can be judged", info->path);
    QH_CHECK(info->n_sample > 0, QH_E_INPUT, j->diag, QH_NOWHERE,
             "%s: the run was stopped before its first sample at the sections", info->path);
    qh_status status = QH_OK;
    for (size_t s = 0; s < info->n_section; s++) {
        const int target = info->section[s].target_class;
        if (target >= 1 && (size_t)target <= j->standard->n_class) continue;
        qh_diag_add(j->diag, QH_ERROR, QH_NOWHERE, "section %s: target class %d is not a class of %s, which has %zu",
                    info->section[s].name, target, j->standard->code, j->standard->n_class);
        status = QH_E_INPUT;
    }
    return status;
}

static qh_status assess(judge *j, qh_assessment *a) {
    const size_t n_section = j->info->n_section;
    QH_TRY(check_store(j));
    QH_TRY(find_periods(j, a->arena));
    QH_TRY(check_statistic(j));
    qh_verdict *verdict = qh_arena_alloc(a->arena, n_section * j->info->n_constituent, sizeof *verdict);
    qh_section_verdict *section = qh_arena_alloc(a->arena, n_section, sizeof *section);
    if (!verdict || !section) return QH_E_NOMEM;
    qh_attainment *attainment = qh_arena_alloc(a->arena, n_section, sizeof *attainment);
    if (!attainment) return QH_E_NOMEM;
    for (size_t s = 0; s < n_section; s++) {
        QH_TRY(judge_section(j, s, verdict, &section[s]));
        QH_TRY(qh_attainment_of(j->store, j->standard, s, a->arena, j->diag, &attainment[s]));
    }
    a->attainment = attainment;
    a->verdict = verdict;
    a->n_verdict = n_section * j->info->n_constituent;
    a->section = section;
    a->n_section = n_section;
    QH_TRY(judge_rivers(j, a));
    judge_flows(j->info, a);
    a->all_attained = a->river[0].n_attained == a->river[0].n_section && a->eco_flow_met && a->withdrawals_met;
    return QH_OK;
}

qh_status qh_assess(qh_store *store, const qh_standard *standard, qh_statistic statistic, qh_diag *diag,
                    qh_assessment **assessment) {
    qh_arena *arena = qh_arena_create();
    qh_assessment *a = arena ? qh_arena_alloc(arena, 1, sizeof *a) : NULL;
    if (!a) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *a = (qh_assessment){.arena = arena, .statistic = statistic, .standard = standard};
    judge j = {
        .store = store, .info = qh_store_get_info(store), .standard = standard, .statistic = statistic, .diag = diag};
    const qh_status status = assess(&j, a);
    if (status != QH_OK) {
        qh_arena_destroy(arena);
        return status;
    }
    *assessment = a;
    return QH_OK;
}

void qh_assessment_destroy(qh_assessment *assessment) {
    if (assessment) qh_arena_destroy(assessment->arena); /* the assessment itself lives there too */
}
