"""Messages as English senders write them beside the book, each under a name; and where HAPI reads one otherwise."""

from typing import Final, NamedTuple

_HEAD: Final = rb"MSH|^~\&|PAS|RZZ|HOMEWARD|RZZ|20260329003000||ADT^A01^ADT_A01|C1|P|2.4"
_SET: Final = _HEAD + b"|||||GBR|"


def _pid(name: bytes, head: bytes = _HEAD) -> bytes:
    return head + b"\rPID|1||H1^^^RZZ^MR~9990000018^^^NHS^NH||" + name + b"^Doris^^^Mrs||19400214|2\r"


DIALECTS: Final[dict[str, bytes]] = {
    "line feeds": _pid(b"Example").replace(b"\r", b"\n"),
    "carriage returns and line feeds": _pid(b"Example").replace(b"\r", b"\r\n"),
    "no last end": _pid(b"Example").removesuffix(b"\r"),
    "a line feed inside a field": _pid(b"Exam\nple"),
    "an empty line between segments": _pid(b"Example").replace(b"\rPID", b"\r\rPID"),
    "other separators": _pid(b"Example").translate(bytes.maketrans(b"|^~\\&", b"$*%?!")),
    "a fifth separator": _pid(b"Example").replace(rb"^~\&|", rb"^~\&#|", 1),
    "three separators only": _pid(rb"Ex\T\am&x").replace(rb"^~\&|", rb"^~\|", 1),
    "no separators told": _pid(b"Example").replace(rb"^~\&|", b"|", 1),
    "no version": _pid(b"Example").replace(b"|P|2.4", b"|P|"),
    "a version nobody knows": _pid(b"Example").replace(b"|P|2.4", b"|P|9.9"),
    "a version with its country": _pid(b"Example").replace(b"|P|2.4", b"|P|2.4^GBR^1.0"),
    "an event without a structure": _pid(b"Example").replace(b"ADT^A01^ADT_A01", b"ADT^A01"),
    "no event": _pid(b"Example").replace(b"ADT^A01^ADT_A01", b"ADT"),
    "a byte-order mark": b"\xef\xbb\xbf" + _pid("Núñez".encode(), _SET + b"UNICODE UTF-8"),
    "UTF-8": _pid("Núñez".encode(), _SET + b"UNICODE UTF-8"),
    "Latin-1": _pid("Núñez".encode("latin-1"), _SET + b"8859/1"),
    "Latin-9": _pid("Šárka €".encode("iso8859-15"), _SET + b"8859/15"),
    "UTF-8, undeclared": _pid("Núñez".encode()),
    "windows-1252, undeclared": _pid("Núñez €".encode("windows-1252")),
    "a character set nobody knows": _pid("Núñez".encode(), _SET + b"KLINGON"),
    "separators escaped": _pid(rb"a\F\b\S\c\T\d\R\e\E\f"),
    "two sub-components": _pid(b"Smith&van"),
    "highlighting": _pid(rb"\H\Example\N\ x"),
    "bytes in hexadecimal": _pid(rb"a\X0D\b\XC3A9\c"),
    "lines broken": _pid(rb"a\.br\b"),
    "an escape of the sender's own": _pid(rb"a\Zxx\b\C2842\c"),
    "a folder of Windows": _pid(rb"C:\temp\x"),
    "an escape without its end": _pid(rb"Example\T"),
    "an escaped escape": _pid(rb"\E\T\E\x"),
    "erased": _pid(b'""'),
    "erased as a whole": _pid(b"Example").replace(b"Example^Doris^^^Mrs", b'""'),
    "empty repetitions": _pid(b"~~Late"),
    "empty components": _pid(b"^^Example"),
    "blanks around": _pid(b"  Example  "),
    "a ward with its ampersand": _pid(b"Example") + b"PV1|1|E|A&E^Majors^04^RZZ&2.16.840.1&ISO\r",
    "an issuer by its OID alone": _pid(b"Example").replace(b"^^^RZZ^MR", b"^^^&2.999.1&ISO^MR")
    + b"PV1|1|I|B47||P1^^^&2.999.2&ISO||||||||||||||V1^^^&2.999.3&ISO^VN\r",
    "an issuer by its name and its OID": _pid(b"Example").replace(b"^^^RZZ^MR", b"^^^RZZ&2.999.1&ISO^MR")
    + b"PV1|1|I|B47||P1^^^ &2.999.2&ISO||||||||||||||V1^^^RZZ&2.999.3&ISO^VN\r",
    "a segment of the sender's own": _pid(b"Example") + b"ZBE|M1^PAS|20260329||INSERT|N||^^^^^^^^^A1&x~y\r",
    "two groups": _pid(b"One") + b"PV1|1|I|A\rPID|2||H2^^^RZZ^MR\rPV1|1|I|B\r",
    "a trailing separator": _pid(b"Example").replace(b"|2\r", b"|2||||\r"),
    "a segment that is only its name": _pid(b"Example") + b"PV1\r",
}


class Differs(NamedTuple):
    """Where HAPI reads otherwise (`PID-5`), or the kind of exception by which it refuses; and why that is no fault."""

    places: frozenset[str]
    why: str


_FAMILY: Final = frozenset({"PID-5"})
_REFUSED: Final = frozenset({"HL7Exception"})

DIFFERS: Final[dict[str, Differs]] = {
    "a line feed inside a field": Differs(
        frozenset({"EncodingNotSupportedException"}),
        "HAPI ends a segment at any line feed; we only where a segment begins after it, and lose nothing of the field",
    ),
    "three separators only": Differs(_REFUSED, "HAPI wants all four; we read a sender who never uses the others"),
    "no separators told": Differs(_REFUSED, "HAPI wants MSH-2; we assume the usual ones, and remark on it"),
    "no event": Differs(_REFUSED, "HAPI wants MSH-9.2; we take the event from EVN-1"),
    **dict.fromkeys(
        (f"told-in-version-2-1/{message}" for message in ("01_A01", "02_A02", "03_A03")),
        Differs(_REFUSED, "HAPI wants MSH-9.2, which v2.1 has not; we take the event from EVN-1"),
    ),
    "UTF-8, undeclared": Differs(_FAMILY, "HAPI takes what is undeclared for ASCII; we try UTF-8, and remark on it"),
    "windows-1252, undeclared": Differs(_FAMILY, "HAPI takes it for ASCII; we try windows-1252 last, and remark on it"),
    "a character set nobody knows": Differs(
        _FAMILY, "HAPI falls back to ASCII; we to what the bytes are, with a remark"
    ),
    "highlighting": Differs(_FAMILY, "HAPI leaves highlighting in the text; on a ward's screen it would be noise"),
    "bytes in hexadecimal": Differs(_FAMILY, "HAPI leaves them as sent; we decode them, as chapter 2 says"),
    "lines broken": Differs(_FAMILY, "HAPI leaves formatting commands in the text; we break the line"),
    "a folder of Windows": Differs(_FAMILY, "HAPI drops a lone escape character; we keep what was sent"),
    "an escape without its end": Differs(_FAMILY, "HAPI drops a lone escape character; we keep what was sent"),
}
"""By dialect, or by story and message. Of nothing else is anything read otherwise: a test holds each to be needed."""
