#include "io/quantity.h"

#include "io/value_internal.h"

bool qh_quantity_read(const char *label, const char *text, qh_dimension dimension, double low, double high,
                      bool low_open, qh_diag *diag, double *value) {
    qh_value_reader reader = {.diag = diag, .lang = qh_diag_lang(diag)};
    const qh_key key = {.kind = QH_KEY_NUMBER, .dimension = dimension, .range = {low, high, low_open}};
    const qh_given given = {.label = label, .text = text, .place = QH_NOWHERE, .carries_unit = true};
    return qh_value_number(&reader, &key, &given, value);
}
