"""People: which account an identity belongs to, what is known of it and what may be told."""
