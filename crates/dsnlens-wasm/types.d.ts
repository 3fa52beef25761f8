// Generated from crates/dsnlens-core/src/document.rs by tests/typescript.rs. Do not edit.

/**
 * What is asked: an environment and, optionally, what is known beside it.
 */
export type Case = {
/**
 * Environment variables by name.
 */
env: { [key in string]: string },
/**
 * Django's `DEBUG`. What the settings module makes of the environment where absent.
 */
debug?: boolean,
/**
 * Who reads it: `"django"` where absent.
 */
client?: ClientName,
/**
 * The settings module: the guide's where absent.
 */
settings?:
  | { text: string; path?: string; files?: { [path: string]: string } }
  | { preset: "guide" | "config" | "environ" }
  | { databases: { [alias: string]: Json } },
/**
 * The `.env` file that the settings module reads, where it reads one. None where absent.
 */
dotenv?: string,
/**
 * The releases that are installed.
 */
stack?: CaseStack, };

/** Who reads the variables. */
export type ClientName = "django" | "psql" | "django-environ" | "psycopg" | "psycopg2" | "sqlalchemy" | "sqlalchemy+psycopg" | "sqlalchemy+psycopg2" | "sqlalchemy+asyncpg" | "asyncpg" | "rails" | "node-postgres" | "postgres.js" | "prisma" | "pgx" | "lib/pq" | "pgjdbc" | "sqlx" | "tokio-postgres" | "ecto" | "npgsql";

/** A part of a client. */
export type StageName = "input" | "settings" | "recipe" | "django" | "psycopg" | "libpq" | "psycopg2" | "sqlalchemy" | "asyncpg" | "rails" | "pg-connection-string" | "node-postgres" | "postgres.js" | "postgres.js connection" | "prisma" | "pgx" | "pgx connection" | "lib/pq" | "pgjdbc" | "pgjdbc connection" | "sqlx" | "connect" | "tokio-postgres" | "ecto" | "postgrex" | "npgsql";

/**
 * The releases of a case.
 */
export type CaseStack = {
/**
 * dj-database-url, a release from `"0.5.0"` to `"3.1.2"`: `"2.1.0"` where absent.
 */
djDatabaseUrl?: string,
/**
 * django-environ, a release from `"0.10.0"` to `"0.14.0"`: `"0.14.0"` where absent.
 */
djangoEnviron?: string,
/**
 * Django: `"5.2"` where absent.
 */
django?: "4.2" | "5.0" | "5.1" | "5.2" | "6.0" | "6.1",
/**
 * The driver that Django takes: `"psycopg"` (psycopg 3) where absent.
 */
driver?: "psycopg" | "psycopg2",
/**
 * libpq, 15 to 18: 18 where absent.
 */
libpq?: 15 | 16 | 17 | 18, };

/** How `resolve` answers. */
export type Options = { /** Secrets in clear; masked otherwise. */ showSecrets?: boolean };

/**
 * Everything there is to say about a case.
 */
export type Resolution = {
/**
 * The version of this shape.
 */
schemaVersion: 1,
/**
 * Who reads it.
 */
client: ClientName,
/**
 * The branch of the settings module that was taken.
 */
mode: "url" | "fields" | "databases",
/**
 * `DATABASES['default']` in Python's key order.
 */
settings: Dict | null,
/**
 * `DATABASES`, with every alias.
 */
databases: Dict | null,
/**
 * Django's `DEBUG`.
 */
debug: boolean | { $unknown: string },
/**
 * What the answer depends on and the inputs do not hold.
 */
unknown: Array<Unknown>,
/**
 * The first error that the real stack raises.
 */
refusal: Refusal | null,
/**
 * What Django's backend hands to its driver.
 */
connectParams: Dict | null,
/**
 * What libpq settles on, one for each connection that the driver tries. A `host` of `null` is
 * libpq's socket directory, the user `<os user>` the name of the account.
 */
effective: Array<Dict> | null,
/**
 * What the client reads of the variables, also where it refuses something else later; `null`
 * where the URL itself is refused.
 */
reads: Reads | null,
/**
 * How a connection is made to five kinds of servers; `null` where that is not known.
 */
servers: Servers | null,
/**
 * What the SSL settings guarantee.
 */
ssl: Ssl | null,
/**
 * The options of the URL that the client drops without an error.
 */
ignored: Array<string>,
/**
 * The options of the URL that the client sends to the server, which refuses those it does not
 * know.
 */
sent: Array<string>,
/**
 * Every value that was offered, and what became of it.
 */
ledger: Array<LedgerLine>,
/**
 * What is wrong, worst first.
 */
diagnostics: Array<Diagnostic>,
/**
 * The variables as they are shown, by name: positions are offsets in these texts. Each stretch
 * of a secret is `********` here; with `showSecrets` the texts are the variables themselves.
 */
inputs: { [key in string]: string }, };

