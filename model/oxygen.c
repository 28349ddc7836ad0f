#include "model/oxygen.h"

#include <math.h>

double qh_oxygen_saturation(double temperature) {
    const double t = 1 / (temperature + 273.15);
    return exp(-139.34411 + t * (1.575701e5 + t * (-6.642308e7 + t * (1.2438e10 - t * 8.621949e11))));
}
