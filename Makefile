# qinghe: one Makefile for everything. `make help` lists what it can do.
#
#   make                        release build: build/qinghe, build/libqinghe.a, build/libqinghe.so
#   make config=debug           also sanitize, coverage, fuzz: build/<config>/qinghe
#   make OUT=/elsewhere         build outside the tree
#   make native=1               tuned to this machine's processor (the result may not run on another)
#   QINGHE_SETUP=off make       never look for missing packages

config ?= release
OUT    ?= build
PREFIX ?= /usr/local
T      ?=
CC     := $(if $(filter default,$(origin CC)),gcc,$(CC))
AR     := $(if $(filter default,$(origin AR)),ar,$(AR))

SHELL         := /bin/bash
.SHELLFLAGS   := -eu -o pipefail -c
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
# A newcomer types `make`, not `make -j`. JOBS=1 goes one by one; inside another make its job server decides.
ifeq (0,$(MAKELEVEL))
MAKEFLAGS += -j$(JOBS)
endif
# Byte order decides how generated tables are sorted and how awk cuts text, whatever the user's locale.
gen_env := LC_ALL=C

configs := release debug sanitize coverage fuzz
ifeq (,$(filter $(config),$(configs)))
$(error config=$(config): known are $(configs))
endif

B    := $(OUT)/$(config)
DIST := $(if $(filter release,$(config)),$(OUT),$(B))
GEN  := $(B)/gen
BIN  := $(DIST)/qinghe
LIB  := $(DIST)/libqinghe.a
MPI  := $(if $(wildcard scenarios/plugins/mpi.c),$(DIST)/qinghe_mpi.so)

version := $(shell cat VERSION)
major   := $(firstword $(subst ., ,$(version)))
SO      := $(DIST)/libqinghe.so

# ---------------------------------------------------------------------------------------------- sources

