#!/bin/sh
# Sees to a browser for the page tests: the system's, else Debian's package when root, else
# Playwright's own. Never fails: without a browser those tests are skipped, and say so.
set -u

for name in chromium chromium-browser google-chrome; do
    "$name" --version >/dev/null 2>&1 && exit 0
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's Chromium for the page tests."
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium >/dev/null
    chromium --version && exit 0
fi

echo "Installing Playwright's Chromium for the page tests."
.venv-train/bin/python -m playwright install chromium ||
    echo "No browser could be had: the page tests will be skipped."
