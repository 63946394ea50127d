"""Probes of the auditors: what becomes one, that it looks like any other request, and what it says of misses."""

import pytest

from escalation.conversations.service import Customer
from escalation.proof import claims, probes
from escalation.protocol.frames.conversation import Claim, Reply, Resolve
from escalation.protocol.rest.proof import AuditLabel
from tests.services.company import Company, a_prediction
from tests.services.test_audits import ORDER, REFUND, Office


@pytest.fixture
async def office(company: Company) -> Office:
    for name in ("ann", "bob", "cho"):
        await company.employ(name, "auditor")
    await company.proof.step()
    return Office(company)


async def resolved(company: Company, name: str, label: str | None = "refund") -> str:
    """A conversation whose first guess, `order`, its agent did not share; settled."""
    company.predictor.says = a_prediction("order", 0.4, novelty=0.99)
    conversation = await company.say("i want my money back", Customer(name, "shop"))
    await company.bot()
    company.predictor.says = a_prediction()
    await company.arrive("ana")
    await company.staff("ana", Claim, conversation)
    await company.staff("ana", Reply, conversation, text="Within 14 days.")
    await company.staff("ana", Resolve, conversation, label=label, last_seen_seq=99)
    company.clock.advance(11)
    await company.timers.step()
    return conversation


async def with_probe(office: Office) -> None:
    """One answer and one probe wait for labels."""
    await resolved(office.company, "resolved")
    await office.answered(Customer("answered", "shop"))
    await office.company.proof.step()
    office.company.clock.advance(901)
    await office.company.proof.step()


async def test_a_settled_message_is_judged_against_the_best_wrong_guess(office: Office) -> None:
    await with_probe(office)
    probe = next(row for row in await office.audits() if row.purpose == "probe")
    assert (probe.intent, probe.verdict, probe.period) == ("order", None, 0)
    assert await office.company.database.read(lambda tx: claims.best(tx, office.company.proof_settings)) is not None


async def test_to_an_auditor_a_probe_looks_like_any_other_request(office: Office) -> None:
    await with_probe(office)
    first = await office.task("ann")
    second = await office.task("bob")
    assert first.id != second.id
    fields = [set(task.model_dump()) for task in (first, second)]
    assert fields[0] == fields[1] == {"id", "messages", "needed_by"}
    for task in (first, second):
        assert [(each.author, each.body.kind) for each in task.messages] == [("customer", "text")]


async def label_all(office: Office, probe: AuditLabel, answer: AuditLabel = ORDER) -> None:
    kinds = {row.message_id: row.purpose for row in await office.audits()}
    for name in ("ann", "bob", "cho"):
        while (task := (await office.bench.next(await office.who(name))).task) is not None:
            await office.label(name, probe if kinds.get(task.id) == "probe" else answer, task.id)


async def test_a_probe_that_is_noticed_is_no_miss(office: Office) -> None:
    await with_probe(office)
    await label_all(office, REFUND)
    found = await office.claims.certificate()
    assert (found.probes, found.misses) == (1, 0)
    assert (found.answers, found.right, found.wrong) == (1, 1, 0), "a probe is no answer"


async def test_nothing_is_certified_before_the_first_probe(office: Office) -> None:
    await office.answered()
    await office.label("ann", ORDER)
    found = await office.claims.certificate()
    assert (found.proven, found.missing, found.miss_bound) == (False, "probes", 1.0)


async def test_neither_the_agent_of_a_conversation_nor_an_unlabelled_one_makes_a_probe(office: Office) -> None:
    await resolved(office.company, "unlabelled", None)
    await office.answered(Customer("answered", "shop"))
    office.company.clock.advance(901)
    await office.company.proof.step()
    assert [row.purpose for row in await office.audits()] == ["answer"]


async def test_an_erased_probe_is_forgotten(office: Office) -> None:
    await with_probe(office)
    probe = next(row for row in await office.audits() if row.purpose == "probe")
    await office.company.erase(probe.conversation)
    office.company.clock.advance(901)
    await office.company.proof.step()
    assert [row.purpose for row in await office.audits()] == ["answer"]


async def test_a_third_of_what_is_asked_are_probes_until_the_bound_is_good(office: Office) -> None:
    for number in range(6):
        await resolved(office.company, f"resolved-{number}")
    for number in range(6):
        await office.answered(Customer(f"answered-{number}", "shop"))
    office.company.clock.advance(901)
    await office.company.proof.step()
    rows = await office.audits()
    asked = sum(row.purpose == "probe" for row in rows)
    assert abs(asked - probes.SHARE * len(rows)) <= 1


async def test_a_probe_that_two_auditors_confirm_was_none(office: Office) -> None:
    await with_probe(office)
    await label_all(office, AuditLabel(intents=["order", "refund"]))
    assert [row.verdict for row in await office.audits() if row.purpose == "probe"] == ["void"]
    assert (await office.claims.certificate()).probes == 0


async def test_a_probe_that_one_of_three_confirms_was_missed(office: Office) -> None:
    await with_probe(office)
    probe = next(row.message_id for row in await office.audits() if row.purpose == "probe")
    for name, label in (("ann", ORDER), ("bob", REFUND), ("cho", REFUND)):
        assert [row.verdict for row in await office.audits() if row.message_id == probe] == [None]
        await take(office, name, probe)
        await office.label(name, label, probe)
    found = await office.claims.certificate()
    assert (found.probes, found.misses) == (1, 1)


async def take(office: Office, auditor: str, wanted: str) -> None:
    """Leave requests to others until the wanted one comes."""
    while (task := await office.task(auditor)).id != wanted:
        await office.bench.skip(await office.who(auditor), task.id)
