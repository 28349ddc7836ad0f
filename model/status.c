#include "model/status.h"

const char *qh_status_text(qh_status status) {
    switch (status) {
#define QH_STATUS_TEXT(code, exit_code, text)                                                                          \
    case code: return text;
        QH_STATUS_LIST(QH_STATUS_TEXT)
#undef QH_STATUS_TEXT
    }
    return "unknown status";
}

int qh_status_exit_code(qh_status status) {
    switch (status) {
#define QH_STATUS_EXIT(code, exit_code, text)                                                                          \
    case code: return exit_code;
        QH_STATUS_LIST(QH_STATUS_EXIT)
#undef QH_STATUS_EXIT
    }
    return 3; /* a value that no list knows is a fault of the program: never report success */
}
