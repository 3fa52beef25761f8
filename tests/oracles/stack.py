"""Asks the real code what it makes of an environment: dj-database-url, Django, a driver, libpq.

    /usr/bin/python3 -P tests/oracles/stack.py < cases > answers

A case is a line of JSON, {"env": {…}, "debug": false}; so is its answer, in the shape that
tests/recorded/README.md describes, with libpq's own reading of the URL as `libpq_direct`.
With "settings", the text of another settings module, that one is executed.
The packages come from PYTHONPATH; which dj-database-url answers is whichever is there. With
DRIVER=psycopg2 in the environment that driver is asked, in the form of
tests/recorded/psycopg2.jsonl.

It is no second implementation: what is written here only calls the real functions in the order
in which `Connection.connect()` of psycopg calls them. It needs no server, no name server and no
network: `connect_start()` gives up before it would wait for one (see `settle` and `look_up`).
"""

import ctypes
import json
import os
import re
import socket
import sys
from unittest import mock

DRIVER = os.environ.get("DRIVER", "psycopg")
if DRIVER == "psycopg2":
    # Django takes psycopg 3 where it finds both.
    sys.modules["psycopg"] = None

import dj_database_url
import django.conf
from django.db.utils import ConnectionHandler

if DRIVER == "psycopg":
    from psycopg import conninfo, pq
    from psycopg import _conninfo_attempts as attempts
    from psycopg._conninfo_utils import split_attempts
else:
    import psycopg2

    sys.path.append(os.path.dirname(__file__))
    from psycopg2_libpq import connect

CLONE_NEWNET = 0x40000000
# Is refused by the kernel at once, whatever network there is.
UNREACHABLE = "255.255.255.255"
OS_USER = "<os user>"

SETTINGS = compile(
    """
import os
import dj_database_url
if 'DATABASE_URL' in os.environ:
    DATABASES = {'default': dj_database_url.config(
        default=os.environ['DATABASE_URL'], conn_max_age=600, conn_health_checks=True,
        ssl_require=not DEBUG)}
else:
    db_host = os.getenv('DB_HOST', 'localhost')
    is_local = db_host in ['localhost', '127.0.0.1', '::1']
    ssl_mode = 'prefer' if (DEBUG or is_local) else 'require'
    DATABASES = {'default': {
        'ENGINE': 'django.db.backends.postgresql',
        'NAME': os.getenv('DB_NAME', 'election_cart'),
        'USER': os.getenv('DB_USER', 'postgres'),
        'PASSWORD': os.getenv('DB_PASSWORD', 'postgres'),
        'HOST': db_host,
        'PORT': os.getenv('DB_PORT', '5432'),
        'CONN_MAX_AGE': 600,
        'OPTIONS': {'sslmode': ssl_mode, 'connect_timeout': 10}}}
""",
    "settings.py",
    "exec",
)

# The geographic backends need GDAL to be imported; these answer for those that inherit from them.
PARENTS = {
    "django.contrib.gis.db.backends.postgis": "django.db.backends.postgresql",
    "django.contrib.gis.db.backends.spatialite": "django.db.backends.sqlite3",
}

# That nobody answers, is known or has a ticket, is no fault of the options.
NO_ANSWER = ("connection to server", "could not translate host name", "GSSAPI encryption required")

SERVER = re.compile(
    r'^connection to server (?:at ".*?"(?: \(.*?\))?, port .*?|on socket ".*?") failed: ', re.M
)

# What `effective` holds always, and what only where it is not libpq's default.
ALWAYS = ["host", "port", "dbname", "user", "sslmode"]
IF_CHANGED = {
    "hostaddr": "",
    "sslrootcert": "",
    "target_session_attrs": "any",
    "options": "",
    "channel_binding": "prefer",
    "gssencmode": "disable",
}


def answer(case):
    """Everything about one case."""
    os.environ.clear()
    os.environ.update(case["env"], HOME="/nonexistent")
    settings = case.get("settings")
    result = ask_settings(case["debug"], compile(settings, "settings.py", "exec") if settings else SETTINGS)
    if "error" in result:
        result |= {"django_params": None, "libpq": None}
    else:
        settings = result["result"]
        result = {"result": jsonable(settings)} | ask_django(settings)
    if "DATABASE_URL" in case["env"] and DRIVER == "psycopg":
        result["libpq_direct"] = ask_libpq(case["env"]["DATABASE_URL"])
    return result


def ask_settings(debug, settings):
    """`DATABASES['default']`, or the exception that the settings module raises."""
    module = {"DEBUG": debug, "__name__": "settings"}
    try:
        exec(settings, module)
    except Exception as error:
        return {"error": raised(error)}
    return {"result": module["DATABASES"]["default"]}


