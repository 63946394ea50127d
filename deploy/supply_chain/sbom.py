"""A bill of materials in CycloneDX 1.6 JSON: `python -m deploy.supply_chain.sbom FILE`, or `make sbom`.

It lists what is installed where it runs, what `package-lock.json` locks for console and widget, and the encoder's
weights. What only development needs has the scope `excluded`. Made twice from the same, it is the same.
"""

import base64
import json
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.supply_chain.pins import MAIN, ROOT, read
from escalation.classifier.encoder.source import DEFAULT_ENCODER, PINNED_SHA256

PRODUCT = "escalation"
LOCK = ROOT / "agent_console" / "package-lock.json"

Component = dict[str, Any]


def _name(name: str) -> str:
    return str(canonicalize_name(name))


def needed(one: Distribution, extra: str = "") -> set[str]:
    """Return the names of what a distribution needs here."""
    asked = map(Requirement, one.requires or ())
    return {_name(each.name) for each in asked if not each.marker or each.marker.evaluate({"extra": extra})}


def reachable(found: dict[str, Distribution], start: str) -> set[str]:
    """Return what is needed to run, whoever needs it."""
    seen: set[str] = set()
    open_ = [start]
    while open_:
        name = open_.pop()
        if name not in seen and name in found:
            seen.add(name)
            open_.extend(needed(found[name]))
    return seen


def python_components(found: dict[str, Distribution]) -> Iterator[Component]:
    """Return what is installed, without the product. One file a package has its hash; several would say less."""
    runs = reachable(found, PRODUCT)
    hashes = {_name(name): pinned[1] for name, pinned in read(MAIN.read_text("utf-8")).items()}
    for name, each in sorted(found.items()):
        if name == PRODUCT:
            continue
        (licence,) = each.metadata.get_all("License-Expression") or [None]
        yield {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{each.version}",
            "name": each.metadata["Name"],
            "version": each.version,
            "purl": f"pkg:pypi/{name}@{quote(each.version, safe='')}",
            "scope": "required" if name in runs else "excluded",
            **({"licenses": [{"expression": licence}]} if licence else {}),
            **({"hashes": _sha256(hashes[name])} if len(hashes.get(name, ())) == 1 else {}),
        }


def npm_components(lock: dict[str, Any]) -> Iterator[Component]:
    """Return what is locked for console and widget, each version once; our own workspaces are links."""
    told: set[str] = set()
    for path, each in sorted(lock["packages"].items()):
        name = each.get("name") or path.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{quote(name, safe='/')}@{each.get('version')}"
        if "node_modules/" not in path or each.get("link") or purl in told:
            continue
        told.add(purl)
        kind, _, digest = each.get("integrity", "").partition("-")
        content = base64.b64decode(digest).hex()
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": each["version"],
            "purl": purl,
            "scope": "excluded" if each.get("dev") else "required",
            **({"licenses": [{"expression": each["license"]}]} if each.get("license") else {}),
            **({"hashes": [{"alg": "SHA-512", "content": content}]} if kind == "sha512" else {}),
        }


def weights() -> Component:
    """Return the encoder's weights, which the service takes with this hash only."""
    sha256 = PINNED_SHA256[DEFAULT_ENCODER]
    ref = f"{DEFAULT_ENCODER}/model.safetensors"
    about = {"type": "machine-learning-model", "bom-ref": ref, "name": ref, "version": sha256[:12]}
    return about | {"scope": "required", "hashes": _sha256([sha256])}


def bill() -> dict[str, Any]:
    """Return the whole bill."""
    found = {_name(each.metadata["Name"]): each for each in distributions()}
    lock = json.loads(LOCK.read_text("utf-8"))
    components = [*python_components(found), *npm_components(lock), weights()]
    version = found[PRODUCT].version
    serial = uuid5(NAMESPACE_URL, json.dumps([version, components], sort_keys=True))
    product = {"type": "application", "bom-ref": PRODUCT, "name": PRODUCT, "version": version}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": product},
        "components": components,
        "dependencies": list(_dependencies(found)),
    }


def _dependencies(found: dict[str, Distribution]) -> Iterator[dict[str, Any]]:
    for name, each in sorted(found.items()):
        refs = sorted(f"pkg:pypi/{other}@{found[other].version}" for other in needed(each) if other in found)
        yield {"ref": PRODUCT if name == PRODUCT else f"pkg:pypi/{name}@{each.version}", "dependsOn": refs}


def _sha256(contents: Iterable[str]) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": each} for each in contents]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=1, ensure_ascii=False) + "\n", "utf-8")
