/* Length of the steps of the linear finite volumes in time, from their error and their bounds.
 *
 * A step passes its test with an error of 1; the next one aims below that by (safety)^5 and is not made much longer or shorter
 * at once. Of a step that left its bounds where the limiter would take too much, water is let pass less than a cell, and the
 * next ones grow by little. Factors are kept while the step would not be made much longer. */
#include <math.h>

#include "solvers/volumes_internal.h"

static const double safety = 0.9, most_growth = 4, most_cut = 0.2;
/* Factors are kept until the step may be so much longer. */
static const double worth_factoring = 1.3;
/* After a step that was too long for the limiter, the next ones may grow by so much each. */
static const double careful_growth = 1.1;
/* Of the work in parts over that of the common step. */
static const double most_work = 1, least_work = 0.3;

double qh_volume_pace_length(const volume_pace *pace, const volume_step *step, double left) {
    const double kept = step->factored;
    if (kept > 0 && kept <= pace->wanted && kept * worth_factoring >= pace->wanted && kept <= 0.9 * left) return kept;
    return left / ceil(left / pace->wanted * (1 - 1e-9));
}

static double by_error(double error) {
    const double factor = error > 0 ? safety * pow(error, -0.2) : most_growth;
    return factor > most_cut ? fmin(factor, most_growth) : most_cut; /* also where it is no number */
}

/* Where parts take shorter steps, the common one is as long as makes theirs about half of the work: twice the length costs
 * the parts some twice as much a step. */
static double by_work(const volume_step *step) {
    const double work = step->local->work;
    return work > most_work ? 0.7 : work > least_work ? 1 : 1.4;
}

static bool judge_shared(volume_pace *pace, const volume_step *step) {
    const bool good = step->error <= 1 && step->courant <= 1;
    double factor = 0.5;
    if (good && step->local->work > 0) factor = by_work(step);
    if (good && step->local->work == 0) factor = by_error(step->error);
    pace->wanted = step->h * factor;
    if (good) pace->ceiling = fmax(pace->ceiling, step->h * most_growth);
    return good;
}

bool qh_volume_pace_judge(volume_pace *pace, const volume_step *step) {
    if (step->local && step->local->apart) return judge_shared(pace, step);
    const double error = step->error, courant = step->courant, h = step->h;
    const bool good = error <= 1 && courant <= 1;
    double factor = by_error(error);
    if (error <= 1 && courant > 1) {
        factor = fmax(most_cut, fmin(0.5, safety / courant));
        pace->ceiling = h * factor;
    } else if (good) {
        pace->ceiling *= careful_growth;
    }
    pace->wanted = fmin(h * factor, pace->ceiling);
    return good;
}
