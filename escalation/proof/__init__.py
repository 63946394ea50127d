"""The proof of the error: certificates, audits, lanes, the breaker and batch swaps."""
