//! `line-end-in-value`.

use alloc::vec::Vec;

use crate::advice::{Case, Findings, rule};
use crate::clients::settings::FIELDS;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::span::Span;

rule! {
    /// A value ends in a line end
    ///
    /// # What happens
    ///
    /// `echo secret | base64` encodes the line end as well, an editor adds one to a file of a secret,
    /// and a file with Windows' line ends leaves a `\r`. Django passes it on as a part of the user,
    /// the password or the database: `password authentication failed for user "app` with a line end
    /// before the closing quote, or `database "shop` likewise.
    ///
    /// # Why it matters
    ///
    /// The value looks right wherever it is printed.
    ///
    /// # What to do
    ///
    /// Create a Kubernetes Secret with `kubectl create secret generic NAME --from-literal=KEY=VALUE`,
    /// or encode with `echo -n VALUE | base64`; elsewhere `printf '%s' VALUE` writes no line end.
    ///
    /// # References
    ///
    /// - [Kubernetes' documentation, Secrets with kubectl](https://kubernetes.io/docs/tasks/configmap-secret/managing-secret-using-kubectl/): `--from-literal`
    /// - [PostgreSQL 18, `auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/libpq/auth.c): the error
    /// - [PostgreSQL 18, `postinit.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/init/postinit.c): `database … does not exist`
    ///
    /// # Examples
    ///
    /// ```file,reports
    /// kind: Secret
    /// data:
    ///   DB_HOST: ZGI=
    ///   DB_USER: YXBwCg==
    ///   DB_PASSWORD: Y29ycmVjdC1ob3JzZQo=
    /// ```
    ///
    /// ```env,reports
    /// DB_PASSWORD="correct-horse\n"
    /// ```
    ///
    /// ```env,silent
    /// DB_PASSWORD=correct-horse
    /// ```
    "line-end-in-value", [Error], check,
    errors [
        "database \"{*:line-end}\" does not exist",
        "role \"{*:line-end}\" does not exist",
        "authentication failed for user \"{*:line-end}\"",
        "could not translate host name \"{*:line-end}\" to address",
        "failed to resolve host '{*:line-end}'"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let found = ended(case);
    if found.is_empty() {
        return;
    }
    let names: Vec<_> = found.iter().map(|it| it.0).collect();
    let verb = if names.len() == 1 { "ends" } else { "end" };
    let message = alloc::format!("{} {verb} in a line end", names.join(", "));
    let help = match case.inputs.file().and_then(|it| it.reader.as_deref()) {
        Some("Kubernetes") => {
            "Create the Secret with `kubectl create secret generic --from-literal`, or encode each \
             value with `echo -n`"
        }
        _ => "Write the value without its line end: `echo -n` and `printf '%s'` add none",
    };
    findings
        .report(Severity::Error, message, help)
        .at(names.iter().filter_map(|it| case.whole(it)))
        .fix("remove the line end", found.iter().map(|(name, end)| Edit::delete(name, *end)));
}

/// The variables that decide and end in a line end, each with that.
pub(super) fn ended(case: &Case<'_, '_>) -> Vec<(&'static str, Span)> {
    let mut found = Vec::new();
    // A URL loses its line ends in Python.
    for name in FIELDS.into_iter().filter(|_| !case.is_url()) {
        let value = case.inputs.get(name).unwrap_or("");
        let kept = value.trim_end_matches(['\n', '\r']).len();
        // A port is read as a number, blanks and all.
        if kept < value.len() && name != "DB_PORT" {
            found.push((name, Span::new(kept, value.len())));
        }
    }
    found
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said, said_of_file};

    #[test]
    fn one_finding_names_all_of_them() {
        let text = "kind: Secret\ndata:\n  DB_HOST: ZGI=\n  DB_NAME: c2hvcAo=\n  DB_USER: YXBwCg==\n  DB_PASSWORD: Y29ycmVjdC1ob3JzZQo=\n";
        let found = said_of_file(&RULE, text);
        assert!(found[0].starts_with("error: DB_NAME, DB_USER, DB_PASSWORD end in a line end"));
        let variables = [("DB_USER", "app\r\n"), ("DB_PORT", "5432\n"), ("DB_NAME", "shop")];
        assert!(said(&RULE, &variables)[0].starts_with("error: DB_USER ends in a line end"));
        assert_eq!(fixed(&RULE, &variables), ["DB_USER=app"]);
        let url = [("DATABASE_URL", "postgres://u:p@h/d"), ("DB_USER", "app\n")];
        assert!(said(&RULE, &url).is_empty());
    }
}
