"""What a status of a guest list says: coming, waiting, no answer yet, or not coming; in five languages."""

from collections.abc import Iterable
from enum import StrEnum

from webapp.domain.text import fold


class Answer(StrEnum):
    """What a line of a list says about a guest."""

    COMING = "coming"
    WAITING = "waiting"
    OPEN = "open"
    OUT = "out"


# Lists of words, as they are read.
# fmt: off
_YES = {
    "yes", "y", "true", "1", "x", "ja", "j", "si", "s", "sim", "oui", "o", "wahr", "verdadero", "verdadeiro", "vrai",
    "yep", "yeah", "sure", "absolutely", "definitely", "gerne", "naturlich", "claro", "volontiers",
}
_NO = {
    "no", "nein", "nao", "non", "nope", "false", "0", "n", "falsch", "falso", "faux", "not", "nicht", "never",
    "leider", "sorry", "unfortunately", "regrets", "regret", "desole", "desolee", "lamentablemente", "infelizmente",
}
#: Words that turn a sentence into a no, wherever they stand in it.
_NEGATIONS = {
    "not", "nicht", "no", "nao", "ne", "pas", "kein", "keine", "cant", "cannot", "couldnt", "wont", "unable", "dont",
    "isnt", "arent", "wouldnt", "regrets", "unfortunately", "infelizmente", "lamentablemente", "verhindert",
    "didnt", "doesnt", "tampoco", "impossible", "imposible", "impossivel", "absent", "absente", "ausente", "abwesend",
}
_OUT_BEGINNINGS = (
    "cancel", "storn", "annul", "anul", "refund", "declin", "reject", "withdr", "zuruckgez", "abgesagt", "absage",
    "abgelehnt", "erstattet", "deleted", "gelosch", "void", "expir", "abgelaufen", "rechaz", "recus", "refus",
    "reembols", "rembours", "revok", "widerruf", "denied", "denegad", "verweigert", "blocked",
    "banned", "removed", "entfernt", "elimin", "supprim", "failed", "fehlgeschlagen", "fallid", "echou", "falhou",
    "chargeback", "disput", "ungultig", "invalid", "abgemeldet", "noshow", "transferred", "transferido", "transferida",
    "ubertragen",
)
_WAITING_BEGINNINGS = (
    "waitlist", "waiting", "warteliste", "wartend", "wartet", "pending", "ausstehend", "schwebend", "pendiente",
    "pendente", "nachruck", "standby", "unpaid", "unbezahlt", "impay", "awaiting", "beantragt", "angefragt",
    "requested", "onhold",
)
_WAITING_PHRASES = (
    "wait list", "waiting list", "listedattente", "liste d attente", "liste dattente", "lista de espera",
    "en attente", "en espera", "em espera", "on hold", "under review", "in review", "in prufung", "in bearbeitung",
    "not paid", "not yet paid", "nicht bezahlt", "noch nicht bezahlt", "no pagado", "non paye", "nao pago",
    "sin pagar", "not yet approved", "noch nicht genehmigt", "not approved yet", "to be approved", "aguardando",
    "a valider", "por aprobar", "por aprovar",
)
_OPEN_WORDS = {
    "invited", "eingeladen", "invitado", "invitada", "invite", "invitee", "convidado", "convidada", "maybe",
    "vielleicht", "quizas", "quiza", "talvez", "perhaps", "possibly", "eventuell", "unsure", "undecided",
    "unentschieden", "unsicher", "tentative", "interested", "interessiert", "interesado", "interesada", "interesse",
    "unconfirmed", "unbestatigt", "draft", "incomplete", "unvollstandig", "incompleto", "incomplet", "abandoned",
    "unanswered", "unknown", "unbekannt",
}
_OPEN_PHRASES = (
    "no response", "no reply", "no answer", "not responded", "not replied", "not answered", "awaiting response",
    "awaiting reply", "keine antwort", "nicht geantwortet", "sin respuesta", "sans reponse", "pas de reponse",
    "sem resposta", "tal vez", "peut etre", "peutetre", "not sure", "nicht sicher", "no estoy segur", "pas sur",
    "nao tenho certeza", "not confirmed", "nicht bestatigt", "sin confirmar", "non confirme", "nao confirmad",
    "no confirmad", "ne sais pas", "no se todavia", "nao sei", "weiss nicht", "weiss noch nicht", "dont know",
)
#: A no that is not about coming: "Not checked in" speaks of the door, "Not required" of money.
_NEUTRAL_PHRASES = (
    "not checked in", "nicht eingecheckt", "not required", "not applicable", "n a", "no payment", "no charge",
    "nicht erforderlich", "no requerido", "no aplica", "non requis", "nao aplicavel", "nao necessario", "pas requis",
)
# fmt: on


def answer_of(status: str) -> Answer:
    """What a status in words says; words that say nothing known are a yes, as is an empty cell."""
    words = fold(status).split()
    if not words:
        return Answer.COMING
    whole = " ".join(words)
    squashed = "".join(words)
    if _has(whole, _NEUTRAL_PHRASES):
        return Answer.COMING
    if _has(whole, _OPEN_PHRASES) or squashed in {phrase.replace(" ", "") for phrase in _OPEN_PHRASES}:
        return Answer.OPEN
    if _has(whole, _WAITING_PHRASES):
        return Answer.WAITING
    if words[0] in _YES:
        return Answer.COMING
    says_no = words[0] in _NO or squashed in _SQUASHED_NO or _NEGATIONS.intersection(words)
    if says_no or _begins(words, squashed, _OUT_BEGINNINGS):
        return Answer.OUT
    if _begins(words, squashed, _WAITING_BEGINNINGS):
        return Answer.WAITING
    return Answer.OPEN if _OPEN_WORDS.intersection(words) else Answer.COMING


#: Noes that some products write as one word.
# fmt: off
_SQUASHED_NO = {
    "notattending", "notgoing", "cantgo", "notcoming", "noasiste", "noasistira", "naovai", "naocomparecera",
    "neparticipepas", "nimmtnichtteil", "kommtnicht",
}
# fmt: on


def says_yes(cell: str) -> bool:
    """Whether the cell of a column such as "Cancelled" or "Void" says that this is so: a yes, or since when."""
    words = fold(cell).split()
    if not words:
        return False
    is_instant = sum(character.isdigit() for character in cell) >= 6
    return words[0] in _YES or is_instant or _begins(words, "".join(words), _OUT_BEGINNINGS)


def together(answers: Iterable[Answer]) -> Answer:
    """What several columns say together: the one that stands furthest from coming."""
    return max(answers, key=_FURTHEST.index, default=Answer.COMING)


_FURTHEST = (Answer.COMING, Answer.WAITING, Answer.OPEN, Answer.OUT)


def _has(whole: str, phrases: Iterable[str]) -> bool:
    return any(f" {phrase}" in f" {whole}" for phrase in phrases)


def _begins(words: list[str], squashed: str, beginnings: tuple[str, ...]) -> bool:
    return squashed.startswith(beginnings) or any(word.startswith(beginnings) for word in words)
