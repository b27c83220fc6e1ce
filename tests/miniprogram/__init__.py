"""The mini program of ``clients/miniprogram``: compiled, measured, and run against a live Qiao."""
