"""Reads URLs as Python's clients read them; a line of JSON for a line of JSON.

{"client": "asyncpg", "url": "postgres://…"} is answered by what tests/recorded/reads.jsonl has of a
URL: {"reads": {"hosts", "user", "password", "database"} | null, "error": "ValueError: …" | null}.
Nothing connects: each client is asked for the arguments that it would connect with.
"""

import json
import os
import sys
import tempfile

os.environ = type(os.environ)({}, *[getattr(os.environ, it) for it in ("encodekey", "decodekey", "encodevalue", "decodevalue")])
os.environ["HOME"] = tempfile.mkdtemp()


def number(port):
    try:
        return int(port)
    except (TypeError, ValueError):
        return port


def listed(value):
    return value if isinstance(value, (list, tuple)) else str(value).split(",")


def libpq(params):
    hosts, ports = params.get("host") or "", params.get("port") or ""
    addresses = params.get("hostaddr") or ""
    names, ports = listed(hosts), listed(ports)
    addresses = addresses.split(",") if addresses else []
    count = max(len(names), len(addresses))
    pairs = []
    for nth in range(count):
        name = names[nth] if nth < len(names) else ""
        if not name and nth < len(addresses):
            name = addresses[nth]
        port = ports[nth] if nth < len(ports) else ports[0]
        pairs.append([name or None, number(port) if port else 5432])
    return {
        "hosts": pairs,
        "user": params.get("user") or None,
        "password": params.get("password") or None,
        "database": params.get("dbname") or None,
    }


def psycopg(url):
    from psycopg.conninfo import conninfo_to_dict

    return libpq({name: str(value) for name, value in conninfo_to_dict(url).items()})


def psycopg2(url):
    from psycopg2.extensions import parse_dsn

    return libpq(parse_dsn(url))


def sqlalchemy(url, driver=None):
    from sqlalchemy.engine import make_url

    url = make_url(url)
    # SQLAlchemy takes the driver from the scheme, which has to be written so.
    if driver and url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+" + driver)
    dialect = url.get_dialect()
    if url.get_backend_name() != "postgresql":
        return None
    dialect = dialect()
    (_, params) = dialect.create_connect_args(url)
    if url.drivername == "postgresql+asyncpg":
        hosts, ports = params.get("host"), params.get("port")
        hosts = hosts if isinstance(hosts, list) else [hosts]
        ports = ports if isinstance(ports, list) else [ports] * len(hosts)
        pairs = [[host or None, number(port) or 5432] for host, port in zip(hosts, ports)]
        return {
            "hosts": pairs,
            "user": params.get("user") or None,
            "password": params.get("password") or None,
            # asyncpg's own default.
            "database": params.get("database") or params.get("user") or None,
        }
    return libpq({name: str(value) for name, value in params.items()})


def asyncpg(url):
    from asyncpg import connect_utils

    names = "host port user password passfile database ssl service servicefile direct_tls"
    names += " server_settings target_session_attrs krbsrvname gsslib"
    given = dict.fromkeys(names.split())
    addresses, params, *_ = connect_utils._parse_connect_dsn_and_args(dsn=url, **given)
    pairs = [[None, 5432] if isinstance(it, str) else list(it) for it in addresses]
    import getpass

    account = getpass.getuser()
    own = lambda it: None if it == account else it or None
    return {
        "hosts": pairs,
        "user": own(params.user),
        "password": params.password or None,
        "database": own(params.database),
    }


READERS = {
    "psycopg": psycopg,
    "psycopg2": psycopg2,
    "sqlalchemy+psycopg": lambda url: sqlalchemy(url, "psycopg"),
    "sqlalchemy+psycopg2": lambda url: sqlalchemy(url, "psycopg2"),
    "sqlalchemy+asyncpg": lambda url: sqlalchemy(url, "asyncpg"),
    "asyncpg": asyncpg,
}

for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = {"reads": READERS[question["client"]](question["url"]), "error": None}
    except Exception as error:  # Whatever it is, it is the answer.
        answer = {"reads": None, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
