"""The Cloud API's rules for what a business may send. Each breach is answered as Graph does it."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

MAX_TEXT_UNITS = 4096
MAX_BODY_UNITS = 1024
MAX_BUTTONS, BUTTON_UNITS, ID_UNITS = 3, 20, 256
MAX_ROWS, TITLE_UNITS, DESCRIPTION_UNITS = 10, 24, 72
MAX_CAPTION_UNITS = 1024
MAX_IMAGE_BYTES, IMAGE_TYPES = 5 * 1024 * 1024, ("image/jpeg", "image/png")
DAY_S = 24 * 3600.0


class ApiError(Exception):
    """An answer with an `error`."""

    def __init__(self, status: int, code: int, title: str, details: str = "", **headers: str):
        super().__init__(title)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        data = {"messaging_product": "whatsapp", "details": details}
        self.json = {
            "error": {
                "message": f"(#{code}) {title}",
                "type": "OAuthException",
                "code": code,
                "error_data": data,
                "fbtrace_id": "AbCdEf",
            }
        }


def missing(name: str) -> ApiError:
    return ApiError(400, 131008, "Required parameter is missing", f"Parameter '{name}' is missing.")


def invalid(details: str) -> ApiError:
    return ApiError(400, 131009, "Parameter value is not valid", details)


def units(text: str) -> int:
    """UTF-16 code units, the strictest way to count."""
    return len(text.encode("utf-16-le")) // 2


def known(value: Any, needed: set[str], optional: set[str] = frozenset()) -> Json:  # type: ignore[assignment]
    """An object that has these fields, and perhaps those, and no others."""
    if not isinstance(value, Mapping):
        raise invalid("An object was expected.")
    for name in needed - set(value):
        raise missing(name)
    if unknown := set(value) - needed - optional:
        raise ApiError(400, 100, "Invalid parameter", f"Unexpected key {sorted(unknown)}")
    return dict(value)


def text(value: Any, most: int, what: str) -> str:
    """A text that is not empty and not too long."""
    if not isinstance(value, str) or not value.strip():
        raise invalid(f"{what} must not be empty")
    if units(value) > most:
        raise invalid(f"{what} length is longer than {most}")
    return value


def text_message(message: Json) -> str:
    given = known(message["text"], {"body"}, {"preview_url"})
    return text(given["body"], MAX_TEXT_UNITS, "text body")


def uploaded(fields: Json, data: bytes, mime_type: str) -> None:
    """A file that is to be sent: an image that WhatsApp takes."""
    known(fields, {"messaging_product", "file", "type"})
    if fields["messaging_product"] != "whatsapp" or fields["type"] != mime_type:
        raise invalid("Param messaging_product or type")
    if mime_type not in IMAGE_TYPES:
        raise ApiError(400, 100, "Invalid parameter", f"Unsupported file type {mime_type}")
    if not 0 < len(data) <= MAX_IMAGE_BYTES:
        raise ApiError(400, 131052, "Media upload error", "File size exceeds the limit")


def image(message: Json) -> tuple[str, str]:
    """The caption, which may be empty, and the id of the file."""
    given = known(message["image"], {"id"}, {"caption"})
    if "caption" in given:
        text(given["caption"], MAX_CAPTION_UNITS, "image caption")
    return given.get("caption", ""), given["id"]


def header_image(message: Json) -> str | None:
    """The id of the image above buttons; a list has room for words alone."""
    given = message["interactive"]
    if "header" not in given:
        return None
    header = known(given["header"], {"type"}, {"image", "text"})
    if given["type"] == "list" and header["type"] != "text":
        raise invalid("interactive list header type")
    return str(known(header["image"], {"id"})["id"]) if header["type"] == "image" else None


def interactive(message: Json) -> tuple[str, list[Json], bool]:
    """The body, the choices ({id, title, description?}), and whether it is a list."""
    given = known(message["interactive"], {"type", "body", "action"}, {"header", "footer"})
    body = text(known(given["body"], {"text"})["text"], MAX_BODY_UNITS, "interactive body")
    if given["type"] == "button":
        return body, _buttons(given["action"]), False
    if given["type"] == "list":
        return body, _rows(given["action"]), True
    raise invalid(f"interactive type {given['type']} is not known here")


def _buttons(action: Any) -> list[Json]:
    buttons = known(action, {"buttons"})["buttons"]
    if not 1 <= len(buttons) <= MAX_BUTTONS:
        raise invalid(f"Invalid buttons count. Min allowed buttons: 1, Max: {MAX_BUTTONS}")
    replies = [known(known(one, {"type", "reply"})["reply"], {"id", "title"}) for one in buttons]
    for reply in replies:
        text(reply["title"], BUTTON_UNITS, "button title")
        text(reply["id"], ID_UNITS, "button id")
    _unique(replies, "id", "title")
    return replies


def _rows(action: Any) -> list[Json]:
    given = known(action, {"button", "sections"})
    text(given["button"], BUTTON_UNITS, "list button")
    sections = [known(one, {"rows"}, {"title"}) for one in given["sections"]]
    if len(sections) > 1 and not all(one.get("title") for one in sections):
        raise missing("title")
    rows = [known(row, {"id", "title"}, {"description"}) for one in sections for row in one["rows"]]
    if not 1 <= len(rows) <= MAX_ROWS:
        raise invalid(f"Total row count exceed max allowed count: {MAX_ROWS}")
    for row in rows:
        text(row["title"], TITLE_UNITS, "row title")
        text(row["id"], 200, "row id")
        if "description" in row:
            text(row["description"], DESCRIPTION_UNITS, "row description")
    _unique(rows, "id")
    return rows


def _unique(choices: list[Json], *fields: str) -> None:
    for field in fields:
        if len({choice[field] for choice in choices}) < len(choices):
            raise invalid(f"Duplicated {field}")
