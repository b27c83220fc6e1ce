"""Sign-in inside a native application: what WeChat needs at each step of ``POST /challenge``."""
