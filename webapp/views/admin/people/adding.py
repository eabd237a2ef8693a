"""Adding people by name, to an event or a class: one, or many pasted; what happens is shown before."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, render_template

from webapp.domain.places.adding import AddedLine, Fate, Terms, Wish, key_of
from webapp.domain.places.lists.pasted_people import (
    MOST_LINES,
    PHONE_LIMIT,
    PastedPerson,
    clean_phone,
    read_pasted,
    write_pasted,
)
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.services.accounts.account import EMAIL_LIMIT, NAME_LIMIT, require_email, require_name
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line_or_empty, one_of, or_none, switch, whole
from webapp.views.forms.reason import LONGEST_REASON
from webapp.views.forms.sent import is_sent, one_field
from webapp.views.responses import see_other
from webapp.views.words.formatting import plural

#: One person, or the pasted text.
ONE = FormKind(("name", "email", "phone"), sentences={("name", "text_missing"): N_("Enter a name")})
MANY = FormKind(("lines",), otherwise="lines")
#: How they are added.
TERMS = FormKind(
    ("wish", "position", "reason", "is_another"),
    sentences={
        "reason_required": N_("Say why. It’s kept in the audit trail with your name"),
        "position_missing": N_("Enter a position on the waitlist"),
        ("position", "number_invalid"): N_("Enter a position on the waitlist"),
    },
    field_of={"reason_required": "reason", "position_missing": "position"},
)
_LOWEST_POSITION, _HIGHEST_POSITION = 1, 1_000_000


@dataclass(frozen=True)
class Adding:
    """One event or class that people are added to: its page, and the services behind it."""

    template: str
    values: dict[str, Any]
    capacity: int | None
    taken: int
    can_wait: bool
    rehearse: Callable[..., list[AddedLine]]
    add: Callable[..., list[AddedLine]]
    back: str


@dataclass(frozen=True)
class Preview:
    """What is shown before: each line, the numbers, and what the form sends along."""

    lines: list[AddedLine]
    terms: Terms
    key: str
    text: str
    counts: Counter[Fate]
    #: How many more people than places there would be, if everybody new got one.
    over: int

    @property
    def added(self) -> int:
        return sum(line.is_added for line in self.lines)

    @property
    def asks_how(self) -> bool:
        """Whether there is something to choose: not everybody new simply gets a place."""
        tight = self.counts[Fate.WAITLIST] or self.counts[Fate.FULL] or self.counts[Fate.OVER]
        return bool(tight) or self.terms.wish is not Wish.RULE

    @property
    def asks_why(self) -> bool:
        return self.asks_how or bool(self.counts[Fate.GAVE_UP]) or bool(self.terms.reason)


def start_page(adding: Adding, one: Form | None = None, many: Form | None = None) -> Any:
    """The two ways to say whom: one person, or lines."""
    one, many = one or ONE.filled(), many or MANY.filled()
    body = render_template(
        adding.template,
        one=one,
        many=many,
        preview=None,
        name_limit=NAME_LIMIT,
        email_limit=EMAIL_LIMIT,
        phone_limit=PHONE_LIMIT,
        most_lines=MOST_LINES,
        **adding.values,
    )
    return make_response(body, max(one.status, many.status))


def answer(adding: Adding) -> Any:
    """Show what would happen, or do it if it was seen."""
    try:
        people, problem = _people(adding)
    except Refused as refused:
        many = MANY.sent()
        many.refuse(refused)
        return start_page(adding, many=many)
    if problem is not None:
        return problem
    form, terms = _terms()
    if one_field("what") != "add" or form.is_refused:
        return _preview_page(adding, people, terms, form)
    try:
        lines = adding.add(people=people, terms=terms, seen=one_field("seen"))
    except Refused as refused:
        form.refuse(refused)
        return _preview_page(adding, people, terms, form)
    flash(said_of(Counter(line.fate for line in lines if line.fate)))
    return see_other(adding.back)


def said_of(counts: Counter[Fate]) -> str:
    """3 added: 2 have a place, 1 is on the waitlist."""
    seated = counts[Fate.PLACE] + counts[Fate.OVER]
    left_out = counts.total() - seated - counts[Fate.WAITLIST] - counts[Fate.INVITED]
    parts = [
        plural(seated, "{n} person has a place now.", "{n} people have a place now.") if seated else "",
        plural(counts[Fate.WAITLIST], "{n} person joined the waitlist.", "{n} people joined the waitlist.")
        if counts[Fate.WAITLIST]
        else "",
        plural(counts[Fate.INVITED], "{n} person was invited.", "{n} people were invited.")
        if counts[Fate.INVITED]
        else "",
        plural(left_out, "{n} line was left out.", "{n} lines were left out.") if left_out else "",
    ]
    return " ".join(filter(None, parts)) or gettext("No one was added.")


def _people(adding: Adding) -> tuple[list[PastedPerson], Any]:
    """Whom the form is about, or the page that says what is wrong with the one person."""
    if is_sent("lines"):
        return read_pasted(one_field("lines")), None
    form = ONE.sent()
    name = form.read("name", require_name)
    address = form.read("email", lambda text: require_email(text) if text.strip() else "")
    phone = form.read("phone", lambda text: clean_phone(text) if text.strip() else "")
    if form.is_refused:
        return [], start_page(adding, one=form)
    return [PastedPerson(1, name, address, phone)], None


def _terms() -> tuple[Form, Terms]:
    form = TERMS.sent(instead={"wish": Wish.RULE})
    wish = form.read("wish", one_of(Wish))
    position = form.read("position", or_none(whole(_LOWEST_POSITION, _HIGHEST_POSITION)))
    reason = form.read("reason", line_or_empty(LONGEST_REASON))
    is_another = form.read("is_another", switch)
    return form, Terms(wish or Wish.RULE, position if wish is Wish.LINE else None, reason or "", bool(is_another))


def _preview_page(adding: Adding, people: list[PastedPerson], terms: Terms, form: Form) -> Any:
    try:
        lines = adding.rehearse(people=people, terms=terms)
    except Refused as refused:
        return start_page(adding, many=_refused(refused))
    counts = Counter(line.fate for line in lines if line.fate)
    newcomers = sum(counts[fate] for fate in (Fate.PLACE, Fate.OVER, Fate.WAITLIST, Fate.FULL))
    over = 0 if adding.capacity is None else max(adding.taken + newcomers - adding.capacity, 0)
    text = "\n".join(map(write_pasted, people))
    preview = Preview(lines, terms, key_of(lines, terms), text, counts, over)
    body = render_template(
        adding.template,
        preview=preview,
        form=form,
        can_wait=adding.can_wait,
        wishes=_wishes(adding, preview),
        reason_limit=LONGEST_REASON,
        fate_words=fate_words,
        **adding.values,
    )
    return make_response(body, form.status)


def _refused(refused: Refused) -> Form:
    form = MANY.sent(instead={"lines": ""})
    form.refuse(refused)
    return form


def _wishes(adding: Adding, preview: Preview) -> list[tuple[str, str, str | None]]:
    usual = (
        gettext("A place if one is free, then the waitlist") if adding.can_wait else gettext("A place if one is free")
    )
    wishes: list[tuple[str, str, str | None]] = [(Wish.RULE, usual, None)]
    if preview.over:
        small = gettext("Needs a reason. Your team sees “over by {n}”.", n=preview.over)
        wishes.append((Wish.OVER, gettext("A place, over the limit"), small))
    if adding.can_wait:
        wishes.append((Wish.LINE, gettext("A position on the waitlist"), gettext("Needs a reason.")))
    return wishes


def fate_words(line: AddedLine) -> tuple[str, str, str | None]:
    """Words, tint, and what to do about it."""
    match line.fate:
        case Fate.PLACE:
            return gettext("Gets a place"), "ok", None if line.address else gettext("No email: tell them yourself")
        case Fate.OVER:
            return gettext("Gets a place, over the limit"), "wait", None
        case Fate.WAITLIST:
            return gettext("Joins the waitlist, number {rank}", rank=line.rank or 1), "wait", None
        case Fate.INVITED:
            return gettext("Gets an invitation"), "brand", None
        case Fate.ASKED:
            return gettext("Invited already"), "mute", gettext("They haven’t answered yet")
        case Fate.ALREADY:
            return gettext("Already in"), "mute", None
        case Fate.NAMESAKE:
            return gettext("Perhaps already in"), "wait", gettext("Someone with this name and no address is in already")
        case Fate.REPEATED:
            return gettext("Listed twice"), "mute", None
        case Fate.FULL:
            return gettext("Needs a reason"), "no", gettext("All places are taken, and there’s no waitlist")
        case Fate.GAVE_UP:
            return gettext("Needs a reason"), "no", gettext("Their place was cancelled before")
    is_nameless = line.problem is not None and line.problem.code == "text_missing"
    return gettext("Left out"), "no", gettext("The name is missing") if is_nameless else None
