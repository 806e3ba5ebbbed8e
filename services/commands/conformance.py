"""`homeward conformance`: what each ADT event is read as and does, and the stories that show it."""

from importlib.resources import files

import typer


def page() -> str:
    """The page as made from the stories, and as `docs/triggers.md` has it. The stories are not packaged."""
    return files("services.commands").joinpath("conformance.md").read_text(encoding="utf-8")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def conformance() -> None:
        """What becomes of each ADT event (HL7 table 0003), and which stories show it: a page of Markdown."""
        typer.echo(page(), nl=False)

    _ = conformance
