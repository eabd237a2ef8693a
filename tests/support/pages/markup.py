"""What a page offers to whoever looks at it: links, addresses that htmx asks, forms with their fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_VOID = {"input", "img", "br", "hr", "meta", "link", "source", "wbr"}
_BUTTONS = {"submit", "image"}
_UNSENT = {"button", "reset"}


@dataclass(frozen=True)
class Input:
    """A field of a form, with what a browser would send if nobody touched it (None: nothing)."""

    name: str
    kind: str
    value: str | None
    choices: tuple[str, ...] = ()
    accept: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.kind == "hidden"


@dataclass
class Form:
    """A form, or a button by itself that htmx sends."""

    method: str
    address: str
    is_file: bool = False
    by_htmx: bool = False
    inputs: list[Input] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def untouched(self) -> list[tuple[str, str]]:
        """What is sent if nobody fills anything in."""
        return [(one.name, one.value) for one in self.inputs if one.value is not None and one.kind != "file"]

    def emptied(self) -> list[tuple[str, str]]:
        """What is sent if somebody empties all that can be emptied."""
        texts = [one for one in self.inputs if one.kind not in {"radio", "checkbox", "file"}]
        return [(one.name, (one.value or "") if one.is_hidden or one.choices else "") for one in texts]

    def choices(self) -> Iterator[list[tuple[str, str]]]:
        """One choice after the other taken, the rest untouched."""
        for chosen in self.inputs:
            for choice in chosen.choices:
                if choice != chosen.value:
                    rest = [(name, value) for name, value in self.untouched() if name != chosen.name]
                    yield [*rest, (chosen.name, choice)]

    @property
    def shape(self) -> tuple:
        """The same for two forms that only differ in whom they are about."""
        return self.method, tuple(sorted({one.name for one in self.inputs})), tuple(self.buttons)


class Markup(HTMLParser):
    """Reads one page; `address` is where it was found, for what is written relative to it."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.links: list[str] = []
        self.asked_by_htmx: list[str] = []
        self.forms: list[Form] = []
        #: (tag, classes, place) of every element: two pages with the same ones look alike.
        self.kinds: set[tuple[str, ...]] = set()
        self._open: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._elsewhere: list[tuple[str, str, Mapping[str, str]]] = []
        self._select: tuple[Mapping[str, str], list[tuple[str, bool]]] | None = None
        self._textarea: tuple[Mapping[str, str], list[str]] | None = None
        self.feed(html)
        self.close()
        for owner, tag, marks in self._elsewhere:
            if owner in self._by_id:
                self._add(self._by_id[owner], tag, marks)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = {name: value or "" for name, value in attrs}
        self.kinds.add((tag, marks.get("class", ""), *(self._open[-1] if self._open else ("", ""))))
        if tag not in _VOID:
            self._open.append((tag, marks.get("class", "")))
        self._addresses(tag, marks)
        if tag == "form":
            self._form = self._begin(marks)
        elif tag == "select":
            self._select = (marks, [])
        elif tag == "option" and self._select:
            self._select[1].append((marks.get("value", ""), "selected" in marks))
        elif tag == "textarea":
            self._textarea = (marks, [])
        elif tag in {"input", "button"}:
            self._place(tag, marks)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in {name for name, _ in self._open}:
            if self._open.pop()[0] == tag:
                break
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select:
            marks, options = self._select
            chosen = [value for value, is_chosen in options if is_chosen] or [value for value, _ in options[:1]]
            given = {**marks, "value": chosen[0] if chosen else "", "type": "select"}
            self._place("select", {**given, "choices": "\n".join(value for value, _ in options)})
            self._select = None
        elif tag == "textarea" and self._textarea:
            marks, words = self._textarea
            self._place("textarea", {**marks, "value": "".join(words).removeprefix("\n"), "type": "textarea"})
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._textarea[1].append(data)

    def _addresses(self, tag: str, marks: Mapping[str, str]) -> None:
        if tag in {"a", "area"} and (address := self._own(marks.get("href", ""))):
            self.links.append(address)
            if "data-dialog" in marks:
                self.asked_by_htmx.append(address)
        if tag == "iframe" and (address := self._own(marks.get("src", ""))):
            self.links.append(address)
        for name in ("hx-get", "data-live"):
            if address := self._own(marks.get(name, "")):
                self.asked_by_htmx.append(address)
        if "hx-post" in marks and tag != "form" and self._form is None:
            self.forms.append(Form("POST", urljoin(self.address, marks["hx-post"]), by_htmx=True))

    def _own(self, address: str) -> str:
        """The whole address, if it leads to a page of this server."""
        if not address or address.startswith("#"):
            return ""
        whole = urljoin(self.address, address).partition("#")[0]
        return whole if whole.startswith(self.address[: self.address.index("/", 8)] + "/") else ""

    def _begin(self, marks: Mapping[str, str]) -> Form:
        form = Form(
            marks.get("method", "get").upper(),
            urljoin(self.address, marks.get("action") or self.address).partition("#")[0],
            is_file="multipart" in marks.get("enctype", ""),
            by_htmx="hx-post" in marks,
        )
        self.forms.append(form)
        if "id" in marks:
            self._by_id[marks["id"]] = form
        return form

    def _place(self, tag: str, marks: Mapping[str, str]) -> None:
        if "form" in marks:
            self._elsewhere.append((marks["form"], tag, marks))
        elif self._form is not None:
            self._add(self._form, tag, marks)

    def _add(self, form: Form, tag: str, marks: Mapping[str, str]) -> None:
        kind, name = marks.get("type", "submit" if tag == "button" else "text"), marks.get("name", "")
        if "disabled" in marks or kind in _UNSENT:
            return
        if kind in _BUTTONS:
            form.buttons.append((name, marks.get("value", "")))
            return
        if not name:
            return
        value: str | None = marks.get("value", "on" if kind in {"checkbox", "radio"} else "")
        choices = tuple(marks["choices"].split("\n")) if "choices" in marks else ()
        if kind in {"checkbox", "radio"}:
            choices = (value or "on",)
            value = value if "checked" in marks else None
        form.inputs.append(Input(name, kind, value, choices, marks.get("accept", "")))
