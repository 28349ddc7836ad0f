/* The compiled-in catalogue, generated from model/lang/zh.po; sorted by strcmp of `en`. */
#ifndef QH_MODEL_LANG_INTERNAL_H
#define QH_MODEL_LANG_INTERNAL_H

#include <stddef.h>

typedef struct qh_translation {
    const char *en;
    const char *zh;
} qh_translation;

extern const qh_translation qh_catalogue_zh[];
extern const size_t qh_catalogue_zh_count;

#endif
