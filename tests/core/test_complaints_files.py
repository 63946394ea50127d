"""What people complain of when they import files: read what is clear, name what is not, with its line."""

import json
from pathlib import Path

import pytest

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.files import read_catalogue
from escalation.catalogue.formats import Parsed, Reading, parse, read_rows

SKIPPING = Reading(skip_invalid=True)


def labelled(parsed: Parsed) -> list[tuple[str, str]]:
    return list(parsed.catalogue().labelled())


def refusal(text: str, source: str, reading: Reading | None = None) -> str:
    with pytest.raises(CatalogueFileInvalid) as caught:
        parse(text, source, reading=reading or Reading())
    return caught.value.message


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", ["my card was charged, twice,refund", 'the "blue" one, please,refund', "a,b,", "my card was charged,refund,"]
)
def test_complaint_an_unquoted_comma_makes_no_intent_of_half_a_sentence(row: str) -> None:
    text = f"text,label\ngood morning,greet\n{row}\n"
    told = refusal(text, "d.csv")
    assert told.startswith("d.csv, line 3: the row has 3 cells, the header 2")
    assert "in quotation marks" in told
    kept = parse(text, "d.csv", reading=SKIPPING)
    assert labelled(kept) == [("good morning", "greet")]
    assert [each.line for each in kept.skipped] == [3]


def test_complaint_half_a_sentence_is_no_intent_where_the_label_itself_is_lacking() -> None:
    """The number of cells is right here; the blank after the comma and the several words tell."""
    text = "text,label\ngood morning,greet\nhello,greet\nmy card was charged, give it back\nbye,bye\n"
    assert refusal(text, "d.csv").startswith("d.csv, line 4: the label 'give it back' seems to be the rest of a text")
    spaced = "text, label\ngood morning, say hello\nI paid twice, my refund\n"
    assert labelled(parse(spaced, "d.csv")) == [("good morning", "say hello"), ("I paid twice", "my refund")]


def test_complaint_a_repeated_header_is_no_example() -> None:
    parsed = parse("text,label\nhi,greet\nTEXT,label\nbye,leave\ntext,label\n", "d.csv")
    assert labelled(parsed) == [("hi", "greet"), ("bye", "leave")]
    assert parsed.warnings == ("lines 3, 5 left out: the header again",)


@pytest.mark.parametrize("value", ["nan", "NaN", "None", "null", "NULL", "#N/A", "n/a", "<NA>", " nan "])
def test_complaint_a_missing_label_becomes_no_intent(value: str) -> None:
    for text, source in (
        (f"text,label\nhi,greet\nfoo,{value}\n", "d.csv"),
        (lines({"text": "hi", "label": "greet"}) + "\n" + lines({"text": "foo", "label": value}), "d.jsonl"),
    ):
        parsed = parse(text, source)
        assert labelled(parsed) == [("hi", "greet")]
        assert parsed.out_of_scope == ()
        assert parsed.warnings[0].startswith("line 3 left out: the label '")
    (row,) = read_rows(f"text,label\nfoo,{value}\n", "d.csv", Reading(labelled=False)).rows
    assert row.label is None


def test_a_label_nan_of_json_is_missing_and_null_is_out_of_scope() -> None:
    parsed = parse('{"text": "a", "label": NaN}\n{"text": "b", "label": null}\n', "d.jsonl")
    assert (labelled(parsed), parsed.out_of_scope) == ([], ("b",))
    assert "line 1 left out: the label 'NaN'" in parsed.warnings[0]
    assert refusal('{"text": NaN, "label": "a"}', "d.jsonl").startswith("d.jsonl, line 1: 'text' is missing")


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\ntext;label\r\nhello;greet\r\n",
        "sep=|\ntext|label\nhello|greet\n",
        "text,label\rhello,greet\r",
        "\ufefftext;label\nhello;greet\n",
        "text|label\nhello|greet\n",
        "text\tlabel\nhello\tgreet\n\n",
        "Utterance,Intent\nhello,greet\n,\n",
        "id,User Message,message,category\n1,x,hello,greet\n",
    ],
)
def test_tables_of_other_programs_are_read(text: str) -> None:
    assert labelled(parse(text, "d.csv")) == [("hello", "greet")]


def test_backslashes_before_quotation_marks_are_read_and_stay_elsewhere() -> None:
    assert labelled(parse('text,label\n"he said \\"hi, you\\" to me",greet\n', "d.csv")) == [
        ('he said "hi, you" to me', "greet")
    ]
    assert labelled(parse('text,label\n"C:\\new\\","a"\n', "d.csv")) == [("C:\\new\\", "a")]


