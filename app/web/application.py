"""Flask, with a shorter way to the endpoints of the protocol, and less around every request."""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import Token
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Request, Response, abort, request, request_tearing_down, url_for
from flask.ctx import AppContext, RequestContext
from flask.globals import _cv_app, _cv_request
from flask.sessions import NullSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.routing import MapAdapter, Rule

from app.web.headers import SentHeaders, ready_headers
from app.web.json_errors import JsonRedirects
from app.web.static_files import compressed
from app.web.url_parts import Routes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WHOLE_BODY = "qiao.body"
"""Where a server leaves the bytes of a body that it has read whole, in what WSGI calls environ."""
_UNOPENED = NullSession()


@cache
def _mark(folder: str | None, filename: str) -> str:
    content = (Path(folder or "static") / filename).read_bytes()
    return hashlib.sha256(content).hexdigest()[:10]


def refuse_zero_bytes() -> None:
    """For pages with forms: nobody types them, and PostgreSQL takes no text that has one."""
    if any("\0" in value for _name, value in request.form.items(multi=True)):
        abort(400)


class FormSessions(SecureCookieSessionInterface):
    """Flask's own session, which only forms use (for their CSRF token); no signer is made for a
    request that brings no cookie."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:  # type: ignore[override]
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class _Cookies(dict[str, str]):
    """The first of each name, as Werkzeug's own dictionary of several gives."""

    def __init__(self, sent: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(reversed(sent))


class QiaoRequest(Request):
    """Takes a body as the server has read it, where it says so."""

    dict_storage_class = _Cookies  # type: ignore[assignment]

    def __init__(self, environ: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(environ, *arguments, **named)
        self.headers = SentHeaders(environ)

    def close(self) -> None:
        """Files are all that a request may hold open."""
        if "files" in vars(self):
            super().close()

    def get_data(self, *how: Any, **said: Any) -> Any:
        body: bytes | None = self.environ.get(WHOLE_BODY)
        if body is None or how or said or len(body) > (self.max_content_length or 0):
            return super().get_data(*how, **said)
        return body


class _LateRule(Rule):
    """A route whose addresses are built by what is compiled when the first is wanted: to compile
    that for every route is a tenth of the work of a start, and a node builds those of few.
    """

    _compiled: Mapping[bool, Callable[..., tuple[str, str]]] = MappingProxyType({})

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return _build_with_query if append_unknown else _build

    def builder(self, append_unknown: bool) -> Callable[..., tuple[str, str]]:
        """What Werkzeug compiles for the route.

        :param append_unknown: whether values that it has no part for become the query.
        """
        found = self._compiled.get(append_unknown)
        if found is None:
            found = super()._compile_builder(append_unknown)
            self._compiled = {**self._compiled, append_unknown: found}
        return found


def _build(rule: _LateRule, /, **values: Any) -> tuple[str, str]:
    return rule.builder(False)(rule, **values)


def _build_with_query(rule: _LateRule, /, **values: Any) -> tuple[str, str]:
    return rule.builder(True)(rule, **values)


class QiaoFlask(JsonRedirects):
    """Answers some routes without URL matching, form session and the hooks of forms.

    Those cost a token request more than all its own work outside the database. Such a route has no
    variable part, and no form token is asked for there. What every response carries
    (``after_request``), error handlers and teardown are as everywhere; a page that such a route
    ends with finds ``session`` and ``url_for`` as usual.
    """

    request_class = QiaoRequest
    session_interface = FormSessions()
    url_map_class = Routes
    url_rule_class = _LateRule

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.config["SEND_FILE_MAX_AGE_DEFAULT"] = 365 * 86400
        self.jinja_env.globals["asset"] = self.asset
        self._short: dict[tuple[str, str], Rule] = {}
        self._after: dict[str, list[Callable[[Response], Response]]] = {}
        self._first: list[Callable[[], object]] = []
        self._begun_in = 0
        self.before_request(self._begin)
        self._led: dict[str, WSGIApplication] = {}

    def shorten(self, paths: Iterable[str]) -> None:
        """Takes the short way to the routes with these paths, which must be there."""
        wanted = frozenset(paths)
        for rule in self.url_map.iter_rules():
            if rule.rule in wanted:
                for method in (rule.methods or set()) - {"OPTIONS"}:
                    self._short[method, rule.rule] = rule

    def at_first_request(self, hook: Callable[[], None]) -> None:
        """Calls a hook before the first request of each process: a server may fork once the
        application is loaded."""
        self._first.append(hook)

    def _begin(self) -> None:
        if self._begun_in != os.getpid():
            self._begun_in = os.getpid()
            for hook in self._first:
                hook()

    def lead_through(self, middleware: "WSGIApplication", roots: Iterable[str]) -> None:
        """Sends requests whose path begins with the first segment of one of these ``roots`` through
        a WSGI middleware around `serve`, and no others: what is never met costs nothing."""
        for root in roots:
            self._led[root.split("/", 2)[1]] = middleware

    def asset(self, filename: str) -> str:
        """The address of a static file, with a mark of its content: so browsers may keep it."""
        return url_for("static", filename=filename, v=_mark(self.static_folder, filename))

    def send_static_file(self, filename: str) -> Response:
        return compressed(super().send_static_file(filename))

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """None, too, for a request whose route is known: nothing is matched then."""
        if request is not None and request.url_rule is not None:
            return None
        return super().create_url_adapter(request)

    def wsgi_app(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        segment = environ["PATH_INFO"][1:].partition("/")[0]
        return self._led.get(segment, self.serve)(environ, start_response)

    def serve(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answers a request, by the shorter way where there is one."""
        rule = self._short.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if rule is None:
            return super().wsgi_app(environ, start_response)
        context = _ShortContext(self, environ, rule)
        context.push()
        error: BaseException | None = None
        try:
            try:
                response = self._answer(context, rule)
            except Exception as raised:
                error = raised
                response = self.handle_exception(raised)
            return _send(response, environ, start_response)
        finally:
            context.pop(error)

    def _answer(self, context: "_ShortContext", rule: Rule) -> Response:
        try:
            self._begin()
            response: Any = self.view_functions[rule.endpoint]()
        except Exception as error:
            response = self.handle_user_exception(error)
        answer: Any = response if isinstance(response, Response) else self.make_response(response)
        for after in (*context._after_request_functions, *self._after_each(context.request)):
            answer = after(answer)
        context.save_session(answer)
        return cast(Response, answer)

    def _after_each(self, request: Request) -> list[Callable[[Response], Response]]:
        """What is done with the answers of a route; gathered at its first request, as Flask takes
        no more of them from then on."""
        endpoint = request.endpoint or ""
        found = self._after.get(endpoint)
        if found is None:
            hooks: dict[Any, Any] = self.after_request_funcs
            names = (*request.blueprints, None)
            found = [each for name in names for each in reversed(hooks.get(name, ()))]
            self._after[endpoint] = found
        return found

    def do_teardown_request(self, *error: Any) -> None:
        if self.teardown_request_funcs or request_tearing_down.receivers:
            super().do_teardown_request(*error)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is: no view and no hook of ours is a coroutine."""
        return func


def _send(
    response: Response, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """As a call of the response does, which looks at length for what ours do not have."""
    headers = None if environ["REQUEST_METHOD"] == "HEAD" else ready_headers(response)
    if headers is None:
        return response(environ, start_response)
    start_response(response.status, headers)
    return cast(list[bytes], response.response)


class _ShortContext(RequestContext):
    """A request whose route is known; session and URL adapter are made when somebody asks."""

    _around: Token[AppContext] | None = None
    _pushed = False
    _adapter: MapAdapter | None = None

    def __init__(self, app: Flask, environ: "WSGIEnvironment", rule: Rule) -> None:
        request = app.request_class(environ)
        request.url_rule, request.view_args = rule, {}
        request.max_content_length = app.config["MAX_CONTENT_LENGTH"]
        super().__init__(app, environ, request, _UNOPENED)

    def push(self) -> None:
        context = _cv_app.get(None)
        if context is None or context.app is not self.app:
            self._around = _cv_app.set(self.app.app_context())
        self._token = _cv_request.set(self)
        self._pushed = True

    def pop(self, exc: BaseException | None = None) -> None:
        try:
            self.app.do_teardown_request(exc)
            self.request.close()
        finally:
            _cv_request.reset(self._token)
            self.request.environ["werkzeug.request"] = None  # a circle of references
            if self._around is not None:
                try:
                    self.app.do_teardown_appcontext(exc)
                finally:
                    _cv_app.reset(self._around)

    @property
    def url_adapter(self) -> MapAdapter | None:
        if self._adapter is None and self._pushed:
            self._adapter = Flask.create_url_adapter(self.app, self.request)
        return self._adapter

    @url_adapter.setter
    def url_adapter(self, adapter: MapAdapter | None) -> None:
        self._adapter = adapter

    @property
    def session(self) -> SessionMixin:
        if self._session is _UNOPENED:
            interface = self.app.session_interface
            self._session = interface.open_session(self.app, self.request)
            if self._session is None:
                self._session = interface.make_null_session(self.app)
        return super().session

    def save_session(self, response: Response) -> None:
        interface = self.app.session_interface
        if self._session is not _UNOPENED and not interface.is_null_session(self._session):
            interface.save_session(self.app, self._session, response)  # type: ignore[arg-type]
