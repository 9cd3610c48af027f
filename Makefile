# Creates .venv from the pinned versions, and runs the demo or the tests in it.
PYTHON ?= python3
CORES ?= all
# Two workers, each with whole files.
PARALLEL = -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: demo encoders test test-cluster test-faults mutants documents lint advisories
demo: .venv/run
	.venv/bin/snakemake --cores $(CORES)

# The demo's encoders, which ship in data/encoders/, once more: about half an hour on 2 free cores.
encoders: .venv/run
	PYTHONPATH=workflow/scripts .venv/bin/python -m dimser.demo.encoders data/encoders

test: .venv/test
	.venv/bin/python -m pytest $(PARALLEL)

# On a real SLURM cluster, installed from Debian packages (as root).
test-cluster: .venv/test
	.venv/bin/python -m pytest -o addopts="-q --strict-markers" tests/cluster

# Kills runs at 50 random moments, breaks files, models, stores and disks, and fuzzes readers;
# MOMENTS=12 for less, on a miniature corpus.
test-faults: .venv/test
	.venv/bin/python -m pytest $(PARALLEL) -o addopts="-q --strict-markers" tests/faults

# Do the tests detect mutants of the science? MODULES="metrics folds" mutates only these modules,
# MUTANTS=200 limits their number.
mutants: .venv/test
	CORES=$(CORES) .venv/bin/python tests/mutants/run.py $(MODULES)

# The schema, and the tables of config/README.md, from the settings in the registries.
documents: .venv/run
	PYTHONPATH=workflow/scripts .venv/bin/python -m dimser.plan.settings

lint: .venv/test
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/snakefmt --check Snakefile workflow
	.venv/bin/snakemake --lint

# Queries PyPI for known vulnerabilities of the installed packages.
advisories: .venv/test
	.venv/bin/python envs/advisories.py

.venv/run: envs/requirements.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet -r $<
	@touch $@

.venv/test: envs/requirements-test.txt envs/requirements-reference.txt .venv/run
	.venv/bin/pip install --quiet -r envs/requirements-test.txt
	.venv/bin/pip install --quiet --no-deps -r envs/requirements-reference.txt
	@touch $@
