"""Services that are broken or not MemOS."""

import httpx

DEEP = b'{"code":0,"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
WIDE = b'{"code":0,"message":"ok","data":[' + b'{"id":1},' * 2_000 + b"{}]}"
NESTED = b'{"code":0,"message":"ok","data":' + b'{"data":' * 400 + b"1" + b"}" * 400 + b"}"


def always(content: bytes, status: int = 200, **headers: str) -> httpx.MockTransport:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.MockTransport(
        lambda _: httpx.Response(status, content=content, headers={"x-odd": "1", **names})
    )


def breaking(category: type[httpx.TransportError]) -> httpx.MockTransport:
    def reply(request: httpx.Request) -> httpx.Response:
        raise category("broken", request=request)

    return httpx.MockTransport(reply)


ODD = {
    "a web page": always(b"<html>Hello</html>", content_type="text/html"),
    "a missing page": always(b"<html>404</html>", 404),
    "nothing": always(b""),
    "a list": always(b"[]"),
    "a number": always(b"7"),
    "bytes that are no text": always(b"\xff\xfe\x00"),
    "null data": always(b'{"code":0,"data":null,"message":"ok"}'),
    "a list as data": always(b'{"code":0,"data":[],"message":"ok"}'),
    "a text as data": always(b'{"code":0,"data":"x","message":"ok"}'),
    "an empty object as data": always(b'{"code":0,"data":{},"message":"ok"}'),
    "a list of nulls": always(b'{"code":0,"data":[null,null],"message":"ok"}'),
    "a code that is a text": always(b'{"code":"0","data":{},"message":"ok"}'),
    "a code that is an object": always(b'{"code":{"a":[]},"data":1}'),
    "a huge code": always(b'{"code":' + b"9" * 41 + b"}"),
    "lists of lists": always(b'{"code":0,"data":[[],[[1]],null]}'),
    "not a number": always(b'{"code":0,"data":{"results":[NaN]}}'),
    "another status": always(b'{"detail":[{"loc":["body"]}]}', 422),
    "a code that is true": always(b'{"code":true,"data":{}}', 500),
    "deep JSON": always(DEEP),
    "nested JSON": always(NESTED),
    "wide JSON": always(WIDE),
    "a number that is too long": always(b'{"code":' + b"9" * 5000 + b"}"),
    "a stream of nonsense": always(b"data: {\n\ndata: 7\n\n", content_type="text/event-stream"),
    "what is not gzip": always(b"{}", content_encoding="gzip"),
    "a redirect": always(b"", 302, location="http://elsewhere.example/"),
    "too many requests": always(b"{}", 429, retry_after="3"),
    "resets": breaking(httpx.ReadError),
    "timeouts": breaking(httpx.ReadTimeout),
    "another protocol": breaking(httpx.RemoteProtocolError),
}
