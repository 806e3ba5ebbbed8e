"""Templates: a presenter's dataclass and the frame in, HTML out. A template that asks for what a page has not fails."""

import dataclasses
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from jinja2.exceptions import UndefinedError
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.screens.pages.site import site_of
from services.screens.presenters.frame import Frame

ROOM = Path(__file__).resolve().parents[1]
STATIC = ROOM / "static"


class _Known(ChainableUndefined):
    """The design system's macros ask for what was not given; our own dataclasses are asked only for what they have."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        if dataclasses.is_dataclass(self._undefined_obj):
            raise UndefinedError(f"{type(self._undefined_obj).__name__} has no {self._undefined_name}")


def environment() -> Environment:
    """The templates, with the NHS design system's beside them."""
    loader = ChoiceLoader([FileSystemLoader(ROOM / "templates"), PackageLoader("nhsuk_frontend_jinja")])
    made = Environment(undefined=_Known, autoescape=True, loader=loader, trim_blocks=True, lstrip_blocks=True)
    made.globals["static"] = _static_addresses()  # type: ignore[index]
    return made


def _static_addresses() -> Mapping[str, str]:
    """Each served file with a mark of its content, so that a new release is never shown with an old style."""
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    return {
        str(
            path.relative_to(STATIC)
        ): f"/static/{path.relative_to(STATIC)}?v={sha256(path.read_bytes()).hexdigest()[:8]}"
        for path in files
    }


def render(request: Request, template: str, frame: Frame, status: int = 200, **given: object) -> HTMLResponse:
    """The page `template` in its frame."""
    text = (
        site_of(request)
        .templates.get_template(template)
        .render({"frame": frame, "cspNonce": request.state.nonce, "here": request.url.path, **given})
    )
    return HTMLResponse(text, status_code=status)
