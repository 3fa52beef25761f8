//! The coloured copy of an editor's text: what each character is, what is hidden, what is wrong.

use dsnlens_core::is_mark;
use dsnlens_core::syntax::python::SplitUrl;
use dsnlens_core::{Answer, DATABASE_URL, InputSpan, Resolution, Severity, Span};

use crate::sheet::Sheet;

/// Characters in a row that look the same.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// With a bullet for each character that is hidden.
    pub(crate) text: String,
    pub(crate) style: Style,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Style {
    pub(crate) part: Part,
    pub(crate) problem: Option<Severity>,
    pub(crate) is_lit: bool,
    pub(crate) is_hidden: bool,
}

/// What a character belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Part {
    Database,
    /// Behind a `#`: nobody reads it.
    Fragment,
    Host,
    /// Names and separators.
    #[default]
    Mark,
    OptionName,
    OptionValue,
    Password,
    Port,
    Scheme,
    User,
    /// A variable of its own.
    Value,
}

/// Paints a sheet; `lit` are the stretches to light up.
pub(crate) fn paint(
    sheet: &Sheet<'_>,
    answer: Option<&Answer<'_>>,
    lit: &[Span],
    is_revealed: bool,
) -> Vec<Run> {
    let mut canvas = Canvas { styles: vec![Style::default(); sheet.text.len()] };
    for variable in &sheet.variables {
        canvas.each(variable.span, |it| it.part = part_of_variable(variable.name));
    }
    if let Some(answer) = answer {
        canvas.draw_url(sheet, &answer.resolution);
    }
    let secrets = sheet.secrets(answer.map(|it| &it.resolution));
    for &secret in &secrets {
        canvas.each(secret, |it| (it.part, it.is_hidden) = (Part::Password, !is_revealed));
    }
    if let Some(answer) = answer {
        canvas.draw_problems(sheet, answer);
    }
    for &span in lit {
        canvas.each(span, |it| it.is_lit = true);
    }
    canvas.runs(sheet.text)
}

/// A style for each byte.
struct Canvas {
    styles: Vec<Style>,
}

impl Canvas {
    fn each(&mut self, span: Span, change: impl Fn(&mut Style)) {
        let end = span.end.min(self.styles.len());
        self.styles.get_mut(span.start..end).unwrap_or_default().iter_mut().for_each(change);
    }

    fn draw_url(&mut self, sheet: &Sheet<'_>, resolution: &Resolution<'_>) {
        let Some(url) = resolution.url else { return };
        let place = |span| sheet.place(InputSpan { input: DATABASE_URL, span });
        let Some(whole) = place(Span::new(0, 0)) else { return };
        // Where the file's text is not the value the whole of it stands for each part.
        if !whole.is_empty() {
            return;
        }
        for (span, part) in parts(&url) {
            if let Some(span) = place(span) {
                self.each(span, |it| it.part = part);
            }
        }
        if let Some(query) = place(url.query) {
            self.draw_query(sheet.text, query);
        }
    }

    fn draw_query(&mut self, text: &str, query: Span) {
        let mut at = query.start;
        for option in query.of(text).split('&') {
            let name = Span::new(at, at + option.find('=').unwrap_or(option.len()));
            let end = at + option.len();
            self.each(name, |it| it.part = Part::OptionName);
            self.each(Span::new(name.end + 1, end), |it| it.part = Part::OptionValue);
            at = end + 1;
        }
    }

    /// Underlines, worst last. Of a hidden stretch a finding shows the one character it is about.
    fn draw_problems(&mut self, sheet: &Sheet<'_>, answer: &Answer<'_>) {
        let refused = answer.resolution.refusal.iter().flat_map(|it| &it.spans);
        let refused = refused.map(|span| (span, Severity::Error));
        let found = answer.diagnostics.iter().rev();
        let found = found.flat_map(|it| it.spans.iter().map(|span| (span, it.severity)));
        let located = answer.diagnostics.iter().any(|it| {
            it.severity == Severity::Error && it.spans.iter().any(|span| !span.span.is_empty())
        });
        // The rule knows better than the exception where the fault lies.
        for (span, severity) in refused.filter(|_| !located).chain(found) {
            let Some(span) = sheet.place(*span) else { continue };
            let is_shown = is_mark(span.of(sheet.text));
            self.each(span, |it| {
                it.problem = Some(severity);
                it.is_hidden &= !is_shown;
            });
        }
    }

