/* Design flows from a record.
 *
 *     driest month of every complete year -> falling sample -> Weibull P = m/(n+1), straight between; Pearson III
 *     lowest 7-day mean of every complete year -> the same at P = 1 - 1/10
 *     flow-duration curve: Weibull's positions of all days (months)
 *
 * Statistics, years they need and assurances stand in data/hydrology.def, Tennant's shares in data/tennant.def. A year
 * counts only whole: a minimum of the months that happen to be there is none. Not for a record that dams or
 * withdrawals have changed where natural flow is asked for: it must be put back to its natural state (还原) first. */
#include "model/hydrology.h"

#include <math.h>
#include <stdlib.h>

static const qh_statistic_rule rules[] = {
#define STATISTIC(code, least, asked, clause, confidence) [code] = {code, least, asked, clause, confidence},
#include "model/data/hydrology.def"
};

static const qh_design_flow assurances[] = {
#define ASSURANCE(level, what, text, how_sure)                                                                         \
    {.assurance = level, .statistic = what, .clause = text, .confidence = how_sure},
#include "model/data/hydrology.def"
};

static const qh_constant numbers[] = {
#define NUMBER(code, name, value, unit, clause, confidence) [code] = {name, value, unit, NULL, clause, confidence},
#include "model/data/hydrology.def"
};

static const double durations[] = {
#define DURATION(percent) percent,
#include "model/data/hydrology.def"
};

static const struct {
    const char *grade;
    double dry, wet; /* -, of the mean annual flow */
} tennant[] = {
#define TENNANT(name, dry, wet) {name, dry, wet},
#include "model/data/tennant.def"
#undef TENNANT
};

enum {
    N_ASSURANCE = sizeof assurances / sizeof *assurances,
    N_DURATION = sizeof durations / sizeof *durations,
    N_GRADE = sizeof tennant / sizeof *tennant
};
_Static_assert((int)N_ASSURANCE <= (int)QH_MOST_ASSURANCES, "room for all assurances");
_Static_assert((int)N_DURATION <= (int)QH_MOST_DURATIONS, "room for the curve");
_Static_assert((int)N_GRADE <= (int)QH_MOST_GRADES, "room for Tennant's grades");

const qh_statistic_rule *qh_statistic_rule_get(qh_hydrology_statistic statistic) { return &rules[statistic]; }

const char *qh_statistic_title(qh_hydrology_statistic statistic) {
    switch (statistic) {
    case QH_STATISTIC_MEAN: return QH_N("mean annual flow");
    case QH_STATISTIC_WEIBULL_90: return QH_N("driest month, P = 0.90, empirical");
    case QH_STATISTIC_WEIBULL_95: return QH_N("driest month, P = 0.95, empirical");
    case QH_STATISTIC_PEARSON: return QH_N("driest month, Pearson III");
    case QH_STATISTIC_TEN_YEARS: return QH_N("driest month of the last ten years");
    case QH_STATISTIC_WEEK: return QH_N("7Q10, lowest 7-day mean of 10 years' return");
    case QH_STATISTIC_TENNANT: return QH_N("Tennant's table");
    case QH_STATISTIC_DURATION: return QH_N("flow-duration curve");
    case QH_STATISTIC_COMPLIANCE: return QH_N("ecological-flow compliance");
    default: return "";
    }
}

qh_constant qh_hydrology_number_get(qh_hydrology_number number) {
    static const char *const meaning[] = {
        [QH_RETURN_PERIOD] = QH_N("return period of the lowest 7-day mean"),
        [QH_LAST_YEARS] = QH_N("years of which the driest month is taken"),
        [QH_MISSING_DAYS] = QH_N("days a month may lack and still have a mean"),
        [QH_PASS_SHARE] = QH_N("share of days or months that passes"),
    };
    qh_constant c = numbers[number];
    c.meaning = meaning[number];
    return c;
}

/* ---- whether a statistic can be made ---- */

