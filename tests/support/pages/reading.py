"""A person at a browser without a screen: opens pages, presses buttons, reads what is written there."""

import re
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HTMX = {"HX-Request": "true"}
_TOKEN = re.compile(r"[\w.-]{80,}")
_FIELD_OF_THE_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Page:
    """One answer, read as a browser would read it."""

    response: TestResponse

    @property
    def status(self) -> int:
        """What a browser was told; a status that no server can send is an error here as it is there."""
        if not 100 <= self.response.status_code < 600:
            raise ValueError(f"no server can send the status {self.response.status!r}")
        return self.response.status_code

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.response.headers)

    @property
    def location(self) -> str | None:
        return self.response.headers.get("Location")

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def unsigned(self) -> str:
        """Its HTML without form tokens: those carry the second they were made in, so two equal pages can differ."""
        return _TOKEN.sub("", self.html)

    @cached_property
    def tree(self) -> Element:
        return html5lib.parse(self.html, namespaceHTMLElements=False)

    @property
    def title(self) -> str:
        return _words(next(self.tree.iter("title")))

    @property
    def text(self) -> str:
        """Everything that is written on it."""
        return _words(self.tree)

    def by_id(self, name: str) -> Element | None:
        return next((one for one in self.tree.iter() if one.get("id") == name), None)

    def words_of(self, name: str) -> str:
        """What is written in the element with that id."""
        element = self.by_id(name)
        assert element is not None, f"nothing has the id {name!r}"
        return _words(element)

    def headings(self, *levels: str) -> list[str]:
        return [_words(one) for one in self.tree.iter() if one.tag in (levels or ("h1", "h2"))]

    def buttons(self, within: str | None = None) -> list[str]:
        """The words of all buttons and of links that look like one."""
        root = self.tree if within is None else self.by_id(within)
        assert root is not None
        return [
            _words(one)
            for one in root.iter()
            if one.tag == "button" or (one.tag == "a" and "btn" in (one.get("class") or "").split())
        ]

    def links(self) -> dict[str, str]:
        """Words -> address of every link."""
        return {_words(one): one.get("href", "") for one in self.tree.iter("a")}

    def fields(self, action: str) -> dict[str, str]:
        """The hidden and filled-in fields of the form that posts there."""
        form = next(one for one in self.tree.iter("form") if one.get("action") == action)
        return {one.get("name", ""): one.get("value", "") for one in form.iter("input") if one.get("name")}

    def chosen(self, action: str) -> dict[str, str]:
        """What the selects of the form that posts there stand at."""
        form = next(one for one in self.tree.iter("form") if one.get("action") == action)
        return {one.get("name", ""): _stands_at(one) for one in form.iter("select")}


def _stands_at(select: Element) -> str:
    options = list(select.iter("option"))
    return next((one for one in options if one.get("selected") is not None), options[0]).get("value", "")


@dataclass
class Reader:
    """A browser with cookies; `post` brings the token along as a form does."""

    client: FlaskClient

    def get(self, path: str, *, htmx: bool = False, **headers: str) -> Page:
        return Page(self.client.get(path, headers={**(HTMX if htmx else {}), **headers}))

    def post(self, path: str, *, htmx: bool = False, headers: dict[str, str] | None = None, **fields: object) -> Page:
        data = {"csrf_token": self.token(), **fields}
        sent = {**(HTMX if htmx else {}), **(headers or {})}
        return Page(self.client.post(path, data=data, headers=sent))

    def token(self) -> str:
        """The token of this browser's session, as any of its forms carries it."""
        return _FIELD_OF_THE_TOKEN.findall(self.get("/reset").html)[0]


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
