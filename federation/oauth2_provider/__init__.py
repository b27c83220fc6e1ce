"""Any provider of OAuth 2.0 that tells who somebody is at an address of its own."""
