"""Browser sessions: who is signed in where, since when, and signing out."""
