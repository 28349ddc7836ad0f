/* Status codes: what a function says of itself, and what the command exits with.
 *
 * One list yields the enum, the text and the exit code. A function that can fail returns qh_status and leaves its
 * out-arguments untouched on failure; what exactly was wrong goes to a qh_diag (model/diag.h). */
#ifndef QH_MODEL_STATUS_H
#define QH_MODEL_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/*   code              exit  text */
#define QH_STATUS_LIST(X)                                                                                              \
    X(QH_OK, 0, "done")                                                                                                \
    X(QH_E_USAGE, 2, "wrong use of a command or a function")                                                           \
    X(QH_E_INPUT, 2, "the input has errors")                                                                           \
    X(QH_E_NUMERIC, 3, "the numerical solution failed")                                                                \
    X(QH_E_BALANCE, 3, "the mass balance does not close")                                                              \
    X(QH_E_IO, 4, "a file could not be read or written")                                                               \
    X(QH_E_NOMEM, 4, "out of memory")                                                                                  \
    X(QH_E_INTERRUPTED, 130, "interrupted")

typedef enum qh_status {
#define QH_STATUS_ENUM(code, exit_code, text) code,
    QH_STATUS_LIST(QH_STATUS_ENUM)
#undef QH_STATUS_ENUM
} qh_status;

/* English text of a status; never NULL. */
const char *qh_status_text(qh_status status);

/* The exit code a command answers this status with. */
int qh_status_exit_code(qh_status status);

/* Propagate: return the status of `call` from this function unless it is QH_OK. */
#define QH_TRY(call)                                                                                                   \
    do {                                                                                                               \
        const qh_status qh_try_status = (call);                                                                        \
        if (qh_try_status != QH_OK) return qh_try_status;                                                              \
    } while (0)

/* Check with message: unless `condition`, add the message to `diag` at `place` and return `status`.
 * Needs model/diag.h. The message is an English literal format with its arguments. */
#define QH_CHECK(condition, status, diag, place, ...)                                                                  \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            qh_diag_add((diag), QH_ERROR, (place), __VA_ARGS__);                                                       \
            return (status);                                                                                           \
        }                                                                                                              \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
