/* What a reach must have before anything can be computed in it. */
#ifndef QH_MODEL_REACH_H
#define QH_MODEL_REACH_H

#include "model/channel.h"
#include "model/dispersion.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Checks a reach's hydraulic law and its parameters, that it has a dispersion or a formula with the slope that the
 * formula needs, and that its storage zone is complete. Every problem goes to diag with the reach's place; QH_E_INPUT
 * when there is an error. qh_grid_create does it too; a reader does it earlier, so that all errors are told together. */
qh_status qh_reach_check(const qh_reach *reach, qh_diag *diag);

/* The water of a reach at one discharge. */
typedef struct qh_reach_water {
    qh_channel_state state;
    double dispersion;                    /* m2/s */
    const qh_dispersion_formula *formula; /* that gave it; NULL: it is given */
    qh_dispersion_input input;            /* of the formula; meaningless where it is given */
} qh_reach_water;

/* The laws that a reach names, looked up once for many discharges. */
typedef struct qh_reach_laws {
    const qh_channel_law *channel;
    const qh_dispersion_formula *dispersion; /* NULL: it is given */
} qh_reach_laws;

/* QH_E_INPUT, with a message, where a name is unknown. */
qh_status qh_reach_laws_of(const qh_reach *reach, qh_diag *diag, qh_reach_laws *laws);

/* qh_reach_water_at with the laws at hand, at `count` <= QH_CHANNEL_STATES discharges [count, m3/s], each in its reach
 * [count], all of these laws: the same to the last bit, but faster for several: water [count]. */
qh_status qh_reach_waters_by(const qh_reach *const *reach, const qh_reach_laws *laws, size_t count,
                             const double *discharge, qh_diag *diag, qh_reach_water *water);

/* Channel state and dispersion at `discharge` [m3/s, > 0] in a reach that passed qh_reach_check. QH_E_NUMERIC with a
 * message where there is no state or the formula gives no usable value. */
qh_status qh_reach_water_at(const qh_reach *reach, double discharge, qh_diag *diag, qh_reach_water *water);

#ifdef __cplusplus
}
#endif
#endif
