"""Every format gives back what it wrote, and says file and line when something is wrong."""

import csv
import io
import json
from collections.abc import Sequence

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.formats import FormatName, detect, parse, render
from escalation.catalogue.model import POLICIES, Catalogue, Intent, LocalText, name_problem, text_problem

NASTY = ["null", "~", "yes", "12", "2024-01-01", "- dash", "# hash", "a: b", "'quoted'", '"double"', "{}", "[a](b)"]
NASTY += ['say "hi", ok', "two\nlines", "win\r\ndows", "semi;colon", "tab\tbed", "[a]{b}"]
NASTY += ["émoji 😀", "\u2028 sep", "\x85".join("ab")]
NASTY += ["*alias", "&anchor", "!tag", "%directive", "---", "...", "@at", "`tick`", "| pipe", "> fold", "? key", "a #b"]
NASTY += ["\ufeffbom", "-", "- ", "=", "<<", "lone\rreturn"]
FORMULAS = ["=1+1", "+49 40 123", "-5 %", "@SUM(A1)", "\uff1d1+1", '=HYPERLINK("http://x","y")', "a;=1+1", "a\t=1+1"]
MISSING = ["NaN", "nan", "None", "null", "N/A", "#N/A", "<NA>", "#REF!", "text", "label", "['a']", "[]"]
NASTY += FORMULAS + MISSING + [f"'{each}" for each in (*FORMULAS, *MISSING)] + ["''NaN", "'", "''"]

written = (st.text(min_size=1, max_size=40) | st.sampled_from(NASTY)).map(str.strip)
texts = written.filter(lambda text: not text_problem(text, limit=4000))
names = written.filter(lambda name: not name_problem(name))


@st.composite
def catalogues(draw: st.DrawFn, filled: bool = False, locales: bool = False) -> Catalogue:
    """Any catalogue; with `filled` one with examples only, with `locales` some texts in others than its own."""
    intents = []
    for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        examples = tuple(draw(st.lists(texts, min_size=int(filled), max_size=4, unique=True)))
        description = draw(texts | st.just(""))
        answer = draw(texts | st.none())
        said = st.dictionaries(st.sampled_from(["de", "es-419", "no-NO", "zh-Hant"]), texts) if locales else st.just({})
        others = [tuple(LocalText(*each) for each in sorted(draw(said).items())) for _ in ("answers", "titles")]
        intents.append(
            Intent(name, draw(texts), description, examples, answer, draw(st.sampled_from(POLICIES)), *others)
        )
    return Catalogue(draw(st.sampled_from(["en", "pt-BR", "no"])), tuple(intents))


@settings(max_examples=200)
@given(catalogues(locales=True))
def test_our_yaml_gives_back_the_whole_catalogue(catalogue: Catalogue) -> None:
    assert parse(render(catalogue, "yaml"), "c.yaml").catalogue() == catalogue


@settings(max_examples=200)
@given(catalogues(locales=True))
def test_rasa_gives_back_the_whole_catalogue(catalogue: Catalogue) -> None:
    assert parse(render(catalogue, "rasa"), "nlu.yml").catalogue() == catalogue


@settings(max_examples=200)
@given(catalogues(filled=True), st.sampled_from(["jsonl", "csv"]))
def test_lines_and_tables_give_back_the_examples(catalogue: Catalogue, name: FormatName) -> None:
    parsed = parse(render(catalogue, name), f"c.{name}")
    assert list(parsed.catalogue().labelled()) == list(catalogue.labelled())
    assert parsed.out_of_scope == ()


def as_examples(texts: Sequence[str], name: str = "greet") -> Catalogue:
    return Catalogue("en", (Intent(name, "Title", examples=tuple(texts)),))


@pytest.mark.parametrize("text", [*FORMULAS, "\t=1+1", "\r=1+1", "\n=1+1"])
def test_no_cell_of_a_table_begins_as_a_formula(text: str) -> None:
    written = render(as_examples([text], name=text.strip() if not name_problem(text.strip()) else "greet"), "csv")
    cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"]


def test_a_spreadsheet_that_divides_at_semicolons_finds_no_formula_either() -> None:
    written = render(as_examples(["a;=1+1", "a\t=1+1", 'a";=1+1']), "csv")
    for delimiter in ";\t":
        cells = [cell for row in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter) for cell in row]
        assert not [cell for cell in cells if cell.startswith("=")]


@pytest.mark.parametrize("name", ["csv", "jsonl"])
@pytest.mark.parametrize("label", ["greet", "None", "nan", "['a']"])
def test_what_stands_for_a_missing_value_elsewhere_comes_back_as_an_example(name: FormatName, label: str) -> None:
    catalogue = as_examples(["NaN", "#N/A", "null", "None", "'NaN", "''NaN", "text"], label)
    assert list(parse(render(catalogue, name), f"c.{name}").catalogue().labelled()) == list(catalogue.labelled())


