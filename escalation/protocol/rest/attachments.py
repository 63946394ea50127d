"""REST of files."""

from escalation.protocol.rest.base import ResponseBody


class UploadedFile(ResponseBody):
    """A file that was taken, and is not sent yet. It is deleted after an hour if no message names it."""

    id: str
    key: str
    """Whoever knows it may read the file at `api/v1/attachments/<id>/<key>`."""
    name: str
    media_type: str
    """Of what is kept: images are written anew, without what else was in their file."""
    size: int
    """In bytes."""
    width: int | None
    """Of an image, in pixels, as `height`."""
    height: int | None
