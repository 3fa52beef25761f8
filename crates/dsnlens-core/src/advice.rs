//! Advice: what a rule looks at, and how it says what it finds.
//!
//! The rules themselves are in [`crate::rules`]. They decide nothing, and no rule parses text:
//! what the readers found is laid out in a [`Case`].

mod case;
mod findings;
#[cfg(feature = "paste")]
pub(crate) mod lead;
mod live;
mod module;
#[cfg(feature = "pages")]
mod page;
#[cfg(test)]
pub(crate) mod testing;
mod url;

#[cfg(feature = "pages")]
pub use page::{Example, Page};

pub(crate) use case::{
    Case, MANY, ambient, brief, in_url, is_this_machine, shown, shown_key, sslmode_of, written_in,
};
pub(crate) use findings::{Finding, Findings};
pub(crate) use live::Live;
pub use module::ModuleCase;
pub(crate) use module::{insert, replace};
pub(crate) use url::{Marks, Percent, Socket, Userinfo, code_at, stray_percents, to_write};

use crate::rule::Scope;

/// How a rule is checked.
pub(crate) enum Check {
    /// It looks at the case alone; nothing without the feature that it comes with, so that the linker
    /// leaves the check out.
    Case(Option<CaseCheck>),
    /// It is about error messages alone.
    Never,
    /// It looks at what a real server did, too; nothing without the feature `live`, so that the linker leaves
    /// the check out.
    Live(Option<LiveCheck>),
}

pub(crate) type CaseCheck = for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'f mut Findings<'a>);

pub(crate) type LiveCheck =
    for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'c Live<'c>, &'f mut Findings<'a>);

/// What looks at a settings module, where it is evaluated; nothing without the feature `modules`, so
/// that the linker leaves the check out.
pub(crate) type ModuleCheck = for<'c, 'a, 'f> fn(&'c ModuleCase<'c, 'a>, &'f mut Findings<'a>);

pub(crate) const fn module_check(check: ModuleCheck) -> Option<ModuleCheck> {
    if cfg!(feature = "modules") { Some(check) } else { None }
}

impl Check {
    pub(crate) const fn case(check: CaseCheck, scope: Scope) -> Check {
        Check::Case(if scope.is_compiled() { Some(check) } else { None })
    }

    pub(crate) const fn live(check: LiveCheck) -> Check {
        Check::Live(if cfg!(feature = "live") { Some(check) } else { None })
    }
}

/// Declares the `RULE` of a file and its `CHECK`; its doc comment is the rule's page. A check behind `live` is
/// asked only where there are observations; a rule that is about a `message` has none. The `errors`
/// are texts that are about the rule, those of `perhaps` may be about another one, too. Behind `=>`
/// is what to do first where the first sentence of *What to do* does not fit a text. Behind the
/// severities a rule says in a word or two whose it is: `any` client's, that of each that ends in
/// `libpq`, that of `readers` without a settings module, of a `given` DATABASES, too, or of the
/// `guide`'s settings module alone; without a word that of clients with a settings module. A check
/// behind `module` looks at what a settings module does, where one is evaluated.
macro_rules! rule {
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+] $($word:ident)*, live $check:path
        $(, errors [$($errors:tt)+])? $(, perhaps [$($perhaps:tt)+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+] $($word)*, Live, (crate::advice::Check::live($check)), None,
            [$($($errors)+)?], [$($($perhaps)+)?]);
    };
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+] $($word:ident)*, message
        $(, errors [$($errors:tt)+])? $(, perhaps [$($perhaps:tt)+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+] $($word)*, Message, (crate::advice::Check::Never), None,
            [$($($errors)+)?], [$($($perhaps)+)?]);
    };
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+] $($word:ident)*, module $check:path
        $(, errors [$($errors:tt)+])? $(, perhaps [$($perhaps:tt)+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+] $($word)*, Module, (crate::advice::Check::Never),
            crate::advice::module_check($check), [$($($errors)+)?], [$($($perhaps)+)?]);
    };
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+] $($word:ident)*, $check:path, module $module:path
        $(, errors [$($errors:tt)+])? $(, perhaps [$($perhaps:tt)+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+] $($word)*, Answer, (crate::advice::Check::case($check, SCOPE)),
            crate::advice::module_check($module), [$($($errors)+)?], [$($($perhaps)+)?]);
    };
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+] $($word:ident)*, $check:path
        $(, errors [$($errors:tt)+])? $(, perhaps [$($perhaps:tt)+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+] $($word)*, Answer, (crate::advice::Check::case($check, SCOPE)), None,
            [$($($errors)+)?], [$($($perhaps)+)?]);
    };
    (@ $title:literal $(, $line:literal)*; $name:literal, [$($severity:ident),+] $($word:ident)*, $kind:ident, ($check:expr), $module:expr,
        [$($error:literal $(=> $error_step:literal)?),* $(,)?],
        [$($perhaps:literal $(=> $perhaps_step:literal)?),* $(,)?]) => {
        const SCOPE: crate::rule::Scope = crate::rule::Scope::NARROWEST$(.$word())*;

        pub(crate) static CHECK: crate::advice::Check = $check;
        pub(crate) static MODULE: Option<crate::advice::ModuleCheck> = $module;

        #[doc = $title]
        $(#[doc = $line])*
        pub(crate) static RULE: crate::rule::Rule = {
            #[cfg(feature = "paste")]
            const ERRORS: &[crate::rule::Text] = &[$(crate::rule::Text {
                pattern: $error,
                step: concat!($($error_step)?),
            }),*];
            #[cfg(feature = "paste")]
            const PERHAPS: &[crate::rule::Text] = &[$(crate::rule::Text {
                pattern: $perhaps,
                step: concat!($($perhaps_step)?),
            }),*];
            #[cfg(feature = "paste")]
            const IS_KNOWN: bool = !ERRORS.is_empty() || !PERHAPS.is_empty();
            #[cfg(feature = "paste")]
            const PAGE: &str = if IS_KNOWN { concat!($($line, "\n"),*) } else { "" };
            #[cfg(feature = "paste")]
            static STEP: [u8; crate::advice::lead::length(PAGE)] = crate::advice::lead::step(PAGE);
            crate::rule::Rule {
                name: $name,
                severities: &[$(crate::diagnostic::Severity::$severity),+],
                #[cfg(feature = "paste")]
                title: if IS_KNOWN { $title.trim_ascii() } else { "" },
                #[cfg(feature = "paste")]
                step: crate::advice::lead::text(&STEP),
                #[cfg(feature = "paste")]
                errors: ERRORS,
                #[cfg(feature = "paste")]
                perhaps: PERHAPS,
                #[cfg(feature = "pages")]
                markdown: concat!($title, "\n" $(, $line, "\n")*),
                kind: crate::rule::Kind::$kind,
                scope: SCOPE,
            }
        };
    };
}
pub(crate) use rule;
