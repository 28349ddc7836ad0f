/* Kinetics of a constituent: everywhere, which includes the reaches that have values of their own, or in one reach. */
#include "model/overlay_internal.h"

typedef struct parameter {
    const char *name;
    qh_dimension dimension;
    qh_optional given;
    double of_case;
    qh_optional *own; /* of the override; NULL: everywhere */
} parameter;

static qh_status tell(qh_draft *draft, const qh_change *change, const char *where, const char *what, qh_dimension dim,
                      double before, double after) {
    const char *name = draft->made->constituent[change->constituent].name;
    const char *quantity = qh_arena_printf(draft->arena, "%s %s", what, name);
    if (!quantity) return QH_E_NOMEM;
    return qh_draft_number(draft, change, where, quantity, dim, before, after, NULL);
}

static qh_status change_everywhere(qh_draft *draft, const qh_change *change, const char *what, qh_dimension dim,
                                   qh_optional given, double *value) {
    if (!given.given) return QH_OK;
    QH_TRY(tell(draft, change, "", what, dim, *value, given.value));
    *value = given.value;
    return QH_OK;
}

/* The reaches that have a rate of their own keep their relation to the others. */
static qh_status scale_everywhere(qh_draft *draft, const qh_change *change) {
    qh_constituent *c = &draft->constituent[change->constituent];
    const double factor = change->rate_factor.value;
    for (size_t i = 0; i < draft->made->n_override; i++) {
        qh_kinetics_override *own = &draft->override[i];
        if (own->constituent != change->constituent || !own->k20.given) continue;
        const char *reach = draft->made->reach[own->reach].name;
        QH_TRY(tell(draft, change, reach, "k20", QH_DIM_RATE, own->k20.value, own->k20.value * factor));
        own->k20.value *= factor;
    }
    const qh_optional scaled = {true, c->k20 * factor};
    return change_everywhere(draft, change, "k20", QH_DIM_RATE, scaled, &c->k20);
}

static qh_status everywhere(qh_draft *draft, const qh_change *change) {
    qh_constituent *c = &draft->constituent[change->constituent];
    if (change->rate_factor.given) QH_TRY(scale_everywhere(draft, change));
    QH_TRY(change_everywhere(draft, change, "k20", QH_DIM_RATE, change->k20, &c->k20));
    QH_TRY(change_everywhere(draft, change, "theta", QH_DIM_NONE, change->theta, &c->theta));
    QH_TRY(change_everywhere(draft, change, "k2_20", QH_DIM_SECOND_ORDER, change->k2_20, &c->k2_20));
    QH_TRY(change_everywhere(draft, change, "settling", QH_DIM_VELOCITY, change->settling, &c->settling));
    QH_TRY(change_everywhere(draft, change, "background", QH_DIM_CONCENTRATION, change->background, &c->background));
    for (size_t i = 0; i < draft->made->n_override; i++) {
        qh_kinetics_override *own = &draft->override[i];
        if (own->constituent != change->constituent) continue;
        if (change->k20.given) own->k20.given = false;
        if (change->theta.given) own->theta.given = false;
        if (change->k2_20.given) own->k2_20.given = false;
        if (change->settling.given) own->settling.given = false;
        if (change->background.given) own->background.given = false;
    }
    return QH_OK;
}

static qh_kinetics_override *override_of(qh_draft *draft, const qh_change *change) {
    for (size_t i = 0; i < draft->made->n_override; i++) {
        qh_kinetics_override *own = &draft->override[i];
        if (own->reach == change->reach && own->constituent == change->constituent) return own;
    }
    qh_kinetics_override *made = &draft->override[draft->made->n_override++]; /* room for one a change */
    *made = (qh_kinetics_override){.place = change->place, .reach = change->reach, .constituent = change->constituent};
    return made;
}

static qh_status change_in_reach(qh_draft *draft, const qh_change *change, const parameter *p) {
    if (!p->given.given) return QH_OK;
    const double before = p->own->given ? p->own->value : p->of_case;
    *p->own = p->given;
    return tell(draft, change, draft->made->reach[change->reach].name, p->name, p->dimension, before, p->given.value);
}

static qh_status in_reach(qh_draft *draft, const qh_change *change) {
    const qh_constituent *c = &draft->constituent[change->constituent];
    qh_kinetics_override *own = override_of(draft, change);
    qh_optional k20 = change->k20;
    if (change->rate_factor.given)
        k20 = (qh_optional){true, change->rate_factor.value * (own->k20.given ? own->k20.value : c->k20)};
    const parameter parameters[] = {
        {"k20", QH_DIM_RATE, k20, c->k20, &own->k20},
        {"theta", QH_DIM_NONE, change->theta, c->theta, &own->theta},
        {"k2_20", QH_DIM_SECOND_ORDER, change->k2_20, c->k2_20, &own->k2_20},
        {"settling", QH_DIM_VELOCITY, change->settling, c->settling, &own->settling},
        {"background", QH_DIM_CONCENTRATION, change->background, c->background, &own->background},
    };
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
        QH_TRY(change_in_reach(draft, change, &parameters[i]));
    return QH_OK;
}

static qh_status apply(qh_draft *draft, const qh_change *change) {
    return change->in_reach ? in_reach(draft, change) : everywhere(draft, change);
}

const qh_change_kind qh_change_kinetics = {
    .name = "kinetics",
    .title = QH_N("decay, settling or background of a constituent, everywhere or in a reach"),
    .apply = apply,
};
