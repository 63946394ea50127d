"""Whether this processor is served best by signed weights, hence which of an encoder's two graphs is loaded."""

import re
from functools import cache
from pathlib import Path

PROCESSOR = Path("/proc/cpuinfo")


@cache
def multiplies_signed_bytes() -> bool:
    """Whether this processor has VNNI; False where nobody can say, which is only slower."""
    try:
        flags = PROCESSOR.read_text("utf-8")
    except OSError:
        return False
    return re.search(r"^flags\s*:.*\bavx(512)?_vnni\b", flags, re.MULTILINE) is not None
