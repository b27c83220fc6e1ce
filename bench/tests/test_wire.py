"""The benchmark's HTTP client reads whole answers only."""

from bench.wire import parsed

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
)
SIZED = b"HTTP/1.1 302 Found\r\nContent-Length: 2\r\nSet-Cookie: a=b=c; Path=/\r\n\r\nhi"


def test_chunks_are_joined() -> None:
    response = parsed(bytearray(CHUNKED))

    assert response is not None
    assert response.body == b"abcde"


def test_every_cut_answer_is_waited_for() -> None:
    cut = [answer[:end] for answer in (CHUNKED, SIZED) for end in range(len(answer))]

    assert {parsed(bytearray(answer)) for answer in cut} == {None}


def test_cookies_keep_their_equals_signs() -> None:
    response = parsed(bytearray(SIZED))

    assert response is not None
    assert (response.status, response.cookies()) == (302, {"a": "b=c"})
