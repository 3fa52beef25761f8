//! `reference-not-expanded`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::span::InputSpan;

rule! {
    /// A reference stays as it is written
    ///
    /// # What happens
    ///
    /// Kubernetes replaces `$(NAME)` in a container's `env` only by a variable that is defined above it
    /// in the same list, or that comes from `envFrom`. Any other reference stays as it is written, and
    /// the application sends `$(NAME)` for a password:
    /// `password authentication failed for user "app"`.
    ///
    /// # Why it matters
    ///
    /// `kubectl apply` accepts the manifest, and every name in it is right.
    ///
    /// # What to do
    ///
    /// Define the variable above the one that refers to it.
    ///
    /// # References
    ///
    /// - [Kubernetes' documentation, dependent environment variables](https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/): a reference to what is defined later
    ///
    /// # Examples
    ///
    /// ```file,reports
    /// env:
    ///   - name: DATABASE_URL
    ///     value: postgres://app:$(DATABASE_PASSWORD)@db/shop
    ///   - name: DATABASE_PASSWORD
    ///     valueFrom:
    ///       secretKeyRef: {name: shop, key: password}
    /// ```
    ///
    /// ```file,silent
    /// env:
    ///   - name: DATABASE_PASSWORD
    ///     value: correct-horse
    ///   - name: DATABASE_URL
    ///     value: postgres://app:$(DATABASE_PASSWORD)@db/shop
    /// ```
    "reference-not-expanded", [Error], check,
    perhaps ["password authentication failed for user \"{user}\""]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    for (variable, it) in unexpanded(case) {
        let name = &it.name;
        let is_plain =
            name.len() < 64 && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        let shown = if is_plain { name } else { "NAME" };
        let (why, help) = match it.is_below {
            true => ("is defined below it", alloc::format!("Define {shown} above {variable}")),
            false => (
                "is not defined",
                alloc::format!("Define {shown} in `env`, above {variable}, or write its value"),
            ),
        };
        let message = alloc::format!(
            "Kubernetes leaves `$({shown})` in {variable} as it is written: {shown} {why}"
        );
        let span = InputSpan { input: variable, span: it.span };
        findings.report(Severity::Error, message, help).at([span]);
    }
}

/// The references that stay in variables that are read.
pub(super) fn unexpanded<'r, 'a>(
    case: &Case<'r, 'a>,
) -> impl Iterator<Item = (&'a str, &'a crate::file_facts::Unexpanded)> {
    let all = case.inputs.file().map_or(&[][..], |it| &it.unexpanded);
    all.iter().take(MANY).filter_map(|it| {
        let variable = case.inputs.variables().iter().find(|own| own.name == it.variable)?;
        // Not where a fix wrote something else.
        let is_there = it.span.of(variable.written).starts_with("$(");
        (is_there && crate::inputs::is_relevant(variable.name)).then_some((variable.name, it))
    })
}

/// As many as are told one by one.
const MANY: usize = 5;

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said_of_file;

    #[test]
    fn what_is_missing_is_named() {
        let env = |first: &str, last: &str| {
            let text = alloc::format!(
                "env:\n{first}  - name: DATABASE_URL\n    value: postgres://u:$(PW)@h/d\n{last}"
            );
            said_of_file(&RULE, &text)
        };
        let pw = "  - name: PW\n    value: x\n";
        assert!(env(pw, "").is_empty());
        assert_eq!(
            env("", pw),
            [
                "error: Kubernetes leaves `$(PW)` in DATABASE_URL as it is written: PW is defined below it <$(PW)>"
            ]
        );
        assert!(env("", "")[0].contains("PW is not defined"));
    }
}
