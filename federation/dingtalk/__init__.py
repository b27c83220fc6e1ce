"""DingTalk: JSON in camelCase both ways, and errors named by texts."""
