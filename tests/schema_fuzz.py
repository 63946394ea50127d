"""Sends what fits the OpenAPI document, and what does not, to every route of a running service: `make fuzz`.

schemathesis makes the requests and signs in as an admin. It fails at an answer of 5xx and at one that the document
does not describe. Everything happens in a folder of its own; `--database` names an empty PostgreSQL database, for
example `postgresql+psycopg://postgres@127.0.0.1/test`, in which a schema is made and dropped.
"""

import argparse
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import postgres_schema
from tests.real_encoder import ROOT
from tests.web.service import WebService

SCHEMATHESIS = ROOT / "var" / "fuzz" / "bin" / "schemathesis"
"""In an environment of its own: it wants other versions of what we use."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ENDS_THE_SESSION = ("sign_out", "end_session", "change_password")
"""Routes, by name, after which every other one would answer 401."""
KNOWN = {"site": "demo", "name": "track_order"}
"""Path parameters that would never be guessed."""


def configuration(cookie: str, csrf: str) -> str:
    """Return schemathesis.toml: the session for every request, and path parameters."""
    known = [f'"path.{name}" = "{value}"' for name, value in KNOWN.items()]
    keys = [line for name, key in (("session", cookie), ("csrf", csrf)) for line in _key(name, key)]
    return "\n".join([*keys, "[parameters]", *known, ""])


def _key(name: str, value: str) -> list[str]:
    return [f"[auth.openapi.{name}]", f'api_key = "{value}"']


def fuzz(service: WebService, folder: Path, most: int, seed: int) -> int:
    """Run schemathesis against the service; return its exit status."""
    with service.signed_in("robin") as client:
        file = folder / "schemathesis.toml"
        file.write_text(configuration(client.cookies["escalation_session"], client.headers["X-CSRF-Token"]))
        left_out = [word for name in ENDS_THE_SESSION for word in ("--exclude-operation-id", name)]
        return subprocess.run(
            [
                str(SCHEMATHESIS), "--config-file", str(file), "run",
                f"{service.url}/api/v1/openapi.json", "--checks", CHECKS, "--phases", "examples,coverage,fuzzing",
                "--max-examples", str(most), "--seed", str(seed), "--continue-on-failure", "--no-color", *left_out,
            ],
            check=False,
            cwd=folder,  # it keeps a cache where it runs
        ).returncode  # fmt: skip


def main() -> int:
    """Start a service, fuzz it, end it; return 0 if nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100, help="requests made up for each route, beside the fixed ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = {"database_url": stack.enter_context(postgres_schema())} if asked.database == "postgres" else {}
        os.environ["ESCALATION_LOG_LEVEL"] = "WARNING"
        service = WebService(folder, **url)
        service.prepare()
        service.start()
        stack.callback(service.stop)
        return fuzz(service, folder, asked.most, asked.seed)


if __name__ == "__main__":
    sys.exit(main())
