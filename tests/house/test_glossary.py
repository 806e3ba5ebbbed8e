"""The words of `docs/glossary.md` are the code's: what the page names is there, in order."""

import re

from tests.house.test_sizes_and_names import ROOT, product

ROW = re.compile(r"^\| (?P<word>[^|]+) \| (?P<place>[^|]*) \|")


def _rows() -> list[tuple[str, list[str]]]:
    page = (ROOT / "docs" / "glossary.md").read_text().splitlines()
    found = [match for line in page if (match := ROW.match(line)) and not line.startswith(("| Word", "| ---"))]
    return [(match["word"], re.findall(r"`([^`]+)`", match["place"])) for match in found]


def test_every_name_is_in_the_code() -> None:
    text = "\n".join(path.read_text() for path in product())
    named = [name for _, names in _rows() for name in names]
    assert len(named) > 20
    missing = [
        name
        for name in named
        if not ((ROOT / name).exists() if "/" in name else all(part in text for part in name.split(".")))
    ]
    assert missing == []


def test_the_words_are_in_order() -> None:
    words = [word.casefold() for word, _ in _rows()]
    assert words == sorted(words)
