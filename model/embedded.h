/* Data files that travel inside the library. The arrays are generated at build time, byte for byte, from the folders
 * named beside them; each ends with an entry whose name is null. */
#ifndef QH_MODEL_EMBEDDED_H
#define QH_MODEL_EMBEDDED_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_embedded {
    const char *name; /* path inside its folder, with extension, such as "gb3838-2002.yaml" */
    const char *text; /* [size + 1], the last one zero */
    size_t size;      /* bytes, the closing zero left out */
} qh_embedded;

extern const qh_embedded qh_embedded_standards[]; /* scenarios/standards: every .yaml */
extern const qh_embedded qh_embedded_discharge[]; /* scenarios/discharge: every .yaml */
extern const qh_embedded qh_embedded_template[];  /* io/template: the new case of `qinghe init` */
/* io/template_full: files in place of the template's and beside them, for `qinghe init --full` */
extern const qh_embedded qh_embedded_template_full[];
extern const qh_embedded qh_embedded_plots[]; /* viz/plots: every .gp */
extern const qh_embedded qh_embedded_page[];  /* the page of reports, bundled from viz/web; empty without npm */

#ifdef __cplusplus
}
#endif
#endif
