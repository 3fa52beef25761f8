//! `bytes`. CPython 3.11, `Objects/bytesobject.c`.

use alloc::string::String;

use crate::eval::Eval;
use crate::value::{Args, Class, Kind, Res, Val};

pub(crate) static BYTES: Class = Class {
    name: "bytes",
    make: |eval, args| Ok(eval.unknown(args.site, "this call is not evaluated")),
    methods: &[("decode", decode)],
    attribute: None,
    call: None,
};

fn decode(eval: &mut Eval<'_>, value: &Val, args: &Args) -> Res {
    let Kind::Bytes(bytes) = &value.kind else { return Ok(value.clone()) };
    let is_utf8 = args
        .get(0, "encoding")
        .is_none_or(|it| it.as_str().is_some_and(|it| matches!(&**it, "utf-8" | "utf8" | "UTF-8")));
    let text = String::from_utf8(bytes.to_vec());
    match (is_utf8, text) {
        (true, Ok(text)) => Ok(Val::str(text, args.site).from(&[value])),
        _ => {
            eval.doubt();
            Ok(eval.unknown_of(&[value], args.site, "this encoding is not evaluated"))
        }
    }
}
