/* Progress and interruption of long work. */
#ifndef QH_MODEL_PROGRESS_H
#define QH_MODEL_PROGRESS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* `update` is told the part done (0..1) and returns false to ask for an interruption: the work then keeps what it
 * finished and returns QH_E_INTERRUPTED. A NULL qh_progress or a NULL update means: never stop, tell nobody. */
typedef struct qh_progress {
    void *self;
    bool (*update)(void *self, double done);
} qh_progress;

/* True when the work should stop. */
static inline bool qh_progress_stop(const qh_progress *progress, double done) {
    return progress && progress->update && !progress->update(progress->self, done);
}

#ifdef __cplusplus
}
#endif
#endif
