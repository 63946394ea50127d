"""What a file is, by its content alone, and what of it is kept. Pure.

Images are decoded and written anew, so that nothing but their pixels is left: no place where they were taken, no
program behind their end. Of moving ones the first picture is kept.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from escalation.attachments.errors import FileRefused, FileTooLarge

LARGEST = 10_000_000
"""Bytes."""
MOST_PIXELS = 40_000_000
"""A picture of more is refused before it is unpacked: some hundred bytes can name billions."""
THUMBNAIL = (480, 360)
"""The largest one, in pixels."""
TAKEN = "Images (PNG, JPEG, GIF, WebP), PDF and text are taken."
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


@dataclass(frozen=True)
class Kept:
    """What is stored of a file."""

    media_type: str
    data: bytes
    ending: str
    """Of its name, with the dot."""
    width: int | None = None
    height: int | None = None
    thumbnail: bytes | None = None
    """A PNG or JPEG, for images."""


def inspect(data: bytes) -> Kept:
    """Return what is kept of a file. Raises: FileTooLarge, FileRefused."""
    if len(data) > LARGEST:
        raise FileTooLarge("The file is larger than 10 MB. Send a smaller one.")
    if not data:
        raise FileRefused("The file is empty.")
    if _seems_image(data):
        return _image(data)
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    return _text(data)


def _seems_image(data: bytes) -> bool:
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return webp or data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a"))


def _image(data: bytes) -> Kept:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise FileRefused(f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels.")
                found.load()
                upright = ImageOps.exif_transpose(found)
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels.") from error
    except Exception as error:  # decoders fail in many ways; each of them means that it is no whole picture
        raise FileRefused(f"The picture cannot be read: it is damaged, or no picture. {TAKEN}") from error
    photo = found.format == "JPEG" or (found.format == "WEBP" and not found.has_transparency_data)
    plain = upright.convert("RGB" if photo else "RGBA")
    small = plain.copy()
    small.thumbnail(THUMBNAIL)
    kind, ending = ("image/jpeg", ".jpg") if photo else ("image/png", ".png")
    anew = _written(plain, photo)
    if len(anew) > 2 * LARGEST:
        raise FileTooLarge("The picture is too large when it is unpacked. Send a smaller one.")
    return Kept(kind, anew, ending, plain.width, plain.height, _written(small, photo))


def _written(image: Image.Image, photo: bool) -> bytes:
    """Pixels alone: a new picture has none of the old one's metadata."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = io.BytesIO()
    if photo:
        bare.save(out, "JPEG", quality=88, optimize=True)
    else:
        bare.save(out, "PNG")
    return out.getvalue()


def _pdf(data: bytes) -> Kept:
    if b"%%EOF" not in data[-2048:]:
        raise FileRefused("The PDF is damaged, or has something behind its end.")
    return Kept("application/pdf", data, ".pdf")


def _text(data: bytes) -> Kept:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(f"Files of this kind are not taken. {TAKEN}") from error
    if any(ord(char) < 32 and char not in "\t\n\r\f" for char in text):
        raise FileRefused(f"Files of this kind are not taken. {TAKEN}")
    return Kept("text/plain", text.encode(), ".txt")


def shown_name(name: str, ending: str) -> str:
    """Return a name to show and to save under: its last part, harmless characters, and the ending of what it is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    safe = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*').strip(". ")
    stem = safe.rpartition(".")[0] or safe
    return (stem[:100] or "file") + ending
