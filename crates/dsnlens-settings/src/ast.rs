//! The tree of a module: nodes in two lists, found by number, so that no depth of nesting makes a
//! program that walks or frees it recurse further than it means to.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use dsnlens_core::syntax::python::Int;

use dsnlens_core::Span;

/// An expression's place in [`Tree::expressions`].
pub(crate) type Expr = u32;

/// The statements of a suite, as places in [`Tree::statements`].
pub(crate) type Block = Rc<[u32]>;

/// An identifier.
pub(crate) type Name = Rc<str>;

/// A module that was read.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) expressions: Vec<(Node, Span)>,
    pub(crate) statements: Vec<(Statement, Span)>,
    pub(crate) body: Vec<u32>,
    /// The error that keeps Python from running any of it.
    pub(crate) error: Option<SyntaxError>,
}

/// What CPython's compiler refuses.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    pub(crate) class: &'static str,
    /// Its text, where it is sure.
    pub(crate) message: Option<String>,
    /// The byte whose line the error names.
    pub(crate) at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    BitOr,
    BitAnd,
    BitXor,
    Shl,
    Shr,
    MatMul,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Not,
    Neg,
    Pos,
    Invert,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Is,
    IsNot,
}

#[derive(Debug)]
pub(crate) enum Piece {
    Text(Rc<str>, Span),
    Value { value: Expr, conversion: Option<char>, spec: Vec<Piece> },
}

#[derive(Debug)]
pub(crate) enum Arg {
    Positional(Expr),
    Keyword(Name, Expr),
    Star(Expr),
    DoubleStar(Expr),
}

#[derive(Debug)]
pub(crate) struct Clause {
    pub(crate) target: Expr,
    pub(crate) iter: Expr,
    pub(crate) conditions: Vec<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompKind {
    List,
    Set,
    Dict,
    Generator,
}

#[derive(Debug)]
pub(crate) enum Node {
    None,
    Bool(bool),
    Ellipsis,
    Int(Int),
    Float(f64),
    Str(Rc<str>),
    Bytes(Rc<[u8]>),
    Format(Vec<Piece>),
    Name(Name),
    Attribute(Expr, Name),
    Subscript(Expr, Expr),
    Slice(Option<Expr>, Option<Expr>, Option<Expr>),
    Call(Expr, Vec<Arg>),
    Unary(Unary, Expr),
    Binary(Binary, Expr, Expr),
    /// `and` where it is true, `or` otherwise.
    Logic(bool, Vec<Expr>),
    Compare(Expr, Vec<(Compare, Expr)>),
    Conditional {
        test: Expr,
        then: Expr,
        other: Expr,
    },
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    /// A key that is missing is `**value`.
    Dict(Vec<(Option<Expr>, Expr)>),
    Star(Expr),
    Comprehension {
        kind: CompKind,
        element: Expr,
        value: Option<Expr>,
        clauses: Vec<Clause>,
    },
    Lambda(Rc<Params>, Expr),
    Walrus(Name, Expr),
    /// Valid Python that is not evaluated.
    Unknown,
}

#[derive(Debug, Default)]
pub(crate) struct Params {
    pub(crate) list: Vec<Param>,
    /// How many may be given by position alone.
    pub(crate) positional_only: usize,
    /// How many may be given by position.
    pub(crate) positional: usize,
    pub(crate) star: Option<Name>,
    pub(crate) double_star: Option<Name>,
}

#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: Name,
    pub(crate) default: Option<Expr>,
}

#[derive(Debug)]
pub(crate) struct Handler {
    pub(crate) class: Option<Expr>,
    pub(crate) name: Option<Name>,
    pub(crate) body: Block,
}

#[derive(Debug)]
pub(crate) enum Statement {
    Expression(Expr),
    Assign(Vec<Expr>, Expr),
    Augmented(Expr, Binary, Expr),
    /// An annotation without a value says nothing.
    Annotated(Expr, Option<Expr>),
    If(Vec<(Expr, Block)>, Block),
    While(Expr, Block, Block),
    For {
        target: Expr,
        iter: Expr,
        body: Block,
        orelse: Block,
    },
    Try {
        body: Block,
        handlers: Vec<Handler>,
        orelse: Block,
        finally: Block,
    },
    With(Vec<(Expr, Option<Expr>)>, Block),
    Def {
        name: Name,
        params: Rc<Params>,
        body: Block,
        decorators: Vec<Expr>,
        is_plain: bool,
    },
    Class {
        name: Name,
        bases: Vec<Arg>,
        body: Block,
        decorators: Vec<Expr>,
    },
    Return(Option<Expr>),
    Raise(Option<Expr>),
    Delete(Vec<Expr>),
    Pass,
    Break,
    Continue,
    Global(Vec<Name>),
    Import(Vec<(Name, Option<Name>)>),
    /// Dots, module, names (`None`: all).
    From(usize, Name, Option<Vec<(Name, Name)>>),
    Assert(Expr, Option<Expr>),
    /// Valid Python that is not evaluated, with the names in it.
    Unknown(Vec<Name>),
}
