"""Makes the dump of version 0.1.0, for which alone it is written: it follows no later change.

Its imports of the product and of test helpers are those of 0.1.0, in whose checkout it runs
(`tests.upgrade.maker.make_dump`); no test imports it.
"""