typedef struct analysis {
    qh_arena *arena;
    qh_hydrology *made;
    qh_diag *diag;
    qh_place place; /* of the record as a whole */
} analysis;

/* Whether `years` are enough for a statistic; tells and marks where they are few. */
static bool enough(const analysis *a, qh_hydrology_statistic statistic, size_t years) {
    const qh_statistic_rule *rule = &rules[statistic];
    const char *title = qh_tr(qh_diag_lang(a->diag), qh_statistic_title(statistic));
    if (years < (size_t)rule->least) {
        qh_diag_add(a->diag, QH_WARNING, a->place, "%s: not made; complete years: %zu, needed: %d (%s)", title, years,
                    rule->least, rule->clause);
        return false;
    }
    a->made->made[statistic] = true;
    if (years < (size_t)rule->asked) {
        a->made->marked[statistic] = true;
        qh_diag_add(a->diag, QH_WARNING, a->place, "%s: made from %zu complete years; %d are asked for (%s)", title,
                    years, rule->asked, rule->clause);
    }
    return true;
}

/* ---- frequency of a yearly minimum ---- */

static int falling(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* A fitted flow; none where the distribution turns negative there, which no river does. */
static qh_optional fitted_flow(const analysis *a, const qh_pearson3 *distribution, double exceedance, const char *way) {
    const double flow = qh_pearson3_quantile(distribution, exceedance);
    if (flow >= 0) return (qh_optional){true, flow};
    qh_diag_add(a->diag, QH_WARNING, a->place,
                "Pearson III (%s) gives a negative flow of %.4g m3/s at an assurance of %g %%: it does not suit this "
                "record",
                qh_tr(qh_diag_lang(a->diag), way), flow, 100 * exceedance);
    return (qh_optional){false, 0};
}

static bool fit(const analysis *a, qh_low_flow *low) {
    low->sample = qh_sample_lmoments(low->count, low->flow);
    const bool fitted = qh_pearson3_of_lmoments(&low->sample, &low->lmoments) == QH_OK &&
                        qh_pearson3_of_curve(low->count, low->flow, &low->curve, &low->curve_at_edge) == QH_OK;
    if (!fitted) {
        qh_diag_add(a->diag, QH_WARNING, a->place,
                    "Pearson III cannot be fitted: the lowest flows of all years are the same");
        return false;
    }
    if (low->curve_at_edge)
        qh_diag_add(a->diag, QH_WARNING, a->place,
                    "Pearson III by least squares ran to a skewness of %.3g, the end of its range: do not use it",
                    low->curve.skewness);
    low->lmoments_quality = qh_pearson3_quality(&low->lmoments, low->count, low->flow);
    low->curve_quality = qh_pearson3_quality(&low->curve, low->count, low->flow);
    return true;
}

static void design(const analysis *a, qh_low_flow *low, qh_design_flow flow, bool empirical) {
    double value = 0;
    flow.few = low->count < (size_t)rules[flow.statistic].asked;
    if (empirical && qh_weibull_quantile(low->count, low->flow, flow.assurance, &value))
        flow.empirical = (qh_optional){true, value};
    if (low->fitted) {
        flow.lmoments = fitted_flow(a, &low->lmoments, flow.assurance, QH_N("L-moments"));
        flow.curve = fitted_flow(a, &low->curve, flow.assurance, QH_N("least squares"));
    }
    low->design[low->n_design++] = flow;
}

static void warn_of_zeros(const analysis *a, const qh_low_flow *low) {
    size_t zeros = 0;
    for (size_t i = 0; i < low->count; i++)
        zeros += low->flow[i] <= 0;
    if (zeros > 0)
        qh_diag_add(a->diag, QH_WARNING, a->place,
                    "the river runs dry in %zu of %zu years: GB/T 25173-2010 takes the driest month that is not zero",
                    zeros, low->count);
}

static qh_status analyse_months(analysis *a) {
    qh_hydrology *h = a->made;
    double *sample = qh_arena_alloc(a->arena, h->n_complete + 1, sizeof *sample);
    if (!sample) return QH_E_NOMEM;
    qh_low_flow *low = &h->month;
    for (size_t y = 0; y < h->calendar.n_year; y++) {
        const qh_flow_year *year = &h->calendar.year[y];
        if (year->complete) sample[low->count++] = h->calendar.month[year->driest].mean;
    }
    qsort(sample, low->count, sizeof *sample, falling);
    low->flow = sample;
    warn_of_zeros(a, low);
    if (enough(a, QH_STATISTIC_PEARSON, low->count)) low->fitted = fit(a, low);
    for (size_t i = 0; i < N_ASSURANCE; i++)
        design(a, low, assurances[i], enough(a, assurances[i].statistic, low->count));
    return QH_OK;
}

/* log-Pearson III: the distribution of the logarithms, by their moments. */
static qh_status log_quantile(const analysis *a, const qh_low_flow *low, double exceedance, qh_optional *flow) {
    double *logarithm = qh_arena_alloc(a->arena, low->count, sizeof *logarithm);
    if (!logarithm) return QH_E_NOMEM;
    for (size_t i = 0; i < low->count; i++) {
        if (low->flow[i] <= 0) return QH_OK; /* a river that runs dry has none */
        logarithm[i] = log(low->flow[i]);
    }
    qh_pearson3 distribution;
    if (qh_pearson3_of_moments(low->count, logarithm, &distribution) == QH_OK)
        *flow = (qh_optional){true, exp(qh_pearson3_quantile(&distribution, exceedance))};
    return QH_OK;
}

static qh_status analyse_weeks(analysis *a) {
    qh_hydrology *h = a->made;
    if (h->record->step != QH_RECORD_DAILY) return QH_OK;
    double *sample = qh_arena_alloc(a->arena, h->n_complete + 1, sizeof *sample);
    if (!sample) return QH_E_NOMEM;
    qh_low_flow *low = &h->week;
    for (size_t y = 0; y < h->calendar.n_year; y++)
        if (h->calendar.year[y].has_week) sample[low->count++] = h->calendar.year[y].week;
    qsort(sample, low->count, sizeof *sample, falling);
    low->flow = sample;
    if (!enough(a, QH_STATISTIC_WEEK, low->count)) return QH_OK;
    const qh_constant *period = &numbers[QH_RETURN_PERIOD];
    const double exceedance = 1 - 1 / period->value;
    low->fitted = fit(a, low);
    design(a, low,
           (qh_design_flow){.assurance = exceedance,
                            .statistic = QH_STATISTIC_WEEK,
                            .clause = period->clause,
                            .confidence = period->confidence},
           true);
    return log_quantile(a, low, exceedance, &h->seven_q_ten_log);
}

/* ---- means, last ten years, Tennant, duration ---- */

static void analyse_means(analysis *a) {
    qh_hydrology *h = a->made;
    const qh_flow_calendar *c = &h->calendar;
    for (size_t m = 0; m < c->n_month; m++) {
        if (!c->month[m].usable) continue;
        const int of_year = qh_month_of_year(c->month[m].number) - 1;
        h->month_mean[of_year].value += c->month[m].mean;
        h->month_count[of_year]++;
    }
    for (int m = 0; m < 12; m++) {
        h->month_mean[m].given = h->month_count[m] > 0;
        if (h->month_mean[m].given) h->month_mean[m].value /= h->month_count[m];
    }
    if (!enough(a, QH_STATISTIC_MEAN, h->n_complete)) return;
    double sum = 0;
    for (size_t y = 0; y < c->n_year; y++)
        if (c->year[y].complete) sum += c->year[y].mean;
    h->mean = (qh_optional){true, sum / (double)h->n_complete};
    if (!enough(a, QH_STATISTIC_TENNANT, h->n_complete)) return;
    for (size_t i = 0; i < N_GRADE; i++)
        h->tennant[i] =
            (qh_tennant_flow){tennant[i].grade, tennant[i].dry * h->mean.value, tennant[i].wet * h->mean.value};
    h->n_tennant = N_GRADE;
}

/* The lowest monthly mean of the last ten years of the record, which must be whole. */
static void analyse_last_years(analysis *a) {
    qh_hydrology *h = a->made;
    const size_t wanted = (size_t)numbers[QH_LAST_YEARS].value;
    const qh_flow_calendar *c = &h->calendar;
    size_t whole = 0;
    for (size_t y = c->n_year; y > 0 && whole < wanted && c->year[y - 1].complete; y--)
        whole++;
    if (whole < wanted && h->n_complete >= wanted) {
        qh_diag_add(a->diag, QH_WARNING, a->place,
                    "%s: not made; of the last ten years only the last %zu are complete in a row",
                    qh_tr(qh_diag_lang(a->diag), qh_statistic_title(QH_STATISTIC_TEN_YEARS)), whole);
        return;
    }
    if (!enough(a, QH_STATISTIC_TEN_YEARS, whole)) return;
    h->ten_years_month = c->year[c->n_year - 1].driest;
    for (size_t y = c->n_year - wanted; y < c->n_year; y++)
        if (c->month[c->year[y].driest].mean < c->month[h->ten_years_month].mean)
            h->ten_years_month = c->year[y].driest;
    h->ten_years = (qh_optional){true, c->month[h->ten_years_month].mean};
}

static qh_status analyse_duration(analysis *a) {
    qh_hydrology *h = a->made;
    const qh_flow_record *record = h->record;
    if (!enough(a, QH_STATISTIC_DURATION, h->n_complete)) return QH_OK;
    double *sample = qh_arena_alloc(a->arena, h->n_known, sizeof *sample);
    if (!sample) return QH_E_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < record->count; i++)
        if (record->known[i]) sample[n++] = record->flow[i];
    qsort(sample, n, sizeof *sample, falling);
    for (size_t i = 0; i < N_DURATION; i++) {
        qh_duration_point point = {.exceedance = durations[i] / 100};
        /* A short monthly record does not reach out to its rarest points. */
        if (qh_weibull_quantile(n, sample, point.exceedance, &point.flow)) h->duration[h->n_duration++] = point;
    }
    return QH_OK;
}

