/* A state of the evaluation before a permit as a run of its own, for who wants to see the whole network in it. */
#ifndef QH_SCENARIOS_PERMIT_RUN_H
#define QH_SCENARIOS_PERMIT_RUN_H

#include "scenarios/permit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The period in which the targets are hardest to keep: the largest judged concentration over what is allowed. The first
 * one where nothing has a target or nothing was evaluated. */
size_t qh_permit_hardest_period(const qh_permit *permit);

/* Whether a state can be run: it was evaluated, or it is the river without the project. */
bool qh_permit_can_run(const qh_permit *permit, qh_permit_state state);

typedef struct qh_permit_run_request {
    const qh_permit *permit;
    size_t period;
    qh_permit_state state;
    const char *title;   /* of the run, for people */
    const char *command; /* the command line as typed */
    const char *path;    /* of the store */
} qh_permit_run_request;

/* Solves the state by the engine that the case asks for and stores it. Its warnings and advice stand in the store; only
 * errors go to diag. */
qh_status qh_permit_run(const qh_permit_run_request *request, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
