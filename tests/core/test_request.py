"""What is no request yet is told from what is one, in words alone, and never the other way round."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.conversations.human_request import asks_for_human
from escalation.conversations.request import Lack, lack_of_request
from tests.benchmarks.corpora import data_folder
from tests.core.test_human_request import ASKING

OPENINGS = """
I have a question
i have a quick question please
Hello, I have a question.
hello?
hi there!
can you help me
Can you help me please?
I need some help
help!
can i ask you something
is anyone there?
question
Ich habe eine Frage
Hallo, ich hätte da mal eine kurze Frage
können Sie mir helfen?
Ich brauche Hilfe
Bonjour, j'ai une question
pouvez-vous m'aider ?
j'ai besoin d'aide s'il vous plaît
Hola, tengo una pregunta
¿me puede ayudar?
necesito ayuda por favor
ho una domanda
pode me ajudar?
hello, this is Maria Lopez
""".strip().splitlines()

DETAILS = """
John Smith
maria
Anna von Berg
my name is John Smith
Ich heiße Anna
me llamo Carlos Ruiz
12345
#100234
ORD-2291-X
3111357835
+49 170 0000000
my order number is 12345
Bestellnummer 88120
order 12345
order number:12345?!
John, please
maria@example.org.
""".strip().splitlines()

NONSENSE = """
asdf gh
???
!!!
jdkjfkd skjdksjd skjskjd
qwertyuiop asdf
zzzzzzzz
dfghjk
sdfg...
xkvq
fgh
asdf-zxcv, gh
""".strip().splitlines()

REQUESTS = """
I have a question about my refund
can you help me track my parcel
I need help with my invoice
hello, where is my parcel
where is my order 12345
cancel order 12345
my name is wrong on the invoice
i am angry
Reset Password
Lost Card
jane doe emails
Larkspur
refund
ok
thanks
2
dhl
prst
wert
Konzert
asdf why
---
XX
bestellung stornieren bitte
où est ma commande ?
donde esta mi pedido
где мой заказ
我的订单在哪里
أين طلبي
min beställning har inte kommit
wo ist mein paket
""".strip().splitlines()


@pytest.mark.parametrize(
    ("text", "lack"),
    [(text, "opening") for text in OPENINGS]
    + [(text, "details") for text in DETAILS]
    + [(text, "nonsense") for text in NONSENSE],
)
def test_what_is_no_request_yet(text: str, lack: Lack) -> None:
    assert lack_of_request(text) == lack
    assert lack_of_request(f"  {text}\n") == lack


@pytest.mark.parametrize("text", REQUESTS)
def test_what_may_be_a_request_is_one(text: str) -> None:
    assert lack_of_request(text) is None


@pytest.mark.parametrize("opening", [*OPENINGS, *DETAILS, *NONSENSE])
def test_a_request_in_the_same_turn_counts(opening: str) -> None:
    assert lack_of_request(f"{opening}\nwhere is my parcel") is None
    assert lack_of_request(f"where is my parcel\n{opening}") is None


def test_several_openings_are_one_and_a_name_beside_them_is_no_request() -> None:
    assert lack_of_request("hi\nI have a question\nJohn Smith") == "opening"
    assert lack_of_request("asdf\n12345") == "details"


@pytest.mark.parametrize("text", ASKING)
def test_who_asks_for_a_person_is_never_asked_what_it_is_about(text: str) -> None:
    assert lack_of_request(text) is None
    assert not asks_for_human(text) or lack_of_request(f"hello\n{text}") is None


@given(st.text(max_size=60))
def test_any_text_is_judged(text: str) -> None:
    assert lack_of_request(text) in {None, "opening", "details", "nonsense"}


def test_a_long_text_is_a_request_and_no_words_are_none() -> None:
    assert lack_of_request("hello " * 50) is None
    assert lack_of_request("") is None


@pytest.mark.parametrize("name", ["clinc150/val", "banking77/valid", "hwu64/valid"])
def test_of_a_thousand_real_requests_less_than_one_is_asked_back(name: str) -> None:
    path = data_folder() / f"{name}.jsonl"
    if not path.is_file():
        pytest.skip(f"no data set at {path.parent}; set ESCALATION_DATA")
    lines = path.read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["label"] != "greeting"]
    asked_back = [row["text"] for row in rows if lack_of_request(row["text"]) is not None]
    assert len(asked_back) < len(rows) / 1000, asked_back
