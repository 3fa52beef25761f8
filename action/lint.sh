#!/usr/bin/env bash
# What the action runs: annotations on the lines of the pull request, and a file for code scanning.
# The step fails as `dsnlens lint` does.
set -uo pipefail

path=${INPUT_PATH:-.}
fail_on=${INPUT_FAIL_ON:-error}
sarif=${INPUT_SARIF:-}

dsnlens lint --format github --fail-on "$fail_on" -- "$path"
code=$?
if [[ -n $sarif ]]; then
  # Written whatever was found: code scanning decides for itself what is new.
  dsnlens lint --format sarif --fail-on never -- "$path" > "$sarif" || code=$?
fi
exit "$code"
