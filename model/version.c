#include "model/version.h"

#include "gen/version.h"

const char *qh_version(void) { return QH_GEN_VERSION; }
const char *qh_build_commit(void) { return QH_GEN_COMMIT; }
const char *qh_build_config(void) { return QH_GEN_CONFIG; }
const char *qh_build_compiler(void) { return QH_GEN_COMPILER; }
