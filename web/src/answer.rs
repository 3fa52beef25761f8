//! The answer to what a person put in: worked out once, and kept as long as that stays the same.
//!
//! It borrows from the form, so both are kept together.

use dsnlens_core::syntax::dotenv::Dotenv;
use dsnlens_core::{Debug, Fix, Resolution, read, resolve};
use self_cell::self_cell;

use crate::browser;
use crate::module;
use crate::second::Said;
use crate::state::{Form, Tab};

self_cell!(
    struct File {
        owner: Form,
        #[covariant]
        dependent: Dotenv,
    }
);

self_cell!(
    struct Kept {
        owner: File,
        #[covariant]
        dependent: Derived,
    }
);

/// Everything that follows from a form.
struct Derived<'a> {
    unrecognized: Said<Option<Vec<String>>>,
    whole: Option<dsnlens_core::Answer<'a>>,
    /// Those of each finding.
    fixes: Vec<Vec<Fix>>,
    /// The variables of a settings module that have a field.
    variables: Vec<String>,
}

/// A form, and everything that follows from it.
pub(crate) struct Answer(Kept);

impl Answer {
    pub(crate) fn new(form: Form) -> Answer {
        let file = File::new(form, Form::file);
        Answer(Kept::new(file, |file| {
            let form = file.borrow_owner();
            let unrecognized = form.unrecognized();
            let whole = form.question(file.borrow_dependent());
            let whole = whole.map(|question| match form.reader() {
                Some(_) => resolve(question),
                // What is said of it, the second module says.
                None => dsnlens_core::Answer {
                    resolution: Resolution { refusal: None, ..read(&question) },
                    question,
                    diagnostics: Vec::new(),
                },
            });
            let fixes = whole.iter().flat_map(|answer| {
                answer.diagnostics.iter().map(|it| answer.fixes_with(browser::parse_url, it))
            });
            let fixes = fixes.collect();
            let variables = variables(form, file.borrow_dependent(), whole.as_ref());
            Derived { unrecognized, whole, fixes, variables }
        }))
    }

    /// The `.env` file as it is read, where that is open.
    pub(crate) fn file(&self) -> &Dotenv<'_> {
        self.0.borrow_owner().borrow_dependent()
    }

    /// What is open and not understood: the URLs in it.
    pub(crate) fn unrecognized(&self) -> &Said<Option<Vec<String>>> {
        &self.0.borrow_dependent().unrecognized
    }

    /// What core answers; `None` where there is nothing to say yet.
    pub(crate) fn whole(&self) -> Option<&dsnlens_core::Answer<'_>> {
        self.0.borrow_dependent().whole.as_ref()
    }

    /// What the file or the settings module says of `DEBUG`, if one of them does.
    pub(crate) fn debug(&self) -> Option<Debug> {
        let dsnlens_core::Answer { question, resolution, .. } = self.whole()?;
        match (&question.module, &resolution.refusal) {
            // It may have ended before.
            (Some(_), Some(it)) if it.raised_at.is_some() => Some(Debug::Unknown),
            (Some(_), _) => Some(resolution.debug),
            (None, _) => question.inputs.get("DEBUG").map(|_| question.inputs.debug()),
        }
    }

    /// What becomes of them.
    pub(crate) fn resolution(&self) -> Option<&Resolution<'_>> {
        self.whole().map(|it| &it.resolution)
    }

    /// The verified fixes of each finding.
    pub(crate) fn fixes(&self) -> &[Vec<Fix>] {
        &self.0.borrow_dependent().fixes
    }

    /// The variables of a settings module that have a field.
    pub(crate) fn variables(&self) -> &[String] {
        &self.0.borrow_dependent().variables
    }

    /// The names of the rules that found something, one a line behind an empty one; nothing where
    /// there is no answer.
    pub(crate) fn found(&self) -> String {
        let found = self.whole().into_iter().flat_map(|it| &it.diagnostics);
        let names = found.map(|it| it.rule.name);
        match self.whole() {
            Some(_) => format!("\n{}", names.collect::<Vec<_>>().join("\n")),
            None => String::new(),
        }
    }
}

/// Those that settle what the module comes to, and those that have a value already.
fn variables(
    form: &Form,
    file: &Dotenv<'_>,
    answer: Option<&dsnlens_core::Answer<'_>>,
) -> Vec<String> {
    let question = answer.map(|it| &it.question).filter(|_| form.tab == Tab::Settings);
    let asked = question.and_then(|it| Some(module::variables(it.module.as_ref()?, it)));
    let mut names = asked.unwrap_or_default();
    names.retain(|name| file.bindings.iter().all(|it| it.name != name));
    for (name, _) in &form.given.variables {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}