def test_formulas_and_line_breaks_in_cells_stay_what_they_are() -> None:
    parsed = parse('text,label\n=1+1,sum\n"@SUM(A1)\nand ""more""",sum\n-3,sum\n', "d.csv")
    assert labelled(parsed) == [("=1+1", "sum"), ('@SUM(A1)\nand "more"', "sum"), ("-3", "sum")]


def test_lines_are_counted_from_one_over_cells_of_several_lines() -> None:
    assert "d.csv, line 5: the text is empty" in refusal('text,label\n"a\nb",x\nc,x\n ,x\n', "d.csv")


def test_the_report_of_many_rows_left_out_stays_short() -> None:
    rows = [{"text": "", "label": "a"}] * 25 + [{"text": "a", "label": [str(n), "x"]} for n in range(1_000)]
    parsed = parse(lines({"text": "hi", "label": "greet"}, *rows), "d.jsonl", reading=SKIPPING)
    assert len(parsed.skipped) == 1_025
    assert parsed.warnings[0].endswith("20, 21 and 5 more left out: the text is empty")
    assert parsed.warnings[-1] == "971 more lines left out for other reasons"
    assert len(parsed.warnings) == 31


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes("text,label\nça va — bien,greet\n".encode(encoding))
    assert labelled(read_catalogue(path)) == [("ça va — bien", "greet")]


def test_another_encoding_is_named_and_read_when_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes("text,label\nhi,greet\nça va – bien,greet\n".encode("cp1252"))
    with pytest.raises(CatalogueFileInvalid, match=r"d\.csv, line 3: is not UTF-8; it may be Windows-1252"):
        read_catalogue(path)
    assert labelled(read_catalogue(path, encoding="cp1252"))[1] == ("ça va – bien", "greet")
    path.write_bytes("text,label\nça va,greet\n".encode("utf-16-le"))
    with pytest.raises(CatalogueFileInvalid, match="seems to be UTF-16"):
        read_catalogue(path)
    assert labelled(read_catalogue(path, encoding="utf-16-le")) == [("ça va", "greet")]


@pytest.mark.parametrize(
    ("content", "name"), [(b"PK\x03\x04rest", "a spreadsheet"), (b"PAR1..", "a Parquet file"), (b"%PDF-1.7", "a PDF")]
)
def test_a_file_that_is_no_text_is_called_what_it_is(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogueFileInvalid, match=f"seems to be {name}"):
        read_catalogue(path)


def test_a_file_that_a_browser_read_as_utf_8_is_called_what_it_is() -> None:
    spreadsheet = b"PK\x03\x04\x14\x00\x06\x00\xff".decode("utf-8", "replace")
    assert refusal(spreadsheet, "d.xlsx").startswith("d.xlsx: seems to be a spreadsheet")
    for encoding in ("utf-16", "utf-16-le"):
        text = "text,label\nhello,greet\n".encode(encoding).decode("utf-8", "replace")
        assert refusal(text, "d.csv").startswith("d.csv: seems to be UTF-16")


# --- JSON ------------------------------------------------------------------------------------------------------------