/**
 * Something that the answer depends on and the inputs do not hold.
 */
export type Unknown = {
/**
 * The variable or the file that holds it.
 */
path: string,
/**
 * The line of the file, counted from 1.
 */
line: number | null,
/**
 * What is written in its place, if anything is.
 */
expression: string | null,
/**
 * Why it is not known.
 */
why: string, };

/**
 * An error of the real stack.
 */
export type Refusal = {
/**
 * Who raises it.
 */
stage: StageName,
/**
 * What that stage calls the error: an exception's class, or libpq's `CONNECTION_BAD`.
 */
type: string,
/**
 * Its text.
 */
message: string,
/**
 * The bytes it is about.
 */
spans: Array<Span>,
/**
 * The line of the settings module that raises it, counted from 1.
 */
line?: number, };

/**
 * A stretch of an input.
 */
export type Span = {
/**
 * The variable's name.
 */
input: string,
/**
 * Offset of its first unit in the variable as it is shown (`inputs`): UTF-8 bytes in the
 * program, UTF-16 code units in JS.
 */
start: number,
/**
 * Offset behind its last unit.
 */
end: number, };

/**
 * What a client reads of the variables, also where it refuses something else later. `null` is left
 * to the machine: its socket directory, the name of the account.
 */
export type Reads = {
/**
 * Hosts with their ports; a port is a text where it is not a number.
 */
hosts: Array<[Read, Read | number]>,
/**
 * The role.
 */
user: Read,
/**
 * The password.
 */
password: Read,
/**
 * The database.
 */
database: Read, };

/** What is read; an object where it is not a text or not known. */
export type Read = string | null | { $bytes: string } | { $unknown: string };

/**
 * How a connection is made to five kinds of servers. A root certificate that is named is believed
 * to exist, and to be the one that signed the server's certificate.
 */
export type Servers = {
/**
 * The server does not offer TLS.
 */
withoutTls: Outcome,
/**
 * A known root signed the server's certificate, for this host.
 */
trusted: Outcome,
/**
 * The server's certificate is self-signed.
 */
selfSigned: Outcome,
/**
 * A known root signed the server's certificate, for another host.
 */
wrongHost: Outcome,
/**
 * The server's certificate is trusted, and it refuses plain text.
 */
tlsRequired: Outcome, };

/** How a connection is made. */
export type Outcome = "plain" | "tls" | "fails";

/**
 * What the SSL settings guarantee.
 */
export type Ssl = {
/**
 * The mode that won, in the client's own words.
 */
mode: string,
/**
 * The attempts on one address, in order.
 */
attempts: Array<"tls" | "plain">,
/**
 * Whether what is sent is encrypted.
 */
encryption: "always" | "opportunistic" | "never",
/**
 * What of the server's certificate is verified.
 */
verifies: "nothing" | "chain" | "chain-and-host",
/**
 * What certificates are checked against: nothing, a file that is named, what the machine trusts,
 * or what the client's language brings along.
 */
roots: "none" | "file" | "system" | "runtime", };

/**
 * One value that was offered for a setting.
 */
export type LedgerLine = {
/**
 * Who met it.
 */
stage: StageName,
/**
 * libpq's keyword, or Django's name where libpq has none.
 */
key: string,
/**
 * What it says.
 */
value: Json,
/**
 * Where it was written.
 */
origin: Origin,
/**
 * What became of it.
 */
fate: "won" | "overridden" | "joined" | "ignored" | "sent",
/**
 * Why it did not win.
 */
reason?: string, };

