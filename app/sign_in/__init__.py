"""What pages, native apps and the tickets of phones share while somebody signs in.

``federation`` is the way to the sources; ``upstream_call`` asks one of them with the database let
go of. ``client_display`` and ``ticket_description`` say who asks, from where (``network_place``).
``in_app`` is one step of an in-app sign-in (OAuth 2.0 for First-Party Applications); what its
question comes to is carried out when the app redeems (``in_app_answer``).
"""
