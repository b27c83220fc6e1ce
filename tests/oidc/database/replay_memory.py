"""Remembers values as the replay table does."""


class ReplayMemory:
    def __init__(self) -> None:
        self.kept: dict[str, int] = {}

    def __call__(self, key: str, expires_at: int) -> bool:
        if key in self.kept:
            return False
        self.kept[key] = expires_at
        return True
