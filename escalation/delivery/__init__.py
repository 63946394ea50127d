"""What goes out of the service: mails to customers who left an address."""
