#!/usr/bin/env bash
# Makes the Python environment from a hashed lock: environment.sh PYTHON FOLDER LOCK
set -euo pipefail
python=$1 folder=$2 lock=$3

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Homeward needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1). Try: make PYTHON=python3.11" >&2
  exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2
  exit 1
fi
[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
echo "Installing what $lock names (hashes checked) …"
pip() { "$folder/bin/python" -m pip --quiet --disable-pip-version-check --no-input "$@"; }
# To compile all of it takes longer than to fetch it, and a quarter of it is ever used: that is compiled when it first is.
pip install --no-compile --require-hashes -r requirements/build.lock -r "$lock"
pip install --no-compile --no-deps --no-index --no-build-isolation -e .
