"""`escalation model`: every command about model folders, from the files that hold them."""

from escalation.cli import certification, explanation, models, review

app = models.app
app.command()(explanation.explain)
app.command()(review.review)
app.command()(certification.certify)
