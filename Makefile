# make demo    crawl the sample newspaper into .demo/morgue.db and look at it
# make test    style, types and tests
# make heavy   the tests that take minutes (.ci/run does)
# make quality QUALITY=FOLDER    the quality of extraction on pages with known truth, against its floor (benchmarks/README.md)
# make lock    pin today's versions of everything in requirements.lock
#
# The first run makes .venv from requirements.lock; later runs need no network.

PYTHONS := python3.14 python3.13 python3.12 python3.11 python3 python
PY := .venv/bin/python
SHELL := /bin/sh

unexport PYTHONPATH PYTHONHOME

# A name on PATH may be a shim for nothing, too old, or lack venv: what counts is that it makes an environment.
FIND_PYTHON = for name in $(PYTHONS); do \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$name"; break; }; \
	done; true

define NO_PYTHON
newsmorgue needs Python 3.11 or newer with venv. Either of these brings one; then run make again:
    sudo apt install python3 python3-venv
    pipx install uv
endef
export NO_PYTHON

QUALITY = ../shared/quality

.PHONY: demo test heavy quality lock clean environment

demo: environment
	@$(PY) -m crawler demo --archive .demo/morgue.db

# A file's tests share crawls, so a file goes to one worker; xdist_group does nothing with pytest 9.2 and xdist 3.8.
test: environment
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

heavy: environment
	$(PY) -m pytest -m "endurance or browser or datasets"

quality: environment
	@test -d "$(QUALITY)/data" || { echo "make quality QUALITY=FOLDER: no data/ in $(QUALITY)" >&2; exit 2; }
	$(PY) -m benchmarks.extraction "$(QUALITY)"

# Complete when the marker says which lock and pyproject.toml it was made from, and the command starts.
environment:
	@set -e; wanted=$$(cat requirements.lock pyproject.toml | cksum); \
	if [ "$$(cat .venv/made-from 2>/dev/null)" = "$$wanted" ] && .venv/bin/morgue --version >/dev/null 2>&1; then exit 0; fi; \
	if ! $(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	|| { [ -e .venv/made-from ] && ! .venv/bin/morgue --version >/dev/null 2>&1; }; then \
		rm -rf .venv; python=$$($(FIND_PYTHON)); \
		if [ -n "$$python" ]; then echo "Making .venv with $$($$python --version)"; "$$python" -m venv .venv; \
		elif uv --version >/dev/null 2>&1; then uv venv --seed --python '>=3.11,<3.15' .venv; \
		else echo "$$NO_PYTHON" >&2; exit 2; fi; \
	fi; \
	echo "Installing what requirements.lock names"; rm -f .venv/made-from; \
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock; \
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	echo "$$wanted" > .venv/made-from

# On the oldest Python that is supported, so that every version named has files for it. backports.zstd ends where the
# standard library begins.
lock:
	rm -rf .venv-lock
	python3.11 -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet '.[dev]'
	.venv-lock/bin/python -m pip freeze --all --exclude pip --exclude newsmorgue \
		| sed -e "s/^\(backports\.zstd==.*\)/\1; python_version < '3.14'/" > requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv .venv-lock .demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