def ask_django(settings):
    """What Django's backend hands to its driver, and what becomes of it there."""
    engine = settings.get("ENGINE")
    refusal = {}
    if engine in PARENTS:
        settings = settings | {"ENGINE": PARENTS[engine]}
    stage = "load_backend"
    try:
        backend = ConnectionHandler({"default": dict(settings)})["default"]
        if not settings:
            stage = "connect (dummy backend)"
            backend.ensure_connection()
        refusal = ask_pool(backend)
        stage = "get_connection_params"
        params = backend.get_connection_params()
    except Exception as error:
        return {"django_params": {"error": raised(error, stage)}} | refusal | {"libpq": None}
    told = {
        name: jsonable(value)
        for name, value in params.items()
        if not (name == "context" and DRIVER == "psycopg")
        and not (name == "cursor_factory" and getattr(value, "__name__", "") == "Cursor")
        and not (name == "prepare_threshold" and value is None and DRIVER == "psycopg")
    }
    if backend.vendor != "postgresql":
        return {"django_params": told, "libpq": None}
    # Django itself checks the isolation level and the pool; psycopg is not reached.
    with mock.patch.object(backend.Database, "connect", side_effect=Reached):
        try:
            backend.get_new_connection(params)
        except Reached:
            pass
        except Exception as error:
            is_level = isinstance(error.__context__, ValueError)
            error = raised(error, "isolation_level" if is_level else "pool")
            refusal = refusal or {"django_connect_error": error}
    ask = ask_psycopg if DRIVER == "psycopg" else ask_psycopg2
    return {"django_params": told} | refusal | {"libpq": ask(params)}


def ask_pool(backend):
    """What the cursor of a first query asks before anything else: since Django 5.1, for the pool."""
    if backend.vendor != "postgresql":
        return {}
    try:
        with mock.patch.object(backend, "get_connection_params", side_effect=Reached):
            backend.close_if_health_check_failed()
    except Reached:
        pass
    except Exception as error:
        return {"django_connect_error": raised(error, "pool")}
    return {}


class Reached(Exception):
    """Django has called `psycopg.connect()`."""


def ask_psycopg(params):
    """`psycopg.Connection.connect(**params)`, step by step."""
    for name in ["autocommit", "prepare_threshold", "context", "row_factory", "cursor_factory"]:
        params.pop(name, None)
    stage = "conninfo_to_dict"
    try:
        params = conninfo.conninfo_to_dict(**params)
        stage = "connect_timeout"
        timeout = conninfo.timeout_from_conninfo(params)
        stage = "split_attempts"
        tries = split_attempts(params)
        stage = "conninfo_attempts"
        unresolved = [look_up(it) for it in tries]
        stage = "make_conninfo"
        try:
            texts = [conninfo.make_conninfo("", **it) for it in tries]
        except Exception:
            # The names are looked up first, and one that is found is enough to get here.
            if all(unresolved):
                stage = "conninfo_attempts"
                raise unresolved[-1]
            raise
    except Exception as error:
        return {"error": raised(error, stage)}
    told = []
    for text, failure in zip(texts, unresolved):
        try:
            params = conninfo.conninfo_to_dict(text)
            read = {"params": params, "effective": settle(text, params, connect_start)}
        except Exception as error:
            return {"error": raised(error, "make_conninfo")}
        told.append(read | ({"resolve_port_error": str(failure)} if failure else {}))
    return {"attempts": told, "timeout_s": timeout}


def ask_psycopg2(params):
    """`psycopg2.connect(**params)`: the real one up to C, and libpq with the text it would get."""
    try:
        with mock.patch.object(psycopg2, "_connect") as called:
            psycopg2.connect(**params)
    except Exception as error:
        return {"error": raised(error, "make_dsn")}
    (text,), rest = called.call_args
    factory = rest.pop("connection_factory")
    factory = Reached if factory is None else factory
    try:
        # The function of C reads its arguments, and reaches no libpq.
        psycopg2._psycopg._connect(text, connection_factory=factory, **rest)
    except Exception as error:
        return {"error": raised(error, "connect")}
    waits = not any(rest.values())
    effective = settle(text, psycopg2.extensions.parse_dsn(text), lambda it: connect(it, waits))
    return {"attempts": [{"effective": effective}]}


def ask_libpq(url):
    """What libpq itself reads out of the URL, as psql does."""
    try:
        params = conninfo.conninfo_to_dict(url)
        return {"params": params, "effective": settle(url, params, connect_start)}
    except Exception as error:
        return {"error": raised(error)}


def look_up(params):
    """What `conninfo_attempts()` says where a host cannot be looked up, every name being known."""
    try:
        with mock.patch.object(attempts, "socket", Names):
            attempts._resolve_hostnames(params)
    except OSError as error:
        host = params.get("host")
        return psycopg_error(f"failed to resolve host {host!r}: {error}")
    return None


