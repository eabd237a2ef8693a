"""What a desk asks of a guest, and what it may read of their answers."""

from webapp.domain.permission import Permission
from webapp.domain.questions.answer import Sheet
from webapp.domain.questions.question import Asking, SeenBy, at_the_door, seen_levels
from webapp.languages.words import gettext
from webapp.queries.desk.guest import Guest
from webapp.queries.questions.sheets import own_sheets
from webapp.views.desk.result import Action, Scene
from webapp.views.words.formatting import plural


def levels_at(scene: Scene) -> frozenset[SeenBy]:
    """The questions whose answers whoever works here may read."""
    return seen_levels(manages=scene.may(Permission.MANAGE_EVENTS), runs_desk=True, teaches=False)


def asking_at(scene: Scene) -> Asking:
    """The questions of this door."""
    return at_the_door(levels_at(scene))


def asks_guest(scene: Scene, guest: Guest) -> Action | None:
    """The way to what the guest is still asked, or has answered; None where there is neither.

    One statement where the event asks something, else none.
    """
    sheet = own_sheets({guest.enrollment_id: scene.event.has_questions}).get(guest.enrollment_id)
    if sheet is None:
        return None
    href = scene.url("answers", enrollment_id=guest.enrollment_id)
    count = len(sheet.unanswered(asking_at(scene)))
    if count:
        words = plural(count, "Ask {n} question", "Ask {n} questions")
        return Action(words, href, solid=True, in_dialog=True)
    if readable(sheet, levels_at(scene)):
        return Action(gettext("See answers"), href, in_dialog=True)
    return None


def readable(sheet: Sheet, levels: frozenset[SeenBy]) -> bool:
    """Whether the guest said anything that may be read here."""
    return any(one.draft.seen_by in levels and sheet.answers[one.id] for one in sheet.answered())
