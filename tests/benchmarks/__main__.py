"""`python -m tests.benchmarks [NAME OPTIONS]`: one benchmark, or every one in turn; `make bench` runs the latter."""

import sys

from tests.benchmarks import (
    accuracy,
    asking,
    audited_rows,
    certified,
    classifier,
    database,
    desk_load,
    encoders,
    floods,
    gain,
    graphs,
    handoff_cost,
    history,
    lanes,
    long_thread,
    mentions,
    poisoned,
    refits,
    reports,
    routing,
    scoping,
    silence,
    sockets,
    starter,
    transfer,
    two_requests,
    typos,
    waiting,
    whole_loop,
    young,
)

BENCHMARKS = {
    "database": database.main,
    "history": history.main,
    "sockets": sockets.main,
    "floods": floods.main,
    "silence": silence.main,
    "reports": reports.main,
    "scoping": scoping.main,
    "routing": routing.main,
    "desk_load": desk_load.main,
    "handoff_cost": handoff_cost.main,
    "long_thread": long_thread.main,
    "waiting": waiting.main,
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
    "audited_rows": audited_rows.main,
    "typos": typos.main,
    "starter": starter.main,
    "two_requests": two_requests.main,
    "whole_loop": whole_loop.main,
    "young": young.main,
}

if __name__ == "__main__":
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name and name not in BENCHMARKS:
        sys.exit(f"{name!r} is no benchmark; there are: {', '.join(BENCHMARKS)}.")
    for benchmark in [BENCHMARKS[name]] if name else BENCHMARKS.values():
        benchmark()
