"""A customer who asks for a person is understood in words alone; one who only mentions people is not."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.conversations.human_request import asks_for_human, one_error
from tests.benchmarks.corpora import data_folder

ASKING = """
talk to a human
I want to talk to a real person
real person please
agent
Agent!!
AGENT NOW
representative
human
person please
operator
can i speak to someone
can I speak with somebody please?
could i talk to someone about my order
let me talk to a person
connect me to an agent
please transfer me to a live agent
put me through to customer service
I need a human
i need a real human being right now
get me a human
get me your manager
i want to speak to a supervisor
give me a real person, not a bot
this is useless. human please
where is my parcel?? i want an agent
is there a real person here
is there someone i can talk to
are there any agents available?
who can i talk to about this
can a human help me
can a real person look at my case
how do i reach a human
why can't i talk to a human
i can't get through to an agent
i don't want to talk to a bot
I don't want a robot, I want a person
no bots please
not a bot
stop the bot
i'd rather talk to a person
i would prefer speaking with a human
i'd like to chat with a member of staff
customer service
customer support please
live chat
live agent pls
speak representative
escalate this
please escalate this to your manager
hand me over to a colleague
speak to your team... I mean a human
hi can i get a human please
i said agent
i asked for a human
I've asked three times now, when do i get to speak to a human
tlak to a humna
can i speek to sombody
i want to talk to a representitive
real persn please
conect me with an agnet
talk 2 a human
talk to some one
wanna talk to a human lol
I am very unhappy with this and would like to talk to somebody in charge
don't you have a human I can talk to
no thanks, just a person please
a real, live person please
human human human
Hello, is a customer service agent available
thanks but I need to speak with an actual person
quiero hablar con una persona
necesito hablar con un agente por favor
páseme con un operador
humano por favor
¿puedo hablar con alguien?
ich möchte mit einem Menschen sprechen
Kann ich bitte mit einem Mitarbeiter reden?
echter Mensch bitte
Verbinden Sie mich mit einem Berater
ich will einen Mitarbeiter sprechen
je veux parler à un humain
parler à un conseiller svp
passez-moi quelqu'un
est-ce que je peux parler avec quelqu'un
quero falar com um atendente
posso falar com uma pessoa real?
atendente por favor
voglio parlare con un operatore
posso parlare con una persona vera?
operatore per favore
أريد التحدث مع موظف
هل يمكنني التحدث إلى شخص حقيقي؟
أريد أن أتكلم مع إنسان، من فضلك
حولني إلى موظف من فضلك
حوّلوني لموظف خدمة العملاء
ممكن أكلم مسؤول
خدمة العملاء
أحتاج إلى ممثل خدمة العملاء الآن
""".strip().splitlines()

NOT_ASKING = """
is the delivery person late
a present for a person who loves cooking
i need an insurance agent
insurance agent
human hair brush
do you sell human hair wigs
i need a human hair wig
are you a human
are you a real person
are you a bot or a person
am i talking to a real person
am I talking to a human or a machine
prove that you're a person
how many people does the tent sleep
i need a table for six people
the person who delivered it was rude
one per person
a cleaning agent for leather
is the bleaching agent safe for children
i want an agent 47 figure
agent provocateur lingerie
real estate agent
my travel agent booked it
secret agent costume for a person of 1.80
can one person assemble this wardrobe
can a person of 120 kg sit on this chair
is this vest suitable for a tall person
do you have a human skull model
i need a representative sample of your fabrics
what is your human rights policy
who is the manager of the berlin store
the store manager told me i would get a refund
your agent promised me a refund last week
I spoke to your agent yesterday
an agent told me to wait three days
the agent i was talking to disconnected
i don't want to talk to a human
I do not need an agent
no need to connect me to a person
can i cancel without talking to a person
do i have to talk to an agent to cancel my order
do I need to speak to someone to change my address
i never asked you to stop
does someone have to be home for the delivery
can someone else pick up my parcel
someone stole my card
someone used my account without permission
can i send this to someone as a gift
send it to another person
deliver to a different person
can i transfer my gift card to another person
can you speak to someone for me
text someone for me
call someone
tell someone i am late
how do you say hello to a person in french
thank you for talking to me
nice to talk to you
I was glad to chat with you
i want to return my order
please cancel
live tracking please
support for my phone model
does the phone support dual sim
the operator of this crane toy is missing
smooth operator by sade
what does a sales representative earn at your shop
can you get the name of your representative
i want a robot vacuum
I don't want a robot vacuum
is there a bot for discord
does the doll speak
this watch can make calls, right
i need help
help me please
can somebody please explain the invoice
service manual for my washing machine
managed to break it already
how do i manage my subscriptions
the speaker does not work
agenda 2027 a5
persona 5 for playstation
una persona mayor puede montarlo
es para una persona muy alta
el cabello es humano
no quiero hablar con un agente
agente de seguros
für wie viele Personen ist das Zelt
der Mitarbeiterrabatt funktioniert nicht
ich will nicht mit einem Menschen sprechen
der Mitarbeiter im Laden war freundlich
c'est pour une personne de petite taille
pour combien de personnes
uma pessoa pode montar sozinha
per quante persone è la tenda
il mio operatore telefonico non funziona
لا أريد التحدث مع موظف
كم شخص تتسع الخيمة
تحدثت مع موظف أمس
أين طلبي؟
الموظف كان لطيفا
""".strip().splitlines()


@pytest.mark.parametrize("text", ASKING)
def test_asks(text: str) -> None:
    assert asks_for_human(text)


@pytest.mark.parametrize("text", NOT_ASKING)
def test_does_not_ask(text: str) -> None:
    assert not asks_for_human(text)


def test_the_tables_are_large_enough() -> None:
    assert len(set(ASKING)) >= 40
    assert len(set(NOT_ASKING)) >= 60


@pytest.mark.parametrize("text", ASKING)
def test_case_blanks_and_exclamation_marks_do_not_matter(text: str) -> None:
    assert asks_for_human(f"  {text.upper()}!!! ")
    assert asks_for_human(f"hi there.\n{text}\nthanks")


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    assert asks_for_human(text) in {True, False}


@pytest.mark.parametrize(
    "piece",
    ["a ", "i want ", "want a real ", "real live human ", "please now ", "talk to the ", "over to ", "not ",
     "is there a ", "quiero un ", "mit einem ", "passez moi ", "ho bisogno di ",
     "اريد التحدث مع ", "\u0301", "- ", "human to "],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * 4000)[:4000]
    start = time.process_time()
    asks_for_human(text)
    assert time.process_time() - start < 0.5


def test_real_messages_hardly_ever_ask_by_mistake() -> None:
    """Of 18,000 messages to an assistant, those found are requests for a person in all but their label."""
    folder = data_folder() / "clinc150"
    if not folder.is_dir():
        pytest.skip(f"no data set at {folder}; set ESCALATION_DATA")
    lines = [line for name in ("train", "val") for line in (folder / f"{name}.jsonl").read_text().splitlines()]
    found = [row["text"] for row in map(json.loads, lines) if asks_for_human(row["text"])]
    assert all("talk" in text or "speak" in text for text in found), found
    assert len(found) <= 10


def test_one_typing_error_keeps_the_first_letter() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    missing, swapped = {"ac", "ab"}, {"acb", "abc"}
    wrong = {f"a{letter}c" for letter in letters} | {f"ab{letter}" for letter in letters}
    too_many = {f"a{letter}bc" for letter in letters} | {f"ab{letter}c" for letter in letters}
    assert set(one_error("abc")) == missing | swapped | wrong | too_many
