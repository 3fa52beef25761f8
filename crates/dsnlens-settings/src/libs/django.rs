//! Names of Django and of the standard library that stand for something in settings modules.

use crate::value::{Item, Library, Native, Val};

pub(crate) static DJANGO: Library = Library { name: "django", items: &[], is_standard: false };

pub(crate) static CORE: Library = Library {
    name: "django.core",
    items: &[("exceptions", Item::Module(&EXCEPTIONS))],
    is_standard: false,
};

/// `django/core/exceptions.py`
pub(crate) static EXCEPTIONS: Library = Library {
    name: "django.core.exceptions",
    items: &[("ImproperlyConfigured", Item::Exception("ImproperlyConfigured"))],
    is_standard: false,
};

pub(crate) static CONTEXTLIB: Library =
    Library { name: "contextlib", items: &[], is_standard: true };

/// A cache changes nothing of what a function gives.
pub(crate) static FUNCTOOLS: Library = Library {
    name: "functools",
    items: &[("cache", Item::Function(&CACHE)), ("lru_cache", Item::Function(&CACHE))],
    is_standard: true,
};

static CACHE: Native = Native {
    name: "cache",
    call: |eval, args| {
        Ok(match args.first() {
            Some(function) if args.list.len() == 1 => function.clone(),
            _ => Val::new(crate::value::Kind::Native(&CACHE), eval.site),
        })
    },
};
