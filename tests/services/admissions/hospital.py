"""Messages of a fictional hospital. NHS numbers are of the 999 range, which belongs to nobody."""

TRUST = "RXX"
MRN = "H1000001"
NHS_NUMBER = "9990000018"


def er7(
    trigger: str = "A01",
    *,
    control_id: str = "1",
    at: str = "202603020900",
    mrn: str = MRN,
    visit: str = "V1",
    ward: str = "WARD1",
    admitted: str = "202603020845",
    family: str = "FICTION",
    patient_class: str = "I",
    merged: str = "",
    processing_id: str = "P",
    extra: str = "",
) -> bytes:
    """One ADT message of the fictional PAS."""
    lines = [
        f"MSH|^~\\&|PAS|{TRUST}|HOMEWARD|{TRUST}|{at}||ADT^{trigger}|{control_id}|{processing_id}|2.4",
        f"EVN|{trigger}|{at}",
        f"PID|1||{mrn}^^^{TRUST}^MR||{family}^ANN||19400101|F",
    ]
    if merged:
        lines.append(f"MRG|{merged}^^^{TRUST}^MR")
    else:
        ended = f"|{at}" if trigger == "A03" else ""
        lines.append(
            f"PV1|1|{patient_class}|{ward}^B1^1^{TRUST}|||||||||||||||| {visit}^^^{TRUST}".replace("| ", "|")
            + "|" * 25
            + admitted
            + ended
        )
    return "\r".join([*lines, *([extra] if extra else [])]).encode() + b"\r"