@settings(max_examples=300)
@given(st.text(max_size=300), st.sampled_from(["c.yaml", "c.jsonl", "c.csv", "c.txt"]))
def test_any_text_is_read_or_refused_with_the_files_name(text: str, source: str) -> None:
    try:
        parse(text, source)
    except CatalogueFileInvalid as error:
        assert error.code == "catalogue_file_invalid"
        assert error.message.startswith(source)


OURS = """locale: de
intents:
  - name: liefer_zeit
    title: Lieferzeit
    policy: automatic
    answer: |
      Zwei bis drei Tage.
    examples:
      - wann kommt mein paket
      - no
      - wann kommt mein paket
  - name: mensch
    policy: always_handoff
    answer: null
out_of_scope: [wie hoch ist die zugspitze]
"""


def test_our_yaml_as_a_person_writes_it() -> None:
    parsed = parse(OURS, "katalog.yaml")
    assert parsed.locale == "de"
    assert parsed.intents[0].examples == ("wann kommt mein paket", "no")
    assert parsed.intents[0].answer == "Zwei bis drei Tage."
    assert parsed.intents[1].title is None and parsed.intents[1].answer is None
    assert parsed.out_of_scope == ("wie hoch ist die zugspitze",)
    placeholders = parsed.catalogue(placeholder_answers=True)
    assert placeholders.get("mensch").title == "Mensch"
    assert placeholders.get("mensch").answer is None


RASA = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hey
    - hello [Ana](name)
    # a remark
    - see you [tomorrow]{"entity": "date", "value": "t+1"} at [nine][{"entity": "time"}, {"entity": "hour"}]
- synonym: credit
  examples: |
    - credit card account
- regex: order_number
  examples: |
    - \\d{5}
- intent: bye
  examples:
  - text: bye
  - text: |
      see you later
    metadata: {sentiment: neutral}
responses:
  utter_greet:
  - text: Hello there!
  utter_something_else:
  - text: not ours
"""


def test_rasa_says_answers_in_other_locales_where_its_slot_has_the_locale() -> None:
    order = Intent("order", "Order", answer="Under My orders.", other_answers=(LocalText("de", "Unter {x}."),))
    (default, german) = yaml.safe_load(render(Catalogue("en", (order,)), "rasa"))["responses"]["utter_order"]
    assert default == {"text": "Under My orders."}
    assert german["condition"] == [{"type": "slot", "name": "locale", "value": "de"}]
    assert german["text"] == "Unter {x}."


def test_rasas_own_conditions_approve_no_answer() -> None:
    text = """nlu:
- intent: order
  examples: "- where is it"
responses:
  utter_order:
  - text: Hola.
    condition: [{type: slot, name: locale, value: es}]
