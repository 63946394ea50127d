"""Proposed answers: replies of agents that may become the approved answer of an intent, once somebody approves them.

- `follower` makes a row of each settled resolution that names a reply to learn, and takes it away again;
- `repository` reads and decides these rows; the words stay in `messages`;
- `service` is what trainers ask for, `events` and `declarations` tell open consoles.
"""
