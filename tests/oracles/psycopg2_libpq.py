"""The libpq inside the wheel of psycopg2, called directly: psycopg2 hides what it settles on."""

import ctypes
import socket
import tempfile
import threading
from pathlib import Path

import psycopg2

class Option(ctypes.Structure):
    """`PQconninfoOption` of `libpq-fe.h`."""

    _fields_ = [
        ("keyword", ctypes.c_char_p),
        ("envvar", ctypes.c_char_p),
        ("compiled", ctypes.c_char_p),
        ("val", ctypes.c_char_p),
        ("label", ctypes.c_char_p),
        ("dispchar", ctypes.c_char_p),
        ("dispsize", ctypes.c_int),
    ]

FOLDER = Path(psycopg2.__file__).parent.parent / "psycopg2_binary.libs"
LIBPQ = ctypes.CDLL(str(next(FOLDER.glob("libpq-*"))))
for name in ["PQconnectStart", "PQconnectdb"]:
    getattr(LIBPQ, name).restype = ctypes.c_void_p
    getattr(LIBPQ, name).argtypes = [ctypes.c_char_p]
LIBPQ.PQconninfo.restype = ctypes.POINTER(Option)
LIBPQ.PQerrorMessage.restype = ctypes.c_char_p
for name in ["PQconninfo", "PQerrorMessage", "PQstatus", "PQfinish", "PQconninfoFree"]:
    getattr(LIBPQ, name).argtypes = [ctypes.c_void_p]
CONNECTION_BAD = 1
# A server that hangs up on everybody.
SERVER = socket.socket(socket.AF_UNIX)
SOCKETS = tempfile.TemporaryDirectory()
SERVER.bind(SOCKETS.name + "/.s.PGSQL.5432")
SERVER.listen()


def hang_up():
    """Takes connections, and ends each."""
    while True:
        SERVER.accept()[0].close()


threading.Thread(target=hang_up, daemon=True).start()


def connect(text, waits):
    """The options that libpq settles on, and its error; nothing is waited for.

    `PQconnectdb` reads one option more than `PQconnectStart`, once a connection has begun, and is
    asked about that one alone.
    """
    found, error = begin(LIBPQ.PQconnectStart, text)
    timeout = found.get("connect_timeout")
    if waits and timeout is not None:
        only = psycopg2.extensions.make_dsn(
            host=SOCKETS.name, hostaddr="", port=5432, connect_timeout=timeout, sslmode="disable"
        )
        _, late = begin(LIBPQ.PQconnectdb, only)
        is_refused = error is not None and not error.startswith("connection to server")
        if "invalid integer value" in late and not is_refused:
            error = late
    return found, error


def begin(function, text):
    """What a function that connects settles on."""
    connection = function(text.encode())
    options = LIBPQ.PQconninfo(connection)
    found = {}
    for option in options:
        if option.keyword is None:
            break
        found[option.keyword.decode()] = None if option.val is None else option.val.decode()
    LIBPQ.PQconninfoFree(options)
    error = None
    if LIBPQ.PQstatus(connection) == CONNECTION_BAD:
        error = LIBPQ.PQerrorMessage(connection).decode().removesuffix("\n")
    LIBPQ.PQfinish(connection)
    return found, error
