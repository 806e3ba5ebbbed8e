"""`homeward conformance`: what each ADT event is read as and does, as `docs/triggers.md` has it."""

import typer

from services.admissions.adt.conformance import table


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def conformance() -> None:
        """What becomes of each ADT event (HL7 table 0003): a page of Markdown."""
        typer.echo(table(), nl=False)

    _ = conformance
