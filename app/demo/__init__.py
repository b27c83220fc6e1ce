"""The demo: Qiao, a local WeChat and two applications on one laptop. Not for production."""
