"""Walks through a running server as one person: every link, every filter, every form.

Of what looks alike (the pages of one route, the same choice in the filter of a list) only so many are visited.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from tests.support.pages.markup import Form, Markup

HTMX = {"HX-Request": "true"}
#: A form with mistakes in it (422) or about something that has changed (409, 410) is answered by a page that says so.
_REFUSALS = {409, 410, 422}
#: What closes a way is pressed after everything else.
_LAST = ("delete", "end", "cancel", "leave", "call-off", "archive", "withdraw", "logout", "clock")
_FILE = ("people.csv", b"email,name\nada@lovelace.example,Ada Lovelace\n", "text/csv")
_LONG_CHOICE = 20
_NO_ANSWER = 599
#: The demonstration's mailbox shows everybody's mails; what they lead to is not found by somebody else.
_MAILS_OF_ALL = "/demo/mailbox"


@dataclass
class Visited:
    """One page, and how it was come to."""

    address: str
    came_from: str
    markup: Markup
    html: str = field(default="", repr=False)


@dataclass
class Crawl:
    """One person's walk; `faults` fills with what no page may answer.

    `pages_alike` pages of one route are looked at, and each choice of its filters in `choices_alike` of them;
    `forms_alike` forms of one kind are sent.
    """

    client: httpx.Client
    routes: MapAdapter
    role: str
    #: The address that mails are written with.
    base_url: str
    pages_alike: int = 2
    choices_alike: int = 1
    forms_alike: int = 1
    faults: list[str] = field(default_factory=list)
    pages: list[Visited] = field(default_factory=list)
    #: Those and what htmx and forms were answered, refusals with them.
    answers: list[Visited] = field(default_factory=list)
    requests: int = 0
    _seen: set[str] = field(default_factory=set)
    _alike: Counter = field(default_factory=Counter)
    _forms: dict[tuple, list[tuple[str, Form]]] = field(default_factory=dict)

    def follow(self, *starts: str) -> None:
        """Every link, filter and address of htmx that can be come to from there."""
        self._walk([(str(self.client.base_url.join(start)), "the start", False) for start in starts])

    def _walk(self, waiting: list[tuple[str, str, bool]]) -> None:
        while waiting:
            address, came_from, by_htmx = waiting.pop(0)
            if not self._is_new(address, by_htmx):
                continue
            page = self._look(address, came_from, by_htmx)
            if page is not None and not by_htmx:
                self.pages.append(page)
            if page is not None:
                waiting += self._ways_on(page)
                self._keep_forms(page)

    def _ways_on(self, page: Visited) -> list[tuple[str, str, bool]]:
        return [
            *((link, page.address, False) for link in page.markup.links),
            *((link, page.address, True) for link in page.markup.asked_by_htmx),
            *((link, page.address, False) for link in self._filters(page)),
        ]

    def send_forms(self) -> None:
        """Every form that was found: emptied first, then as it stands, what closes a way last."""
        found = sorted(self._forms.items(), key=lambda item: _closes(item[0]))
        for how in ("emptied", "untouched"):
            for key, forms in found:
                for address, known in forms:
                    if how == "untouched" or known.untouched() != known.emptied():
                        self._send_again(address, key, how)

    def _send_again(self, address: str, key: tuple, how: str) -> None:
        for form in self._still_there(address, key):
            if how == "emptied":
                self._send(form, form.emptied(), address, how, by_htmx=False)
            else:
                self._send(form, form.untouched(), address, how, by_htmx=form.by_htmx)

    def _is_new(self, address: str, by_htmx: bool) -> bool:
        if f"{address}{by_htmx}" in self._seen:
            return False
        self._seen.add(f"{address}{by_htmx}")
        route = (self._route(address, "GET"), by_htmx)
        choices = [(route, choice) for choice in _choices(address)]
        wanted = self.choices_alike if choices else self.pages_alike
        is_new = any(self._alike[key] < wanted for key in choices or [route])
        if is_new:
            self._alike.update(choices or [route])
        return is_new

    def _look(self, address: str, came_from: str, by_htmx: bool) -> Visited | None:
        answer = self._ask(lambda: self.client.get(address, headers=HTMX if by_htmx else {}))
        where = f"{self.role}: GET{' by htmx' if by_htmx else ''} {_path(address)}, a link of {_path(came_from)}"
        answer = self._at_the_end(answer, where)
        if answer.status_code >= 400:
            if answer.status_code != 404 or not _path(came_from).startswith(_MAILS_OF_ALL):
                self.faults.append(f"{where}: {answer.status_code}")
            return None
        if "html" not in answer.headers.get("content-type", ""):
            return None
        return self._read(answer, came_from)

    def _read(self, answer: httpx.Response, came_from: str) -> Visited:
        html = answer.text.replace(self.base_url, str(self.client.base_url).rstrip("/"))
        page = Visited(str(answer.url), came_from, Markup(str(answer.url), html), html)
        self.answers.append(page)
        return page

    def _at_the_end(self, answer: httpx.Response, where: str) -> httpx.Response:
        """What the redirects lead to."""
        for _ in range(5):
            target = answer.headers.get("location") or answer.headers.get("hx-redirect")
            if target is None:
                return answer
            if urlsplit(target).hostname not in {None, self.client.base_url.host}:
                return httpx.Response(200, request=answer.request)
            self._seen.add(f"{answer.url.join(target)}False")
            address = answer.url.join(target)
            answer = self._ask(lambda address=address: self.client.get(address))
        self.faults.append(f"{where}: leads round in a circle")
        return answer

    def _ask(self, question: Callable[[], httpx.Response]) -> httpx.Response:
        """The answer; what is no answer at all stands as one that no server gives."""
        self.requests += 1
        try:
            return question()
        except httpx.RemoteProtocolError as error:
            return httpx.Response(_NO_ANSWER, text=str(error), request=error.request)

    def _filters(self, page: Visited) -> Iterator[str]:
        """The forms that only look: untouched, with each choice, and with words that find nothing or much."""
        for form in page.markup.forms:
            if form.method != "GET":
                continue
            texts = [one.name for one in form.inputs if one.kind in {"text", "search"}]
            for sent in [form.untouched(), *form.choices()]:
                yield f"{form.address}?{urlencode(sent)}"
            for name in texts:
                rest = [(key, value) for key, value in form.untouched() if key != name]
                for words in ("a", "nobody <b>%_"):
                    yield f"{form.address}?{urlencode([*rest, (name, words)])}"

    def _keep_forms(self, page: Visited) -> None:
        for form in page.markup.forms:
            if form.method != "POST":
                continue
            alike = self._forms.setdefault(self._kind(form), [])
            if len(alike) < self.forms_alike and form.address not in {kept.address for _, kept in alike}:
                alike.append((page.address, form))

    def _kind(self, form: Form) -> tuple:
        return self._route(form.address, "POST"), form.shape

    def _still_there(self, address: str, key: tuple) -> list[Form]:
        """The form as the page has it now; a page or a form that is gone by now has nothing to press."""
        answer = self._ask(lambda: self.client.get(address))
        if answer.status_code != 200:
            return []
        forms = Markup(address, answer.text).forms
        return [form for form in forms if form.method == "POST" and self._kind(form) == key][:1]

    def _send(self, form: Form, sent: list[tuple[str, str]], page: str, how: str, *, by_htmx: bool) -> None:
        for name, value in form.buttons[:1] if how == "emptied" else (form.buttons or [("", "")]):
            fields: dict[str, list[str]] = {}
            for key, text in [*sent, (name, value)] if name else sent:
                fields.setdefault(key, []).append(text)
            files = {one.name: _FILE for one in form.inputs if one.kind == "file" and "csv" in one.accept} or None
            answer = self._ask(
                lambda fields=fields, files=files: self.client.post(
                    form.address, data=fields, files=files, headers=HTMX if by_htmx else {}
                )
            )
            where = f"{self.role}: POST {_path(form.address)} ({how} {name}={value}), a form of {_path(page)}"
            if answer.status_code >= 400 and answer.status_code not in _REFUSALS:
                self.faults.append(f"{where}: {answer.status_code}")
                continue
            answer = self._at_the_end(answer, where)
            if answer.status_code >= 400 and answer.status_code not in _REFUSALS:
                self.faults.append(f"{where}, which leads to {_path(str(answer.url))}: {answer.status_code}")
            elif "html" in answer.headers.get("content-type", ""):
                self._walk(self._ways_on(self._read(answer, page)))

    def _route(self, address: str, method: str) -> tuple:
        """What the server takes an address for: endpoint and the parts of it that are words of our own."""
        try:
            rule, values = self.routes.match(urlsplit(address).path, method=method, return_rule=True)
        except RequestRedirect as moved:
            return ("redirect", moved.new_url)
        except HTTPException:
            return ("unknown", urlsplit(address).path)
        ours = [name for name, kind in rule._converters.items() if type(kind).__name__ == "AnyConverter"]
        return rule.endpoint, tuple(values[name] for name in ours)


def _choices(address: str) -> Iterator[tuple[str, str]]:
    """The parts of a query; of what is a number or free text only the name counts."""
    for name, value in parse_qsl(urlsplit(address).query, keep_blank_values=True):
        is_ours = value.replace("_", "").replace("-", "").isalpha() and len(value) < _LONG_CHOICE
        yield name, value if is_ours else ("" if not value else "...")


def _closes(key: tuple) -> tuple[int, str]:
    endpoint, parts = key[0]
    words = f"{endpoint}/{'/'.join(map(str, parts))}".replace("sign_out", "logout").replace("_", "-")
    return max((n for n, word in enumerate(_LAST, start=1) if word in words), default=0), words


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}{'?' if parts.query else ''}{parts.query}" or address
