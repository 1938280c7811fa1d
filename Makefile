# Everything that a person does here by hand. The work is done by the scripts named.

PYTHON ?= python3
PIP_ARGS ?=
TRAIN ?= yes
ARGS ?=
TOOLS := .venv-train/bin
export PIP_ARGS TRAIN

.DEFAULT_GOAL := help
.PHONY: help run setup setup-train browser peers test check bench

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## start the bot on http://127.0.0.1:8080 (training is set up meanwhile; TRAIN=no skips it)
	@$(PYTHON) deploy/run.py

setup: ## the bot's environment, .venv
	@$(PYTHON) deploy/environment.py bot

setup-train: ## the environment that trains and tests, .venv-train (PIP_ARGS="…" goes to pip)
	@$(PYTHON) deploy/environment.py train

browser: setup-train
	@sh deploy/browser.sh

peers: ## independent programs that tests hold ours against, where they can be had
	@PYTHON=$(PYTHON) sh deploy/peers.sh

test: setup setup-train browser ## every test (ARGS="tests/model -k none" goes to pytest)
	$(TOOLS)/python -m pytest $(ARGS)

check: setup-train ## lint, format, types, import contracts
	$(TOOLS)/ruff check .
	$(TOOLS)/ruff format --check .
	$(TOOLS)/mypy
	$(TOOLS)/mypy deploy/*.py
	$(TOOLS)/lint-imports

bench: setup-train ## the speed tables
	$(TOOLS)/python -m train bench
	$(TOOLS)/python -m tests.bench
