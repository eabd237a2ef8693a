"""What a request sent, one value at a time: nothing is copied wholesale."""

from flask import request

from webapp.domain.numbers import MAX_ID, MAX_VERSION, parse_whole, whole_or_none
from webapp.domain.refusal import Refused
from webapp.domain.request_id import require_request_id


def one_field(name: str) -> str:
    """The field's one value, or "". The same field with two values is refused (`field_repeated`)."""
    values = set(request.form.getlist(name))
    if len(values) > 1:
        raise Refused("field_repeated", field=name)
    return values.pop() if values else ""


def first_field(name: str) -> str:
    """The field's first value, or "": for what must not refuse, such as keeping somebody's input."""
    return request.form.get(name, "")


def several_fields(name: str) -> list[str]:
    """Every value of a field that may come more than once, such as a row of checkboxes."""
    return request.form.getlist(name)


def is_sent(name: str) -> bool:
    """Whether the form has such a field at all, also an empty one."""
    return name in request.form


def sent_or_asked(name: str) -> str:
    """The value of a small form that is opened with it in its address and then sends it along."""
    return (request.form if request.method == "POST" else request.args).get(name, "")


def asks_preview() -> bool:
    """Whether the form was sent to be looked at, by the button "Preview", and not to be saved."""
    return is_sent("preview")


def field_count() -> int:
    """How many values the form has in all."""
    return sum(len(values) for _, values in request.form.lists())


def row_ids(name: str) -> list[int]:
    """Every field of that name in a form about several, once each. Raises `not_found` for what is no id."""
    try:
        return [parse_whole(text, low=1, high=MAX_ID, field=name) for text in dict.fromkeys(several_fields(name))]
    except Refused:
        raise Refused("not_found") from None


def row_numbers(name: str) -> list[int]:
    """The rows of a form whose fields are named after an id (`name-12`), in order. Raises `number_invalid`."""
    prefix = f"{name}-"
    sent = [field.removeprefix(prefix) for field in request.form if field.startswith(prefix)]
    return [parse_whole(text, low=1, high=MAX_ID, field=name) for text in sent]


def sent_id(name: str) -> int:
    """A row's id; anything that cannot be one is a row that does not exist (`not_found`)."""
    text = one_field(name)
    try:
        return parse_whole(text, low=1, high=MAX_ID, field=name)
    except Refused as error:
        raise Refused("not_found") from error


def hidden_number(name: str, *, high: int = MAX_VERSION) -> int | None:
    """A whole number from 1 that a hidden field carries; None where it is missing, repeated or none."""
    values = several_fields(name)
    return whole_or_none(values[0], high=high) if len(values) == 1 else None


def sent_request_id() -> str:
    """The id of this form or tap, by which a repeat is known (`request_id_invalid`)."""
    return require_request_id(one_field("request_id"))


def has_file(name: str) -> bool:
    """Whether a file was chosen for that field."""
    return any(file.filename for file in request.files.getlist(name))


def sent_file(name: str) -> bytes:
    """The one file of a form. Raises `file_missing`, `field_repeated`."""
    files = request.files.getlist(name)
    if len(files) > 1:
        raise Refused("field_repeated", field=name)
    if not files or not files[0].filename:
        raise Refused("file_missing")
    return files[0].read()


def sent_files(name: str) -> dict[int, tuple[str, bytes]]:
    """The files of fields that are named after an id (`name-12`): what each is called, and its bytes.

    Raises `number_invalid`, `field_repeated`.
    """
    found: dict[int, tuple[str, bytes]] = {}
    for field in request.files:
        if field.startswith(f"{name}-") and has_file(field):
            row = parse_whole(field.removeprefix(f"{name}-"), low=1, high=MAX_ID, field=name)
            found[row] = (sent_file_name(field), sent_file(field))
    return found


def sent_file_name(name: str) -> str:
    """What the file is called on its owner's machine, without its folders, on one line; "" where nobody says."""
    files = request.files.getlist(name)
    last = ((files[0].filename or "") if files else "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip()


def sent_version() -> int | None:
    """The version a form was opened on, where it says one (`stale` when it cannot be read)."""
    if not one_field("version"):
        return None
    version = hidden_number("version")
    if version is None:
        raise Refused("stale")
    return version
