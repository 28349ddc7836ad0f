/* Permissible loads, GB/T 25173-2010 [M+]; the uniform form as a program of practice has it [V2]. Not for tidal or
 * backed-up water, nor where the plume still hugs a bank at the section. */
#include "model/permissible_load.h"

#include <math.h>

static double travelled(const qh_load_reach *reach) { return reach->rate * reach->length / reach->velocity; }

/* Cs less what is left of C0, g/m3. */
static double room(const qh_load_reach *reach) { return reach->target - reach->initial * exp(-travelled(reach)); }

double qh_load_mixed(const qh_load_reach *reach) {
    return (reach->target - reach->initial) * (reach->flow + reach->outfall);
}

double qh_load_one_dimension(const qh_load_reach *reach) { return room(reach) * (reach->flow + reach->outfall); }

double qh_load_middle(const qh_load_reach *reach) { return room(reach) * exp(0.5 * travelled(reach)) * reach->flow; }

double qh_load_uniform(const qh_load_reach *reach, double factor) {
    const double p = travelled(reach);
    return factor * room(reach) * reach->flow * (p > 0 ? p / -expm1(-p) : 1);
}
