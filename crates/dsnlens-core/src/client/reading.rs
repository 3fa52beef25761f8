//! Reading `DATABASE_URL` as a driver does that has a reader of its own: what such readers share.
//!
//! A reader writes a line for each value in the order in which its driver meets them; this knows how
//! a line is written, and nothing of any URL's grammar or any driver's options.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::clients::libpq;
use crate::inputs::{DATABASE_URL, Hole, Inputs};
use crate::ledger::{Fate, Key, Ledger, Line, LineId, Origin, Stage, Value};
use crate::machine::MachineFile;
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::{
    Mode, Resolution, Unknown, finish, leave_open, secrets, structure_hole, unseen_service,
};
use crate::secret::{Secret, Text};
use crate::shown;
use crate::source::Source;
use crate::span::{InputSpan, Span};
use crate::syntax::{Slice, python};
use crate::tls::{Peer, TlsMode, TlsPolicy, TrustedRoots};

/// What a reader works on.
pub(crate) struct Reading<'q, 'a> {
    /// The question.
    pub(crate) question: &'q Question<'a>,
    /// The driver's own stage.
    pub(crate) stage: &'static Stage,
    /// `DATABASE_URL`, empty where it is not set.
    pub(crate) source: Source<'a>,
    /// The answer so far.
    pub(crate) resolution: Resolution<'a>,
    winners: RefCell<Winners>,
}

/// The lines that have a key, so that no option makes a reader look through all lines.
#[derive(Default)]
struct Winners {
    /// How many lines were looked at.
    seen: usize,
    lines: BTreeMap<String, LineId>,
}

/// Reads `DATABASE_URL` with `reader`, which gets it byte for byte. What it refuses is the answer's
/// refusal; where what decides the reading is not known, nothing is.
pub(crate) fn read<'a>(
    question: &Question<'a>,
    stage: &'static Stage,
    reader: impl FnOnce(&mut Reading<'_, 'a>) -> Result<(), Refusal<'a>>,
) -> Resolution<'a> {
    read_as(Source::verbatim, question, stage, reader)
}

/// The same for a driver that makes another text of it first.
pub(crate) fn read_as<'a>(
    source: fn(&'a str, &'a str) -> Source<'a>,
    question: &Question<'a>,
    stage: &'static Stage,
    reader: impl FnOnce(&mut Reading<'_, 'a>) -> Result<(), Refusal<'a>>,
) -> Resolution<'a> {
    let inputs = &question.inputs;
    let mut resolution = Resolution::empty(Mode::Url, inputs);
    if let Some(why) = inputs.unknown(DATABASE_URL) {
        leave_open(DATABASE_URL, &Hole::whole(why.clone()), &mut resolution);
        finish(inputs, &mut resolution);
        return resolution;
    }
    let source = source(DATABASE_URL, inputs.get(DATABASE_URL).unwrap_or(""));
    resolution.url = Some(python::urlsplit(source.text()).map(|part| source.span(part)));
    resolution.intent = source.intent();
    resolution.secrets.extend(secrets(&source));
    let winners = RefCell::default();
    let mut reading = Reading { question, stage, source, resolution, winners };
    let refused = reader(&mut reading).err();
    let mut resolution = reading.resolution;
    if refused.is_some() {
        resolution.refusal = refused;
    }
    let raw = inputs.get(DATABASE_URL).unwrap_or("");
    // What is not known in front of the authority decides how everything behind it is read.
    let authority = raw.find("://").unwrap_or(raw.len());
    let holes = resolution.ledger.holes().iter();
    let in_front = holes.filter(|it| it.variable == DATABASE_URL && it.hole.span.start < authority);
    let in_front = in_front.map(|it| it.hole.clone()).next();
    if let Some(hole) = in_front.or_else(|| structure_hole(DATABASE_URL, &resolution)) {
        leave_open(DATABASE_URL, &hole, &mut resolution);
    }
    finish(inputs, &mut resolution);
    resolution
}

