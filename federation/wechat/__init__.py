"""WeChat: one module per way in, on one client that knows WeChat's manners."""
