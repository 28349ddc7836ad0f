/* An evaluation before a permit as JSON. docs/permit.md. */
#ifndef QH_VIZ_PERMIT_JSON_H
#define QH_VIZ_PERMIT_JSON_H

#include <jansson.h>

#include "model/lang.h"
#include "scenarios/permit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A new document (the caller's, to be released by json_decref), its sentences in `lang`. QH_E_NOMEM. */
qh_status qh_permit_json(const qh_permit *permit, qh_lang lang, json_t **document);

#ifdef __cplusplus
}
#endif
#endif
