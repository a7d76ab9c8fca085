# The workbook's commands. `make` alone prints this help.
#
#   make lab-up SECTION=iaas     only what that section needs
#   make test SECTION=iaas       only that section's tests

SECTION ?=
cloudlab := .venv/bin/cloudlab
pytest := .venv/bin/pytest
section := $(if $(SECTION),--section $(SECTION))

.DEFAULT_GOAL := help
.PHONY: help environment lab-up lab-down lab-status lab-reset doctor notebooks lint test test-fast bench screenshots

help: ## this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

environment: # .venv as requirements.lock says; nothing to do when it is
	@sh bootstrap/environment.sh

lab-up: environment ## set everything up, start the lab and JupyterLab, print the link
	@$(cloudlab) up $(SECTION)

lab-down: environment ## stop the lab; nothing is left running
	@$(cloudlab) down

lab-status: environment ## show each part
	@$(cloudlab) status

lab-reset: environment ## stop the lab and forget what it held; your files stay
	@$(cloudlab) reset --yes

doctor: environment ## what this machine has, and what will be used
	@$(cloudlab) doctor

notebooks: environment ## rebuild the learners' notebooks from the solved ones
	@$(cloudlab) notebooks

lint: environment
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

test: $(if $(SECTION),environment,lint) ## all tests (SECTION=iaas: that section's)
	@$(pytest) $(section)

test-fast: lint ## the tests that need no lab and no browser
	@$(pytest) -m "not lab and not browser" $(section)

bench: environment ## measure what is promised of speed and memory (SECTION=kubernetes: that alone)
	@.venv/bin/python -m cloudlab.authoring.bench $(SECTION)

screenshots: environment ## take the README's pictures anew
	@.venv/bin/python -m cloudlab.authoring.screenshots
