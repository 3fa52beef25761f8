//! `sys`, and `distutils.util.strtobool`. CPython 3.11, `Python/sysmodule.c`,
//! `Lib/distutils/util.py`.

use alloc::format;

use dsnlens_core::syntax::python;

use crate::eval::Eval;
use crate::value::{Args, Item, Library, Native, Res, Val};

pub(crate) static SYS: Library = Library {
    name: "sys",
    items: &[
        (
            "argv",
            Item::Made(|eval, site| {
                let given = eval.question.argv;
                let words: &[&str] =
                    if given.is_empty() { &["manage.py", "runserver"] } else { given };
                eval.argv(words.iter().map(|it| Val::str(*it, site)).collect(), site)
            }),
        ),
        ("modules", Item::Made(|eval, site| eval.loaded_modules(site))),
        ("platform", Item::Made(|_, site| Val::str("linux", site))),
        ("exit", Item::Function(&EXIT)),
    ],
    is_standard: true,
};

static EXIT: Native = Native {
    name: "exit",
    call: |eval, args| {
        let text = match args.first() {
            Some(value) => eval.str_of(value, args.site),
            None => Val::str("", args.site),
        };
        Err(eval.error_of("SystemExit", text))
    },
};

pub(crate) static STRTOBOOL: Library = Library {
    name: "distutils.util",
    items: &[("strtobool", Item::Function(&STRTOBOOL_FUNCTION))],
    is_standard: true,
};

static STRTOBOOL_FUNCTION: Native = Native { name: "strtobool", call: strtobool };

fn strtobool(eval: &mut Eval<'_>, args: &Args) -> Res {
    let Some(value) = args.first() else {
        return Ok(eval.unknown(args.site, "this call is not evaluated"));
    };
    if let Some(unknown) = eval.unknown_among(&[value]) {
        return Ok(unknown);
    }
    let Some(text) = value.as_str() else {
        let text = format!("'{}' object has no attribute 'lower'", crate::value::type_name(value));
        return Err(eval.error("AttributeError", text));
    };
    let lower = python::lower(text);
    match &*lower {
        "y" | "yes" | "t" | "true" | "on" | "1" => Ok(Val::int(1, args.site).from(&[value])),
        "n" | "no" | "f" | "false" | "off" | "0" => Ok(Val::int(0, args.site).from(&[value])),
        _ => {
            let text = format!("invalid truth value {}", python::repr(&lower));
            let text = Val::str(text, args.site).from(&[value]);
            Err(eval.error_of("ValueError", text))
        }
    }
}
