"""What sources by OAuth 2.0 and OpenID Connect share; no source itself, so none knows another.

A source hands its data (`preset.Preset`) and a class to `declared`: `openid.OpenIDUpstream` for a
provider with ID tokens, `oauth2.OAuth2Upstream` for the others, or a class of its own that changes
single steps. `agreement` draws together what was declared, entered and chosen. A sign-in goes:
`authorization_request` → the source's page → `returned_answer` (RFC 9207) → `client_authentication`
and the token endpoint through `calls` → `id_token` with keys of `key_sets`, found by `metadata` →
`claim_map` and `person` make the `Identity`. `answers` reads whatever servers call JSON; `refusals`
says what their errors mean.
"""
