"""Settings go in, a server answers until it is told to stop: gunicorn, or waitress where gunicorn cannot run."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api import Options, create_app
from matcher import Settings, open_desk

# Seconds that a request in progress gets to end when the service is stopped.
_GRACE = 30
_MOST_LINE, _MOST_FIELDS, _MOST_FIELD = 8190, 100, 8190


def run(settings: Settings, options: Options, host: str, port: int, threads: int) -> None:
    """Serve until SIGTERM or Ctrl+C; what is in progress then is finished first."""
    try:
        _gunicorn(settings, options, host, port, threads)
    except ImportError:
        _waitress(settings, options, host, port, threads)


def _gunicorn(settings: Settings, options: Options, host: str, port: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            # One process: its threads share what was read of the database.
            for name, value in {
                "bind": f"{host}:{port}", "workers": 1, "threads": threads, "worker_class": "gthread", "keepalive": 5,
                "timeout": 120, "graceful_timeout": _GRACE, "accesslog": None, "loglevel": "warning",
                "limit_request_line": _MOST_LINE, "limit_request_fields": _MOST_FIELDS,
                "limit_request_field_size": _MOST_FIELD, "control_socket_disable": True,
            }.items():  # fmt: skip
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            return _app(settings, options)

    Server().run()


def _waitress(settings: Settings, options: Options, host: str, port: int, threads: int) -> None:
    from waitress import serve

    quiet: dict[str, Any] = {"expose_tracebacks": False, "clear_untrusted_proxy_headers": not options.proxies}
    serve(_app(settings, options), host=host, port=port, threads=threads, ident="", **quiet)


def _app(settings: Settings, options: Options) -> Flask:
    """Return the app over a desk that was opened here, in the process that answers; its engine is read beforehand."""
    desk = open_desk(settings)
    desk.ready()
    return behind(create_app(desk, options), options.proxies)


def behind(app: Flask, proxies: int) -> Flask:
    """Return the app as it stands behind so many proxies of ours: who asks, and at which address, they tell.

    Of none nothing is believed: whoever asks could write those headers too.
    """
    if proxies:
        fixed = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    return app
