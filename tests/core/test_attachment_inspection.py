"""A file is what its content says; images keep their pixels alone, and bombs are refused before they unpack."""

import io
import struct
import zlib

import pytest
from PIL import Image

from escalation.attachments.errors import FileRefused, FileTooLarge
from escalation.attachments.inspection import LARGEST, MOST_PIXELS, THUMBNAIL, inspect, shown_name

SECRET = b"<script>alert(1)</script>"


def an_image(format: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, format, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("format", "kept"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/png"), ("WEBP", "image/jpeg")],
)
def test_images_are_written_anew_without_what_else_was_in_the_file(format: str, kept: str) -> None:
    found = inspect(an_image(format) + SECRET)
    assert (found.media_type, found.width, found.height) == (kept, 60, 40)
    assert SECRET not in found.data
    assert found.thumbnail is not None
    with Image.open(io.BytesIO(found.data)) as image:
        assert image.size == (60, 40)


def test_where_and_by_what_a_picture_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera of Maria", 6
    data = an_image("JPEG", exif=exif.tobytes())
    assert b"Camera of Maria" in data
    found = inspect(data)
    assert b"Camera of Maria" not in found.data
    assert (found.width, found.height) == (40, 60)


def test_words_in_a_png_are_gone() -> None:
    data = an_image("PNG")
    words = b"Comment\0" + SECRET
    chunk = struct.pack(">I", len(words)) + b"tEXt" + words + struct.pack(">I", zlib.crc32(b"tEXt" + words))
    assert SECRET not in inspect(data[:33] + chunk + data[33:]).data


def test_a_large_picture_gets_a_small_one() -> None:
    small = inspect(an_image("PNG", (1200, 900))).thumbnail
    assert small is not None
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == THUMBNAIL


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    """A PNG of 60 bytes that says it has 2.5 billion pixels, and one just above the limit."""
    for side in (50_000, int(MOST_PIXELS**0.5) + 1):
        head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
        png += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
        with pytest.raises(FileRefused, match="million pixels"):
            inspect(png)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + SECRET, "damaged"),
        (an_image("PNG")[:-30], "damaged"),
        (b"GIF89a" + SECRET, "damaged"),
        (b"%PDF-1.7\n" + SECRET, "PDF is damaged"),
        (b"%PDF-1.7\n%%EOF" + b"x" * 5_000, "behind its end"),
        (b"PK\x03\x04" + b"\0" * 40, "not taken"),
        (b"MZ\x90\0", "not taken"),
        (b"\xff\xfe<\0h\0", "not taken"),
        (an_image("BMP"), "not taken"),
    ],
)
def test_what_is_not_what_it_seems_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        inspect(data)


def test_too_much_is_refused() -> None:
    with pytest.raises(FileTooLarge, match="10 MB"):
        inspect(b"a" * (LARGEST + 1))


def test_documents_and_text_stay_as_they_are_and_a_page_is_text() -> None:
    assert inspect(b"%PDF-1.7\n1 0 obj\n%%EOF\n").media_type == "application/pdf"
    assert inspect("größe\n".encode()).data == "größe\n".encode()
    assert inspect(b"<html>" + SECRET).media_type == "text/plain"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("photo.PNG", "photo.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\photos\\a.b.png", "a.b.jpg"),
        ("evil\u202egnp.exe", "evilgnp.jpg"),
        ('"<x>\r\n.png', "x.jpg"),
        ("", "file.jpg"),
        ("x" * 300 + ".png", "x" * 100 + ".jpg"),
    ],
)
def test_a_name_says_what_the_file_is_and_leads_nowhere(name: str, shown: str) -> None:
    assert shown_name(name, ".jpg") == shown
