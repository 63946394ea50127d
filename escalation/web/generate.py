"""`python -m escalation.web.generate` writes the description of REST, the console's glossary and who may do what.

`--check` only says whether they are stale. The console's types are made from the description (`npm run generate` in
`agent_console/console`).
"""

import json
from contextlib import AbstractAsyncContextManager
from typing import Any

from escalation.protocol.generate.files import ROOT, write_or_check
from escalation.web import glossary, security_page
from escalation.web.application import create_application
from escalation.web.services import Services

FILE = "docs/protocol/openapi.json"


def _not_running() -> AbstractAsyncContextManager[Services]:
    raise RuntimeError("An application that is only described cannot be started.")


def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI document of the service, which need not run."""
    return create_application(_not_running).openapi()


def main(arguments: list[str] | None = None) -> int:
    """Write or check; returns the exit status: 1 if `--check` found the file stale."""
    text = json.dumps(openapi_document(), indent=2, ensure_ascii=False) + "\n"
    words = glossary.document((ROOT / glossary.SOURCE).read_text(encoding="utf-8"))
    page = (ROOT / security_page.FILE).read_text(encoding="utf-8")
    permissions = security_page.document(page)
    files = {FILE: text, glossary.FILE: words, security_page.FILE: permissions}
    files[security_page.CONSOLE_FILE] = security_page.for_console()
    return write_or_check("escalation.web.generate", files, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
