"""The admin API: what the commands do, as JSON over HTTP, under ``/api/v1``."""
