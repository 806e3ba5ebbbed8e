"""What `homeward send` finds in files: which messages, where they begin, and what is neither HL7 v2 nor JSON."""

from pathlib import Path

import pytest

from services.commands.adt_files import pieces
from tests.services.admissions.hospital import er7

ONE, TWO, THREE = (er7(control_id=str(number)) for number in (1, 2, 3))


def found(folder: Path, name: str, raw: bytes) -> tuple[list[tuple[int, bytes]], list[str]]:
    """The line and the bytes of each message, and what is wrong."""
    (file := folder / name).write_bytes(raw)
    wrong: list[str] = []
    return [(one.line, one.raw) for one in pieces(file, wrong)], wrong


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"a": 1}', [(1, b'{"a": 1}')]),
        (b'\n {\n "a": [1, {}]\n}\n', [(2, b'{\n "a": [1, {}]\n}')]),
        (b'[\n {"a": 1},\r\n {"b": "]"} ,{} ]', [(2, b'{"a": 1}'), (3, b'{"b": "]"}'), (3, b"{}")]),
        (b'{"a": 1}\n{"b": 2}\n\n{"c": 3}\n', [(1, b'{"a": 1}'), (2, b'{"b": 2}'), (4, b'{"c": 3}')]),
        (b'\xef\xbb\xbf{"a": "\xc3\xab"}\r{"b": 2}', [(1, b'{"a": "\xc3\xab"}'), (2, b'{"b": 2}')]),
        (b'[{"a": 1}]\n[]\n[{"b": 2}]', [(1, b'{"a": 1}'), (3, b'{"b": 2}')]),
    ],
)
def test_json_is_one_event_an_array_or_lines(raw: bytes, expected: list[tuple[int, bytes]], tmp_path: Path) -> None:
    assert found(tmp_path, "x.json", raw) == (expected, [])


@pytest.mark.parametrize(
    ("raw", "lines", "wrong"),
    [
        (b'{"a": 1}\n{"b": Doris}\n{"c": 3}', [1, 3], ["x, line 2 is not JSON"]),
        (b'{"a": 1\n{"c": 3}\n', [2], ["x, line 1 is not JSON"]),
        (b'{"a": 1}\nDoris Example\n{"c": 3}', [1, 3], ["x, line 2 is not JSON"]),
        (b'{"a": 1}\n"Doris"\n7\n{"c": 3}', [1, 4], ["x, line 2 is no ADT event", "x, line 3 is no ADT event"]),
        (b'[{},\n"Doris", {}]', [1, 2], ["x, line 2 is no ADT event"]),
        (b'[{},\n{"a": Doris},\n{}]', [1], ["x, line 2 is not JSON, and nothing of the file from there on was sent"]),
        (b"[{},\n{}\n{}]", [1], ["x, line 2 is not JSON, and nothing of the file from there on was sent"]),
        (b"[{},\n{}", [1], ["x, line 2 is not JSON, and nothing of the file from there on was sent"]),
        (b"[" * 100_000, [], ["x, line 1 is not JSON, and nothing of the file from there on was sent"]),
        (b'{"a": 1}\n{"b": "Zo\xeb"}', [], ["x, line 2 is not UTF-8, and nothing of the file was sent"]),
    ],
)
def test_what_is_no_event_is_named_by_its_line_and_the_rest_is_found(
    raw: bytes, lines: list[int], wrong: list[str], tmp_path: Path
) -> None:
    there, said = found(tmp_path, "x", raw)
    assert ([line for line, _ in there], said) == (lines, wrong)


@pytest.mark.parametrize(
    ("raw", "expected", "wrong"),
    [
        (ONE, [(1, ONE)], []),
        (ONE + TWO, [(1, ONE), (ONE.count(b"\r") + 1, TWO)], []),
        (b"FHS|^~\\&|\nBHS|^~\\&|\n" + ONE.replace(b"\r", b"\r\n") + b"BTS|1\nFTS|1\n", [(3, ONE)], []),
        (b"Doris Example\r\n" + ONE, [(2, ONE)], ["x, line 1 is neither HL7 v2 nor JSON"]),
        (b"BHS|^~\\&|\r\rDoris Example\r", [], ["x, line 3 is neither HL7 v2 nor JSON"]),
        (b"BHS|^~\\&|\rBTS|0\r", [], ["x holds no message"]),
        (b"", [], ["x holds no message"]),
        (b"\x89PNG\x00", [], ["x, line 1 is neither HL7 v2 nor JSON"]),
        (b"BHS|^~\\&|\r" + ONE + b"BTS|2\r", [(2, ONE)], ["x says it holds 2 messages (BTS-1), and holds 1"]),
        (b"BHS|^~\\&|\r" + ONE + b"BTS|1\rFTS|2\r", [(2, ONE)], ["x says it holds 2 batches (FTS-1), and holds 1"]),
    ],
)
def test_hl7_is_a_message_several_or_a_batch(
    raw: bytes, expected: list[tuple[int, bytes]], wrong: list[str], tmp_path: Path
) -> None:
    assert found(tmp_path, "x", raw) == (expected, wrong)


def test_a_folder_is_read_by_name_and_what_is_neither_holds_up_nothing(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("{}")
    (tmp_path / "a.hl7").write_bytes(THREE)
    (tmp_path / "b.txt").write_text("Doris Example")
    (tmp_path / "b.unreadable").symlink_to("/proc/self/mem")
    (tmp_path / "folder").mkdir()
    wrong: list[str] = []
    assert [str(one) for one in pieces(tmp_path, wrong)] == ["a.hl7, line 1", "c.json, line 1"]
    assert wrong == ["b.txt, line 1 is neither HL7 v2 nor JSON", "b.unreadable cannot be read: Input/output error"]
