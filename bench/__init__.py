"""Measures Qiao under load, beside other providers on the same machine: see README.md."""
