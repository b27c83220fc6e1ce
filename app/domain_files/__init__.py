"""Files at the root of our address by which others see that the domain is ours.

WeChat wants ``MP_verify_….txt`` or a file of its own name there before it takes a domain. ``store``
keeps them and says which names and contents they may have.
"""
