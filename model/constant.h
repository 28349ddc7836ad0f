/* A number that comes from a standard or a paper, with its clause and how sure the project is of it. */
#ifndef QH_MODEL_CONSTANT_H
#define QH_MODEL_CONSTANT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_constant {
    const char *name; /* "plug_flow_limit" */
    double value;
    const char *unit;       /* "-", "m3/s", "a" ... */
    const char *meaning;    /* English, a catalogue key */
    const char *clause;     /* where it stands */
    const char *confidence; /* V, V2, M+, M~, M- of docs/standards.md */
} qh_constant;

#ifdef __cplusplus
}
#endif
#endif
