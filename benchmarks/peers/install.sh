#!/bin/sh
# Installs the other mock servers into a separate folder: install.sh FOLDER PYTHON
# Omits packages that cannot be installed; the benchmark reports them.
set -u
mkdir -p "$1" && cd "$1" || exit 1

"$2" -m venv python
for package in 'moto[server]' pytest-httpserver 'pytest pytest-httpx respx responses'; do
    # shellcheck disable=SC2086  # several packages are several words
    python/bin/python -m pip install --quiet $package
done

command -v npm >/dev/null || exit 0
for package in @stoplight/prism-cli @mockoon/cli @copilotkit/aimock wiremock mockserver-node; do
    npm install --prefix "./npm-${package##*/}" --no-audit --no-fund --ignore-scripts --silent "$package"
done
exit 0