lib_dirs := model model/* solvers solvers/* io io/* scenarios scenarios/* viz viz/*
# Plugins are libraries of their own, for what the program must run without.
plugin_src := $(sort $(wildcard scenarios/plugins/*.c))
lib_src  := $(filter-out $(plugin_src),$(sort $(wildcard $(addsuffix /*.c,$(lib_dirs)))))
cli_src  := $(sort $(wildcard cli/*.c cli/commands/*.c))
hdr      := $(sort $(wildcard $(addsuffix /*.h,$(lib_dirs) cli)))
pub_hdr  := $(filter-out %_internal.h cli/%,$(hdr))
test_src := $(sort $(wildcard tests/*/test_*.c))
sup_src  := $(sort $(wildcard tests/support/*.c))
fuzz_src := $(sort $(wildcard tests/fuzz/fuzz_*.c))
# A measurement is bench/bench_<what>.c; what several share stands beside it. profile_run is the program of bench/profile.
bench_src     := $(sort $(wildcard bench/bench_*.c bench/profile_run.c))
bench_sup_src := $(filter-out $(bench_src),$(sort $(wildcard bench/*.c)))
all_c    := $(lib_src) $(plugin_src) $(cli_src) $(hdr) $(sort $(wildcard tests/*/*.c tests/*/*.h bench/*.c bench/*.h))

# A registry is a folder: every FOO.c in it defines one `const <type> qh_<kind>_FOO`, and the generated
# qh_registry_<kind>[] points to them all. Adding a thing is adding a file.
# kind:folder:type:header
registries := dispersion:model/dispersion:qh_dispersion_formula:model/dispersion.h \
              channel:model/channels:qh_channel_law:model/channel.h \
              process:model/kinetics:qh_process:model/kinetics.h \
              reaeration:model/reaeration:qh_reaeration_formula:model/reaeration.h \
              ecoflow:model/ecoflow:qh_ecoflow_rule:model/ecoflow.h \
              structure:model/structures:qh_structure_law:model/structure.h \
              change:model/changes:qh_change_kind:model/overlay.h \
              engine:solvers/engines:qh_engine:solvers/engine.h \
              router:solvers/routers:qh_router:solvers/router.h \
              formula:model/formulas:qh_formula:model/formula.h \
              plot:viz/plots:qh_plot:viz/plot.h \
              command:cli/commands:qh_command:cli/command.h
# Data files that travel inside the library. array:folder:pattern
embeds := standards:scenarios/standards:*.yaml discharge:scenarios/discharge:*.yaml template:io/template:* template_full:io/template_full:* plots:viz/plots:*.gp

field     = $(word $(2),$(subst :, ,$(1)))
kinds     := $(foreach r,$(registries),$(call field,$(r),1))
registry   = $(filter $(1):%,$(registries))
# A kind appears once its header is written.
live      := $(foreach k,$(kinds),$(if $(wildcard $(call field,$(call registry,$(k)),4)),$(k)))
lib_gen   := $(patsubst %,registry_%,$(filter-out command,$(live))) \
             $(if $(wildcard model/embedded.h),$(foreach e,$(embeds),embedded_$(call field,$(e),1))) \
             $(if $(wildcard viz/web/package.json),embedded_page) \
             $(if $(wildcard model/lang_internal.h),catalogue_zh)
cli_gen   := $(patsubst %,registry_%,$(filter command,$(live)))

lib_obj  := $(lib_src:%.c=$(B)/obj/%.o) $(lib_gen:%=$(B)/obj/gen/%.o)
cli_obj  := $(cli_src:%.c=$(B)/obj/%.o) $(cli_gen:%=$(B)/obj/gen/%.o)
test_bin := $(test_src:%.c=$(B)/%)
fuzz_bin := $(fuzz_src:%.c=$(B)/%)
bench_bin := $(bench_src:%.c=$(B)/%)

# ------------------------------------------------------------------------------------------------ flags

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wformat=2 -Werror
# -ffp-contract=off     gcc and clang, with or without FMA, give the same digits
# -fno-math-errno       sqrt() and friends inline and vectorise; nothing here reads errno after them
# -fno-trapping-math    limiters vectorise; nothing here unmasks floating-point exceptions
# None of the three lets the compiler reorder arithmetic: -ffast-math would, and is never used.
numerics := -ffp-contract=off -fno-math-errno -fno-trapping-math
# QH_CLONES             loops also for AVX2, taken where the processor has it (solvers/vector_internal.h)
flags_release  := -O3 -g $(if $(native),,-DQH_CLONES) -fstack-protector-strong -D_FORTIFY_SOURCE=2
flags_debug    := -O0 -g3
flags_sanitize := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
flags_coverage := -O0 -g --coverage
flags_fuzz     := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -Wno-pass-failed
ifeq ($(config),fuzz)
CC := clang
endif

# Looked up when a recipe first needs them, which is after `setup` has installed pkg-config, and once only.
pkgs      := hdf5-serial openblas yaml-0.1 jansson libutf8proc libxxhash
once       = $(eval $(1) := $(2))$($(1))
pc_cflags  = $(call once,pc_cflags,$(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I $(pkgs))))
pc_libdirs = $(call once,pc_libdirs,$(shell pkg-config --libs-only-L $(pkgs)))
pc_libs    = $(call once,pc_libs,$(shell pkg-config --libs-only-l $(pkgs)))
# Neither SUNDIALS nor SuiteSparse ships a pkg-config file on Debian 12; HDF5's high-level library is not in its own;
# those of CLP and CBC name libraries that only static linking needs.
other_libs := -lhdf5_hl -lsundials_cvodes -lsundials_kinsol -lsundials_nvecserial -lsundials_sunmatrixsparse \
              -lsundials_sunlinsolklu -lklu -lbtf -lamd -lcolamd -lsuitesparseconfig -lCbcSolver -lClp

ALL_CPPFLAGS = -I. -I$(B) -D_POSIX_C_SOURCE=200809L $(pc_cflags) -isystem /usr/include/suitesparse $(CPPFLAGS)
ALL_CFLAGS   = -std=c11 $(warnings) $(numerics) $(flags_$(config)) $(if $(native),-march=native) \
               -fPIC -fno-semantic-interposition -ffile-prefix-map=$(B)=build -ffile-prefix-map=$(CURDIR)=. $(CFLAGS)
ALL_LDFLAGS  = $(filter -fsanitize% --coverage,$(flags_$(config))) -Wl,--as-needed $(LDFLAGS)
ALL_LIBS     = $(pc_libdirs) $(other_libs) $(pc_libs) -lm

# ----------------------------------------------------------------------------------------------- build

.PHONY: all setup FORCE
all: $(BIN) $(LIB) $(MPI) $(if $(filter release,$(config)),$(SO)) ## build the command and the library (default)

# What to look for grows with what is asked; one call, so that apt-get never runs twice at once.
goals  := $(or $(MAKECMDGOALS),all)
levels := build $(if $(filter demo,$(goals)),demo) \
          $(if $(filter test tests coverage valgrind check,$(goals)),demo test) \
          $(if $(filter check check-% format lint,$(goals)),check) \
          $(if $(filter coverage%,$(goals)),coverage) $(if $(filter bench,$(goals)),bench) $(if $(filter fuzz,$(goals) $(config)),check)
setup:
	@.ci/setup $(levels)
	@$(if $(web),.ci/setup page || echo 'going on without them: only qinghe report needs them' >&2)

# Rewrites its target only when the content differs, so that nothing downstream is rebuilt without cause.
if_changed = cat > $@.new; if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(B)/flags: FORCE | setup
	@mkdir -p $(@D); echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)' | { $(if_changed); }
$(B)/sources: FORCE
	@mkdir -p $(@D); echo '$(lib_obj) | $(cli_obj)' | { $(if_changed); }

$(GEN)/version.h: FORCE | setup
	@mkdir -p $(@D); .ci/version.sh '$(version)' '$(config)' '$(CC)' | { $(if_changed); }
$(GEN)/registry_%.c: FORCE
	@mkdir -p $(@D); $(gen_env) .ci/registry.sh $(subst :, ,$(call registry,$*)) | { $(if_changed); }
$(GEN)/embedded_%.c: FORCE
	@mkdir -p $(@D); set -f; $(gen_env) .ci/embed.sh $(subst :, ,$(filter $*:%,$(embeds))) | { $(if_changed); }
# The page of reports is bundled by npm's tools from viz/web, once for all configurations; see .ci/page.
web := $(wildcard viz/web/*)
$(OUT)/page/stamp: $(web) .ci/page | setup
	@.ci/page viz/web $(OUT)
$(GEN)/embedded_page.c: $(OUT)/page/stamp .ci/embed.sh
	@mkdir -p $(@D); set -f; $(gen_env) .ci/embed.sh page $(OUT)/page '*.*' > $@
.PHONY: report-page
report-page: | setup ## bundle the page of `qinghe report` (done by make, where there is npm) and build
	@.ci/page --must viz/web $(OUT)
	@$(MAKE) --no-print-directory all
$(GEN)/catalogue_%.c: model/lang/%.po .ci/catalogue.awk
	@mkdir -p $(@D); $(gen_env) awk -v lang=$* -f .ci/catalogue.awk $< > $@

$(B)/obj/gen/%.o: $(GEN)/%.c $(B)/flags
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@
$(B)/obj/%.o: %.c $(B)/flags | setup $(GEN)/version.h
	@mkdir -p $(@D); echo '  CC    $<'
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

# `q`, not `r`: two members may share a base name, and `r` would let the second replace the first.
$(LIB): $(lib_obj) $(B)/sources
	@mkdir -p $(@D); rm -f $@; echo '  AR    $@'
	@$(AR) qcsD $@ $(lib_obj)
$(SO): $(lib_obj) $(B)/sources .ci/libqinghe.map
	@echo '  LD    $@'
	@$(CC) -shared -Wl,-soname,libqinghe.so.$(major) -Wl,--version-script=.ci/libqinghe.map -Wl,-z,defs $(ALL_CFLAGS) \
	    $(ALL_LDFLAGS) $(lib_obj) $(ALL_LIBS) -o $@.$(version)
	@ln -sf $(@F).$(version) $@.$(major); ln -sf $(@F).$(version) $@
$(BIN): $(cli_obj) $(LIB) $(B)/sources
	@echo '  LD    $@'
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(cli_obj) $(LIB) $(ALL_LIBS) -o $@

# For mpirun and srun; only where there is MPI. MPI is the compiler wrapper's affair: no other recipe knows of it.
MPICC ?= mpicc
$(DIST)/qinghe_mpi.so: scenarios/plugins/mpi.c scenarios/crew.h model/diag.h model/status.h model/lang.h $(B)/flags | setup
	@mkdir -p $(@D)
	@if command -v $(MPICC) >/dev/null; then echo '  MPICC $@'; \
	    $(MPICC) -shared -I. -D_POSIX_C_SOURCE=200809L $(CPPFLAGS) -std=c11 $(filter-out -Wpedantic,$(warnings)) $(flags_release) -fPIC \
	        -ffile-prefix-map=$(CURDIR)=. $< -o $@; \
	fi

# ----------------------------------------------------------------------------------------------- tests

# What several tests share lives in tests/support; what one test needs lives in that test.
$(B)/tests/libsupport.a: $(sup_src:%.c=$(B)/obj/%.o)
	@mkdir -p $(@D); rm -f $@; $(AR) qcsD $@ $^
$(B)/tests/%: $(B)/obj/tests/%.o $(LIB) $(B)/tests/libsupport.a
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $< $(B)/tests/libsupport.a $(LIB) $(ALL_LIBS) -lcmocka -o $@
# Measurements; also built by name: make build/release/bench/bench_linear
$(B)/bench/libbench.a: $(bench_sup_src:%.c=$(B)/obj/%.o)
	@mkdir -p $(@D); rm -f $@; $(AR) qcsD $@ $^
$(B)/bench/%: $(B)/obj/bench/%.o $(LIB) $(B)/bench/libbench.a $(B)/tests/libsupport.a
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $< $(B)/bench/libbench.a $(B)/tests/libsupport.a $(LIB) $(ALL_LIBS) -o $@
.SECONDARY:

.PHONY: bench
bench: all $(bench_bin) ## measure speed, memory and accuracy (bench/README.md); T=pattern picks some, BIG=table adds the large network, DAYS=2 of it
	@QINGHE=$(abspath $(BIN)) BENCH_STAGES=$(abspath $(B)/bench/bench_stages) $(if $(DAYS),BENCH_DAYS=$(DAYS)) bench/run --build $(B) --out $(OUT)/bench \
	    --images $(if $(T),$(OUT)/bench,docs/images) $(if $(T),-k '$(T)') $(if $(BIG),--big '$(BIG)')

.PHONY: tests test valgrind coverage fuzz demo
tests: all $(test_bin) ## build the tests without running them
test: tests ## build and run the tests; T=pattern picks some, config=sanitize runs them under ASan and UBSan
	@QINGHE=$(BIN) BUILD=$(B) OUT=$(OUT) CC='$(CC)' JOBS=$(JOBS) tests/run $(if $(T),-k '$(T)')

valgrind: tests ## run a sample of the tests under valgrind (with config=debug)
	@QINGHE=$(BIN) BUILD=$(B) OUT=$(OUT) JOBS=$(JOBS) tests/run --valgrind $(if $(T),-k '$(T)')

coverage: ## run the tests and print line coverage; fails under 90 %
	@$(MAKE) --no-print-directory config=coverage coverage-run
.PHONY: coverage-run
coverage-run: tests
	@.ci/coverage $(B) $(BIN) $(JOBS)

FUZZ_TIME ?= 20
fuzz: ## run every fuzzer for FUZZ_TIME seconds each (20)
	@$(MAKE) --no-print-directory config=fuzz fuzz-run
.PHONY: fuzz-run
fuzz-run: $(fuzz_bin)
	@.ci/fuzz $(FUZZ_TIME) $(B) $(fuzz_bin)
$(B)/tests/fuzz/fuzz_%: $(B)/obj/tests/fuzz/fuzz_%.o $(LIB)
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer,address,undefined $(LDFLAGS) $< $(LIB) $(ALL_LIBS) -o $@

demo: all ## build, then run and judge examples/apengjiang and draw it
	@QINGHE=$(BIN) examples/demo.sh $(OUT)/demo

# ---------------------------------------------------------------------------------------------- checks

.PHONY: check check-format format lint check-deps check-headers check-calls check-catalogue check-scripts check-clang
check: check-format check-deps check-headers check-calls check-catalogue check-scripts check-clang lint ## every check below
	@echo 'check: all good'
format: | setup ## rewrite the sources in the house format
	@clang-format -i $(all_c)
check-format: | setup ## the sources stand in the house format (.clang-format)
	@$(if $(all_c),clang-format --dry-run -Werror $(all_c)); echo 'check-format: $(words $(all_c)) files'
check-deps: ## includes never climb a floor
	@tests/checks/deps
check-headers: $(GEN)/version.h | setup ## every header compiles alone, the public ones as C++ too
	@CPPFLAGS='$(ALL_CPPFLAGS)' CFLAGS='-std=c11 $(warnings)' CC='$(CC)' tests/checks/headers '$(pub_hdr)' '$(filter-out $(pub_hdr),$(hdr))'
check-calls: $(LIB) ## the library never exits, prints, or keeps mutable globals
	@tests/checks/calls $(LIB)
check-catalogue: | setup ## translations keep the conversions of their originals
	@$(gen_env) tests/checks/catalogue $(wildcard model/lang/*.po)
check-scripts: | setup ## shell scripts parse and pass shellcheck
	@tests/checks/scripts
# Not the plugin, whose flags are MPI's: lint looks at it.
check-clang: $(GEN)/version.h | setup ## every source, test and fuzzer parses by clang too
	@CPPFLAGS='$(ALL_CPPFLAGS)' CFLAGS='-std=c11 $(warnings)' JOBS=$(JOBS) tests/checks/clang \
	    $(filter-out $(plugin_src),$(filter %.c,$(all_c)))

# One stamp a source: only what changed since the last clean pass is looked at again.
lint_src := $(lib_src) $(cli_src) $(plugin_src)
# Where MPI's headers are: Open MPI's compiler wrapper says so in the first way, MPICH's in the second; without MPI its plugin
# is not looked at.
mpi_flags = $(filter -I%,$(shell $(MPICC) --showme:compile 2>/dev/null || $(MPICC) -compile_info 2>/dev/null))
lint_flags = $(if $(filter $(plugin_src),$<),$(mpi_flags:-I%=-isystem%))
lint: $(lint_src:%=$(B)/lint/%.ok) ## clang-tidy and cppcheck
	@tests/checks/cppcheck $(lint_src); echo 'lint: $(words $(lint_src)) files'
$(B)/lint/%.ok: % $(hdr) .clang-tidy | setup $(GEN)/version.h
	@mkdir -p $(@D); echo '  TIDY  $<'
	@$(if $(filter $(plugin_src),$<),command -v $(MPICC) >/dev/null || exit 0;) \
	    clang-tidy --quiet --warnings-as-errors='*' $< -- -std=c11 $(ALL_CPPFLAGS) $(lint_flags) 2> $@.log || { cat $@.log; exit 1; }
	@touch $@

# -------------------------------------------------------------------------------------- install and rest

.PHONY: install install-files uninstall docs clean help
put = $(if $(filter release,$(config)),,$(error install takes config=release)).ci/install $(1) \
      '$(DESTDIR)' '$(PREFIX)' '$(OUT)' '$(version)' '$(pkgs)' '$(other_libs) -lm' '$(pub_hdr)'
install: all ## install under PREFIX (/usr/local), staged under DESTDIR
	@$(call put,install)
install-files: # the same without looking whether the build is new
	@$(call put,install)
uninstall: ## remove what install put there
	@$(call put,uninstall)

docs: all ## write docs/reference anew from the schema of keys
	@mkdir -p docs/reference
	@for f in case.md:en case.zh.md:zh; do \
	    $(BIN) explain --markdown --lang $${f##*:} > docs/reference/$${f%:*}.new; \
	    mv docs/reference/$${f%:*}.new docs/reference/$${f%:*}; echo docs/reference/$${f%:*}; done
clean: ## remove everything built
	@rm -rf $(OUT)
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

-include $(wildcard $(patsubst %.o,%.d,$(lib_obj) $(cli_obj)) $(patsubst %.c,$(B)/obj/%.d,$(sup_src) $(test_src) $(fuzz_src) $(bench_src) $(bench_sup_src)))