class Names:
    """The module `socket` where a name's address is not asked for: any will do."""

    IPPROTO_TCP = socket.IPPROTO_TCP
    SOCK_STREAM = socket.SOCK_STREAM

    @staticmethod
    def getaddrinfo(host, port, **hints):
        """The real one, which refuses a port first, and for a name has to say it is none."""
        numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        try:
            socket.getaddrinfo("127.0.0.1", port, flags=numeric, **hints)
        except socket.gaierror as error:
            # What services have a name, the machine knows; here, none has.
            if error.errno == socket.EAI_NONAME:
                port = "no such service"
        try:
            return socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST, **hints)
        except socket.gaierror as error:
            if error.errno != socket.EAI_NONAME:
                raise
        except UnicodeError:
            # How a name is spelt for the name service is a part of looking it up.
            return Names.getaddrinfo("name", port, **hints)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (UNREACHABLE, 0))]


def connect_start(text):
    """The options that `PQconnectStart` settles on, and its error, from psycopg's libpq."""
    connection = pq.PGconn.connect_start(text.encode())
    found = {
        it.keyword.decode(): None if it.val is None else it.val.decode() for it in connection.info
    }
    error = None
    if connection.status == pq.ConnStatus.BAD:
        error = connection.error_message.decode().removesuffix("\n")
    connection.finish()
    return found, error


def settle(text, given, connect):
    """What libpq settles on with the options that are given in a text, from `connect`.

    Nothing is waited for. A name would be looked up; so a PGHOSTADDR stands in for its address,
    unless the case gives one, and is left out of the answer.
    """
    address = given.get("hostaddr", os.environ.get("PGHOSTADDR"))
    before = os.environ.get("PGHOSTADDR")
    hosts = given.get("host", os.environ.get("PGHOST", "")).split(",")
    stand_ins = ",".join("" if not it or it[0] in "/@" else UNREACHABLE for it in hosts)
    is_stand_in = not address and "hostaddr" not in given and stand_ins.strip(",")
    if is_stand_in:
        os.environ["PGHOSTADDR"] = stand_ins
    found, error = connect(text)
    if is_stand_in:
        del found["hostaddr"], os.environ["PGHOSTADDR"]
        if before is not None:
            os.environ["PGHOSTADDR"] = before
    # Where libpq gives up before it stores its options, the host is at least known.
    if found["host"] is None:
        found["host"] = given.get("host")
    if found["user"] and not given.get("user", os.environ.get("PGUSER")):
        if found["dbname"] and not given.get("dbname", os.environ.get("PGDATABASE")):
            found["dbname"] = OS_USER
        found["user"] = OS_USER
    effective = {name: found[name] for name in ALWAYS}
    for name, default in IF_CHANGED.items():
        if found.get(name) not in (None, default):
            effective[name] = found[name]
    # A number that libpq looks at when it connects, told of each host.
    told = SERVER.split(error or "")[1:]
    if told and all(it.startswith("invalid integer value") for it in told):
        effective["option_error"] = told[0].removesuffix("\n")
    elif error and not any(it.startswith(NO_ANSWER) for it in error.split("\n")):
        effective["option_error"] = once(error, found["target_session_attrs"])
    return effective


def once(error, attributes):
    """`prefer-standby` tries every host twice, and says everything again."""
    lines = error.split("\n")
    half = len(lines) // 2
    is_twice = attributes == "prefer-standby" and lines[:half] == lines[half:]
    return "\n".join(lines[:half]) if is_twice else error


def psycopg_error(message):
    """psycopg's exception for what a name server says."""
    return conninfo.e.OperationalError(message)


def raised(error, stage=None):
    """An exception as an answer."""
    told = {"type": type(error).__name__, "message": str(error)}
    return told | {"stage": stage} if stage else told


def jsonable(value):
    """A setting as JSON: big numbers and Python objects marked as such."""
    if isinstance(value, dict):
        return {str(name): jsonable(it) for name, it in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(it) for it in value]
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        return {"$bigint": str(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return {"$py": f"{value.__module__}.{value.__qualname__}"}


def main():
    """Answers line by line."""
    # Where that is not allowed, an address in a case may be sent one packet, and no answer differs.
    ctypes.CDLL(None).unshare(CLONE_NEWNET)
    django.conf.settings.configure(USE_TZ=True)
    for line in sys.stdin.buffer:
        told = json.dumps(answer(json.loads(line)), ensure_ascii=False, separators=(",", ":"))
        sys.stdout.buffer.write(told.encode() + b"\n")


if __name__ == "__main__":
    main()
