"""The training process: reads its job from a file, builds one model folder, tells how far it is.

`python -m escalation.learning.training_process JOB.json`. Standard output carries one JSON object a line:
`{"stage", "share", "detail"}`, and in the end `{"done": true}` or `{"error": code, "message": text}`. It never opens
the database. SIGTERM stops it cleanly; so does the end of its standard input, for then the service is gone.
"""

import json
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from escalation.kernel.errors import EscalationError

if TYPE_CHECKING:
    from escalation.classifier.prediction import Example

PLANNED = "planned"
"""The stage whose detail says which mode is taken, and why."""
NICE = 10
GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class TrainingJob:
    """What to build. `examples` are (id, text, label or null, conversation); paths are absolute.

    `work`: where the progress is kept, to go on from after a kill. `budget`: seconds fine-tuning may take; null: any.
    `parent`: a model folder whose fine-tuned encoder a `head` run keeps; null for the published encoder.
    """

    name: str
    mode: Literal["auto", "head", "full"]
    folder: str
    work: str
    encoders: str
    encoder: str
    seed: int
    alpha: float
    created_at: str
    examples: list[tuple[str, str, str | None, str]]
    parents: list[str] = field(default_factory=list)
    golden: list[str] = field(default_factory=list)
    parent: str | None = None
    budget: float | None = None

    def write(self, path: Path) -> None:
        """Write the job where only this user can read it: it holds customers' words."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)

    @classmethod
    def read(cls, path: Path) -> "TrainingJob":
        """Read what `write` wrote."""
        values: dict[str, Any] = json.loads(path.read_text("utf-8"))
        values["examples"] = [tuple(row) for row in values["examples"]]
        return cls(**values)

    def rows(self) -> "list[Example]":
        """Return the examples as the classifier takes them."""
        from escalation.classifier.prediction import Example

        return [Example(text, label, group, id) for id, text, label, group in self.examples]


def say(**line: Any) -> None:
    """Tell the parent one thing."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def build(job: TrainingJob, stopped: threading.Event) -> None:
    """Build the model folder the job names. Raises: ClassifierError."""
    from escalation.classifier.build import build_model
    from escalation.classifier.progress import Progress

    def tell(progress: Progress) -> None:
        epoch = f"epoch {progress.epoch}/{progress.epochs}" if progress.epochs else ""
        loss = f"loss {progress.loss:.3f}" if progress.loss is not None else ""
        detail = progress.note or " ".join(part for part in (epoch, loss) if part)
        say(stage=progress.stage, share=progress.share, detail=detail, eta=progress.eta)

    if job.parent is not None:
        _refit(job)
        return
    build_model(
        job.rows(),
        name=job.name,
        mode=job.mode,
        budget=job.budget,
        work=Path(job.work),
        folder=Path(job.folder),
        encoders=Path(job.encoders),
        encoder=job.encoder or None,
        seed=job.seed,
        alpha=job.alpha,
        golden=tuple(job.golden),
        progress=tell,
        cancelled=stopped.is_set,
        parents=job.parents,
        created_at=job.created_at,
    )


def _refit(job: TrainingJob) -> None:
    """A new head on the fine-tuned encoder of the parent."""
    from escalation.classifier.folder import load_model, save_model, with_golden
    from escalation.classifier.head.refit import refit_head
    from escalation.classifier.labelled_vectors import LabelledVectors

    assert job.parent is not None
    say(stage=PLANNED, share=0.0, detail="head, as asked: the encoder stays as it was fine-tuned")
    say(stage="embedding", share=0.1, detail="")
    parent = load_model(Path(job.parent), Path(job.encoders))
    rows = job.rows()
    vectors = parent.embed([row.text for row in rows])
    say(stage="head", share=0.8, detail="")
    model = refit_head(parent, LabelledVectors.of(vectors, rows), job.name, recalibrate=True)
    save_model(with_golden(model, tuple(job.golden)), Path(job.folder))


def _stop_with_parent(stopped: threading.Event) -> None:
    """Stop once standard input ends; the build gets a moment to clear up after itself."""
    while os.read(0, 4096):  # not sys.stdin, whose lock this thread would hold when the interpreter ends
        pass
    stopped.set()
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)


def main(path: str) -> int:
    """Do the job in the file `path`; return the exit status."""
    os.nice(NICE)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    threading.Thread(target=_stop_with_parent, args=(stopped,), daemon=True).start()
    try:
        build(TrainingJob.read(Path(path)), stopped)
    except EscalationError as error:
        say(error=error.code, message=error.message)
        return 1
    except Exception as error:
        say(error="internal", message=f"{type(error).__name__}: {error}"[:500])
        return 1
    say(done=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
