"""What one heading of a guest list says, whatever product or language it comes from."""

import re
from enum import IntEnum
from functools import lru_cache

from webapp.domain.text import fold

#: A heading is short; a longer one is a text that somebody wrote.
LONGEST_HEADING = 200


class Whose(IntEnum):
    """Whose value it is: the closer to the guest, the more it counts."""

    GUEST = 0
    PLAIN = 1
    ASKED = 2
    BUYER = 3
    ACCOUNT = 4


# Lists of words, as they are read.
# fmt: off
_GUEST = (
    "attendee", "guest", "participant", "ticketholder", "holder", "teilnehmer", "teilnehmerin", "teilnehmende",
    "gast", "besucher", "participante", "asistente", "invitado", "invite", "convidado", "inscrito", "registrant",
    "ofattendee", "desteilnehmers", "derperson", "delparticipante", "delasistente", "doparticipante",
    "doconvidado", "duparticipant", "user", "contact", "kontakt", "contacto", "contato", "person", "titulaire",
    "titular", "deltitular", "dotitular", "dutitulaire", "karteninhaber", "ticketinhaber",
)
_BUYER = (
    "buyer", "purchaser", "order", "billing", "invoice", "payer", "kaufer", "besteller", "rechnung", "rechnungs",
    "bestell", "comprador", "delcomprador", "docomprador", "acheteur", "delacheteur", "commande", "pedido",
    "facturacion", "facturation", "customer", "kunde", "kunden", "cliente", "client", "booker", "bucher",
)
_ASKED = ("work", "business", "primary", "personal", "professional", "dienstliche", "geschaftliche", "berufliche",
          "private", "professionnel", "profesional", "profissional")

#: "Email (required)" is an e-mail address.
_REMARK = re.compile(r"\([^)]*\)|\[[^]]*\]")
_WORD = re.compile(r"[^\W_]+")

_ADDRESS = {
    "email", "emails", "mail", "emailaddress", "mailaddress", "emailadresse", "mailadresse", "adresseemail",
    "adressemail", "adressedemail", "adressedemessagerie", "courriel", "adressecourriel", "courrierelectronique",
    "adresseelectronique", "correo", "correoelectronico", "correoe", "direcciondecorreo", "emailid",
    "direcciondecorreoelectronico", "direccionemail", "direcciondeemail", "emailcorreo", "enderecodeemail",
    "enderecoemail", "enderecodecorreio", "enderecoeletronico", "correioeletronico", "correioelectronico",
    "enderecodecorreioeletronico", "elektronischeadresse", "electronicmail",
}
_FIRST = {
    "firstname", "first", "givenname", "givennames", "forename", "vorname", "vornamen", "rufname", "prenom", "prenoms",
    "primeironome", "nomeproprio", "nombredepila", "primernombre", "nombres",
}
_LAST = {
    "lastname", "last", "surname", "familyname", "nachname", "familienname", "zuname", "nomdefamille", "apellido",
    "apellidos", "sobrenome", "sobrenomes", "apelido", "ultimonome", "nomedefamilia", "secondname",
}
_FULL = {
    "fullname", "displayname", "namefull", "completename", "vollername", "vollstandigername", "vorundnachname",
    "vornamenachname", "vornameundnachname", "nachnamevorname", "nomcomplet", "nometprenom", "nomprenom", "prenomnom",
    "prenometnom", "nombrecompleto", "nombreyapellido", "nombreyapellidos", "nomecompleto", "nomeesobrenome",
    "firstandlastname", "firstnamelastname", "vollstandigenname", "vollennamen",
}
#: The full name, or the half that the other column leaves over: "Vorname" and "Name", "Nombre" and "Apellidos".
_NAME = {"name", "names", "nom", "nombre", "nome"}
_STATUS = {
    "status", "state", "zustand", "estado", "situacao", "situacion", "statut", "etat", "estatus", "rsvp", "rsvpstatus",
    "response", "reply", "antwort", "ruckmeldung", "zusage", "respuesta", "resposta", "reponse", "attending",
    "going", "coming", "attendance", "approval", "approved", "teilnahme", "asistencia", "presenca", "presence",
    "rsvpresponse", "zuoderabsage", "zusageabsage",
}
_STATUS_NOUNS = ("status", "state", "zustand", "estado", "situacao", "situacion", "statut", "etat", "estatus")
#: What the status of a list can be of; "Check-in status" or "Email status" says nothing about coming.
_STATUS_OF = {
    "approval", "payment", "paid", "registration", "registrant", "order", "ticket", "booking", "reservation", "rsvp",
    "invitation", "invite", "response", "application", "enrollment", "enrolment", "attending", "purchase",
    "zahlung", "zahlungs", "bezahl", "anmelde", "anmeldungs", "genehmigungs", "freigabe", "buchungs", "bestell",
    "teilnahme", "reservierungs", "einladungs", "antwort", "pago", "delpago", "depago", "aprobacion",
    "deaprobacion", "inscripcion", "delainscripcion", "deinscripcion", "registro", "delregistro", "deregistro",
    "reserva", "delareserva", "dereserva", "delpedido", "dopedido", "pedido", "paiement", "dupaiement", "depaiement",
    "dapprobation", "approbation", "delinscription", "dinscription", "inscription", "dubillet", "dereservation",
    "delareservation", "delacommande", "pagamento", "dopagamento", "depagamento", "aprovacao", "deaprovacao",
    "inscricao", "dainscricao", "deinscricao", "doingresso", "dareserva", "delaentrada",
}
_CANCELLED = {
    "cancelled", "canceled", "iscancelled", "iscanceled", "storniert", "abgesagt", "cancelado", "cancelada",
    "anulado", "anulada", "annule", "annulee", "refunded", "erstattet", "void", "voided", "isvoid", "deleted",
    "isdeleted", "geloscht", "ungultig", "cancelledat", "canceledat", "cancelledon", "canceledon", "storniertam",
    "cancellationdate", "canceldate", "cancelleddate", "refundedat", "refunddate", "deletedat", "annulele",
    "canceladoel", "canceladoem", "reembolsado", "reembolsada", "rembourse", "remboursee",
}
_QUANTITY = {
    "quantity", "qty", "numberoftickets", "ticketquantity", "ticketcount", "tickets", "anzahl", "menge",
    "anzahltickets", "ticketanzahl", "cantidad", "cantidaddeentradas", "quantidade", "quantidadedeingressos",
    "quantite", "nombredebillets",
}
#: Where a form collects addresses by itself, it may call them so.
_ACCOUNT = {
    "username", "benutzername", "benutzer", "nombredeusuario", "usuario", "nomdutilisateur", "utilisateur",
    "nomedeusuario", "nomedousuario", "nomedeutilizador", "login", "upn", "userprincipalname", "account",
}

