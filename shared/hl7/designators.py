"""Hierarchic designators (HD): how HL7 names applications, facilities and authorities. Pure."""


def name_in(designator: str) -> str:
    """The name in MSH-3 or MSH-4 (HD, `^` between components): the namespace id, or where there is none the universal.

    Without the blanks around it; case stays.
    """
    namespace, _, rest = designator.partition("^")
    return namespace.strip() or rest.partition("^")[0].strip()
