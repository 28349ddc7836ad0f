/* Permissible loads of a reach in closed form, GB/T 25173-2010 (水域纳污能力计算规程).
 *
 * All in g/s; 1 g/s is 31.536 t/a. A negative load says that the water from above already misses the target; it is
 * never cut to 0. */
#ifndef QH_MODEL_PERMISSIBLE_LOAD_H
#define QH_MODEL_PERMISSIBLE_LOAD_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_load_reach {
    double target;   /* Cs, g/m3 */
    double initial;  /* C0 of the water from above, g/m3 */
    double flow;     /* Q, m3/s, > 0 */
    double outfall;  /* Qp of the outfall, m3/s, >= 0 */
    double velocity; /* u, m/s, > 0 */
    double rate;     /* K, 1/s, >= 0 */
    double length;   /* L from the reach's head to the section, m, > 0 */
} qh_load_reach;

/* Fully mixed reach, no decay: (Cs - C0)(Q + Qp). */
double qh_load_mixed(const qh_load_reach *reach);

/* One dimension, outfall at the section: (Cs - C0 e^(-KL/u))(Q + Qp). */
double qh_load_one_dimension(const qh_load_reach *reach);

/* Outfall in the middle of the reach: (Cs - C0 e^(-KL/u)) e^(KL/(2u)) Q. */
double qh_load_middle(const qh_load_reach *reach);

/* Loads spread evenly along the reach, times `factor` for what is not uniform over the section (0 < b <= 1):
 * b (Cs - C0 e^(-KL/u)) Q (KL/u) / (1 - e^(-KL/u)). Its limit without decay is b (Cs - C0) Q. */
double qh_load_uniform(const qh_load_reach *reach, double factor);

#ifdef __cplusplus
}
#endif
#endif
