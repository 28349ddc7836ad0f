/* Cases built in memory, for tests: no files, no parser. Names and numbers are given, everything else has a plain
 * default: constituents do not react, reaches have a fixed area, inputs are 0.
 *
 *     case_builder *b = case_begin(1);
 *     case_reach(b, "r1", "n1", "J", 5000.0, 30.0, 20.0);      // length m, area m2, dispersion m2/s
 *     case_reach(b, "r2", "J", "O", 8000.0, 40.0, 30.0);
 *     case_constituent(b, 0)->k20 = 2.0 / 86400.0;
 *     case_headwater(b, "n1", 6.0, 10.0);                      // m3/s, g/m3
 *     case_outfall(b, "r2", 0.0, 0.0, 100.0);                  // at J: no water, 100 g/s
 *     case_section(b, "r2", 4000.0);
 *     qh_case *c = case_end(b);
 *     ...
 *     qh_case_destroy(c);                                      // the builder too
 *
 * Functions that add a row return it, to be changed at will; the pointer holds until the next row of its kind is added.
 * Rows are numbered as they are added; messages place the first reach at reach:2:1, as if in a table. Running out of
 * memory or naming an unknown reach aborts. */
#ifndef QH_TESTS_SUPPORT_CASE_BUILDER_H
#define QH_TESTS_SUPPORT_CASE_BUILDER_H

#include "model/case.h"

typedef struct case_builder case_builder;

/* Begins a case with `n_constituent` conservative constituents "C1", "C2" ... at 20 degC, steady. */
case_builder *case_begin(size_t n_constituent);

/* The case; it lives on its own and may be asked for at any time. Owned by the caller, with the builder's memory. */
qh_case *case_end(case_builder *b);

/* Makes the run unsteady; times in s. The initial state is the steady one. */
void case_unsteady(case_builder *b, double duration, double output_interval, double sample_interval);

/* Starts the run from the same concentration [g/m3] everywhere. */
void case_initial(case_builder *b, size_t constituent, double concentration);

qh_constituent *case_constituent(case_builder *b, size_t constituent);

/* Index of the node of that name; it is made when there is none yet. */
size_t case_node(case_builder *b, const char *name);

/* Index of the reach of that name. */
size_t case_reach_index(const case_builder *b, const char *name);

/* A reach of fixed area [m2], 1 m deep: length in m, dispersion in m2/s. */
qh_reach *case_reach(case_builder *b, const char *name, const char *from, const char *to, double length, double area,
                     double dispersion);

/* The same, as branch of a bifurcation with its share [-]. */
qh_reach *case_branch(case_builder *b, const char *name, const char *from, const char *to, double length, double area,
                      double dispersion, double share);

/* Kinetics of a constituent in one reach. */
qh_kinetics_override *case_override(case_builder *b, const char *reach, size_t constituent);

/* Sources: `concentration` [g/m3] or `load` [g/s] holds for every constituent; case_give changes one of them. Flow in
 * m3/s, chainages in m. Names are "H1", "T1", "P1", "L1" ... */
qh_headwater *case_headwater(case_builder *b, const char *node, double flow, double concentration);
qh_tributary *case_tributary(case_builder *b, const char *reach, double chainage, double flow, double concentration);
qh_outfall *case_outfall(case_builder *b, const char *reach, double chainage, double flow, double load);
qh_lateral *case_lateral(case_builder *b, const char *reach, double from, double to, double flow, double concentration);

/* Changes one constituent of a row's input: a constant, or a series (which case_series made). */
void case_give(const qh_input *input, size_t constituent, bool is_load, double value);
void case_give_series(const qh_input *input, size_t constituent, bool is_load, const qh_series *series);

/* A series of `count` entries: time [count] in s, value [count] in g/m3 or g/s. Stays where it is; at most 64. */
const qh_series *case_series(case_builder *b, qh_interpolation interpolation, size_t count, const double *time,
                             const double *value);

qh_withdrawal *case_withdrawal(case_builder *b, const char *reach, double chainage, double flow);

/* A transfer of that flow and capacity [m3/s], between two places by reach and chainage [m]. */
qh_transfer *case_transfer(case_builder *b, const char *reach, double chainage, const char *to_reach,
                           double to_chainage, double flow);

/* A station with a fixed ecological flow [m3/s]; dam and tailrace by reach and chainage [m], capacity in m3/s. */
qh_station *case_station(case_builder *b, const char *reach, double chainage, const char *tailrace_reach,
                         double tailrace_chainage, double capacity, double eco_flow);

/* A control section, target class 3. */
qh_section *case_section(case_builder *b, const char *reach, double chainage);

#endif
