"""Which column of a guest list means what, whatever product or language it comes from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.domain.text import fold

#: What a heading can say about whose value it is; the rest of it says what.
_GUEST = (
    "attendee", "guest", "participant", "ticketholder", "teilnehmer", "teilnehmerin", "teilnehmende",
    "gast", "besucher", "participante", "asistente", "invitado", "invite", "convidado", "inscrito",
    "ofattendee", "desteilnehmers", "derperson", "delparticipante", "delasistente", "doparticipante",
    "doconvidado", "duparticipant", "user", "contact", "kontakt", "contacto", "contato", "person",
)  # fmt: skip
_BUYER = (
    "buyer", "purchaser", "order", "billing", "invoice", "payer", "kaufer", "besteller", "rechnung", "rechnungs",
    "bestell", "comprador", "delcomprador", "docomprador", "acheteur", "delacheteur", "commande", "pedido",
    "facturacion", "facturation",
)  # fmt: skip

#: "Email (required)" is an e-mail address.
_REMARK = re.compile(r"\([^)]*\)|\[[^]]*\]")

_ADDRESS = {
    "email", "emails", "mail", "emailaddress", "mailaddress", "emailadresse", "mailadresse", "adresseemail",
    "adressemail", "adressedemail", "adressedemessagerie", "courriel", "adressecourriel", "courrierelectronique",
    "adresseelectronique", "correo", "correoelectronico", "correoe", "direcciondecorreo",
    "direcciondecorreoelectronico", "direccionemail", "emailcorreo", "enderecodeemail", "enderecoemail",
    "enderecodecorreio", "enderecoeletronico", "correioeletronico", "correioelectronico", "elektronischeadresse",
}  # fmt: skip
_FIRST = {
    "firstname", "first", "givenname", "givennames", "forename", "vorname", "vornamen", "rufname", "prenom", "prenoms",
    "primeironome", "nomeproprio", "nombredepila", "primernombre", "nombres",
}  # fmt: skip
_LAST = {
    "lastname", "last", "surname", "familyname", "nachname", "familienname", "zuname", "nomdefamille", "apellido",
    "apellidos", "sobrenome", "sobrenomes", "apelido", "ultimonome", "nomedefamilia",
}  # fmt: skip
_FULL = {
    "fullname", "displayname", "namefull", "completename", "vollername", "vollstandigername", "vorundnachname",
    "vornamenachname", "vornameundnachname", "nachnamevorname", "nomcomplet", "nometprenom", "nomprenom", "prenomnom",
    "prenometnom", "nombrecompleto", "nombreyapellido", "nombreyapellidos", "nomecompleto", "nomeesobrenome",
    "firstandlastname", "firstnamelastname",
}  # fmt: skip
#: The full name, or the half that the other column leaves over: "Vorname" and "Name", "Nombre" and "Apellidos".
_NAME = {"name", "names", "nom", "nombre", "nome"}
_STATUS = {
    "status", "state", "zustand", "estado", "situacao", "situacion", "statut", "etat", "estatus", "rsvp", "rsvpstatus",
    "response", "reply", "antwort", "ruckmeldung", "zusage", "respuesta", "resposta", "reponse", "attending",
    "going", "ticketstatus", "buchungsstatus", "anmeldestatus", "estadodelpedido", "estadodopedido", "statutdubillet",
}  # fmt: skip
_CANCELLED = {
    "cancelled", "canceled", "iscancelled", "iscanceled", "storniert", "abgesagt", "cancelado", "cancelada",
    "anulado", "annule", "annulee", "refunded", "erstattet",
}  # fmt: skip
_QUANTITY = {
    "quantity", "qty", "numberoftickets", "ticketquantity", "ticketcount", "tickets", "anzahl", "menge",
    "anzahltickets", "ticketanzahl", "cantidad", "cantidaddeentradas", "quantidade", "quantidadedeingressos",
    "quantite", "nombredebillets",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Indexes of the columns that were recognised, and the headings as they stand in the file."""

    headings: tuple[str, ...]
    address: int
    name: int | None = None
    first_name: int | None = None
    last_name: int | None = None
    status: int | None = None
    cancelled: int | None = None
    quantity: int | None = None

    @property
    def used(self) -> dict[str, int]:
        """The recognised columns by what they mean."""
        meanings = ("address", "name", "first_name", "last_name", "status", "cancelled", "quantity")
        found = {meaning: getattr(self, meaning) for meaning in meanings}
        return {meaning: index for meaning, index in found.items() if index is not None}

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings of the columns that are left alone."""
        used = set(self.used.values())
        return tuple(heading for at, heading in enumerate(self.headings) if at not in used and heading)


def recognise_columns(headings: Sequence[str]) -> Columns | None:
    """What the columns mean; None where none of them holds e-mail addresses.

    A guest's own address and name win over those of whoever bought the tickets.
    """
    read = [_meaning(heading) for heading in headings]
    best: dict[str, tuple[int, int]] = {}
    for at, (meaning, rank) in enumerate(read):
        if meaning and (meaning not in best or rank < best[meaning][0]):
            best[meaning] = (rank, at)
    found = {meaning: at for meaning, (_, at) in best.items()}
    if "address" not in found:
        return None
    return Columns(
        headings=tuple(" ".join(heading.split()) for heading in headings),
        address=found["address"],
        **_name_columns(found),
        status=found.get("status"),
        cancelled=found.get("cancelled"),
        quantity=found.get("quantity"),
    )


def _name_columns(found: dict[str, int]) -> dict[str, int | None]:
    first, last, name = found.get("first"), found.get("last"), found.get("name")
    if first is not None and last is None:
        last, name = name, None
    elif last is not None and first is None:
        first, name = name, None
    return {"name": found.get("full", name), "first_name": first, "last_name": last}


_MEANINGS = {
    "address": _ADDRESS, "first": _FIRST, "last": _LAST, "full": _FULL, "name": _NAME, "status": _STATUS,
    "cancelled": _CANCELLED, "quantity": _QUANTITY,
}  # fmt: skip


def _meaning(heading: str) -> tuple[str | None, int]:
    """What a heading means, and how close to the guest: 0 a guest's own, 1 plain, 2 a buyer's."""
    word = "".join(c for c in fold(_REMARK.sub(" ", heading)) if c.isalnum())
    for rank, whose in ((1, ("",)), (0, _GUEST), (2, _BUYER)):
        for owner in whose:
            for bare in {word.removeprefix(owner), word.removesuffix(owner)} if owner else {word}:
                for meaning, words in _MEANINGS.items():
                    if bare in words and (bare != word or not owner):
                        return meaning, rank
    return None, 1
