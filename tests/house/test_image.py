"""What the image is built with works with what its last stage has."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.frontend import build
from tests.house.test_sizes_and_names import ROOT, tracked

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def built(folder: Path) -> subprocess.CompletedProcess[str]:
    """The image's own front-end command in `folder`, where no program can be found by name."""
    found = re.search(r"RUN python -m (deploy\.frontend\.build[ \w-]*)", DOCKERFILE)
    assert found
    for path in tracked("deploy/frontend/*.py"):
        (folder / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / path.relative_to(ROOT))
    command = [sys.executable, "-m", *found[1].split()]
    return subprocess.run(
        command, cwd=folder, env={"PATH": ""}, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_front_end_is_built_without_npm(tmp_path: Path) -> None:
    for source in (*build.SERVED.values(), build.STYLE):
        (tmp_path / "node_modules" / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "node_modules" / source).write_text("/* a package */")
    done = built(tmp_path)
    assert done.returncode == 0, done.stderr
    vendor = tmp_path / "services" / "screens" / "static" / "vendor"
    assert {path.name for path in vendor.iterdir()} == {*build.SERVED, "nhsuk-frontend.min.css"}


def test_a_package_that_is_not_there_is_named_in_one_line(tmp_path: Path) -> None:
    done = built(tmp_path)
    assert done.returncode == 1
    assert "htmx.org" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_the_image_copies_is_in_the_repository() -> None:
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    copied = [name for line in lines for name in line.split()[:-1]]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_what_only_tests_use_is_not_in_the_image() -> None:
    assert re.findall(r"npm ci.*", DOCKERFILE) == ["npm ci --ignore-scripts --omit=dev"]
    package = json.loads((ROOT / "package.json").read_text())
    assert package["devDependencies"].keys() == {"axe-core", "node-hl7-client"}
    assert "development.lock" not in DOCKERFILE
