"""What happened, who did it, and by which rule: written once, never changed."""
