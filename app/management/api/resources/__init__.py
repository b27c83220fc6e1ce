"""The resources of the API: for each its record, its views and its operations."""
