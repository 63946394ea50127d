"""What leaves for a text generator holds no personal data of a known form, and what comes back has it again."""

import pytest

from escalation.assistance.errors import GeneratorFailed
from escalation.assistance.generator import Generated, cited
from escalation.assistance.masking import REMOVED, Masks, names_said, without_personal_data

TOLD = (
    "My name is Maria Sol, mail maria.sol+shop@example.co.uk or call +34 612 345 678. "
    "Card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00. Thanks, Maria"
)
SECRETS = ("Maria", "Sol", "maria.sol", "612", "4111", "3704", "DE89")


def test_nothing_of_a_known_form_goes_out_and_all_of_it_comes_back() -> None:
    masks = Masks(frozenset(names_said([TOLD])))
    masked = masks.mask(TOLD)
    assert not [secret for secret in SECRETS if secret in masked], masked
    assert masks.restore(masked) == TOLD
    assert masks.mask("to maria.sol+shop@example.co.uk") == "to [EMAIL_1]", "the same value, the same mask"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("order 48213 costs 1,250.00", "order 48213 costs 1,250.00"),
        ("on 2026-03-01 at 10:30", "on 2026-03-01 at 10:30"),
        ("ring (020) 7946 0958", "ring [PHONE_1]"),
        ("GB29NWBK60161331926819", "[IBAN_1]"),
        ("a@b.example and c@d.example", "[EMAIL_1] and [EMAIL_2]"),
    ],
)
def test_each_form_is_found_and_no_order_number(text: str, masked: str) -> None:
    assert Masks(frozenset()).mask(text) == masked


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hi, my name is Li Wei and I wait", "Li Wei"),
        ("me llamo Ana", "Ana"),
        ("Ich heiße Jürgen Groß.", "Jürgen Groß"),
        ("je m'appelle Zoé", "Zoé"),
    ],
)
def test_names_are_read_where_customers_give_them(text: str, name: str) -> None:
    assert names_said([text]) == {name}


def test_what_belongs_to_others_never_comes_back() -> None:
    theirs = without_personal_data("Dear Omar Haddad, we wrote to omar@example.org", {"Omar Haddad"})
    assert theirs == f"Dear {REMOVED}, we wrote to {REMOVED}"
    assert Masks(frozenset({"Maria"})).restore("Dear [NAME_7], hello") == "Dear , hello"


def test_a_draft_is_split_from_its_sources() -> None:
    assert cited("It left Monday [2]. Track it online [1][9].", 2) == Generated(
        "It left Monday. Track it online.", (0, 1)
    )


@pytest.mark.parametrize("answer", ["NONE", "none of them says so", " ", "It is free [7].", "x" * 5_000 + " [1]"])
def test_a_draft_without_a_source_is_not_shown(answer: str) -> None:
    with pytest.raises(GeneratorFailed):
        cited(answer, 2)