    fn runs(&self, text: &str) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (at, c) in text.char_indices() {
            let style = self.styles.get(at).copied().unwrap_or_default();
            // Line breaks and tabs stay, so that the copy is as wide and as high as the text.
            let shown = if style.is_hidden && !"\n\r\t".contains(c) { '•' } else { c };
            match runs.last_mut().filter(|it| it.style == style) {
                Some(run) => run.text.push(shown),
                None => runs.push(Run { text: shown.into(), style }),
            }
        }
        runs
    }
}

fn parts(url: &SplitUrl<Span>) -> [(Span, Part); 7] {
    let database = Span::new((url.path.start + 1).min(url.path.end), url.path.end);
    [
        (url.scheme, Part::Scheme),
        (url.username, Part::User),
        (url.password, Part::Password),
        (url.hostname, Part::Host),
        (url.port, Part::Port),
        (database, Part::Database),
        (url.fragment, Part::Fragment),
    ]
}

fn part_of_variable(name: &str) -> Part {
    match name {
        "DB_HOST" | "PGHOST" | "PGHOSTADDR" => Part::Host,
        "DB_NAME" | "PGDATABASE" => Part::Database,
        "DB_PASSWORD" | "PGPASSWORD" => Part::Password,
        "DB_PORT" | "PGPORT" => Part::Port,
        "DB_USER" | "PGUSER" => Part::User,
        "DEBUG" => Part::OptionValue,
        DATABASE_URL => Part::Mark,
        _ if name.starts_with("PG") => Part::OptionValue,
        _ => Part::Value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{FORMS, is_ambiguous, leak, marks, pairs};
    use crate::state::{Form, Tab};
    use dsnlens_core::{Inputs, resolve};

    /// What an editor shows, with one bullet for each stretch that is hidden.
    fn shown(tab: Tab, text: String) -> String {
        let mut form = Form { tab, ..Form::default() };
        match tab {
            Tab::Dotenv => form.dotenv = text,
            Tab::Fields | Tab::Settings | Tab::Url => form.url = Some(text),
        }
        let file = form.file();
        let answer = form.question(&file).map(resolve);
        let sheet = match tab {
            Tab::Dotenv => Sheet::dotenv(&form.dotenv, &file),
            Tab::Fields | Tab::Settings | Tab::Url => {
                Sheet::url(form.url.as_deref().unwrap_or_default())
            }
        };
        let mut shown: Vec<_> =
            self::text(&paint(&sheet, answer.as_ref(), &[], false)).chars().collect();
        shown.dedup_by(|a, b| *a == '•' && a == b);
        shown.into_iter().collect()
    }

    #[test]
    fn no_text_of_any_kind_shows_its_secret() {
        let secrets: Vec<_> = marks().flat_map(|it| pairs(&it)).collect();
        for (nth, form) in FORMS.lines().enumerate() {
            for (turn, tab) in [Tab::Url, Tab::Dotenv].into_iter().cycle().take(8).enumerate() {
                let pair = &secrets[(nth * 5 + turn * 7) % secrets.len()].0;
                if is_ambiguous(form, &pair[0]) {
                    continue;
                }
                let shown = pair.each_ref().map(|it| shown(tab, crate::secret::text(form, it)));
                assert_eq!(
                    leak(&pair[0], &shown[0]),
                    None,
                    "{form} with {}: {}",
                    pair[0],
                    shown[0]
                );
                assert_eq!(shown[0], shown[1], "{form} with {}", pair[0]);
            }
        }
    }

    fn painted(url: &str, is_revealed: bool) -> Vec<Run> {
        paint(&Sheet::url(url), Some(&resolve(Inputs::url(url))), &[], is_revealed)
    }

    fn text(runs: &[Run]) -> String {
        runs.iter().map(|it| &*it.text).collect()
    }

    #[test]
    fn a_password_is_as_many_bullets_but_for_the_character_at_fault() {
        let url = "postgres://app:gehé#im@h/db";
        assert_eq!(text(&painted(url, false)), "postgres://app:••••#••@h/db");
        assert_eq!(text(&painted(url, true)), url);
        assert_eq!(text(&painted("postgres://app:x@h/db", false)), "postgres://app:•@h/db");
    }

    #[test]
    fn parts_have_their_colours() {
        let runs = painted("postgres://u:p@h:1/db?sslmode=require&connect_timeout=9", true);
        let part = |text: &str| runs.iter().find(|it| it.text == text).map(|it| it.style.part);
        assert_eq!(part("postgres"), Some(Part::Scheme));
        assert_eq!(part("h"), Some(Part::Host));
        assert_eq!(part("db"), Some(Part::Database));
        assert_eq!(part("sslmode"), Some(Part::OptionName));
        assert_eq!(part("require"), Some(Part::OptionValue));
    }
}
