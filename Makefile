# Two commands are enough: "make run" and "make test". Everything happens in dev.py; this file only
# finds a Python that is new enough. Extra arguments go through ARGS: make test ARGS="-k waitlist".

CANDIDATES = python3 python3.11 python3.12 python3.13 python3.14 python
NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON := $(shell for p in $(CANDIDATES); do \
	if $$p -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then echo $$p; break; fi; done)

VERBS = run test races mutants bench lint lock words setup clean help
.PHONY: $(VERBS)
.DEFAULT_GOAL := help

$(VERBS):
	@test -n "$(PYTHON)" || { echo "turnout: Python 3.11 or newer is needed and was not found (looked for: $(CANDIDATES))." >&2; exit 1; }
	@TURNOUT_MAKE_PID=$$PPID exec $(PYTHON) dev.py $@ $(ARGS)
