"""WeCom, the WeChat of organizations: members sign in on the web, nobody else does."""
