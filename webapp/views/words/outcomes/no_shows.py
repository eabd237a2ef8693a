"""What is said of no-show policies: the rule itself, what counts against somebody, and excuses."""

from webapp.domain.places.no_shows.excuse import ExcuseReason
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy, Tally
from webapp.domain.places.no_shows.strike import WHOLE, Strike
from webapp.languages import formats
from webapp.languages.words import N_, gettext, ngettext

EXCUSE = {
    ExcuseReason.ILL: N_("Illness"),
    ExcuseReason.FAMILY: N_("Family"),
    ExcuseReason.WORK: N_("Work"),
    ExcuseReason.TRAVEL: N_("Transport"),
    ExcuseReason.OURS: N_("Our mistake"),
    ExcuseReason.OTHER: N_("Something else"),
}
#: What a policy brings a person, as a part of a sentence about them.
_BRINGS = {
    Consequence.WARNED: N_("gets a warning"),
    Consequence.BEHIND: N_("waits behind others"),
}
#: The same to the person.
_BRINGS_YOU = {
    Consequence.WARNED: N_("You get a warning."),
    Consequence.BEHIND: N_("You wait behind others when you join a waitlist."),
}
_WOULD = {
    Consequence.WARNED: N_("would have been warned"),
    Consequence.LATER: N_("would have enrolled later than others"),
    Consequence.BEHIND: N_("would have waited behind others"),
}


def excuse_words(reason: ExcuseReason) -> str:
    """The reason in a word or two."""
    return gettext(EXCUSE[reason])


def brings_words(consequence: Consequence, hours: int | None) -> str:
    """What enough no-shows bring: the end of "a person ..."."""
    if consequence is Consequence.LATER:
        return ngettext("enrolls {n} hour later", "enrolls {n} hours later", hours or 0)
    return gettext(_BRINGS[consequence])


def rule_words(policy: NoShowPolicy) -> str:
    """The policy in a sentence, to staff and on the page of an event."""
    return ngettext(
        "After {n} no-show within {days} days, a person {brings} until it fades.",
        "After {n} no-shows within {days} days, a person {brings} until the first one fades.",
        policy.strikes,
        days=formats.number(policy.fade_days),
        brings=brings_words(policy.consequence, policy.hours),
    )


def strikes_words(halves: int) -> str:
    """How many that is: 2, or 1.5."""
    return formats.decimal(halves / WHOLE) if halves % WHOLE else formats.number(halves // WHOLE)


def count_words(tally: Tally) -> str:
    """How much counts against the reader, and when it fades."""
    first = tally.first
    if first is None:
        return ""
    count, limit = strikes_words(tally.halves), formats.number(tally.policy.strikes)
    fades = formats.long_date(first.fades_on)
    if len(tally.counting) == 1:
        return gettext("{count} of {limit}. It fades on {date}.", count=count, limit=limit, date=fades)
    return gettext("{count} of {limit}. The first fades on {date}.", count=count, limit=limit, date=fades)


def fades_words(strike: Strike) -> str:
    """Until when one of them counts."""
    date = formats.long_date(strike.fades_on)
    if strike.halves < WHOLE:
        return gettext("Cancelled late, counts half. Fades on {date}.", date=date)
    return gettext("Fades on {date}.", date=date)


def follows_words(tally: Tally) -> str:
    """What follows for the reader now, or would at the limit."""
    policy, ends = tally.policy, tally.ends
    if policy.consequence is Consequence.LATER:
        brings = ngettext(
            "You enroll {n} hour later than others.", "You enroll {n} hours later than others.", policy.hours or 0
        )
    else:
        brings = gettext(_BRINGS_YOU[policy.consequence])
    if ends is not None:
        return gettext("{brings} That ends on {date}.", brings=brings, date=formats.long_date(ends.fades_on))
    return ngettext("At {n} no-show: {brings}", "At {n} no-shows: {brings}", policy.strikes, brings=brings)


def would_words(policy: NoShowPolicy) -> str:
    """What would have happened to people, as the end of a sentence about them."""
    return gettext(_WOULD[policy.consequence])


#: What templates say.
SPOKEN = (excuse_words, rule_words, count_words, fades_words, follows_words, would_words)
