//! Classes of exceptions and what each derives from.

use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::value::Raises;

/// Name and base, the built-in ones of Python 3.11 first.
const BUILTIN: [(&str, &str); 38] = [
    ("Exception", "BaseException"),
    ("SystemExit", "BaseException"),
    ("KeyboardInterrupt", "BaseException"),
    ("ArithmeticError", "Exception"),
    ("ZeroDivisionError", "ArithmeticError"),
    ("OverflowError", "ArithmeticError"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("EOFError", "Exception"),
    ("ImportError", "Exception"),
    ("ModuleNotFoundError", "ImportError"),
    ("LookupError", "Exception"),
    ("IndexError", "LookupError"),
    ("KeyError", "LookupError"),
    ("MemoryError", "Exception"),
    ("NameError", "Exception"),
    ("UnboundLocalError", "NameError"),
    ("OSError", "Exception"),
    ("FileNotFoundError", "OSError"),
    ("FileExistsError", "OSError"),
    ("PermissionError", "OSError"),
    ("IsADirectoryError", "OSError"),
    ("NotADirectoryError", "OSError"),
    ("ConnectionError", "OSError"),
    ("TimeoutError", "OSError"),
    ("RuntimeError", "Exception"),
    ("NotImplementedError", "RuntimeError"),
    ("RecursionError", "RuntimeError"),
    ("StopIteration", "Exception"),
    ("SyntaxError", "Exception"),
    ("IndentationError", "SyntaxError"),
    ("TabError", "IndentationError"),
    ("SystemError", "Exception"),
    ("TypeError", "Exception"),
    ("ValueError", "Exception"),
    ("UnicodeError", "ValueError"),
    ("UnicodeDecodeError", "UnicodeError"),
    ("Warning", "Exception"),
];

/// Those of libraries.
const OTHERS: [(&str, &str); 10] = [
    ("ImproperlyConfigured", "Exception"),
    ("UndefinedValueError", "Exception"),
    ("ParseError", "ValueError"),
    ("UnknownSchemeError", "ValueError"),
    ("EnvError", "ValueError"),
    ("EnvNotSetError", "EnvError"),
    ("EnvValidationError", "EnvError"),
    ("EnvSealedError", "TypeError"),
    ("JSONDecodeError", "ValueError"),
    ("Error", "ValueError"),
];

pub(crate) fn is_builtin(name: &str) -> bool {
    matches!(name, "BaseException" | "IOError" | "EnvironmentError")
        || BUILTIN.iter().any(|it| it.0 == name)
}

/// A class with all that it derives from.
pub(crate) fn class(name: &str) -> Rc<Raises> {
    let name = if matches!(name, "IOError" | "EnvironmentError") { "OSError" } else { name };
    let mut line: Vec<Rc<str>> = Vec::new();
    let mut next = name;
    while line.len() < 8 {
        line.push(next.into());
        let base = BUILTIN.iter().chain(&OTHERS).find(|it| it.0 == next);
        match base {
            Some((_, base)) => next = base,
            None => break,
        }
    }
    Rc::new(Raises { line })
}
