"""The report: one page that needs nothing else, made from the JSON summary alone. Pure; every text is escaped here."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from escalation.lab.simulation.figures import NAMES, Figure, figures
from escalation.lab.simulation.style import style_sheet
from escalation.lab.simulation.words import count, number, outlook_words, share

Json = Mapping[str, Any]
MOST_EVENTS = 60

EXPLAINED = {
    "ours": "anchor and live head, secret coin, audits, window certificate, version trials, breaker",
    "fixed": "answers where the head's top probability is at least 0.7, asks nothing, learns from resolutions; "
    "believes its own probabilities",
    "tuned_once": "threshold chosen out of fold for the accepted error at the start; the head learns on",
    "never_retrain": "the first model and its threshold; no label is asked for",
    "random_review": "as many labels as ours at the same times, on messages drawn at random; escalations teach nothing",
    "escalated_only": "threshold chosen anew each day from a logistic fit on what was escalated",
}


def report(summary: Json) -> str:
    """Return the page."""
    title = "Simulation of the whole loop"
    body = "".join(
        [
            f"<h1>{title}</h1>", _opening(summary), _facts(summary), _table(summary), _plots(summary),
            _labels_table(summary), _events(summary), _assumptions(summary),
        ]
    )  # fmt: skip
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{style_sheet()}</style></head><body><main>{body}</main></body></html>\n"
    )


def _opening(summary: Json) -> str:
    scenario, data = summary["scenario"], summary["data"]
    repeats = summary["repeats"]
    runs = "one run" if repeats == 1 else f"the mean of {repeats} runs with the 10 to 90 % band"
    words = (
        f"{count(scenario['messages'])} customers' messages from {data['pool']}, {scenario['start']} start, accepted "
        f"error {share(scenario['alpha'])} with confidence {share(1 - scenario['delta'])}; {runs}. "
        f"{data['stream']['intents_known']} intents known at the start, {scenario['seed_per_intent']} examples each; "
        f"{data['stream']['intents_emerging']} emerge over time. Out of scope: {data['stream']['outside_from']}."
    )
    return f'<p class="soft">{escape(words)}</p>'


def _facts(summary: Json) -> str:
    ours, proof = summary["strategies"]["ours"], summary["certificates"]
    runs = proof["runs"]
    asked = share(ours["coverage_asked"]["mean"])
    first = proof["first_certified_at"]["mean"]
    rows = [
        (share(ours["coverage"]["mean"]), f"answered automatically, {asked} of all after asking which was meant"),
        (share(ours["wrong_share"]["mean"]), "of these answers were wrong"),
        (f"{proof['runs_certified_at_end']} of {runs}", "runs end with a certified window"),
        ("never" if first is None else count(first), "messages until the first window certificate, where one came"),
        (f"{proof['runs_with_a_false_certificate']} of {runs}", "runs in which any look certified an untrue promise"),
        (number(ours["labels"]["mean"]), "labels spent, audits included"),
    ]
    cells = "".join(f'<div class="fact"><b>{escape(a)}</b><span>{escape(b)}</span></div>' for a, b in rows)
    near = " ".join(outlook_words(summary))
    return f'<div class="facts">{cells}</div><p>{escape(near)}</p>'


COLUMNS: tuple[tuple[str, str, bool], ...] = (
    ("coverage", "answered", True),
    ("coverage_asked", "of all, after asking", True),
    ("coverage_late", "answered, last quarter", True),
    ("wrong_share", "answers wrong", True),
    ("wrong_share_late", "wrong, last quarter", True),
    ("labels", "labels spent", False),
    ("accuracy", "final accuracy", True),
    ("forgotten", "forgotten", True),
    ("recall_new", "recall of new intents", True),
    ("answerable", "best at accepted error", True),
    ("delay_answer", "delay of new intents", False),
)


def _table(summary: Json) -> str:
    heads = ["", *(head for _, head, _ in COLUMNS[:5]), "false of claims made", *(head for _, head, _ in COLUMNS[5:])]
    rows = "".join(_row(key, figures, summary) for key, figures in _ordered(summary["strategies"]))
    told = "".join(f"<li><b>{escape(NAMES[key])}</b>: {escape(EXPLAINED[key])}</li>" for key in NAMES)
    note = (
        "A claim is made once a day: that at most the accepted share of the answers so far was wrong. Ours is made "
        "when a window is certified; the others' by what they believe. Accuracy and recall are of first guesses on "
        "test messages that decided nothing; best: how much of them could be answered at the accepted error if the "
        "threshold were ideal. Forgotten: what accuracy on the intents known at the start lost from beginning to "
        "end, below zero where it gained. Delay: messages of a new intent before its first right answer (median). A "
        "person who resolves without a label being stored spends no label here."
    )
    return (
        f"<h2>Against what companies do instead</h2>{_scrolled(heads, rows)}"
        f'<p class="soft">{escape(note)}</p><ul class="log">{told}</ul>'
    )


def _row(key: str, found: Json, summary: Json) -> str:
    alpha = summary["scenario"]["alpha"]
    cells = [
        _cell(found[name], shares, alpha if name.startswith("wrong") else None, "never" if "delay" in name else "–")
        for name, _, shares in COLUMNS
    ]
    claims = f"{number(found['false_claims']['mean'])} of {number(found['claims']['mean'])}"
    false = ' class="bad"' if found["false_claims"]["mean"] else ""
    cells.insert(5, f"<td{false}>{claims}</td>")
    return f'<tr class="{key}"><td>{escape(NAMES[key])}</td>{"".join(cells)}</tr>'


def _cell(value: Json, shares: bool, limit: float | None, nothing: str = "–") -> str:
    """Return one cell: the mean (`nothing` without one), below it the band of several runs; red above `limit`."""
    show = share if shares else number
    red = ' class="bad"' if limit is not None and value["mean"] is not None and value["mean"] > limit else ""
    low, high = show(value["low"]).rstrip("%"), show(value["high"])
    between = " to " if low.startswith("−") else "–"
    band = "" if low == high.rstrip("%") else f"<small>{low}{between}{high}</small>"
    return f"<td{red}>{nothing if value['mean'] is None else show(value['mean'])}{band}</td>"


def _plots(summary: Json) -> str:
    return f'<h2>Over time</h2><div class="plots">{"".join(map(_figure, figures(summary)))}</div>'


def _figure(figure: Figure) -> str:
    legend = "".join(f"<li>{_key(style)}{escape(name)}</li>" for style, name in sorted(figure.legend))
    return (
        f"<figure><h3>{escape(figure.title)}</h3><figcaption>{escape(figure.text)}</figcaption>{figure.svg}"
        f'<ul class="legend">{legend}</ul></figure>'
    )


def _key(style: int) -> str:
    return f'<svg viewBox="0 0 26 10" aria-hidden="true"><path class="key s{style}" d="M0 5H26"/></svg>'


KINDS = {
    "labels_resolution": "resolutions",
    "labels_audit": "audits",
    "labels_test": "version trials",
    "labels_probe": "probes",
    "labels_review": "random reviews",
}


def _labels_table(summary: Json) -> str:
    rows = ""
    for key, found in _ordered(summary["strategies"]):
        cells = "".join(_cell(found[kind], False, None) for kind in KINDS)
        rows += f'<tr class="{key}"><td>{escape(NAMES[key])}</td>{cells}</tr>'
    return f"<h2>What the labels were spent on</h2>{_scrolled(['', *KINDS.values()], rows)}"


def _events(summary: Json) -> str:
    shown: Sequence[Json] = summary["events"][:MOST_EVENTS]
    more = len(summary["events"]) - len(shown)
    lines = "".join(f"<li>{count(each['at'])}: {escape(each['what'])}</li>" for each in shown)
    rest = f"<li>and {more} more</li>" if more > 0 else ""
    return f'<h2>What happened in the first run</h2><ul class="log">{lines}{rest}</ul>'


def _listed(lines: Sequence[str]) -> str:
    return f'<ul class="log">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>'


def _assumptions(summary: Json) -> str:
    lines = [*_about_people(summary["scenario"]), *_about_customers(summary), *_about_proof(summary)]
    return f"<h2>What is assumed and counted</h2>{_listed(lines)}"


def _about_people(scenario: Json) -> list[str]:
    return [
        f"{scenario['messages_per_day']} messages a day. {scenario['agents']} agents need "
        f"{scenario['handling_minutes']:g} minutes a conversation and give a wrong label, of a near intent, in "
        f"{share(scenario['agent_error'])} of cases; they take over the guess shown with chance "
        f"{share(scenario['bias'])}. Where the first blind label does not confirm an answer, the first "
        f"{(scenario['labels_on_disagreement'] + 1) // 2} who agree decide, of at most "
        f"{scenario['labels_on_disagreement']}.",
        f"The live head is refitted when its examples grew by {share(scenario['refit_share'])}, and at once for the "
        f"first and third example of an intent, keeping its calibration until the day's end; a version fitted anew "
        f"comes after every {scenario['slow_every']} labels. The encoder is not fine-tuned.",
        f"The budget is {scenario['audits_per_day']:g} audits a day, all done at the day's end. Probation answers (at "
        f"most {share(scenario['probation'])} of messages) are all audited and stay out of the windows.",
    ]


def _about_customers(summary: Json) -> list[str]:
    scenario, stream = summary["scenario"], summary["data"]["stream"]
    return [
        f"Intent frequencies follow rank^-{scenario['zipf']:g}, cut off where an intent would need more texts than the "
        f"pool has, and are dealt anew at half time.",
        f"{share(stream['out_of_scope']['mean'])} of the messages are out of scope, "
        f"{share(stream['with_typos']['mean'])} have typos, {share(stream['repeated_texts']['mean'])} repeat an "
        f"earlier text ({share(stream['repeated_in_scope']['mean'])} of all messages repeat one that is in scope).",
        "A customer who is asked which of up to three things was meant picks the right one where it is offered, "
        f"otherwise a wrong one with chance {share(scenario['misclick'])}, else goes to a person.",
    ]


def _about_proof(summary: Json) -> list[str]:
    proof = summary["certificates"]
    return [
        f"Looks at which a window was certified: {count(proof['looks_granted'])}; untrue: "
        f"{count(proof['looks_granted_falsely'])}.",
        f"Version certificates: {count(proof['version_certificates'])}; those whose version was wrong more often than "
        f"accepted on all messages since its freeze: {proof['version_certificates_false']}.",
    ]


def _ordered(strategies: Json) -> list[tuple[str, Json]]:
    return [(key, strategies[key]) for key in NAMES if key in strategies]


def _scrolled(heads: Sequence[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
