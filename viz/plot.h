/* Plots of a stored run, drawn by gnuplot. One kind of plot a file in plots/. */
#ifndef QH_VIZ_PLOT_H
#define QH_VIZ_PLOT_H

#include "io/store.h"
#include "model/lang.h"
#include "model/standard.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_plot_request {
    qh_store *store;
    const qh_standard *standard;
    qh_lang lang;
    const char *output;      /* .png, .svg or .pdf */
    const char *constituent; /* NULL: all, one panel each */
    const char *route;       /* NULL: the case's first, or the longest way */
    const char *section;     /* code or name; NULL: all */
    double time;             /* s since start of the frame to draw; meaningful when has_time, else the last one */
    bool has_time;
    size_t n_other;
    qh_store *const *other; /* [n_other], further runs, drawn beside the first; only where the plot `compares` */
} qh_plot_request;

typedef struct qh_plot {
    const char *name;  /* "profile" */
    const char *title; /* English, a catalogue key */
    bool compares;     /* draws several runs in one picture */
    qh_status (*draw)(const qh_plot_request *request, qh_diag *diag);
} qh_plot;

/* All plots, NULL-terminated, by name. Generated. */
extern const qh_plot *const qh_registry_plot[];

const qh_plot *qh_plot_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
