/* What every finite-volume engine hands to the sink. */
#ifndef QH_SOLVERS_FRAMES_INTERNAL_H
#define QH_SOLVERS_FRAMES_INTERNAL_H

#include "solvers/transport.h"

/* Buffers for frames and samples of one run. */
typedef struct qh_frames {
    const qh_problem *problem;
    qh_transport *transport;
    const qh_sink *sink;
    double *state;   /* [n_unknown][m], a copy that is made exactly non-negative */
    double *own;     /* the same where it is not borrowed */
    double *storage; /* [n_cell][m]; NULL without storage zones */
    double largest;  /* g/m3, of all values given so far */
    double *point;   /* [n_point][m] */
    double *section; /* [n_section][m] */
} qh_frames;

/* `state` [n_unknown][m] is borrowed for copies of the state; NULL: frames have their own. */
qh_status qh_frames_open(const qh_problem *problem, qh_transport *transport, double *state, const qh_sink *sink,
                         qh_frames *frames);
void qh_frames_close(qh_frames *frames);

/* Gives the state y at time t [s since run start] to the sink, as a profile frame and/or a sample of the sections. The
 * forcing of that time must have been set. y may be frames->state itself. */
qh_status qh_frames_give(qh_frames *frames, double t, const double *y, bool frame, bool sample);

/* Tells the sink what the run is. */
qh_status qh_frames_begin(const qh_frames *frames, const char *engine);

/* Closes the budget, gives the result to the sink, and judges the budget by the case's tolerance. */
qh_status qh_frames_end(const qh_frames *frames, qh_budget *budget, size_t n_statistic, const char *const *name,
                        const double *statistic, qh_diag *diag);

#endif
