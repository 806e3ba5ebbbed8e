#!/usr/bin/env bash
# Sees to the parts of the system that the tests use: a browser, a Java runtime, Maven.
# On Debian and Ubuntu, as root, it installs what is missing; elsewhere it says what to install.
set -euo pipefail

here() { command -v "$1" >/dev/null; }
browser() { here chromium || here chromium-browser || here google-chrome; }
quietly() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

installs=false
if here apt-get && [ "$(id -u)" -eq 0 ]; then installs=true; fi

# Chromium without its window costs the tests a third less. Where there is none of it, any Chromium will do.
if $installs && ! here chromium-headless-shell; then
  echo "Installing chromium-headless-shell …"
  { apt-get update -qq -o Acquire::http::Timeout=20 && quietly chromium-headless-shell; } 2>/dev/null || echo "There is none: Chromium it is."
fi

missing=()
here chromium-headless-shell || browser || missing+=(chromium)
here java || missing+=(default-jre-headless)
here mvn || missing+=(maven)
[ ${#missing[@]} -eq 0 ] && exit 0

if $installs; then
  echo "Installing ${missing[*]} …"
  apt-get update -qq -o Acquire::http::Timeout=20
  quietly "${missing[@]}"
else
  echo "The tests need: ${missing[*]}. On Debian and Ubuntu: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
