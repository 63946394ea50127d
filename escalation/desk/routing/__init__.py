"""Routing: which waiting conversation is offered to which agent, by whom it was considered, and why not."""
