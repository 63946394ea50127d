"""A window's certificate as outsiders get it: a real one is accepted, and every change to it is found."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.database import Database, table_of
from escalation.events import start_log
from escalation.proof import claims, outside, rolling
from escalation.proof.certificate import AUDIT_WITHIN, LONGEST
from escalation.proof.disclosure import disclose
from escalation.proof.errors import WindowUnknown
from escalation.proof.tables import AutomaticAnswerRow
from escalation.proof.values import ProofSettings
from tests.core.test_outside_check import alone
from tests.fakes import FakeClock
from tests.services.company import Company
from tests.services.proven_window import ANSWERS, BATCHES, PROBES, ProvenWindow, settings
from tests.services.test_audits import REFUND, Office

Records = list[dict[str, Any]]


def checked(records: Records) -> outside.Finding:
    return outside.check([json.dumps(record) for record in records])


def forged(records: Records) -> Records:
    """The same lines as somebody writes them who knows the format: numbered and hashed anew."""
    chain, done = "", []
    for number, record in enumerate(records):
        numbered = {**{name: value for name, value in record.items() if name != "chain"}, "n": number}
        chain = outside.linked(chain, numbered)
        done.append({**numbered, "chain": chain})
    return done


async def exported(company: Company, window: int = 1, chosen: ProofSettings | None = None) -> Records:
    wanted = chosen or company.proof_settings
    return await company.database.read(lambda tx: disclose(tx, wanted, window))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """The lines of a window that ended, and of which every audit is decided."""
    clock = FakeClock()
    database = Database.open(f"sqlite:///{tmp_path_factory.mktemp('proven')}/escalation.sqlite", clock=clock)
    try:
        database.write_now(lambda tx: table_of(AutomaticAnswerRow).metadata.create_all(tx.connection))
        database.write_now(start_log)
        window = ProvenWindow(database, clock, settings())
        asyncio.run(window.live())
        return asyncio.run(exported(window.company))
    finally:
        database.close()


@pytest.fixture
def records(certificate: Records) -> Records:
    """A copy to change."""
    copied: Records = json.loads(json.dumps(certificate))
    return copied


def first(records: Records, **fields: Any) -> int:
    """The place of the first line with these fields."""
    return next(at for at, each in enumerate(records) if all(each.get(k) == v for k, v in fields.items()))


def test_a_proven_window_holds_for_an_outsider_with_nothing_but_the_file(records: Records, tmp_path: Path) -> None:
    header = records[0]
    assert header["answers"] == BATCHES * ANSWERS == header["claim"]["answers"]
    assert [each["period"] for each in header["periods"]] == [1, 2]
    assert (header["probes"], header["confirmed"], header["void"], header["auditors"]) == (PROBES - 1, 2, 1, 3)
    verdicts = [each["verdict"] for each in records if each.get("drawn")]
    assert (
        verdicts.count("wrong") == header["claim"]["wrong"] == 3 and sum(each.get("late", 0) for each in records) == 1
    )
    found = checked(records)
    assert (found.result, found.line) == ("holds", None)
    assert found.says == (
        "Of the 120 automatic answers from 2026-03-02 to 2026-05-31 at most 30 % were wrong, with confidence 95 %."
    )
    file = tmp_path / "certificate.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in records))
    done = alone(file, tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith(f"holds: {found.says}\n")
    assert f"commitment {header['periods'][0]['commitment']}" in done.stdout


def test_a_certificate_holds_no_words_no_people_and_no_conversations(records: Records) -> None:
    text = json.dumps(records)
    assert not [word for word in ("ann", "bob", "cho", "order", "refund", "about", "shop") if f'"{word}' in text]


def flip(records: Records) -> None:
    records[first(records, verdict="right")]["verdict"] = "wrong"


def flip_for_good(records: Records) -> None:
    at = first(records, verdict="wrong", late=False)
    records[at]["verdict"] = "right"


def flip_a_probe(records: Records) -> None:
    records[first(records, kind="probe", verdict="wrong")]["verdict"] = "right"


def excuse(records: Records) -> None:
    records[first(records, verdict="wrong", late=True)].update(late=False)


def drop(records: Records) -> None:
    del records[first(records, drawn=False)]


def drop_a_wrong_one(records: Records) -> None:
    del records[first(records, verdict="wrong")]


def drop_the_last_answer(records: Records) -> None:
    del records[first(records, kind="probe") - 1]


def drop_the_last_line(records: Records) -> None:
    del records[-1]


def forget_a_request(records: Records) -> None:
    at = next(at for at, each in enumerate(records) if each.get("verdict") == "wrong" and not each["late"])
    records[at]["also"], records[at]["labels"][0]["intents"] = [], [records[at]["intent"]]


def draw_one_more(records: Records) -> None:
    labels = [{"auditor": 1, "intents": [1], "cannot_tell": False, "unserved": False}]
    at = first(records, drawn=False, intent=1)
    records[at] |= {"drawn": True, "labels": labels, "most": 3, "verdict": "right", "late": False}


def draw_one_less(records: Records) -> None:
    at = first(records, verdict="wrong")
    records[at] = {k: v for k, v in records[at].items() if k not in {"labels", "most", "verdict", "late"}}
    records[at]["drawn"] = False


def another_key(records: Records) -> None:
    records[0]["periods"][1]["key"] = "00" * 32


def another_id(records: Records) -> None:
    records[first(records, verdict="wrong")]["id"] = "00000000-0000-7000-8000-000000000000"


def repeat(records: Records) -> None:
    at = first(records, drawn=False)
    records.insert(at, dict(records[at]))
    records[0]["answers"] += 1


def change_a_label(records: Records) -> None:
    answer = records[first(records, verdict="wrong", late=False)]
    answer["labels"][1]["intents"] = [answer["intent"], *answer["also"]]


def swap(records: Records) -> None:
    records[5], records[6] = records[6], records[5]


def another_alpha(records: Records) -> None:
    records[0]["terms"]["alpha"] = 0.05


def another_delta(records: Records) -> None:
    records[0]["terms"]["delta"] = 0.5


def another_chance(records: Records) -> None:
    records[0]["terms"]["chance"] = 1.0


def more_probes(records: Records) -> None:
    records[0]["probes"] += 100


def fewer_misses(records: Records) -> None:
    records[0]["confirmed"] -= 1


def better_evidence(records: Records) -> None:
    records[0]["claim"]["log_evidence"] += 1.0


def forget_a_period(records: Records) -> None:
    del records[0]["periods"][1]


SEEN_BY_ALL = [
    flip, flip_for_good, flip_a_probe, excuse, drop, drop_a_wrong_one, drop_the_last_answer, drop_the_last_line,
    forget_a_request, draw_one_more, draw_one_less, another_key, another_id, repeat, change_a_label, swap,
    another_alpha, another_delta, another_chance, more_probes, fewer_misses, better_evidence, forget_a_period,
]  # fmt: skip


@pytest.mark.parametrize("change", SEEN_BY_ALL)
@pytest.mark.parametrize("hashed_anew", [False, True])
def test_a_changed_certificate_does_not_hold(
    records: Records, change: Callable[[Records], None], hashed_anew: bool
) -> None:
    before = json.loads(json.dumps(records))
    change(records)
    found = checked(forged(records) if hashed_anew else records)
    assert found.result == "does not hold"
    changed = next((at for at, each in enumerate(before) if records[at : at + 1] != [each]), len(before))
    assert found.line is not None and (found.line == 1 or found.line >= changed + 1 - (change is another_id))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (flip, "its labels come to right, and its verdict is wrong"),
        (drop, "lines are missing, added or swapped"),
        (swap, "lines are missing, added or swapped"),
        (draw_one_more, "the chance is 0.5, and it was audited"),
        (draw_one_less, "the chance is 0.5, and it was not audited"),
        (another_key, "the key of period 2 is not the one that was committed to"),
        (another_alpha, "alpha and chance are not those that the window began with"),
        (change_a_label, "its labels come to nothing yet, and its verdict is wrong"),
        (more_probes, "it was changed after the file was written"),
    ],
)
def test_the_first_line_that_does_not_fit_is_named_with_the_reason(
    records: Records, change: Callable[[Records], None], says: str
) -> None:
    change(records)
    assert says in checked(records).says


def test_any_field_of_any_line_that_is_changed_by_hand_is_found(records: Records) -> None:
    """A line of each kind; also what decides nothing, such as the model."""
    for at in (0, first(records, drawn=False), first(records, verdict="right"), len(records) - 1):
        for name in records[at]:
            changed = [*records[:at], {**records[at], name: "changed"}, *records[at + 1 :]]
            found = checked(changed)
            assert (found.result, found.line) == ("does not hold", at + 1), name


def test_other_terms_from_end_to_end_show_in_what_was_to_be_published(records: Records) -> None:
    """What nobody can find in the file alone: so the commitment is published with the terms when a window begins."""
    header, drawn = records[0], [each for each in records if each["kind"] == "answer"]
    header["terms"]["alpha"] = header["periods"][0]["alpha"] = 0.45
    places = [(place, each["verdict"]) for place, each in enumerate(drawn, 1) if each["drawn"]]
    header["claim"] = outside.claimed(header["terms"], len(drawn), places, header["probes"], header["confirmed"])
    found = checked(forged(records))
    assert found.result == "holds" and "alpha 0.45" in found.published[0]


def test_a_window_that_goes_on_cannot_hold_even_if_its_keys_are_told(records: Records) -> None:
    records[0] |= {"ended_at": None, "ended_because": None, "no_key_because": "running"}
    assert checked(forged(records)).result == "cannot be checked yet"


def test_a_window_that_is_not_proven_fits_and_does_not_hold(records: Records) -> None:
    header = records[0]
    only = [header, *(each for each in records if each["kind"] == "answer")]
    places = [(place, each["verdict"]) for place, each in enumerate(only[1:], 1) if each["drawn"]]
    header |= {"probes": 0, "confirmed": 0, "void": 0}
    header["claim"] = outside.claimed(header["terms"], header["answers"], places, 0, 0)
    found = checked(forged(only))
    assert (found.result, found.line) == ("does not hold", None)
    assert found.says == "All lines fit, and nothing is proven: no probe tells what the auditors miss."


@pytest.fixture
def lived(company_database: Database, clock: FakeClock) -> Iterator[ProvenWindow]:
    yield ProvenWindow(company_database, clock, settings())


async def test_both_databases_give_a_certificate_that_agrees_with_the_product(lived: ProvenWindow) -> None:
    await lived.live(until=timedelta(days=89))
    records = await exported(lived.company)
    found = checked(records)
    assert found.result == "cannot be checked yet" and "goes on" in found.says
    assert not [each for each in records if each.get("id") or "T" in each.get("at", "")]
    assert all(each["key"] is None for each in records[0]["periods"])
    best = await lived.company.database.read(lambda tx: claims.best(tx, lived.settings))
    claim, window = records[0]["claim"], best.window if best else None
    assert best is not None and window is not None and best.certified
    assert (claim["answers"], claim["right"], claim["wrong"]) == (window.answers, window.right, window.wrong)
    assert claim["bound"] == pytest.approx(best.bound, abs=1e-9)

    lived.company.clock.advance(timedelta(days=1, seconds=1))
    await lived.company.proof.step()
    await lived.company.database.write(lived._answer)  # of the third period: not the first window's
    over = await exported(lived.company)
    assert over[0]["answers"] == BATCHES * ANSWERS
    assert checked(over).result == "holds"
    assert checked(await exported(lived.company, 2)).result == "cannot be checked yet"


async def test_keys_wait_until_every_audit_is_decided(lived: ProvenWindow) -> None:
    await lived.live(until=timedelta(days=85))
    await lived.company.database.write(lived._answer)
    lived.company.clock.advance(LONGEST - timedelta(days=85))
    await lived.company.proof.step()
    found = checked(await exported(lived.company))
    assert found.result == "cannot be checked yet" and "some audits are not decided" in found.says
    lived.company.clock.advance(AUDIT_WITHIN + timedelta(seconds=1))
    await lived.company.proof.step()
    assert "cannot be checked" not in checked(await exported(lived.company)).says


async def test_a_lost_key_is_never_shown_and_nothing_is_claimed(lived: ProvenWindow) -> None:
    await lived.live(until=timedelta(days=89))
    lived.company.proof_settings = settings(b"another secret")
    lived.company.build()
    await lived.company.proof.step()
    lived.company.clock.advance(AUDIT_WITHIN + timedelta(days=1))
    await lived.company.proof.step()
    records = await exported(lived.company)
    assert (records[0]["ended_because"], records[0]["no_key_because"]) == ("key", "lost")
    assert all(each["key"] is None for each in records[0]["periods"])
    found = checked(records)
    assert found.says == "Nothing is claimed: the key of the coin was lost or replaced while the window ran."


async def test_a_key_that_was_replaced_after_the_window_cannot_be_shown(lived: ProvenWindow) -> None:
    await lived.live()
    found = checked(await exported(lived.company, chosen=settings(b"another secret")))
    assert (found.result, found.says) == (
        "does not hold", "Draws cannot be checked: a key was lost or replaced, so that nobody can ever check them.",
    )  # fmt: skip


async def test_after_a_restored_backup_nothing_is_claimed_of_the_windows_that_ran(lived: ProvenWindow) -> None:
    await lived.live(until=timedelta(days=89))
    await lived.company.database.write(lambda tx: rolling.end_all(tx, "restored"))
    records = await exported(lived.company)
    assert records[0]["no_key_because"] is None
    assert "answers are missing" in checked(records).says
    assert checked(records).result == "does not hold"


async def test_a_window_without_answers_fits_and_proves_nothing(lived: ProvenWindow) -> None:
    await lived.company.open()
    with pytest.raises(WindowUnknown, match=r"There is no window 1; there is none yet\."):
        await exported(lived.company)
    await lived.company.proof.step()
    lived.company.clock.advance(LONGEST)
    await lived.company.proof.step()
    with pytest.raises(WindowUnknown, match=r"There is no window 7; there are 1 to 2\."):
        await exported(lived.company, 7)
    (header,) = await exported(lived.company)
    assert (header["answers"], header["claim"]["bound"], header["no_key_because"]) == (0, 1.0, None)
    assert "nothing is proven" in checked([header]).says


async def test_with_one_auditor_the_first_label_decides_and_can_be_checked(company: Company) -> None:
    office = Office(company)
    await company.proof.step()
    await office.answered()
    await office.label("sue", REFUND)
    answer = (await exported(company))[1]
    assert (answer["verdict"], answer["most"], len(answer["labels"])) == ("wrong", 1, 1)
    assert checked(await exported(company)).result == "cannot be checked yet"
