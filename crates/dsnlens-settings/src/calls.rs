//! Calls of dj-database-url whose result may be all there is to a database: core reads their URL
//! itself then, and says of each byte what became of it.

use alloc::rc::Rc;

use dsnlens_core::Call;

use crate::answer::{DjCall as Answered, Value};
use crate::eval::Eval;
use crate::value::{Kind, Obj, Res, Site, Val};

/// As many calls as anybody makes.
const MOST: usize = 20;

/// A call that is given a variable's value as it is, and nothing but what core knows beside it.
pub(crate) struct DjCall {
    site: Site,
    variable: usize,
    call: Call,
    ssl_require: Site,
    conn_max_age: Site,
    conn_health_checks: Site,
    /// The dictionary, and what was in it; or the class of the exception that it ended in.
    made: Result<(Obj, Value), Rc<str>>,
}

/// What a call is given, as values.
pub(crate) struct Given<'v> {
    pub(crate) url: &'v Val,
    pub(crate) ssl_require: &'v Val,
    pub(crate) conn_max_age: &'v Val,
    pub(crate) conn_health_checks: &'v Val,
}

impl Eval<'_> {
    /// Keeps a call in mind, if an answer may rest on it.
    pub(crate) fn note_call(&mut self, given: &Given<'_>, result: &Res, site: Site) {
        let Some((variable, call)) = self.plain(given) else { return };
        let made = match result {
            Ok(value) => match &value.kind {
                Kind::Dict(obj) => Ok((*obj, self.snapshot(value))),
                _ => return,
            },
            Err(exception) => Err(exception.class.line.first().cloned().unwrap_or_default()),
        };
        if self.dj_calls.len() < MOST {
            self.dj_calls.push(DjCall {
                site,
                variable,
                call,
                ssl_require: given.ssl_require.site,
                conn_max_age: given.conn_max_age.site,
                conn_health_checks: given.conn_health_checks.site,
                made,
            });
        }
    }

    /// The variable that is read, and the arguments, where all is as core has it.
    fn plain(&self, given: &Given<'_>) -> Option<(usize, Call)> {
        let [mark] = given.url.marks.as_deref()? else { return None };
        // Of an empty one `config()` says nothing, and `parse()` something else than core.
        let length = match given.url.as_str() {
            Some(text) => text.len(),
            None => mark.at.end,
        };
        let is_known = given.url.as_str().is_some() || given.url.is_filled();
        let is_whole = mark.at == mark.span
            && mark.span.start == 0
            && mark.span.end == length
            && length > 0
            && is_known;
        let conn_max_age = match &given.conn_max_age.kind {
            Kind::Int(dsnlens_core::syntax::python::Int::Small(age)) => u32::try_from(*age).ok()?,
            _ => return None,
        };
        let flag = |value: &Val| match value.kind {
            Kind::Bool(it) => Some(it),
            _ => None,
        };
        let (conn_health_checks, ssl_require) =
            (flag(given.conn_health_checks)?, flag(given.ssl_require)?);
        let call = Call { conn_max_age, conn_health_checks, ssl_require };
        (is_whole && self.forks.is_empty()).then_some((mark.variable, call))
    }

    /// The call that ended in the exception of this class at `site`.
    pub(crate) fn call_at(&self, site: Site, class: &str) -> Option<Answered> {
        let is_it =
            |it: &&DjCall| it.site == site && it.made.as_ref().is_err_and(|it| **it == *class);
        let call = self.dj_calls.iter().rev().find(is_it)?;
        Some(self.answered(call))
    }

    /// The call that made a dictionary in which nothing has changed since.
    pub(crate) fn call_of(&mut self, value: &Val) -> Option<Answered> {
        let Kind::Dict(obj) = value.kind else { return None };
        let now = self.snapshot(value);
        let is_it = |it: &&DjCall| it.made.as_ref().is_ok_and(|it| it.0 == obj && it.1 == now);
        self.dj_calls.iter().find(is_it).map(|it| self.answered(it))
    }

    fn answered(&self, it: &DjCall) -> Answered {
        Answered {
            variable: it.variable,
            call: it.call,
            place: self.place(it.site),
            ssl_require: self.place(it.ssl_require),
            conn_max_age: self.place(it.conn_max_age),
            conn_health_checks: self.place(it.conn_health_checks),
        }
    }
}
