"""Files at the root of our address by which others see that the domain is ours.

Some sources want one there before they take a domain. ``store`` keeps them and says which names and
contents they may have.
"""