"""
    parsed = parse(text, "nlu.yml")
    assert (parsed.intents[0].answer, parsed.intents[0].other_answers) == (None, ())
    assert "it has a condition" in parsed.warnings[0]


def test_rasa_files_lose_their_annotations_and_give_their_answers() -> None:
    parsed = parse(RASA, "nlu.yml")
    assert [draft.name for draft in parsed.intents] == ["greet", "bye"]
    assert parsed.intents[0].examples == ("hey", "hello Ana", "see you tomorrow at nine")
    assert parsed.intents[0].answer == "Hello there!"
    assert parsed.intents[1].examples == ("bye", "see you later")
    assert parsed.intents[1].answer is None


def test_null_labels_are_collected_apart_and_repeats_collapse() -> None:
    rows = [("hi", "greet"), ("hi", "greet"), (" hi ", "greet"), ("zebra", None), ("zebra", None)]
    parsed = parse("\n".join(json.dumps({"text": text, "label": label}) for text, label in rows), "d.jsonl")
    assert parsed.intents[0].examples == ("hi",)
    assert parsed.out_of_scope == ("zebra",)
    assert parsed.conflicting == ()


def test_one_text_under_two_labels_is_told_with_both_places() -> None:
    parsed = parse("text,label\nhi,greet\nyo,greet\nhi,bye\nyo,\n", "d.csv")
    assert [str(each) for each in parsed.conflicting] == [
        "'hi' is under 'greet' (d.csv, line 2) and under 'bye' (d.csv, line 4)",
        "'yo' is under 'greet' (d.csv, line 3) and under out of scope (d.csv, line 5)",
    ]
    assert list(parsed.catalogue().labelled()) == [("hi", "greet"), ("yo", "greet"), ("hi", "bye")]


@pytest.mark.parametrize(
    "text",
    [
        "text,label\nhi,greet\n",
        "intent;text\ngreet;hi\n",
        "id\ttext\tlabel\n7\thi\tgreet\n",
        '"Text","Label"\r\n"hi","greet"\r\n',
    ],
)
def test_tables_come_with_various_headers(text: str) -> None:
    assert list(parse(text, "d.csv").catalogue().labelled()) == [("hi", "greet")]


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("", "a.jsonl", "jsonl"),
        ("", "a.CSV", "csv"),
        ("intents: []", "a.yml", "yaml"),
        ("nlu: []", "a.yml", "rasa"),
        ("version: 3\nresponses: {}", "a.yaml", "rasa"),
        ('{"text": "a"}', "a.txt", "jsonl"),
        ("label,text\na,b", "stdin", "csv"),
        ("intents:\n- name: a", "stdin", "yaml"),
    ],
)
def test_the_format_is_told_by_ending_and_content(text: str, source: str, expected: str) -> None:
    assert detect(text, source) == expected


BOMB = "intents:\n- &a [x, x]\n- &b [*a, *a, *a]\n- [*b, *b, *b]\n"


@pytest.mark.parametrize(
    ("text", "source", "told"),
    [
        ("", "a.jsonl", "a.jsonl: holds no intents"),
        ('{"text": "a", "label": "b"}\n{"text": ', "a.jsonl", "a.jsonl, line 2: no JSON"),
        ('\n\n["a"]', "a.jsonl", "line 3: 'text' is missing"),
        ('{"text": "a"}', "a.jsonl", "line 1: no column for the label (such as"),
        ('{"text": "a", "label": 4.5}', "a.jsonl", "line 1: 'label' must be"),
        ('{"text": "a", "label": true}', "a.jsonl", "line 1: 'label' must be"),
        ('{"text": "a", "label": " "}', "a.jsonl", "line 1: 'label' is empty"),
        ('{"text": "a", "label": "b\\u0000"}', "a.jsonl", "line 1: the intent's name contains the character U+0000"),
        ('{"text": " ", "label": "b"}', "a.jsonl", "line 1: the text is empty"),
        ('{"text": "\\ud800", "label": null}', "a.jsonl", "line 1: text contains the character U+D800"),
        ('{"text": "' + "x" * 4001 + '", "label": "b"}', "a.jsonl", "line 1: intent 'b': example has 4,001 characters"),
        ("[" * 100_000, "a.jsonl", "line 1: no JSON"),
        ('{"text": ' + "9" * 5000 + "}", "a.jsonl", "line 1: no JSON"),
        ("", "a.csv", "line 1: the header must name"),
        ("words,label\na,b\n", "a.csv", "line 1: the header must name the columns: no column for the text (such as"),
        ("text,words\na,b\n", "a.csv", "no column for the label (such as"),
        ("text,label,intent\na,b,c\n", "a.csv", "more than one column could be the label: 'label', 'intent'"),
        ("text,label\n", "a.csv", "holds no intents and no messages"),
        ("text,label\nok,b\nalone\n", "a.csv", "line 3: the row has 1 cells"),
        ('text,label\n"two\nlines",b\n"open,b\n', "a.csv", "line 4: the row cannot be read"),
        ("text,label\n" + "x" * 200_000 + ",b\n", "a.csv", "line 2: the row cannot be read"),
        ("", "a.yaml", "the file is empty"),
        ("just words", "a.yaml", "line 1: the file must be a mapping"),
        ("intents:\n- name: a\n  title: 'b\n", "a.yaml", "no valid YAML: while scanning a quoted scalar"),
        ("intents:\n- name: a\n title: b\n", "a.yaml", "line 3: no valid YAML"),
        ("intents:\n- name: a\n  anwser: b", "a.yaml", "line 3: intent 'a' has an unknown key 'anwser'"),
        ("intents:\n- name: a\n- name: b\n- name: a", "a.yaml", "line 4: intent 'a' is there already, in line 2"),
        ("intents:\n- name: a\n  name: b", "a.yaml", "line 3: an intent has the key 'name' twice"),
        ("intents:\n- title: b", "a.yaml", "line 2: an intent has no name"),
        ("intents:\n- name: a\n  policy: auto", "a.yaml", "line 3: intent 'a': policy 'auto' is none of"),
        ("intents:\n- name: a\n  examples:\n  - ok\n  - a: b", "a.yaml", "line 5: intent 'a': an example must be"),
        ("intents:\n- name: a\n  examples:\n  - ok\n  -", "a.yaml", "line 5: intent 'a': example is blank"),
        ("intents:\n- name: a\n  examples: hi", "a.yaml", "line 3: intent 'a': examples must be a list"),
        ("locale: [en]\nintents: []", "a.yaml", "line 1: locale must be a text"),
        ("locale: english_please\nintents: []", "a.yaml", "line 1: locale 'english_please' is not"),
        ("intents: []\n---\nintents: []", "a.yaml", "line 2: a second document starts here"),
        ("\x00", "a.yaml", "no valid YAML"),
        (BOMB, "a.yaml", "line 3: YAML aliases (*name) are not supported"),
        ("[" * 50_000, "a.yaml", "line 1: lists and mappings are nested too deeply"),
        ("nlu:\n- intent: a\n  examples: |\n    - ok\n    bare", "a.yml", "line 5: intent 'a': each example must"),
        ("nlu: {}", "a.yml", "line 1: nlu must be a list"),
        ("nlu:\n- intent: a\n  examples:\n  - metadata: {}", "a.yml", "line 4: intent 'a': an example has no text"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, source: str, told: str) -> None:
    with pytest.raises(CatalogueFileInvalid) as caught:
        parse(text, source)
    assert told in caught.value.message
    assert caught.value.message.startswith(source)
