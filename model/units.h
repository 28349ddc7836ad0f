/* Units: conversion to and from the program's own (m, s, m3/s, g/m3, g/s, 1/s, degC ...), checked by dimension. */
#ifndef QH_MODEL_UNITS_H
#define QH_MODEL_UNITS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*   dimension               inner unit  English           Chinese is in the catalogue */
#define QH_DIMENSION_LIST(X)                                                                                           \
    X(QH_DIM_NONE, "-", "a pure number")                                                                               \
    X(QH_DIM_LENGTH, "m", "length")                                                                                    \
    X(QH_DIM_AREA, "m2", "area")                                                                                       \
    X(QH_DIM_VOLUME, "m3", "volume")                                                                                   \
    X(QH_DIM_TIME, "s", "time")                                                                                        \
    X(QH_DIM_FLOW, "m3/s", "discharge")                                                                                \
    X(QH_DIM_VELOCITY, "m/s", "velocity")                                                                              \
    X(QH_DIM_SLOPE, "m/m", "slope")                                                                                    \
    X(QH_DIM_CONCENTRATION, "g/m3", "concentration")                                                                   \
    X(QH_DIM_LOAD, "g/s", "load")                                                                                      \
    X(QH_DIM_MASS, "g", "mass")                                                                                        \
    X(QH_DIM_RATE, "1/s", "rate")                                                                                      \
    X(QH_DIM_SECOND_ORDER, "m3/g/s", "second-order rate")                                                              \
    X(QH_DIM_DISPERSION, "m2/s", "dispersion coefficient")                                                             \
    X(QH_DIM_TEMPERATURE, "degC", "temperature")                                                                       \
    X(QH_DIM_ANGLE, "deg", "angle")                                                                                    \
    X(QH_DIM_MANNING, "s/m^(1/3)", "Manning roughness")                                                                \
    X(QH_DIM_COUNT_DENSITY, "1/L", "count per volume")

typedef enum qh_dimension {
#define QH_DIMENSION_ENUM(code, unit, text) code,
    QH_DIMENSION_LIST(QH_DIMENSION_ENUM)
#undef QH_DIMENSION_ENUM
} qh_dimension;

typedef struct qh_unit {
    const char *symbol; /* as written in a column header, UTF-8: "m3/d", "万m3/d", "t/a" */
    qh_dimension dimension;
    double factor; /* inner = factor * given */
} qh_unit;

/* The unit written as `symbol` ("m³/s", "m^3/s" and "m3/s" are the same; case matters, mg is not Mg); NULL when
 * unknown. A symbol may serve two dimensions ("m2/s"): the one asked for comes first when `wanted` fits. */
const qh_unit *qh_unit_find(const char *symbol, qh_dimension wanted);

/* The i-th unit of the table, NULL past its end. */
const qh_unit *qh_unit_get(size_t index);

/* Inner unit and English name (a catalogue key) of a dimension. */
const char *qh_dimension_unit(qh_dimension dimension);
const char *qh_dimension_name(qh_dimension dimension);

/* Symbols of all units of a dimension, "m, km, cm", written to `buffer` of `size` bytes, cut at a whole symbol. */
void qh_dimension_units(qh_dimension dimension, size_t size, char *buffer);

#ifdef __cplusplus
}
#endif
#endif
