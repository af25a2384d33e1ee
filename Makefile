# Every target sets up what it needs and nothing else; README.md says what each does.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

export PATH := $(CURDIR)/.cache/tools/bin:$(PATH)
TARGET := $(or $(CARGO_TARGET_DIR),target)
# Prints how long a step took. $(call step,NAME,COMMAND)
step = @begin=$$SECONDS; printf '\n== %s\n' "$(1)"; $(2); printf '== %s: %d s\n' "$(1)" $$((SECONDS - begin))

.PHONY: help run build test test-rust test-ui test-window sim breaks killing fuzz bench fmt package icons clean-run

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: ## Try it: a made-up district, this laptop, the window (without a display: a walk through it)
	@scripts/setup build ui
	@if [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then scripts/setup display test-tools; fi
	@$(MAKE) build
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then $(TARGET)/debug/try-out; \
	else $(TARGET)/debug/try-out --walk "$(CURDIR)/.run/walk-$$(date +%Y%m%d-%H%M%S)"; fi

build: ui/dist/index.html ## Build the page and the programs, as tests use them
	@cargo build --workspace --bins

# The page is built again when one of its sources is newer than the last build.
UI_SOURCES := $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -print 2>/dev/null)
ui/dist/index.html: $(UI_SOURCES)
	@scripts/setup ui
	@npm run --prefix ui --silent build -- --logLevel warn
	@touch $@

test: ## Everything: formatting, lints, arrows, crates, page, and the journeys in the real window
	@scripts/setup build display ui test-tools
	$(call step,formatting,cargo fmt --all --check)
	$(call step,page: lint and types and tests,$(MAKE) test-ui)
	$(call step,page: build,$(MAKE) ui/dist/index.html)
	$(call step,lints,cargo clippy --workspace --all-targets --quiet -- -D warnings)
	$(call step,arrows,cargo xtask tidy)
	$(call step,crates,$(MAKE) test-rust)
	$(call step,journeys in the window,$(MAKE) test-window)

test-rust: ## Tests of the crates
	@scripts/setup build test-tools
	@$(MAKE) ui/dist/index.html
	@cargo nextest run --workspace

test-ui: ## Lint, types and tests of the page
	@scripts/setup ui
	@npm run --prefix ui --silent lint
	@npm run --prefix ui --silent typecheck
	@npm run --prefix ui --silent test

test-window: ## Journeys through the real window, on a display of their own
	@scripts/setup build display ui test-tools
	@$(MAKE) build
	@cargo nextest run --workspace --profile window

sim: ## Simulated districts: seeds of faults and reassignments. SEEDS=1000 FROM=0 LENGTH=120
	@cargo run --quiet --release -p qilian-testkit --bin simulate -- \
		--from $(or $(FROM),0) --seeds $(or $(SEEDS),200) --length $(or $(LENGTH),120)

breaks: ## Show that each check of the sync can fail: breaks of the product, applied to a copy. BREAK=07 does one
	@cargo xtask breaks $(BREAK)

killing: ## Kill a real server and real laptops at random moments. KILLS=500 SEED=1
	@cargo run --quiet --release -p qilian-testkit --bin killing -- --kills $(or $(KILLS),500) --seed $(or $(SEED),1)

fuzz: ## Fuzz what crosses the wire and lies on disks, with a nightly compiler. SECONDS_EACH=300 TARGETS="wire push"
	@scripts/setup build fuzz-tools
	@scripts/fuzz $(or $(SECONDS_EACH),300) $(or $(TARGETS),wire push outbox pull)

# Each figure is a ratio of two things that were measured by turns, so that a slow day is slow for both.
bench: ## Measure against bare work of the same kind: JSON, and a table beside it. BENCH="--rounds 3 search" does a part
	@{ scripts/setup build display ui test-tools && $(MAKE) ui/dist/index.html; } >&2
	@cargo build --release --workspace --features qilian-desktop/custom-protocol --example empty-window \
		--bin qilian --bin qilian-server --bin qilian-desktop --bin cold-start
	@cargo bench --quiet --workspace --bench figures --features qilian-desktop/custom-protocol -- $(BENCH)

fmt: ## Format the Rust sources
	@cargo fmt --all

package: ## A .deb of the window
	@scripts/setup build ui package-tools
	@cd src-tauri && ../.cache/tools/node_modules/.bin/tauri build --bundles deb

icons: ## Draw the bitmaps again from icons/*.svg
	@scripts/draw-icons

clean-run: ## Forget the made-up district and this laptop
	@rm -rf .run