static void warn_of_incomplete_years(const analysis *a) {
    const qh_flow_calendar *c = &a->made->calendar;
    for (size_t y = 0; y < c->n_year; y++) {
        if (c->year[y].complete) continue;
        int lacking = 0;
        for (size_t m = 0; m < 12; m++)
            lacking += !c->month[c->year[y].first_month + m].usable;
        qh_diag_add(a->diag, QH_WARNING, a->place,
                    "the year that begins in %04d-%02d counts in no yearly statistic: %d of its months lack too much",
                    (int)c->year[y].year, c->begins, lacking);
    }
}

qh_status qh_hydrology_analyse(qh_arena *arena, const qh_flow_record *record, int begins, qh_diag *diag,
                               qh_hydrology **hydrology) {
    qh_hydrology *h = qh_arena_alloc(arena, 1, sizeof *h);
    if (!h) return QH_E_NOMEM;
    h->record = record;
    const int missing = (int)numbers[QH_MISSING_DAYS].value;
    QH_TRY(qh_flow_calendar_build(arena, record, begins, missing, &h->calendar));
    for (size_t i = 0; i < record->count; i++)
        h->n_known += record->known[i];
    for (size_t y = 0; y < h->calendar.n_year; y++)
        h->n_complete += h->calendar.year[y].complete;
    analysis a = {arena, h, diag, {record->file, 0, 0}};
    warn_of_incomplete_years(&a);
    analyse_means(&a);
    QH_TRY(analyse_months(&a));
    analyse_last_years(&a);
    QH_TRY(analyse_weeks(&a));
    QH_TRY(analyse_duration(&a));
    *hydrology = h;
    return QH_OK;
}