_MEANINGS = {
    "address": _ADDRESS, "first": _FIRST, "last": _LAST, "full": _FULL, "name": _NAME, "status": _STATUS,
    "cancelled": _CANCELLED, "quantity": _QUANTITY,
}

#: Words around what a form asks for: "What is your full name?", "Bitte gib deine E-Mail-Adresse ein".
_ASKING = frozenset(
    "what whats is are your please enter provide give type write fill in the my us "
    "wie lautet ist dein deine deinen ihr ihre ihren bitte gib gebe geben sie an ein nenne trage "
    "cual es tu su por favor indica indique escribe escriba ingresa ingrese introduce introduzca "
    "quel quelle est votre ton ta indiquez entrez saisissez merci saisir indiquer "
    "qual e o a seu sua teu tua informe digite insira escreva".split()
)
#: What a form asks about coming is made of these words and of nothing else.
_ATTENDING = frozenset(
    "attend attending attendance come coming join joining participate participating going present "
    "teilnehmen teil nimmst nehmen kommst kommen teilnahme anwesend komme nehme "
    "asistir asistiras asistira asistiran asistes asiste venir vendras vendra vienes asistencia participar "
    "participaras "
    "participera participerez participer viendrez viendras viens venez presente presentes assister "
    "assisterez participara participar comparecer comparecera vem viras vira vens ira presenca rsvp".split()
)
#: These mean coming only inside a question: "Will you be there?", "Can you make it?"
_ATTENDING_IF_ASKED = frozenset(["there", "make", "dabei", "la"])
_AROUND_ATTENDING = frozenset(
    "will would can could do does are is you be able to it us we our the this at in for a an plan planning intend "
    "event party meeting conference workshop webinar celebration class course please confirm your "
    "wirst werden wird kannst konnen kann du sie ihr bist seid sind an am bei der die das dem unserer unserem "
    "veranstaltung feier treffen konferenz kurs mit zu uns "
    "vas va van a al el la los usted ud podras podra puedes puede nuestro evento reunion fiesta curso "
    "vous tu allez vas pouvez peux pourrez pourras y notre evenement soiree reunion fete cours ce l d au serez "
    "seras toi "
    "voce vai ao o do no na nosso festa reuniao e podera pode poderei ti".split()
)
# fmt: on


@lru_cache(maxsize=4096)
def meaning_of(heading: str) -> tuple[str | None, Whose]:
    """What a heading means (a key of `_MEANINGS`), and whose value it is."""
    if len(heading) > LONGEST_HEADING:
        return None, Whose.PLAIN
    words = fold(_REMARK.sub(" ", heading)).replace(".", " ").split()
    while words and words[0].isdigit():
        words = words[1:]
    found = _squashed_meaning("".join(words))
    if found is None and _asks_for_attendance(words):
        return "status", Whose.PLAIN
    if found is None and _ASKING.intersection(words):
        found = _squashed_meaning("".join(word for word in words if word not in _ASKING))
        found = (found[0], max(found[1], Whose.ASKED)) if found else None
    return found or (None, Whose.PLAIN)


def plain_heading(heading: str) -> str:
    """A heading as two people would call it the same."""
    return "".join(_WORD.findall(fold(heading)))


def _squashed_meaning(word: str) -> tuple[str, Whose] | None:
    if word in _ACCOUNT:
        return "address", Whose.ACCOUNT
    for whose, owners in ((Whose.PLAIN, ("",)), (Whose.GUEST, _GUEST), (Whose.BUYER, _BUYER), (Whose.ASKED, _ASKED)):
        for owner in owners:
            for bare in {word.removeprefix(owner), word.removesuffix(owner)} if owner else {word}:
                if owner and bare == word:
                    continue
                meaning = next((meaning for meaning, words in _MEANINGS.items() if bare in words), None)
                if meaning:
                    return meaning, whose
    return ("status", Whose.PLAIN) if _is_status(word) else None


def _is_status(word: str) -> bool:
    for noun in _STATUS_NOUNS:
        if word in {noun + of for of in _STATUS_OF} or word in {of + noun for of in _STATUS_OF}:
            return True
    return False


def _asks_for_attendance(words: list[str]) -> bool:
    known = _ATTENDING | _AROUND_ATTENDING | _ATTENDING_IF_ASKED
    is_about = _ATTENDING.intersection(words) or (len(words) > 2 and _ATTENDING_IF_ASKED.intersection(words))
    return bool(is_about) and known.issuperset(words)
