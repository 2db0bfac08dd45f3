# The front door. Each target is one plain command that works without make as well.
PYTHON ?=
ARGS ?=
export PYTHON
FOUND = $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell command -v $(name))))
MISSING = $(error Python 3.11 or newer is missing. Install it: sudo apt-get install -y python3 python3-venv)
SETUP = $(or $(PYTHON),$(FOUND),$(MISSING)) scripts/setup.py

.DEFAULT_GOAL := help
.PHONY: help install demo test drill check bench removal schema format lock

help:
	@sed -n 's/^\([a-z]*\): ## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "  %-14s %s\n", $$1, $$2 }'

install: ## Make .venv with the understudy command in it
	@$(SETUP) install

demo: ## Start everything with a demo restaurant (ARGS="--port 9000")
	@$(SETUP) demo $(ARGS)

test: ## Run the tests on a real PostgreSQL and Redis (ARGS="-k covers")
	@$(SETUP) test $(ARGS)

drill: ## Run every drill of the feed, the long ones too (ARGS="-x")
	@$(SETUP) drill $(ARGS)

check: ## Format, lint, types, imports, freshness of the schema file
	@$(SETUP) check

bench: ## Print the figures of every benchmark (ARGS="control" for one)
	@$(SETUP) bench $(ARGS)

removal: ## Take the rules out one by one; a test must notice (ARGS="Need")
	@$(SETUP) removal $(ARGS)

schema: ## Write schema/schema.graphql anew from the code
	@$(SETUP) schema

format: ## Format the code and mend what the linter can mend
	@$(SETUP) format

lock: ## Resolve the dependencies again, with uv (ARGS="--upgrade")
	@$(SETUP) lock $(ARGS)
