"""The provider's endpoints, one module each; the list of them is ``oidc.mount.ENDPOINTS``."""
