//! What libpq is given in the end: a keyword, its text, and whether it is a secret.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::sheet::Sheet;
use crate::clients::cpython;
use crate::clients::libpq::{self, DEFAULT_PORT, KEYWORDS, Keyword, Winners, endpoints};
use crate::clients::stages;
use crate::inputs::Inputs;
use crate::ledger::{Line, Origin};
use crate::provider::{self, Endpoint, Fact, Reach};
use crate::question::{Answer, Question};
use crate::recipe::Recipe;
use crate::resolution::{Resolution, read};
use crate::secret::Text;
use crate::syntax::python;
use crate::tls::SslMode;

/// One of libpq's options, as somebody gave it.
pub(super) struct Parameter<'a> {
    pub(super) keyword: &'static Keyword,
    text: Cow<'a, str>,
    is_secret: bool,
}

impl Parameter<'_> {
    /// The value, secret or not: for whoever escapes it.
    pub(super) fn reveal(&self) -> &str {
        &self.text
    }

    /// What stands for it in some form: a secret where the value is one.
    pub(super) fn written(&self, form: impl Into<String>) -> Text<'static> {
        match self.is_secret {
            true => Text::default().and_hidden(form),
            false => Text::plain(form.into()),
        }
    }

    /// Whether libpq itself hides values of this keyword.
    pub(super) fn is_password(&self) -> bool {
        libpq::is_secret(self.keyword.name)
    }
}

/// Everything that an export is made of.
pub(super) struct Effective<'r, 'a> {
    pub(super) answer: &'r Answer<'a>,
    pub(super) resolution: &'r Resolution<'a>,
    pub(super) inputs: &'r Inputs<'a>,
    pub(super) recipe: &'r Recipe,
    /// What was given, by whomever, and the port and the SSL mode in any case.
    pub(super) parameters: Vec<Parameter<'a>>,
}

/// What a reader looks for first; the rest follows in libpq's order.
const FIRST: [&str; 8] =
    ["host", "hostaddr", "port", "dbname", "user", "password", "sslmode", "sslrootcert"];

impl<'r, 'a> Effective<'r, 'a> {
    pub(super) fn new(answer: &'r Answer<'a>) -> Effective<'r, 'a> {
        let Answer { question, resolution, .. } = answer;
        let (inputs, recipe) = (&question.inputs, &question.recipe);
        let parameters = parameters(resolution);
        Effective { answer, resolution, inputs, recipe, parameters }
    }

    /// The parameter of a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<&Parameter<'a>> {
        self.parameters.iter().find(|it| it.keyword.name == keyword)
    }

    /// The text of a keyword, secret or not.
    pub(super) fn text(&self, keyword: &str) -> Option<&str> {
        self.get(keyword).map(Parameter::reveal)
    }

    /// Says that a stricter mode was asked for than the one that counts.
    pub(super) fn note_lost_mode(&self, sheet: &mut Sheet) {
        let ledger = &self.resolution.ledger;
        let Some((winner, line)) = ledger.winner("sslmode") else { return };
        let asked = ledger.losers(winner).find_map(|(_, loser)| {
            let mode: SslMode = loser.value.as_str()?.parse().ok()?;
            let is_lost = loser.stage == &stages::RECIPE && mode >= SslMode::VerifyCa;
            is_lost.then_some(mode)
        });
        if let (Some(asked), Origin::Recipe(why)) = (asked, &line.origin) {
            let won = &line.value;
            sheet.comment(alloc::format!(
                "sslmode={asked} is asked for, and `{why}` makes {won} of it. The settings.py of \
                 `dsnlens export settings` keeps it: with that one, write {asked} here."
            ));
        }
    }

    /// Says what the settings module makes of `variables` that is not what counts here.
    pub(super) fn note_differences(&self, variables: &[(&str, &str)], sheet: &mut Sheet) {
        let inputs = Inputs::new(variables.iter().copied()).with_debug(self.inputs.debug().is_on());
        let there = read(&Question::new(inputs).with_recipe(self.recipe.clone()));
        if let Some(refusal) = &there.refusal {
            sheet.comment(alloc::format!("Django refuses this form: {}.", refusal.kind));
            return;
        }
        let there = parameters(&there);
        for ours in &self.parameters {
            let name = ours.keyword.name;
            let theirs = there.iter().find(|it| it.keyword.name == name);
            if theirs.is_some_and(|it| is_same(name, &it.text, &ours.text)) {
                continue;
            }
            let (ours, name) = (ours.written(python::repr(&ours.text)), python::repr(name));
            let theirs = match theirs {
                Some(it) => it.written(python::repr(&it.text)),
                None => Text::plain("nothing"),
            };
            sheet.put_comment(
                Text::plain("From this, settings.py makes ")
                    .and_text(theirs)
                    .and(" of ")
                    .and_text(ours.clone())
                    .and(": write OPTIONS[")
                    .and(name)
                    .and("] = ")
                    .and_text(ours)
                    .and(" there."),
            );
        }
    }

    /// The provider's endpoint that the first host is known for.
    pub(super) fn endpoint(&self) -> Option<&'static Endpoint> {
        let [host, port] = ["host", "port"].map(|it| self.text(it).unwrap_or_default());
        let first = endpoints(host, "", port).next()?;
        let port = first.port.parse().unwrap_or(5432);
        provider::recognise(first.host, port, self.text("dbname").unwrap_or_default())
    }

    /// Says where the host can be reached from, if not from everywhere.
    pub(super) fn note_reach(&self, sheet: &mut Sheet) {
        let reach = self.endpoint().map(|it| it.reach);
        if let Some(fact @ (Fact::Sure(Reach::Private(from)) | Fact::Usual(Reach::Private(from)))) =
            reach
        {
            sheet.comment(alloc::format!("The host is {}known in {from} only.", fact.adverb()));
        }
    }

    /// Says which values name files, which have to be where the application runs.
    pub(super) fn note_files(&self, sheet: &mut Sheet) {
        for keyword in ["sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile"] {
            if let Some(file) = self.get(keyword).filter(|it| it.text != "system") {
                let name = file.written(file.reveal().to_string());
                sheet.put_comment(
                    Text::plain(keyword).and(" names a file that must be there: ").and_text(name),
                );
            }
        }
    }

    /// A name for the whole, made of the database's.
    pub(super) fn label(&self) -> String {
        let name = self.get("dbname").filter(|it| !it.is_secret).map_or("", Parameter::reveal);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        match name.is_empty() || !name.chars().all(is_plain) {
            true => "database".to_string(),
            false => name.to_string(),
        }
    }
}

