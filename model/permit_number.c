#include "model/permit_number.h"

#include <stddef.h>

#include "model/lang.h"

qh_constant qh_permit_number_get(qh_permit_number number) {
    static const qh_constant numbers[] = {
#define PERMIT(code, name, value, unit, clause, confidence) [code] = {name, value, unit, NULL, clause, confidence},
#include "model/data/permit.def"
#undef PERMIT
    };
    static const char *const meaning[] = {
        [QH_PERMIT_ACCOUNTING_FREE] = QH_N("distance within which the accounting section lies"),
        [QH_PERMIT_ACCOUNTING_BACKWATER] = QH_N("distance within which accounting sections lie in backwater"),
        [QH_PERMIT_ACCOUNTING_PART] = QH_N("part of that distance at which it stands where nothing nearer asks for it"),
        [QH_PERMIT_CONFLUENCE_GAP] =
            QH_N("distance that the accounting section keeps from the confluence at the end of its river"),
        [QH_PERMIT_INFLUENCE_SHARE] = QH_N("part of the limit below which an increment is no influence"),
        [QH_PERMIT_FORBIDDEN_CLASS] = QH_N("class up to which no new outfall is allowed"),
        [QH_PERMIT_INTAKE_CLASS] = QH_N("class that a drinking-water intake asks for"),
        [QH_PERMIT_REPLACE_EQUAL] = QH_N("regional cut over new load, where the river attains its class"),
        [QH_PERMIT_REPLACE_DOUBLE] = QH_N("regional cut over new load, where the river misses its class"),
        [QH_PERMIT_ROUNDING] = QH_N("part by which flow, concentration and load of a proposal may differ"),
    };
    qh_constant c = numbers[number];
    c.meaning = meaning[number];
    return c;
}
