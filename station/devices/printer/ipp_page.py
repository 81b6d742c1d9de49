"""A card's faces as a document that a page printer takes: PNG, PDF or JPEG, exactly CR80 in size. Pure."""

from __future__ import annotations

import io

_WIDTH_POINTS, _HEIGHT_POINTS = 85.60 / 25.4 * 72, 53.98 / 25.4 * 72
_PNG, _PDF, _JPEG = "image/png", "application/pdf", "image/jpeg"
_JPEG_QUALITY = 95


def page_document(front_png: bytes, back_png: bytes | None, formats: tuple[str, ...]) -> tuple[str, bytes] | None:
    """Return media type and bytes in the best format the printer takes, or None when it takes none of ours.

    Two sides need PDF; one side goes as PNG or PDF without loss, else as JPEG.
    """
    if back_png is not None:
        return (_PDF, _pdf(front_png, back_png)) if _PDF in formats else None
    if _PNG in formats:
        return _PNG, front_png
    if _PDF in formats:
        return _PDF, _pdf(front_png)
    if _JPEG in formats:
        return _JPEG, _jpeg(front_png)
    return None


def _pdf(*faces_png: bytes) -> bytes:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    made = io.BytesIO()
    # the same picture must give the same bytes: no time, no random identifier
    canvas = Canvas(made, pagesize=(_WIDTH_POINTS, _HEIGHT_POINTS), invariant=1)
    for face in faces_png:
        canvas.drawImage(ImageReader(io.BytesIO(face)), 0, 0, _WIDTH_POINTS, _HEIGHT_POINTS)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def _jpeg(face_png: bytes) -> bytes:
    from PIL import Image

    made = io.BytesIO()
    with Image.open(io.BytesIO(face_png)) as picture:
        picture.convert("RGB").save(made, "JPEG", quality=_JPEG_QUALITY, subsampling=0, dpi=(300, 300))
    return made.getvalue()
