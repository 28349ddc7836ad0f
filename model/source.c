#include "model/source.h"

size_t qh_source_count(const qh_case *c) { return c->n_headwater + c->n_tributary + c->n_outfall + c->n_lateral; }

qh_source qh_source_get(const qh_case *c, size_t index) {
    qh_source source = {QH_SOURCE_HEADWATER, index, "", "", "", "", "", 0, NULL, NULL};
    if (source.index < c->n_headwater) {
        const qh_headwater *row = &c->headwater[source.index];
        source.name = row->name, source.flow = row->flow, source.flow_series = row->flow_series,
        source.input = row->input;
        return source;
    }
    source.index -= c->n_headwater;
    if (source.index < c->n_tributary) {
        const qh_tributary *row = &c->tributary[source.index];
        source.kind = QH_SOURCE_TRIBUTARY;
        source.name = row->name, source.flow = row->flow, source.flow_series = row->flow_series,
        source.input = row->input;
        return source;
    }
    source.index -= c->n_tributary;
    if (source.index < c->n_outfall) {
        const qh_outfall *row = &c->outfall[source.index];
        source.kind = QH_SOURCE_OUTFALL;
        source.code = row->code, source.name = row->name;
        source.category = row->category, source.district = row->district, source.body = row->body;
        source.flow = row->flow, source.flow_series = row->flow_series, source.input = row->input;
        return source;
    }
    source.index -= c->n_outfall;
    const qh_lateral *row = &c->lateral[source.index];
    source.kind = QH_SOURCE_LATERAL;
    source.name = row->name, source.flow = row->flow, source.flow_series = row->flow_series, source.input = row->input;
    return source;
}

const char *qh_source_kind_name(qh_source_kind kind) {
    static const char *const name[] = {QH_N("headwater"), QH_N("tributary"), QH_N("outfall"),
                                       QH_N("distributed inflow")};
    return name[kind];
}

const char *qh_source_label(const qh_source *source) { return *source->code ? source->code : source->name; }
