"""The admin API: what the commands do, as JSON over HTTP, under ``/api/v1``.

``operations`` lists what exists, ``routes`` where each is, known before the rest is loaded; each
``operation`` names its view (in ``resources``), its ``schema`` and who may call it. ``dispatch``
serves one: ``access`` tells who asks, ``checking`` judges what was sent by the very schema that
``document`` publishes (OpenAPI 3.1), the view calls a service, and what stands against it is told
by ``refusals`` and ``problems``. One commit, at the end. ``paging`` gives pages by key;
``components`` and ``examples`` are for the document. ``resource_metadata`` tells where tokens come
from (RFC 9728). ``setup`` mounts it all.
"""
