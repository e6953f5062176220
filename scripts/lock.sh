#!/bin/sh
# Pins every dependency with hashes, without naming any package index.
set -eu
compile="${LOCK_WITH:-.venv/bin/pip-compile} --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate"
mkdir -p requirements
# with the optional part that reading needs, so that the demo and the tests have it
$compile --extra html -o requirements/run.txt requirements/run.in pyproject.toml
$compile -o requirements/test.txt requirements/test.in
$compile -o requirements/check.txt requirements/check.in
