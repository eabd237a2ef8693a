"""What a scanner meant that types US keys into a computer with another layout.

A scanner is a keyboard: it presses the keys that a US layout would need, and the computer reads
them by its own. Letters and digits, the marks of an address and what they turn into are enough
here; Y and Z are in no code, and nobody looks at the host's name.
"""

from collections.abc import Iterator

#: Characters as they arrive, and the US keys behind them; a colon and a semicolon are one key.
_LAYOUTS = {
    "German, Italian, Spanish, Portuguese, Nordic, Swiss": ("öÖòÒçÇñÑæÆøØéÉ-ß'+", ";;;;;;;;;;;;;;/---"),
    "Dutch": ("+±-/", ";;/-"),
    "Brazilian": ("çÇ;", ";;/"),
    "Canadian French": ("éÉ", "//"),
    "Turkish": ("şŞ.çÇ*ı", ";;/..-I"),
    "Hungarian": ("éÉ-üÜöÖ", ";;/--00"),
    "Czech, Slovak": ('ůŮôÔ"-=+ěĚľĽšŠčČřŘťŤžŽýÝáÁíÍéÉ', ";;;;;/-12222334455556677889900"),
    "French": ("mM!:)&é\"'(-è_çàÉÈÇÀaAqQzZwW,?", ";;/.-12345678902790QQAAWWZZMM"),
    "Belgian": ("mM=:)&é\"'(§è!çàÉÈÇÀaAqQzZwW,?", ";;/.-12345678902790QQAAWWZZMM"),
    "Russian": (
        "жЖ.юЮфФиИсСвВуУаАпПрРшШоОлЛдДьЬтТщЩзЗйЙкКыЫеЕгГмМцЦчЧнНяЯ",
        ";;/..AABBCCDDEEFFGGHHIIJJKKLLMMNNOOPPQQRRSSTTUUVVWWXXYYZZ",
    ),
}
_MEANT = [str.maketrans(typed, meant) for typed, meant in _LAYOUTS.values()]


def meant_by_scanner(text: str) -> Iterator[str]:
    """The text in capitals as each layout explains it, where it explains it differently."""
    plain = text.upper()
    for meant in _MEANT:
        explained = text.translate(meant).upper()
        if explained != plain:
            yield explained
