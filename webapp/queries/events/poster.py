"""The code on a poster."""

from webapp.adapters.qr import QrPicture, qr_picture


def link_picture(link: str) -> QrPicture:
    """The QR code of an address."""
    return qr_picture(link)
