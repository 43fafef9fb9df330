# Everything a reader, an author or a teacher runs. `make help` lists it.
# The only things needed beforehand are Python 3.11 or newer and make; the rest goes into .venv.

PYTHON ?= python3.11 python3 python
REQUIREMENTS ?= requirements.txt
PORT ?= 8000
NOTEBOOKS = $(wildcard chapters/*.ipynb chapters/solutions/*.ipynb)
EXERCISES = $(wildcard chapters/exercises/*/*.ipynb)

# A file of tests stays in one process, in its order: a notebook's cells have one kernel, a fixture is made once.
PYTEST = $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
INSTALLED := $(VENV)/.installed

# To say what is missing, any Python from 3.7 on will do. The one of .venv may have to be removed, so it comes last.
ANY_PYTHON = for python in $(PYTHON) $(BIN)/python; do \
    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 7))' 2>/dev/null && break; python=; \
done; \
if [ -z "$$python" ]; then \
    echo "gradlab needs Python 3.11 or newer; none of these is: $(PYTHON)." >&2; \
    echo "Install one, or name it: make setup PYTHON=/path/to/python3.12" >&2; exit 1; \
fi; \
PYTHONPATH=code "$$python"

.DEFAULT_GOAL := help
.PHONY: help setup doctor book serve test quick mutants bench lighthouse canon outputs exercises instructor public pdf grade lint clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "  %-16s %s\n", $$1, $$2 }'

setup: $(INSTALLED) ## make .venv and install everything into it
	@echo "Everything is installed in $(VENV)."

doctor: ## what is installed, which device and browser are used; what is missing, and how to get it
	@$(ANY_PYTHON) -m gradlab_course.doctor $(PYTHON)

book: $(INSTALLED) ## execute the notebooks that changed, build the site into _build/html
	@$(BIN)/python -m gradlab_course.book

serve: ## serve the built site on localhost (PORT=8000)
	@test -e _build/html/index.html || { echo "There is no book yet: run 'make book' first." >&2; exit 1; }
	@$(ANY_PYTHON) -m gradlab_course.serving "$(PORT)"

test: book ## all tests: the library, every notebook's checked numbers, the built site in a browser
	@$(PYTEST)

quick: lint ## while writing, in 90 s and without the book: the library, the house, spelling, the notebooks' form
	@$(PYTEST) -q -m "not slow" tests/gradlab tests/test_repository.py tests/test_chapters.py tests/test_spelling.py tests/gradlab_course/test_notebooks.py

mutants: $(INSTALLED) ## mutation testing of the library (MODULES="rules schedules": of these only)
	@$(BIN)/python -m pytest -q tests/tools
	@$(BIN)/python tests/tools/mutants.py $(MODULES)

bench: $(INSTALLED) ## time the library against torch.optim and what else one would use, both sides in one run
	@PYTHONPATH=tests $(BIN)/python tests/tools/bench.py

lighthouse: book ## Lighthouse's scores of the built site, weight and handlers (PAGES="chapters/04_momentum": of these only)
	@PYTHONPATH=tests $(BIN)/python tests/tools/lighthouse.py $(PAGES)

canon: $(INSTALLED) ## bring the notebooks into their canonical form
	@$(BIN)/python -m gradlab_course.notebooks $(NOTEBOOKS) $(EXERCISES)

outputs: $(INSTALLED) ## execute the notebooks and store the outputs of their checked cells
	@$(BIN)/python -m gradlab_course.notebooks --run $(NOTEBOOKS)

exercises: $(INSTALLED) ## the student edition of the exercises, from chapters/solutions
	@$(BIN)/python -m gradlab_course.editions student

instructor: $(INSTALLED) ## the instructor edition: a site and PDFs with solutions and points, in _build/instructor
	@$(BIN)/python -m gradlab_course.editions instructor

public: $(INSTALLED) ## this repository without solutions and hidden tests, into an empty folder elsewhere (TO=../public)
	@test -n "$(TO)" || { echo "Say where to: make public TO=../public" >&2; exit 1; }
	@$(BIN)/python -m gradlab_course.editions public "$(TO)"

pdf: book ## the chapters as one PDF, which the site then offers (needs Chromium; some minutes)
	@$(BIN)/python -m gradlab_course.editions pdf

grade: $(INSTALLED) ## mark a folder of submissions, one folder in it for each student (SUBMISSIONS=folder)
	@test -n "$(SUBMISSIONS)" || { echo "Say what: make grade SUBMISSIONS=folder [TO=folder] [ROSTER=csv] [DB=url] [JOBS=2] [TIMEOUT=60] [TOTAL=300] [MEMORY=2048]" >&2; exit 1; }
	@$(BIN)/python -m gradlab_course.marking "$(SUBMISSIONS)" $(if $(TO),--to "$(TO)") $(if $(ROSTER),--roster "$(ROSTER)") $(if $(DB),--db "$(DB)") $(if $(JOBS),--jobs $(JOBS)) \
	    $(if $(TIMEOUT),--timeout $(TIMEOUT)) $(if $(TOTAL),--total $(TOTAL)) $(if $(MEMORY),--memory $(MEMORY))

lint: $(INSTALLED) ## ruff over scripts and notebooks, mypy over the library; are the notebooks canonical, and the exercises in step?
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/python -m gradlab_course.notebooks --check $(NOTEBOOKS) $(EXERCISES)
	@$(BIN)/python -m gradlab_course.editions student --check

clean: ## remove all that was built; .venv stays
	rm -rf _build .hypothesis .ruff_cache .mypy_cache
	find code tests chapters -name __pycache__ -prune -exec rm -rf {} +

# Whether .venv is whole is asked each time, in under a second: a Python may have gone since, a package too.
.PHONY: $(INSTALLED)
$(INSTALLED):
	@$(ANY_PYTHON) -m gradlab_course.install --requirements $(REQUIREMENTS) $(PYTHON)
