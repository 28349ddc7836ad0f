/* A spill (突发环境事件): mass let go at one place, and when it arrives, peaks and has passed at sections and intakes. */
#ifndef QH_SCENARIOS_SPILL_H
#define QH_SCENARIOS_SPILL_H

#include "io/release_reader.h"
#include "model/case.h"
#include "scenarios/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Several answers: by the case as it is, then by the smallest and by the largest of the dispersion formulas in whose range
 * each reach lies (the case's own dispersion among them); with a flow band the last two at the lowest and again at the
 * highest flow. What is spread more arrives earlier, is lower and stays longer. */
typedef enum qh_spread { QH_SPREAD_OWN, QH_SPREAD_LEAST, QH_SPREAD_MOST } qh_spread;
enum { QH_SPREADS = 3, QH_SPILL_OWN = 0, QH_SPILL_LEAST = 1, QH_SPILL_MOST = 2, QH_SPILL_MOST_ANSWERS = 5 };

typedef struct qh_spill_answer {
    double flow_factor; /* -, on what flows in */
    qh_spread spread;
} qh_spill_answer;

/* How it passes one place. Times in s after the release began. */
typedef struct qh_pass {
    bool arrives;     /* else it has decayed to less than a millionth, and what follows is 0 */
    double arrival;   /* s, rising through edge * peak */
    double peak_time; /* s */
    double peak;      /* g/m3, what the release adds */
    double passed;    /* s, falling through edge * peak for the last time */
    bool lasts;       /* the run ended before it had passed: `passed` and `over_to` are its end, at least; or before it
                       * had arrived */
    bool exceeds;     /* background + peak is above the limit */
    double over_from; /* s, above the limit from .. to; meaningless unless exceeds */
    double over_to;   /* s */
} qh_pass;

/* A section or an intake that the water reaches. */
typedef struct qh_spill_target {
    bool is_intake; /* a withdrawal of kind "intake", else a control section */
    const char *code, *name;
    size_t reach;
    double chainage;        /* m */
    double distance;        /* m, by the shortest way */
    double travel_time;     /* s, of the water itself by that way, storage zones included */
    qh_optional limit;      /* g/m3 */
    qh_clause limit_clause; /* where it stands; "" where it was given */
    qh_optional background; /* g/m3, steady, without the spill; given where the case knows the constituent */
    qh_pass pass[QH_SPILL_MOST_ANSWERS]; /* [n_answer] */
    size_t n_time;
    const double *time;                         /* [n_time], s */
    const double *added[QH_SPILL_MOST_ANSWERS]; /* [n_answer][n_time], g/m3 */
    bool mixed;                                 /* it lies below the mixing length, or that is not known */
} qh_spill_target;

/* A stretch of the way that the cloud is followed along: from the release on, by the branch, or the station, with
 * more water. */
typedef struct qh_spill_piece {
    size_t reach;
    double from, to; /* m, chainages, from < to */
    double start;    /* m, from the release to its beginning */
} qh_spill_piece;

typedef struct qh_spill {
    qh_arena *arena;
    struct qh_spill_inputs *own; /* what qh_spill_open read; NULL after qh_spill_solve */
    const qh_case *river_case;
    qh_release release;
    const char *name;          /* of the substance */
    const char *title;         /* the same for people; equals name when the case gives none */
    double discharge;          /* m3/s at the place of release */
    qh_optional mixing_length; /* m, below a release at the bank; not given where the reach has no slope */
    const char *engine;        /* that solved the farthest places */
    size_t n_answer;
    qh_spill_answer answer[QH_SPILL_MOST_ANSWERS]; /* [n_answer] */
    size_t n_target;
    const qh_spill_target *target; /* [n_target], in the order of travel times */
    size_t n_piece;
    const qh_spill_piece *piece; /* [n_piece], downstream */
    double way_length;           /* m */
    size_t n_probe;
    const qh_spill_target *probe; /* [n_probe], places along the way, downstream, without code and name */
    bool limited_way;             /* one limit holds all along it */
    size_t n_open;                /* sections and intakes that it has not reached, or not passed, when the run ends */
    double watched;               /* s, from the release to the end of the run; INFINITY on steady flow */
    size_t n_dry;                 /* sections and intakes that the water does not reach */
    size_t n_reach;
    const qh_optional
        *dispersion[QH_SPREADS]; /* [n_reach] each, m2/s at the case's flow; not given above the release */
    const size_t *n_formula;     /* [n_reach], formulas in whose range a reach below the release lies */
} qh_spill;

/* Solves it on the steady water of the case, or, where the release says so, on the water of its router from that moment on.
 * The result's release tells which item of its standard holds. QH_E_INPUT with messages when the place is not on the reach, the constituent
 * decays nonlinearly or is dissolved oxygen, or nothing lies below. The case must outlive the result. */
qh_status qh_spill_solve(const qh_case *river_case, const qh_release *release, qh_diag *diag, qh_spill **spill);

/* What a command asks for. */
typedef struct qh_spill_options {
    qh_study_options study;
    double flow_factor;     /* -, > 0, on headwaters, tributaries and distributed inflow; 1: as they are */
    qh_release_words words; /* places and quantities as they were typed */
} qh_spill_options;

/* Reads the case and the words, then solves. All problems of the words go to diag together. */
qh_status qh_spill_open(const qh_spill_options *options, qh_diag *diag, qh_spill **spill);

void qh_spill_destroy(qh_spill *spill); /* NULL is allowed */

/* Least and most over the answers in which it arrives, of a member of qh_pass; low > high where it arrives in none. */
typedef struct qh_band {
    double low, high;
} qh_band;
qh_band qh_spill_arrival(const qh_spill *spill, const qh_spill_target *target);
qh_band qh_spill_peak_time(const qh_spill *spill, const qh_spill_target *target);
qh_band qh_spill_peak(const qh_spill *spill, const qh_spill_target *target);
qh_band qh_spill_passed(const qh_spill *spill, const qh_spill_target *target);

/* Reach and chainage [m] of the way at a distance [m] from the release, 0 .. way_length. */
void qh_spill_way_place(const qh_spill *spill, double distance, size_t *reach, double *chainage);

/* The cloud at one time by the case's own dispersion: distances in m along the way, from the release. */
typedef struct qh_spill_cloud {
    double rear, crest, front;
    bool leaves;                  /* the front is beyond the last probe */
    qh_optional peak;             /* g/m3, that passes at the crest; not given near the release */
    bool over;                    /* a stretch is above the limit */
    double over_rear, over_front; /* meaningless unless over */
} qh_spill_cloud;

/* False where it has left the way, or has not begun. `extent` receives the least rear and the farthest front of all answers,
 * low > high where none has any. */
bool qh_spill_cloud_at(const qh_spill *spill, double time, qh_spill_cloud *cloud, qh_band *extent);

/* Round numbers of hours at which there is a cloud on the way: time [s]. */
enum { QH_SPILL_CLOUD_TIMES = 12 };
size_t qh_spill_cloud_times(const qh_spill *spill, double time[QH_SPILL_CLOUD_TIMES]);

/* From the earliest to the latest moment [s] above the limit in any answer; false where none is. */
bool qh_spill_over(const qh_spill *spill, const qh_spill_target *target, qh_band *over);

#ifdef __cplusplus
}
#endif
#endif
