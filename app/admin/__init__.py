"""The config pages: who may open them, and a module in `views` for each screen."""
