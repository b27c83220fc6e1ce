"""The page of the person who is signed in: what is known of them, and what they can change."""
