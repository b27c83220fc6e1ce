"""What an administrator does, with all that must follow from it, for whoever asks: the commands
and the admin API. Nothing is committed here."""
