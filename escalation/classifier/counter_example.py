"""What speaks for the first label and what for the runner-up: the nearest example of each. Pure numpy."""

from escalation.classifier.head import Floats
from escalation.classifier.neighbourhood import Neighbourhood


def nearest_of(around: Neighbourhood, vector: Floats, code: int) -> tuple[int, float] | None:
    """Return position and cosine of the example of class `code` nearest to float32 (d).

    None where the class has no example: an intent's name is none. Points lie class by class, so a class of 100 is one
    contiguous block and costs some 10 us.
    """
    if code >= len(around.spans):
        return None
    first, last = around.spans[code]
    if first == last or not around.ids[first]:
        return None
    similarity = around.vectors[first:last] @ vector
    best = int(similarity.argmax())
    return int(first) + best, float(similarity[best])