fn parameters<'a>(resolution: &Resolution<'a>) -> Vec<Parameter<'a>> {
    let ledger = &resolution.ledger;
    let winners = Winners::of(ledger);
    let line = |keyword| winners.id(keyword).and_then(|it| ledger.line(it));
    let is_from_file = |it: &Line<'_>| matches!(it.origin, Origin::File { .. });
    let is_password_known = line("password").is_some_and(is_from_file);
    let parameter = |keyword: &'static Keyword| {
        let line = line(keyword.name)?;
        // What stands in these files is said itself.
        if keyword.name == "service" || (keyword.name == "passfile" && is_password_known) {
            return None;
        }
        let is_default = matches!(line.origin, Origin::Default { .. });
        // These two are said outright, so that no variable elsewhere can change them.
        if is_default && !matches!(keyword.name, "port" | "sslmode") {
            return None;
        }
        let text = cpython::value_str(&line.value);
        let text = match keyword.name {
            "port" => canonical_port(text),
            _ => text,
        };
        let is_secret = line.value.is_secret() || libpq::is_secret(keyword.name);
        (!text.is_empty()).then_some(Parameter { keyword, text, is_secret })
    };
    let first = FIRST.iter().filter_map(|it| libpq::find(it));
    let rest = KEYWORDS.iter().filter(|it| !FIRST.contains(&it.name));
    let mut parameters: Vec<_> = first.chain(rest).filter_map(parameter).collect();
    // A database that nobody names is called like the user.
    let is_there = |name| parameters.iter().position(|it| it.keyword.name == name);
    if let (None, Some(user), Some(keyword)) =
        (is_there("dbname"), is_there("user"), libpq::find("dbname"))
        && let Some(it) = parameters.get(user)
    {
        let (text, is_secret) = (it.text.clone(), it.is_secret);
        parameters.insert(user, Parameter { keyword, text, is_secret });
    }
    parameters
}

/// A port as a number, where it is one: libpq takes zeros in front, blanks around it, and nothing
/// for its default.
fn canonical_port(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed(DEFAULT_PORT);
    }
    match text.trim_matches(|c| matches!(c, ' ' | '\t'..='\r')).parse::<u16>() {
        Ok(port) => Cow::Owned(port.to_string()),
        Err(_) => text,
    }
}

/// Whether two texts are one value: to names of hosts, case is nothing.
fn is_same(keyword: &str, a: &str, b: &str) -> bool {
    match keyword {
        "host" if !a.starts_with(['/', '@']) => a.eq_ignore_ascii_case(b),
        _ => a == b,
    }
}
