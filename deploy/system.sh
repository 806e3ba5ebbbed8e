#!/usr/bin/env bash
# Sees to the parts of the system that the tests use: a browser, a Java runtime, Maven.
# On Debian and Ubuntu, as root, it installs what is missing; elsewhere it says what to install.
set -euo pipefail

here() { command -v "$1" >/dev/null; }
browser() { here chromium-headless-shell || here chromium || here chromium-browser || here google-chrome; }
known() { apt-cache show "$1" >/dev/null 2>&1; }
fetched() { apt-get update -qq -o Acquire::http::Timeout=20; }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

installs=false
if here apt-get && [ "$(id -u)" -eq 0 ]; then installs=true; fi

# Chromium without its window costs the tests a quarter less of the browser. Debian has it; where it is not known, any Chromium will do.
if $installs && ! here chromium-headless-shell; then
  browser || known chromium-headless-shell || fetched
  if known chromium-headless-shell; then
    echo "Installing chromium-headless-shell …"
    install chromium-headless-shell 2>/dev/null || { fetched && install chromium-headless-shell; } || echo "It could not be had."
  fi
fi

missing=()
browser || missing+=(chromium)
here java || missing+=(default-jre-headless)
here mvn || missing+=(maven)
[ ${#missing[@]} -eq 0 ] && exit 0

if $installs; then
  echo "Installing ${missing[*]} …"
  fetched
  install "${missing[@]}"
else
  echo "The tests need: ${missing[*]}. On Debian and Ubuntu: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
