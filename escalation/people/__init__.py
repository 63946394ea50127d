"""Staff accounts, their roles and sign-in; customers' identity."""