impl<'a> Reading<'_, 'a> {
    /// The world that the driver reads.
    pub(crate) fn inputs(&self) -> &Inputs<'a> {
        &self.question.inputs
    }

    fn ledger(&mut self) -> &mut Ledger<'a> {
        &mut self.resolution.ledger
    }

    /// A key in the driver's own spelling, as it is written at `name`: hidden where it is a piece of
    /// a secret.
    pub(crate) fn key(&self, name: Slice<'_>, spelling: Cow<'a, str>) -> Key<'a> {
        match self.source.touches_secret(name) {
            true => Key::SecretOption(Secret::new(spelling)),
            false => Key::Option(spelling),
        }
    }

    /// A text that was read from `slice`: hidden where it is, or may be, a secret.
    pub(crate) fn text(&self, key: &Key<'_>, slice: Slice<'_>, text: Cow<'_, str>) -> Value<'a> {
        let text = self.source.keep_decoded(slice, text);
        match shown::is_secret_name(key.reveal()) {
            true => Value::Str(text).into_secret(),
            false => self.source.value(slice, text),
        }
    }

    /// Writes what stands at `slice`; it takes the place of what the key had.
    pub(crate) fn set(&mut self, key: Key<'a>, slice: Slice<'_>, text: Cow<'_, str>) -> LineId {
        let value = self.text(&key, slice, text);
        self.set_value(key, slice, value)
    }

    /// The same with a value that is no text.
    pub(crate) fn set_value(&mut self, key: Key<'a>, slice: Slice<'_>, value: Value<'a>) -> LineId {
        let loser = self.winner(key.reveal());
        let (stage, origin) = (self.stage, self.source.origin(slice));
        let winner = self.ledger().set(stage, key, value, origin);
        if let Some(loser) = loser {
            self.ledger().replace(loser, winner);
        }
        winner
    }

    /// Bytes as a value: hidden where they are a secret.
    pub(crate) fn bytes(&self, key: &Key<'_>, slice: Slice<'_>, bytes: &[u8]) -> Value<'a> {
        match core::str::from_utf8(bytes) {
            Ok(text) => self.text(key, slice, Self::made_of(slice, Cow::Borrowed(text))),
            Err(_) => {
                let value = Value::Bytes(Cow::Owned(bytes.to_vec()));
                let is_secret = self.text(key, slice, Cow::Borrowed(slice.text)).is_secret();
                if is_secret { value.into_secret() } else { value }
            }
        }
    }

    /// What was made of a piece of a text, as a text of the answer: borrowed only where it is that
    /// piece.
    pub(crate) fn made_of<'t>(slice: Slice<'_>, text: Cow<'t, str>) -> Cow<'t, str> {
        match text == slice.text {
            true => text,
            false => Cow::Owned(text.into_owned()),
        }
    }

    /// Writes what was decoded from `slice`, which need not be UTF-8.
    pub(crate) fn set_bytes(&mut self, key: Key<'a>, slice: Slice<'_>, bytes: &[u8]) -> LineId {
        let value = self.bytes(&key, slice, bytes);
        self.set_value(key, slice, value)
    }

    /// Writes what stands at `slice`; it loses to what the key has.
    pub(crate) fn offer(&mut self, key: Key<'a>, slice: Slice<'_>, text: Cow<'_, str>) -> LineId {
        let winner = self.winner(key.reveal());
        let value = self.text(&key, slice, text);
        let (stage, origin) = (self.stage, self.source.origin(slice));
        self.ledger().fill(stage, key, value, origin, winner)
    }

    /// Writes an option that the driver drops without a word.
    pub(crate) fn ignore(
        &mut self,
        key: Key<'a>,
        slice: Slice<'_>,
        text: Cow<'_, str>,
        reason: &'static str,
    ) -> LineId {
        let value = self.text(&key, slice, text);
        let (stage, origin) = (self.stage, self.source.origin(slice));
        self.ledger().ignore(stage, key, value, origin, reason)
    }

    /// Writes an option that the driver sends to the server as a parameter of the session.
    pub(crate) fn send(&mut self, key: Key<'a>, slice: Slice<'_>, text: Cow<'_, str>) -> LineId {
        let value = self.text(&key, slice, text);
        self.send_value(key, slice, value)
    }

    /// The same with a value that is no text.
    pub(crate) fn send_value(
        &mut self,
        key: Key<'a>,
        slice: Slice<'_>,
        value: Value<'a>,
    ) -> LineId {
        let (stage, origin) = (self.stage, self.source.origin(slice));
        self.ledger().send(stage, key, value, origin)
    }

    /// Fills a key that is open from an environment variable of the driver's, if that is set to
    /// something.
    pub(crate) fn fill_from(&mut self, key: &'static str, variable: &'static str) {
        if self.inputs().get(variable).is_some_and(|it| !it.is_empty()) {
            self.fill_from_set(key, variable);
        }
    }

    /// The same where the variable may be set to nothing.
    pub(crate) fn fill_from_set(&mut self, key: &'static str, variable: &'static str) {
        let Some(text) = self.inputs().get(variable) else { return };
        let winner = self.winner(key);
        let value = shown::value(variable, Cow::Borrowed(text));
        let origin = Origin::Variable { name: variable, span: Span::new(0, text.len()) };
        let stage = self.stage;
        self.ledger().fill(stage, Key::Keyword(key), value, origin, winner);
    }

    /// Fills a key that is open with a default of the driver's.
    pub(crate) fn default(&mut self, key: &'static str, value: Value<'a>) {
        let (winner, stage) = (self.winner(key), self.stage);
        let origin = Origin::Default { of: self.question.client.subject };
        self.ledger().fill(stage, Key::Keyword(key), value, origin, winner);
    }

    /// Writes a value with the place of another line, from which it follows.
    pub(crate) fn put(&mut self, key: Key<'a>, value: Value<'a>, origin: Origin<'a>) {
        let stage = self.stage;
        self.ledger().set(stage, key, value, origin);
    }

    /// The line that has a key for now.
    pub(crate) fn winner(&self, key: &str) -> Option<LineId> {
        let ledger = &self.resolution.ledger;
        let mut winners = self.winners.borrow_mut();
        if ledger.len() < winners.seen {
            *winners = Winners::default();
        }
        for (id, line) in ledger.lines_behind(winners.seen) {
            if line.fate == Fate::Won {
                winners.lines.insert(line.key.reveal().into(), id);
            }
        }
        winners.seen = ledger.len();
        let id = *winners.lines.get(key)?;
        let is_winner = ledger.line(id).is_some_and(|it| it.fate == Fate::Won);
        match is_winner {
            true => Some(id),
            // It was dropped since; the one before may have the key again.
            false => ledger.winner(key).map(|(id, _)| id),
        }
    }

    /// That line itself.
    pub(crate) fn line(&self, key: &str) -> Option<&Line<'a>> {
        self.resolution.ledger.line(self.winner(key)?)
    }

    /// Its text, where it is one that is known.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.line(key)?.value.as_str()
    }

    /// Whether a key has a value that is not known.
    pub(crate) fn is_unknown(&self, key: &str) -> bool {
        self.line(key).is_some_and(|it| it.value.unknown().is_some())
    }

    /// Writes a key's value as the driver takes it, one text or several; where it was written stays.
    /// Pieces of another setting's value are as secret as that.
    pub(crate) fn respell(&mut self, key: &'static str, made_of: &str, texts: Vec<String>) {
        let Some(id) = self.winner(key) else { return };
        let source = self.winner(made_of).and_then(|it| self.resolution.ledger.line(it));
        let is_source_secret = source.is_some_and(|it| it.value.is_secret());
        let Some(line) = self.resolution.ledger.line(id) else { return };
        let is_secret = line.value.is_secret() || is_source_secret;
        let value = |text: String| match is_secret {
            true => Value::Str(text.into()).into_secret(),
            false => Value::Str(text.into()),
        };
        let mut values: Vec<_> = texts.into_iter().map(value).collect();
        let value = match values.len() {
            1 => values.pop().unwrap_or(Value::None),
            _ => Value::List(values),
        };
        let (stage, origin) = (self.stage, line.origin.clone());
        let winner = self.ledger().set(stage, Key::Keyword(key), value, origin);
        self.ledger().join(id, winner);
    }

    /// Records that a line takes another one's place.
    pub(crate) fn replace(&mut self, loser: LineId, winner: LineId) {
        self.ledger().replace(loser, winner);
    }

    /// Whether a line has this very text.
    pub(crate) fn says(&self, line: LineId, text: &str) -> bool {
        let line = self.resolution.ledger.line(line);
        line.is_some_and(|it| it.value.as_str() == Some(text))
    }

    /// Takes a key's value out of the answer.
    pub(crate) fn drop(&mut self, key: &str, reason: &'static str) {
        if let Some(line) = self.winner(key) {
            self.ledger().drop(line, reason);
        }
    }

    /// Says how connections are secured: with the row called `mode` of the client's table, which the
    /// line of `key` chose. Nothing is said where what decides is not known.
    pub(crate) fn secure(&mut self, mode: &str, key: &str, roots: TrustedRoots, peer: Peer) {
        let deciding = [key, "host", "sslrootcert"];
        if deciding.into_iter().any(|it| self.is_unknown(it)) {
            return;
        }
        let table: &'static [TlsMode] = self.question.client.tls;
        let Some(mode) = table.iter().find(|it| it.name == mode) else { return };
        let by = self.winner(key);
        self.resolution.tls = Some(TlsPolicy { mode, by, roots, peer, binds: false });
    }

    /// An error of the driver's about what stands at `slice`.
    pub(crate) fn refuse(
        &self,
        kind: &'static str,
        message: Text<'a>,
        slice: Slice<'_>,
    ) -> Refusal<'a> {
        let span = InputSpan { input: self.source.name(), span: self.source.span(slice) };
        let spans = alloc::vec![span];
        Refusal {
            stage: self.stage,
            kind: kind.into(),
            message,
            spans,
            raised_at: None,
            unless: None,
        }
    }

    /// An error about the value that a key has, wherever it was written; `None` where that is not
    /// known. `message` gets the value as it is quoted.
    pub(crate) fn refuse_value(
        &self,
        kind: &'static str,
        key: &str,
        message: impl FnOnce(Text<'a>) -> Text<'a>,
    ) -> Option<Refusal<'a>> {
        let line = self.line(key)?;
        if line.value.unknown().is_some() {
            return None;
        }
        let text = String::from(line.value.as_str().unwrap_or(""));
        let quoted = match line.value.is_secret() {
            true => Text::default().and_hidden(text),
            false => Text::plain(text),
        };
        let spans = line.origin.input_span().into_iter().collect();
        let message = message(quoted);
        Some(Refusal {
            stage: self.stage,
            kind: kind.into(),
            message,
            spans,
            raised_at: None,
            unless: None,
        })
    }

    /// Python's `repr(text)`, which was read from `slice`, hidden as that is.
    pub(crate) fn repr(&self, slice: Slice<'_>, text: &str) -> Text<'a> {
        match text == slice.text {
            true => python::python_quoted(&self.source, slice),
            false if self.source.touches_secret(slice) => {
                Text::default().and_secret(Secret::new(python::repr(text).into()))
            }
            false => Text::plain(python::repr(text)),
        }
    }

    /// Records that what the service says that is named is in a file that the question does not hold.
    pub(crate) fn leave_service_open(&mut self) -> Option<MachineFile> {
        let is_open = libpq::is_service_unread(self.inputs());
        let unseen = is_open.then(|| unseen_service(self.inputs(), &self.resolution.ledger));
        self.resolution.unknown.extend(unseen.flatten());
        is_open.then_some(MachineFile::Service)
    }

    /// Records that the default root certificates, which the value of `key` takes, are in a file that
    /// the question does not hold.
    pub(crate) fn leave_root_open(&mut self, key: &str) -> Option<MachineFile> {
        const PATH: &str = "~/.postgresql/root.crt";
        let machine = self.inputs().machine();
        let path = machine.root_certificate.unwrap_or(PATH);
        if machine.file(path).is_some() {
            return None;
        }
        let mode = self.get(key).unwrap_or_default();
        let why = alloc::format!(
            "`{key}={mode}` needs the root certificates in `{path}` of the machine that connects"
        );
        let (file, expression) = (Some(MachineFile::RootCertificate), "".into());
        let unseen = Unknown { path, line: None, expression, reads: None, why: why.into(), file };
        self.resolution.unknown.push(unseen);
        file
    }

    /// `slice` as an error text quotes it, its secret bytes hidden.
    pub(crate) fn quote(&self, slice: Slice<'_>) -> Text<'a> {
        self.source.quote(slice, ToString::to_string)
    }
}

/// Where a connection to such a first host goes: a path is a Unix socket.
pub(crate) fn peer_of(host: Option<&str>) -> Peer {
    match host {
        Some(host) if host.starts_with('/') => Peer::Socket,
        _ => Peer::Host,
    }
}
