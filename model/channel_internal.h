/* What the hydraulic laws share: which parameters a law takes, and the check of a reach against them. */
#ifndef QH_MODEL_CHANNEL_INTERNAL_H
#define QH_MODEL_CHANNEL_INTERNAL_H

#include "model/channel.h"

/* Numeric parameters of a channel, in the order in which problems are reported. */
typedef enum qh_channel_parameter {
    QH_CHANNEL_MANNING,
    QH_CHANNEL_SLOPE,
    QH_CHANNEL_BOTTOM_WIDTH,
    QH_CHANNEL_SIDE_SLOPE,
    QH_CHANNEL_CROSS_SECTION,
    QH_CHANNEL_VELOCITY_COEFFICIENT,
    QH_CHANNEL_VELOCITY_EXPONENT,
    QH_CHANNEL_DEPTH_COEFFICIENT,
    QH_CHANNEL_DEPTH_EXPONENT,
    QH_CHANNEL_AREA,
    QH_CHANNEL_WIDTH,
    QH_CHANNEL_PARAMETERS
} qh_channel_parameter;

typedef enum qh_need {
    QH_NEED_NONE,         /* the law has no use for it: given, it is a warning */
    QH_NEED_OPTIONAL,     /* not the law's, but used elsewhere (slope: shear velocity); > 0 where given */
    QH_NEED_POSITIVE,     /* must be given, > 0 */
    QH_NEED_NOT_NEGATIVE, /* must be given, >= 0 */
    QH_NEED_GIVEN         /* must be given (a cross-section) */
} qh_need;

/* Checks the reach's parameters against need [QH_CHANNEL_PARAMETERS]; every problem goes to diag with the reach's
 * place. QH_E_INPUT when there was an error. */
qh_status qh_channel_check_parameters(const qh_reach *reach, const qh_need *need, qh_diag *diag);

/* Manning's conveyance without n, A R^(2/3) [m^(8/3)], that carries `discharge` [m3/s] in the reach. */
double qh_channel_wanted_conveyance(const qh_reach *reach, double discharge);

/* State of an area [m2], top width [m] and wetted perimeter [m]. */
qh_channel_state qh_channel_state_from(double discharge, double area, double width, double perimeter);

#endif