/**
 * Where a value was written.
 */
export type Origin = { "type": "variable",
/**
 * The variable's name.
 */
name: string,
/**
 * Offset of its first unit in the variable as it is shown (`inputs`).
 */
start: number,
/**
 * Offset behind its last unit.
 */
end: number, } | { "type": "settings",
/**
 * Its path; `DATABASES` where the dictionary itself was given.
 */
path: string,
/**
 * The line, counted from 1.
 */
line?: number,
/**
 * Offset of its first unit.
 */
start?: number,
/**
 * Offset behind its last unit.
 */
end?: number, } | { "type": "recipe",
/**
 * The expression that says so.
 */
expression: string, } | { "type": "file",
/**
 * The file's path.
 */
path: string,
/**
 * The line, counted from 1.
 */
line: number, } | { "type": "default",
/**
 * Whose.
 */
of: string, } | { "type": "derived" };

/**
 * What a rule found.
 */
export type Diagnostic = {
/**
 * The rule's name.
 */
rule: string,
/**
 * What happens if nothing is done.
 */
severity: "error" | "warning" | "info",
/**
 * The situation in a sentence.
 */
message: string,
/**
 * The stretches it is about.
 */
spans: Array<Span>,
/**
 * What to do.
 */
help: string,
/**
 * Variables to paste instead, where there are such.
 */
fix: Fix | null,
/**
 * The same for what else the inputs may have meant; absent where nothing else is likely.
 */
otherFixes?: Array<Fix>, };

/**
 * Variables to paste, and files of the settings module.
 */
export type Fix = {
/**
 * What it does.
 */
title: string,
/**
 * The variables that change, whole.
 */
env: { [key in string]: string },
/**
 * The files of the settings module that change, whole, by their paths; absent where none does.
 */
settings?: { [key in string]: string }, };

/** How `compare` answers. */
export type CompareOptions = Options & { /** Who reads the variables: every client that takes URLs where absent. */ clients?: readonly ClientName[] };

/**
 * The same variables in several clients.
 */
export type Comparison = {
/**
 * The version of this shape.
 */
schemaVersion: 1,
/**
 * What each client reads, in the order in which they were asked for.
 */
clients: Array<ClientReading>,
/**
 * The clients that read the same host, port, user, password and database, the largest group
 * first. Those that refuse the URL are a group of their own.
 */
groups: ClientName[][], };

/**
 * What one client makes of the variables.
 */
export type ClientReading = {
/**
 * The client.
 */
client: ClientName,
/**
 * The release that is reproduced, of the packages that decide.
 */
version: string,
/**
 * What it reads; `null` where it refuses the URL.
 */
reads: Reads | null,
/**
 * The first error that it raises.
 */
refusal: Refusal | null,
/**
 * How a connection is made to five kinds of servers; `null` where that is not known.
 */
servers: Servers | null,
/**
 * The options of the URL that it drops without an error.
 */
ignored: Array<string>,
/**
 * The options of the URL that it sends to the server.
 */
sent: Array<string>, };

/**
 * A client in a list.
 */
export type ClientSummary = {
/**
 * The name that `client` of a case takes.
 */
name: ClientName,
/**
 * What it is, with what it stands on.
 */
title: string,
/**
 * The release that is reproduced, of the packages that decide.
 */
version: string,
/**
 * Its stages, from the top down.
 */
stages: StageName[], };

/**
 * A rule in a list.
 */
export type RuleSummary = {
/**
 * Its name.
 */
name: string,
/**
 * The situation in a sentence.
 */
title: string,
/**
 * The severities it reports, worst first.
 */
severities: Array<"error" | "warning" | "info">, };

/**
 * A rule's page.
 */
export type RulePage = {
/**
 * The rule's name.
 */
name: string,
/**
 * The situation in a sentence.
 */
title: string,
/**
 * The page in Markdown, without the title.
 */
markdown: string, };

/**
 * A Python value as JSON.
 */
export type Json = null | boolean | number | string | { $path: string } | { $bigint: string } | { $bytes: string } | { $unknown: string } | Json[] | { [key: string]: Json };

/**
 * An object whose keys stay in order.
 */
export type Dict = { [key: string]: Json };
