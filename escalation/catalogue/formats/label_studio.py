"""Tasks exported from Label Studio as JSON: the text in `data`, the label in the choices of `annotations`. Pure."""

from collections.abc import Mapping
from typing import Any

from escalation.catalogue.formats.columns import COLUMNS_REMEDY, ColumnsUnclear, find_columns
from escalation.catalogue.formats.rows import RowCollector

_RESULTS = ("annotations", "completions")


def is_task(element: Any) -> bool:
    """Whether an element of a list is such a task."""
    return (
        isinstance(element, Mapping)
        and isinstance(element.get("data"), Mapping)
        and any(isinstance(element.get(key), list) for key in _RESULTS)
    )


def take(task: Mapping[str, Any], line: int, collector: RowCollector) -> None:
    """Give a task's text and label to the collector; people who disagree make it invalid."""
    data = task["data"]
    try:
        wanted = collector.reading.text_column
        text = data[find_columns(tuple(data), wanted, labelled=False).text]
    except ColumnsUnclear as error:
        raise collector.fail(line, f"in a Label Studio task: {error}", COLUMNS_REMEDY) from None
    found = dict.fromkeys(tuple(choices) for choices in _choices(task))
    if len(found) > 1:
        several = "; ".join(", ".join(map(str, choices)) for choices in found)
        collector.invalid(line, f"the task's annotations disagree ({several}); decide on one")
    elif not found and collector.reading.labelled:
        collector.skip(line, "nobody has labelled this task")
    else:
        label = list(next(iter(found), ()))
        collector.add(text, label, line, data)


def _choices(task: Mapping[str, Any]) -> list[list[Any]]:
    """Return what each annotation that was not cancelled chose."""
    found = []
    for annotation in next(task[key] for key in _RESULTS if isinstance(task.get(key), list)):
        results = annotation.get("result") if isinstance(annotation, Mapping) else None
        if not isinstance(results, list) or annotation.get("was_cancelled"):
            continue
        values = [each.get("value") for each in results if isinstance(each, Mapping) and each.get("type") == "choices"]
        chosen = [str(label) for value in values if isinstance(value, Mapping) for label in value.get("choices", [])]
        if chosen:
            found.append(chosen)
    return found
