#include "viz/permit_json.h"
#include "cli/json_print.h"
#include "cli/messages.h"
#include "cli/permit.h"

void qh_print_permit_json(const qh_shown_permit *shown) {
    json_t *document = NULL;
    /* Only memory can be wanting. */
    if (qh_permit_json(shown->permit, shown->app->lang, &document) != QH_OK) document = qh_need(document);
    qh_json_print(document);
}
