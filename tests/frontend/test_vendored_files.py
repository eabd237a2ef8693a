"""Files of others are shipped unmodified, with their licence, from our own address."""

import hashlib

from tests.frontend.sources import STATIC


def test_every_vendored_file_is_the_one_that_was_recorded() -> None:
    recorded = dict(reversed(line.split()) for line in (STATIC / "vendor" / "SHA256SUMS").read_text().splitlines())
    shipped = {*STATIC.glob("fonts/*.woff2"), *STATIC.glob("vendor/**/*.js"), *STATIC.glob("vendor/**/*.wasm")}
    assert {str(file.relative_to(STATIC)) for file in shipped} == set(recorded)
    for file in shipped:
        assert hashlib.sha256(file.read_bytes()).hexdigest() == recorded[str(file.relative_to(STATIC))]


def test_the_licences_lie_beside_the_files() -> None:
    assert "Zero-Clause BSD" in (STATIC / "vendor" / "htmx-2.0.11.LICENSE").read_text()
    assert "MIT License" in (STATIC / "vendor" / "simplewebauthn-14.0.0.LICENSE").read_text()
    for family in ("figtree", "bricolage-grotesque", "hanken-grotesk"):
        assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / f"OFL-{family}.txt").read_text().upper()
