# Everything that a person does with a checkout. A machine with Python 3.11+, git and make is enough: the environment makes itself.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: chat test bench screenshots docs fix torture clean

chat: $(VENV)/.chat-ready          ## Talk to the agents of agents.toml.
	@$(BIN)/agentchat

test: $(VENV)/.dev-ready           ## All checks and tests, with a table of what they took. What CI runs.
	@$(BIN)/python -m tests.suite

torture: $(VENV)/.dev-ready        ## The long form of the reliability checks.
	@$(BIN)/python -m pytest -m torture tests/reliability tests/config -q
	@AGENTCHAT_HYPOTHESIS=torture $(BIN)/python -m pytest -m 'hypothesis and not torture' tests -q

bench: $(VENV)/.dev-ready          ## The measurements behind every claim about speed.
	@$(BIN)/python -m benchmarks

screenshots: $(VENV)/.dev-ready    ## Render screenshots/ from the scenes that the snapshot tests check.
	@$(BIN)/python -m tests.tui.screenshots

docs: $(VENV)/.dev-ready           ## Write docs/agents-toml.md and the schema for editors from the definition of agents.toml.
	@$(BIN)/python -m tests.config.documents

fix: $(VENV)/.dev-ready            ## Let ruff mend what it can.
	@$(BIN)/ruff check --fix src tests benchmarks

clean:                             ## Remove the environment.
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "agentchat needs Python 3.11 or newer; say which: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.chat-ready: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Setting up $(VENV) (once) ..."
	@$(PIP) --only-binary html-to-markdown --editable '.[web]' || $(PIP) --editable .
	@touch $@

$(VENV)/.dev-ready: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Setting up $(VENV) for development (once) ..."
	@$(PIP) --editable '.[dev,web]'
	@touch $@ $(VENV)/.chat-ready
