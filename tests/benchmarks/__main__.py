"""`python -m tests.benchmarks [NAME OPTIONS]`: one benchmark, or every one in turn; `make bench` runs the latter."""

import sys

from tests.benchmarks import (
    accuracy,
    asking,
    certified,
    classifier,
    database,
    encoders,
    floods,
    gain,
    graphs,
    history,
    lanes,
    mentions,
    poisoned,
    refits,
    routing,
    scoping,
    silence,
    sockets,
    starter,
    transfer,
    two_requests,
    typos,
    young,
)

BENCHMARKS = {
    "database": database.main,
    "history": history.main,
    "sockets": sockets.main,
    "floods": floods.main,
    "silence": silence.main,
    "scoping": scoping.main,
    "routing": routing.main,
    "certified": certified.main,
    "poisoned": poisoned.main,
    "classifier": classifier.main,
    "refits": refits.main,
    "accuracy": accuracy.main,
    "gain": gain.main,
    "encoders": encoders.main,
    "graphs": graphs.main,
    "lanes": lanes.main,
    "mentions": mentions.main,
    "transfer": transfer.main,
    "asking": asking.main,
    "typos": typos.main,
    "starter": starter.main,
    "two_requests": two_requests.main,
    "young": young.main,
}

if __name__ == "__main__":
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name and name not in BENCHMARKS:
        sys.exit(f"{name!r} is no benchmark; there are: {', '.join(BENCHMARKS)}.")
    for benchmark in [BENCHMARKS[name]] if name else BENCHMARKS.values():
        benchmark()
