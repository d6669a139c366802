# The front door. Each target is one of scripts/, which can be run alone too.
# `make help` reads the lines marked ## below.

BASE ?= 6.1##        the kernel the series is for: a folder of patches/
KERNEL_SRC ?=##      an unpacked kernel source to use instead of Debian's package
JOBS ?= $(shell nproc)##            compile jobs at a time (default: one per core)
TOPIC ?=##           mbox, quilt, mail: one topic of the series (fixes, placement, hotplug, cost) instead of all
FLAVOUR ?= debian##  quilt: the fields of debian (DEP-3), suse or ark
CORE ?=##            core: test-all leaves out the topics, and all but the core guests on plain kernels and on bases other than the first
export BASE KERNEL_SRC JOBS TOPIC FLAVOUR

PYTEST = /usr/bin/python3 -m pytest

help: ## this list
	@echo 'make TARGET [VARIABLE=value]...'
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' Makefile | expand -t 18
	@echo 'variables'
	@sed -nE 's/^([A-Z_]+) \?=.*## *(.*)/  \1\t\2/p' Makefile | expand -t 18

demo: setup tree ## on a fresh machine: build, boot a UEFI guest, kexec under both policies, show the table and the map
	scripts/build plain last
	/usr/bin/python3 tests/vm/demo.py

test: ## the tests, set-up included, with 18 of 74 guests; ends with a line for each stage
	@scripts/test

test-all: ## the same with all guests, each step and each topic, for every base of patches/; last, a matrix of base x case x verdict
	@scripts/test-all $(CORE)

matrix: ## that matrix from the last runs, also to Documentation/results/matrix.md
	@/usr/bin/python3 tests/vm/matrix.py

check-quick: ## what needs no kernel tree, in seconds: scripts, unit tests, patches against kernel/
	@scripts/check-quick

setup: ## install the packages that the rest needs, saying which and why
	@scripts/setup

tree: ## the kernel source and the series as git branches, in build/BASE/linux
	@scripts/tree

tree-fresh: ## the same from scratch; throws away what is in build/BASE/linux
	@scripts/tree --fresh

build: ## the plain kernel, each step of the series, the patched kernel
	@scripts/build

export: ## write patches/BASE and kernel/ from the branch 'series'
	@scripts/export

mbox: ## the series, or TOPIC with what it needs, as one file for git am, in build/BASE
	@scripts/deliver mbox

quilt: ## the same as a folder for quilt, with the fields that FLAVOUR of distribution wants
	@scripts/deliver quilt

mail: ## TOPIC as mails to the maintainers, in build/BASE; nothing is sent
	@scripts/deliver mail

check: ## the series: exported, applies, checkpatch, kernel-doc, sparse, other configurations, arm64
	@scripts/check

check-slow: ## what check has no time for: coccicheck, the touched pages as HTML; after make check and scripts/setup slow
	@scripts/check-slow

test-harness: ## prove that the harness sees what goes wrong
	@$(PYTEST) tests/harness -n 2

test-model: ## search the model of loads, memory hotplug and kexec -e; some 80 s
	@$(PYTEST) tests/model -n 2

test-vm: ## the guests, once the kernels are built
	@$(PYTEST) tests/vm -n 2

test-topics: ## each topic alone on the plain base: its kernel, and the guests that are about it
	@scripts/test-topics

test-debug: ## the guests in which memory goes away, on a kernel with KASAN and lockdep; 30 to 60 minutes
	@scripts/test-debug

test-ima: ## the guests with IMA's list and a device tree, on the plain and the patched kernel with both
	@scripts/build ima
	@$(PYTEST) tests/vm -n 2 --kernel plain-ima
	@$(PYTEST) tests/vm -n 2 --kernel ima

test-long: ## guests with initrds of 2 and 3.5 GiB, once the kernels are built; some minutes and 16 GiB of memory
	@$(PYTEST) tests/vm --long
	@{ echo '# `make test-long`: large initrds' && echo && bash -c '. scripts/lib.sh && of' && echo && \
		/usr/bin/python3 tests/vm/table.py build/$(BASE)/results/vm-long.json; } >Documentation/results/$(BASE)-long.md

test-distro: ## the series in Debian's own kernel, under Debian, against the archive's kernel; an hour or more
	@scripts/test-distro

bench: ## what a load and a jump cost, patched against plain, in instructions; a table, JSON and a plot
	@/usr/bin/python3 tests/bench/bench.py

bench-split: ## where the work of a kexec reboot goes, from the load to the next init, plain against patched; some 40 minutes
	@/usr/bin/python3 tests/bench/split.py

clean: ## remove what was built for BASE; the tree in build/BASE/linux stays
	@find build/$(BASE) -mindepth 1 -maxdepth 1 ! -name linux -exec rm -rf {} +

.NOTPARALLEL:
.PHONY: help demo test test-all matrix check-quick setup tree tree-fresh build export mbox quilt mail check check-slow test-harness test-model test-vm test-topics test-debug test-ima test-long test-distro bench bench-split clean