SHAPES = {
    "lines with a list of one label": (lines({"id": 1, "text": "hi", "label": ["greet"]}), "JSON lines"),
    "MASSIVE": (
        lines({"id": "0", "locale": "en-US", "partition": "train", "intent": "greet", "utt": "hi", "annot_utt": "hi"}),
        "MASSIVE's JSON lines",
    ),
    "a list": ('[\n {"text": "hi", "label": "greet"}\n]\n', "a JSON list"),
    "a list in one line": ('[{"question":"hi","category":"greet","id":7}]', "a JSON list"),
    "Label Studio": (
        json.dumps([
            {"id": 1, "data": {"text": "hi"}, "annotations": [
                {"was_cancelled": True, "result": []},
                {"result": [{"type": "choices", "value": {"choices": ["greet"]}}]},
            ]},
        ]),
        "Label Studio's tasks",
    ),
    "lines that end as on old Macs": ('{"text": "hi", "label": "greet"}\r', "JSON lines"),
    "names beside numbers": (lines({"text": "hi", "label": 3, "label_text": "greet"}), "JSON lines"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_complaint_json_as_people_have_it_needs_no_option(shape: str) -> None:
    text, read_as = SHAPES[shape]
    parsed = parse(text, "d.json")
    assert labelled(parsed) == [("hi", "greet")]
    assert parsed.read_as == read_as


def test_complaint_columns_of_other_names_are_read_and_any_name_can_be_given() -> None:
    bitext = "flags,instruction,category,intent,response\nB,cancel {{Order Number}},ORDER,cancel_order,Sure\n"
    parsed = parse(bitext, "d.csv")
    assert labelled(parsed) == [("cancel {{Order Number}}", "cancel_order")]
    assert parsed.read_as == "a Bitext table with commas"
    assert parsed.intents[0].answer is None
    assert any("'response'" in each for each in parsed.warnings)
    assert any("{{Order Number}}" in each for each in parsed.warnings)
    given = Reading(text_column="words", label_column="Topic Name")
    assert labelled(parse("topic_name,words\ngreet,hi\n", "d.csv", reading=given)) == [("hi", "greet")]
    assert labelled(parse(lines({"words": "hi", "topic name": "greet"}), "d.jsonl", reading=given)) == [("hi", "greet")]
    assert "there is no column 'words' among 'text', 'label'" in refusal("text,label\nhi,greet\n", "d.csv", given)


def test_whole_numbers_as_labels_stay_text_and_titles_are_asked_for() -> None:
    for text, source in (("text,label\nhi,0\nI paid,1\n", "d.csv"), (lines({"text": "hi", "label": 0}), "d.jsonl")):
        parsed = parse(text, source)
        assert parsed.intents[0].name == "0"
        assert parsed.warnings == ("the labels are numbers: give the intents titles, which is what people read",)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('{"text": "a", "label": ""}', "'label' is empty; write null"),
        ('{"text": "a", "label": []}', "'label' is an empty list; write null"),
        ('{"text": "a", "label": ["x", "y"]}', "'label' names 2 intents (x, y)"),
        ('{"text": "a", "label": "x", "label": "y"}', "the object has the key 'label' twice"),
        ('{"text": "", "label": "x"}', "the text is empty"),
        ('{"text": "a"', "no JSON"),
        ('{"text": "a", "intent": "x", "label": "x"}', "more than one column could be the label"),
    ],
)
def test_complaint_a_bad_line_is_named_counted_from_one_and_can_be_left_out(row: str, told: str) -> None:
    good = lines({"text": "hi", "label": "greet"})
    text = good * 3_996 + row + "\n" + good
    assert f"d.jsonl, line 3997: {told}" in refusal(text, "d.jsonl")
    kept = parse(text, "d.jsonl", reading=SKIPPING)
    assert labelled(kept) == [("hi", "greet")]
    assert [each.line for each in kept.skipped] == [3_997]
    assert kept.warnings[0].startswith("line 3,997 left out: ")


def test_lists_name_the_line_of_an_element() -> None:
    text = '[\n{"text": "hi", "label": "greet"},\n\n{"text": "a", "label": [],\n "more": [1,\n2]},\n {"text": " "}]'
    assert "d.json, line 4: 'label' is an empty list" in refusal(text, "d.json")
    assert [each.line for each in parse(text, "d.json", reading=SKIPPING).skipped] == [4, 7]
    assert "line 2: the object has the key 'a' twice" in refusal('[\n{"a": 1, "a": 2}]', "d.json")
    for broken, line in {
        '[{"text": "a", "label": "b"}\n{': 2,
        "[\n[": 2,
        '[{"text": "a", "label": "b"},\n]': 2,
    }.items():
        assert f"line {line}: no JSON" in refusal(broken, "d.json"), broken


def test_one_object_over_several_lines_is_called_that() -> None:
    assert "line 1: is one JSON object (with the keys intents)" in refusal('{\n "intents": [\n]\n}', "intents.json")


def test_people_who_disagree_in_label_studio_are_named() -> None:
    def task(*choices: str) -> dict[str, object]:
        made = [{"result": [{"type": "choices", "value": {"choices": [each]}}]} for each in choices]
        return {"data": {"text": "hi"}, "annotations": made}

    assert "annotations disagree (greet; bye)" in refusal(json.dumps([task("greet", "bye")]), "d.json")
    parsed = parse(json.dumps([task("greet", "greet"), task()]), "d.json")
    assert labelled(parsed) == [("hi", "greet")]
    assert "nobody has labelled this task" in parsed.warnings[0]


def test_parts_of_a_data_set_that_are_mixed_are_told() -> None:
    rows = [{"utt": text, "intent": "a", "locale": "en", "partition": text} for text in ("train", "test")]
    assert any("train, test" in each for each in parse(lines(*rows), "d.jsonl").warnings)


# --- size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["d.csv", "d.jsonl", "d.json"])
def test_a_hundred_thousand_rows_keep_their_lines(source: str) -> None:
    rows = [(f"message number {n}, about topic {n % 150}", f"topic_{n % 150}") for n in range(100_000)]
    objects = [json.dumps({"text": text, "label": label}) for text, label in rows]
    text = {
        "d.csv": "text,label\n" + "".join(f'"{text}",{label}\n' for text, label in rows),
        "d.jsonl": "\n".join(objects),
        "d.json": "[\n" + ",\n".join(objects) + "\n]",
    }[source]
    parsed = parse(text, source)
    assert sum(len(each.examples) for each in parsed.intents) == len(rows)
    assert parsed.intents[149].lines[-1] == 99_899 + (1 if source == "d.jsonl" else 2)
