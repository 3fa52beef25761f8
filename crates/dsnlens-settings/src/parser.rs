//! Python 3.11's grammar, as far as settings modules use it: text to a [`Tree`].
//!
//! What is valid and not evaluated (`match`, `async`, `yield`, what is nested too deeply) becomes
//! an unknown statement that knows its names. Everything else is CPython's `SyntaxError`.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use dsnlens_core::Span;
use dsnlens_core::syntax::python::{Int, parse_int};

use crate::ast::{
    Arg, Binary, Block, Clause, CompKind, Compare, Expr, Handler, Name, Node, Param, Params, Piece,
    Statement, SyntaxError, Tree, Unary,
};
use crate::lexer::{Kind, Token, tokens};

/// How deep expressions may be nested; CPython stops at 200 brackets.
const MAX_DEPTH: usize = 60;

/// Reads a module.
pub(crate) fn parse(text: &str) -> Tree {
    let lexed = tokens(text, Span::new(0, text.len()), false);
    let mut parser = Parser {
        text,
        tokens: lexed.list,
        lexer_error: lexed.error,
        at: 0,
        depth: 0,
        tree: Tree::default(),
        names: BTreeSet::new(),
    };
    let mut body = Vec::new();
    while parser.kind() != Kind::End && !parser.is_exhausted() {
        if let Err(stop) = parser.statement(&mut body, 0) {
            let error = parser.error(stop);
            parser.tree.error = Some(error);
            break;
        }
    }
    if parser.tree.error.is_none() && parser.lexer_error.is_some() {
        parser.tree.error = parser.lexer_error.take();
    }
    parser.tree.body = body;
    parser.tree
}

/// Why an expression or a statement was not read.
enum Stop {
    /// Valid, as far as is known, and not evaluated.
    Unsupported,
    /// Python refuses it, at the current token.
    Invalid,
    /// The same, with class, text and place.
    Known(SyntaxError),
}

type Read<T> = Result<T, Stop>;

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    lexer_error: Option<SyntaxError>,
    at: usize,
    depth: usize,
    tree: Tree,
    names: BTreeSet<Name>,
}

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

impl Parser<'_> {
    fn token(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn kind(&self) -> Kind {
        self.token().map_or(Kind::End, |it| it.kind)
    }

    /// Whether the tokens ended at an error of the tokenizer.
    fn is_exhausted(&self) -> bool {
        self.at >= self.tokens.len()
    }

    fn span(&self) -> Span {
        let end = self.text.len();
        self.token().map_or(Span::new(end, end), |it| it.span)
    }

    fn start(&self) -> usize {
        self.span().start
    }

    fn end_of_last(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |it| it.span.end)
    }

    fn word(&self) -> &str {
        self.span().of(self.text)
    }

    fn word_at(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |it| it.span.of(self.text))
    }

    fn is_operator(&self, operator: &str) -> bool {
        self.kind() == Kind::Operator && self.word() == operator
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        self.kind() == Kind::Name && self.word() == keyword
    }

    fn take_operator(&mut self, operator: &str) -> bool {
        let is_there = self.is_operator(operator);
        self.at += usize::from(is_there);
        is_there
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let is_there = self.is_keyword(keyword);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, operator: &str) -> Read<()> {
        if self.take_operator(operator) { Ok(()) } else { Err(Stop::Invalid) }
    }

    fn identifier(&mut self) -> Read<Name> {
        if self.kind() != Kind::Name || KEYWORDS.contains(&self.word()) {
            return Err(Stop::Invalid);
        }
        let name = self.intern(self.span());
        self.at += 1;
        Ok(name)
    }

    fn intern(&mut self, span: Span) -> Name {
        let text = span.of(self.text);
        if let Some(name) = self.names.get(text) {
            return Rc::clone(name);
        }
        let name: Name = text.into();
        self.names.insert(Rc::clone(&name));
        name
    }

    fn add(&mut self, node: Node, start: usize) -> Expr {
        let span = Span::new(start, self.end_of_last().max(start));
        self.add_at(node, span)
    }

    fn add_at(&mut self, node: Node, span: Span) -> Expr {
        let place = self.tree.expressions.len();
        self.tree.expressions.push((node, span));
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    fn node(&self, expression: Expr) -> Option<&Node> {
        self.tree.expressions.get(expression as usize).map(|it| &it.0)
    }

    fn start_of(&self, expression: Expr) -> usize {
        self.tree.expressions.get(expression as usize).map_or(0, |it| it.1.start)
    }

    fn put(&mut self, statement: Statement, start: usize, out: &mut Vec<u32>) {
        let place = u32::try_from(self.tree.statements.len()).unwrap_or(u32::MAX);
        let span = Span::new(start, self.end_of_last().max(start));
        self.tree.statements.push((statement, span));
        out.push(place);
    }

    /// The error that CPython reports for a token that does not fit.
    fn error(&mut self, stop: Stop) -> SyntaxError {
        if let Stop::Known(error) = stop {
            return error;
        }
        // CPython reads on to the end for an error of the tokenizer, which is told instead.
        if let Some(error) = self.lexer_error.take() {
            return error;
        }
        let at = self.start();
        let mut open = Vec::new();
        for token in self.tokens.iter().take(self.at.saturating_add(1)) {
            match token.span.of(self.text) {
                "(" | "[" | "{" if token.kind == Kind::Operator => open.push(token.span),
                ")" | "]" | "}" if token.kind == Kind::Operator => {
                    open.pop();
                }
                _ => {}
            }
        }
        if let Some(bracket) = open.last()
            && self.text.get(bracket.start..at).is_some_and(|it| it.contains('\n'))
        {
            let message = format!("'{}' was never closed", bracket.of(self.text));
            return SyntaxError { class: "SyntaxError", message: Some(message), at: bracket.start };
        }
        match self.kind() {
            Kind::Indent => SyntaxError {
                class: "IndentationError",
                message: Some("unexpected indent".into()),
                at,
            },
            _ => SyntaxError { class: "SyntaxError", message: None, at },
        }
    }

    // Statements.

    fn statement(&mut self, out: &mut Vec<u32>, level: usize) -> Read<()> {
        let begun = self.at;
        let from = out.len();
        match self.compound(out, level) {
            Err(Stop::Unsupported) => {
                self.at = begun;
                self.depth = 0;
                out.truncate(from);
                self.skip_statement(out)
            }
            other => other,
        }
    }

    /// Passes over a statement and its suite, and keeps its names.
    fn skip_statement(&mut self, out: &mut Vec<u32>) -> Read<()> {
        let start = self.start();
        let mut names = BTreeSet::new();
        let mut indents = 0_usize;
        while let Some(token) = self.token() {
            match token.kind {
                Kind::End => break,
                Kind::Name if !KEYWORDS.contains(&token.span.of(self.text)) => {
                    let name = self.intern(token.span);
                    names.insert(name);
                }
                Kind::Indent => indents += 1,
                Kind::Dedent => {
                    if indents == 0 {
                        break;
                    }
                    indents -= 1;
                    if indents == 0 {
                        self.at += 1;
                        break;
                    }
                }
                Kind::Newline if indents == 0 => {
                    self.at += 1;
                    if self.kind() == Kind::Indent {
                        continue;
                    }
                    break;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.put(Statement::Unknown(names.into_iter().collect()), start, out);
        Ok(())
    }

    fn compound(&mut self, out: &mut Vec<u32>, level: usize) -> Read<()> {
        let start = self.start();
        if self.is_operator("@") {
            return self.decorated(start, out, level);
        }
        if self.kind() != Kind::Name {
            return self.simple_line(out);
        }
        let keyword = self.word();
        match keyword {
            "if" => self.if_statement(start, out, level),
            "while" => {
                self.at += 1;
                let test = self.named()?;
                let body = self.suite(level, "'while' statement", start)?;
                let orelse = self.else_suite(level)?;
                self.put(Statement::While(test, body, orelse), start, out);
                Ok(())
            }
            "for" => {
                self.at += 1;
                let target = self.targets("in")?;
                if !self.take_keyword("in") {
                    return Err(Stop::Invalid);
                }
                let iter = self.tests()?;
                let body = self.suite(level, "'for' statement", start)?;
                let orelse = self.else_suite(level)?;
                self.put(Statement::For { target, iter, body, orelse }, start, out);
                Ok(())
            }
            "try" => self.try_statement(start, out, level),
            "with" => self.with_statement(start, out, level),
            "def" => self.function(start, Vec::new(), out, level),
            "class" => self.class(start, Vec::new(), out, level),
            "async" => Err(Stop::Unsupported),
            // Soft keywords: a name is followed by something else.
            "match" | "type" if self.is_soft_keyword() => Err(Stop::Unsupported),
            _ => self.simple_line(out),
        }
    }

    fn is_soft_keyword(&self) -> bool {
        let next = self.tokens.get(self.at + 1).map_or(Kind::End, |it| it.kind);
        match next {
            Kind::Name => !matches!(self.word_at(1), "and" | "or" | "in" | "is" | "if" | "not"),
            Kind::Number | Kind::Text => true,
            // `match (x):` and `match [x]:` end their line in a colon.
            Kind::Operator if matches!(self.word_at(1), "(" | "[" | "{" | "-" | "*" | "~") => {
                let line = self.tokens.get(self.at..).unwrap_or(&[]).iter();
                let last = line.take_while(|it| it.kind != Kind::Newline).last();
                self.word() == "match" && last.is_some_and(|it| it.span.of(self.text) == ":")
            }
            _ => false,
        }
    }

    fn if_statement(&mut self, start: usize, out: &mut Vec<u32>, level: usize) -> Read<()> {
        let mut arms = Vec::new();
        let mut at = start;
        let mut name = "'if' statement";
        let orelse = loop {
            self.at += 1;
            let test = self.named()?;
            arms.push((test, self.suite(level, name, at)?));
            at = self.start();
            if self.is_keyword("elif") {
                name = "'elif' statement";
                continue;
            }
            break self.else_suite(level)?;
        };
        self.put(Statement::If(arms, orelse), start, out);
        Ok(())
    }

    fn else_suite(&mut self, level: usize) -> Read<Block> {
        let at = self.start();
        match self.take_keyword("else") {
            true => self.suite(level, "'else' statement", at),
            false => Ok(Rc::from([])),
        }
    }

    fn try_statement(&mut self, start: usize, out: &mut Vec<u32>, level: usize) -> Read<()> {
        self.at += 1;
        let body = self.suite(level, "'try' statement", start)?;
        let mut handlers = Vec::new();
        while self.is_keyword("except") {
            let at = self.start();
            self.at += 1;
            if self.is_operator("*") {
                return Err(Stop::Unsupported);
            }
            let (mut class, mut name) = (None, None);
            if !self.is_operator(":") {
                class = Some(self.test()?);
                if self.take_keyword("as") {
                    name = Some(self.identifier()?);
                }
            }
            let body = self.suite(level, "'except' statement", at)?;
            handlers.push(Handler { class, name, body });
        }
        let orelse = match handlers.is_empty() {
            true => Rc::from([]),
            false => self.else_suite(level)?,
        };
        let at = self.start();
        let finally = match self.take_keyword("finally") {
            true => self.suite(level, "'finally' statement", at)?,
            false if handlers.is_empty() => {
                let message = Some("expected 'except' or 'finally' block".into());
                return Err(Stop::Known(SyntaxError { class: "SyntaxError", message, at }));
            }
            false => Rc::from([]),
        };
        self.put(Statement::Try { body, handlers, orelse, finally }, start, out);
        Ok(())
    }

    fn with_statement(&mut self, start: usize, out: &mut Vec<u32>, level: usize) -> Read<()> {
        self.at += 1;
        let begun = self.at;
        // `with (a as b, c as d):` looks like a tuple first.
        if self.is_operator("(") {
            self.at += 1;
            if let Ok(items) = self.with_items(")")
                && self.take_operator(")")
                && self.is_operator(":")
            {
                let body = self.suite(level, "'with' statement", start)?;
                self.put(Statement::With(items, body), start, out);
                return Ok(());
            }
            self.at = begun;
        }
        let items = self.with_items(":")?;
        let body = self.suite(level, "'with' statement", start)?;
        self.put(Statement::With(items, body), start, out);
        Ok(())
    }

    fn with_items(&mut self, end: &str) -> Read<Vec<(Expr, Option<Expr>)>> {
        let mut items = Vec::new();
        loop {
            let value = self.test()?;
            let target = match self.take_keyword("as") {
                true => Some(self.postfix()?),
                false => None,
            };
            items.push((value, target));
            if !self.take_operator(",") || self.is_operator(end) {
                return Ok(items);
            }
        }
    }

    fn decorated(&mut self, start: usize, out: &mut Vec<u32>, level: usize) -> Read<()> {
        let mut decorators = Vec::new();
        while self.take_operator("@") {
            decorators.push(self.named()?);
            if self.kind() != Kind::Newline {
                return Err(Stop::Invalid);
            }
            self.at += 1;
        }
        match self.word() {
            "def" => self.function(start, decorators, out, level),
            "class" => self.class(start, decorators, out, level),
            "async" => Err(Stop::Unsupported),
            _ => Err(Stop::Invalid),
        }
    }

    fn function(
        &mut self,
        start: usize,
        decorators: Vec<Expr>,
        out: &mut Vec<u32>,
        level: usize,
    ) -> Read<()> {
        let at = self.start();
        self.at += 1;
        let name = self.identifier()?;
        self.expect("(")?;
        let params = self.params(")", true)?;
        self.expect(")")?;
        if self.take_operator("->") {
            self.tests()?;
        }
        let first = self.tree.statements.len();
        let begun = self.at;
        let body = self.suite(
            level,
            &format!("function definition on line {}", self.line(at)),
            usize::MAX,
        )?;
        let _ = first;
        // A generator's calls run nothing of its body.
        let tokens = self.tokens.get(begun..self.at).unwrap_or(&[]).iter();
        let is_plain = !tokens.clone().any(|it| {
            it.kind == Kind::Name && matches!(it.span.of(self.text), "yield" | "nonlocal")
        });
        let params = Rc::new(params);
        self.put(Statement::Def { name, params, body, decorators, is_plain }, start, out);
        Ok(())
    }

    fn class(
        &mut self,
        start: usize,
        decorators: Vec<Expr>,
        out: &mut Vec<u32>,
        level: usize,
    ) -> Read<()> {
        let at = self.start();
        self.at += 1;
        let name = self.identifier()?;
        let bases = match self.take_operator("(") {
            true => self.arguments()?,
            false => Vec::new(),
        };
        let body =
            self.suite(level, &format!("class definition on line {}", self.line(at)), usize::MAX)?;
        self.put(Statement::Class { name, bases, body, decorators }, start, out);
        Ok(())
    }

    fn params(&mut self, end: &str, has_annotations: bool) -> Read<Params> {
        let mut params = Params::default();
        let mut is_keyword_only = false;
        while !self.is_operator(end) {
            if self.take_operator("**") {
                params.double_star = Some(self.identifier()?);
                self.annotation(has_annotations)?;
            } else if self.take_operator("*") {
                is_keyword_only = true;
                if !self.is_operator(",") {
                    params.star = Some(self.identifier()?);
                    self.annotation(has_annotations)?;
                }
            } else if self.take_operator("/") {
                params.positional_only = params.list.len();
            } else {
                let name = self.identifier()?;
                self.annotation(has_annotations)?;
                let default = match self.take_operator("=") {
                    true => Some(self.test()?),
                    false => None,
                };
                params.list.push(Param { name, default });
                params.positional += usize::from(!is_keyword_only);
            }
            if !self.take_operator(",") {
                break;
            }
        }
        Ok(params)
    }

    fn annotation(&mut self, is_allowed: bool) -> Read<()> {
        if is_allowed && self.take_operator(":") {
            self.take_operator("*");
            self.test()?;
        }
        Ok(())
    }

    fn line(&self, at: usize) -> usize {
        crate::line(self.text, at)
    }

    /// `: NEWLINE INDENT … DEDENT`, or simple statements on the same line.
    fn suite(&mut self, level: usize, what: &str, at: usize) -> Read<Block> {
        if !self.take_operator(":") {
            let is_sure = self.kind() == Kind::Newline;
            let at = self.start();
            return Err(match is_sure {
                true => Stop::Known(SyntaxError {
                    class: "SyntaxError",
                    message: Some("expected ':'".into()),
                    at,
                }),
                false => Stop::Invalid,
            });
        }
        let mut body = Vec::new();
        if self.kind() != Kind::Newline {
            self.simple_line(&mut body)?;
            return Ok(body.into());
        }
        self.at += 1;
        if self.kind() != Kind::Indent {
            if self.is_exhausted() && self.lexer_error.is_some() {
                return Err(Stop::Invalid);
            }
            let message = match at {
                usize::MAX => format!("expected an indented block after {what}"),
                at => format!("expected an indented block after {what} on line {}", self.line(at)),
            };
            return Err(Stop::Known(SyntaxError {
                class: "IndentationError",
                message: Some(message),
                at: self.start(),
            }));
        }
        self.at += 1;
        while self.kind() != Kind::Dedent {
            if self.kind() == Kind::End {
                return Err(Stop::Invalid);
            }
            self.statement(&mut body, level + 1)?;
        }
        self.at += 1;
        Ok(body.into())
    }

    fn simple_line(&mut self, out: &mut Vec<u32>) -> Read<()> {
        loop {
            self.simple(out)?;
            if self.take_operator(";") {
                if self.kind() == Kind::Newline {
                    self.at += 1;
                    return Ok(());
                }
                continue;
            }
            if self.kind() != Kind::Newline {
                return Err(Stop::Invalid);
            }
            self.at += 1;
            return Ok(());
        }
    }

    fn simple(&mut self, out: &mut Vec<u32>) -> Read<()> {
        let start = self.start();
        let word = match self.kind() {
            Kind::Name => self.word(),
            _ => "",
        };
        let statement = match word {
            "pass" => self.keyword(Statement::Pass),
            "break" => self.keyword(Statement::Break),
            "continue" => self.keyword(Statement::Continue),
            "return" => {
                self.at += 1;
                let value = match self.is_end_of_simple() {
                    true => None,
                    false => Some(self.star_tests()?),
                };
                Statement::Return(value)
            }
            "raise" => {
                self.at += 1;
                let value = match self.is_end_of_simple() {
                    true => None,
                    false => Some(self.test()?),
                };
                if self.take_keyword("from") {
                    self.test()?;
                }
                Statement::Raise(value)
            }
            "global" | "nonlocal" => {
                let is_global = word == "global";
                self.at += 1;
                let mut names = vec![self.identifier()?];
                while self.take_operator(",") {
                    names.push(self.identifier()?);
                }
                if is_global { Statement::Global(names) } else { Statement::Unknown(names) }
            }
            "del" => {
                self.at += 1;
                let mut targets = vec![self.postfix()?];
                while self.take_operator(",") && !self.is_end_of_simple() {
                    targets.push(self.postfix()?);
                }
                Statement::Delete(targets)
            }
            "assert" => {
                self.at += 1;
                let test = self.test()?;
                let message = match self.take_operator(",") {
                    true => Some(self.test()?),
                    false => None,
                };
                Statement::Assert(test, message)
            }
            "import" => self.import()?,
            "from" => self.import_from()?,
            "yield" | "await" => return Err(Stop::Unsupported),
            _ => self.expression_statement()?,
        };
        self.put(statement, start, out);
        Ok(())
    }

    fn keyword(&mut self, statement: Statement) -> Statement {
        self.at += 1;
        statement
    }

    fn is_end_of_simple(&self) -> bool {
        matches!(self.kind(), Kind::Newline | Kind::End) || self.is_operator(";")
    }

    fn dotted(&mut self) -> Read<Name> {
        let start = self.start();
        self.identifier()?;
        while self.take_operator(".") {
            self.identifier()?;
        }
        Ok(self.intern(Span::new(start, self.end_of_last())))
    }

    fn import(&mut self) -> Read<Statement> {
        self.at += 1;
        let mut modules = Vec::new();
        loop {
            let module = self.dotted()?;
            let name = match self.take_keyword("as") {
                true => Some(self.identifier()?),
                false => None,
            };
            modules.push((module, name));
            if !self.take_operator(",") {
                return Ok(Statement::Import(modules));
            }
        }
    }

    fn import_from(&mut self) -> Read<Statement> {
        self.at += 1;
        let mut dots = 0;
        loop {
            if self.take_operator(".") {
                dots += 1;
            } else if self.take_operator("...") {
                dots += 3;
            } else {
                break;
            }
        }
        let module = match self.is_keyword("import") {
            true if dots > 0 => Rc::from(""),
            _ => self.dotted()?,
        };
        if !self.take_keyword("import") {
            return Err(Stop::Invalid);
        }
        if self.take_operator("*") {
            return Ok(Statement::From(dots, module, None));
        }
        let is_bracketed = self.take_operator("(");
        let mut names = Vec::new();
        loop {
            let name = self.identifier()?;
            let own = match self.take_keyword("as") {
                true => self.identifier()?,
                false => Rc::clone(&name),
            };
            names.push((name, own));
            if !self.take_operator(",") || (is_bracketed && self.is_operator(")")) {
                break;
            }
        }
        if is_bracketed {
            self.expect(")")?;
        }
        Ok(Statement::From(dots, module, Some(names)))
    }

    fn expression_statement(&mut self) -> Read<Statement> {
        let first = self.star_tests()?;
        if self.take_operator(":") {
            self.check_target(first)?;
            self.test()?;
            let value = match self.take_operator("=") {
                true => Some(self.value()?),
                false => None,
            };
            return Ok(Statement::Annotated(first, value));
        }
        if self.is_operator("=") {
            let mut targets = vec![first];
            let mut value = first;
            while self.take_operator("=") {
                value = self.value()?;
                targets.push(value);
            }
            targets.pop();
            for &target in &targets {
                self.check_target(target)?;
            }
            return Ok(Statement::Assign(targets, value));
        }
        let augmented = match self.word() {
            "+=" => Some(Binary::Add),
            "-=" => Some(Binary::Sub),
            "*=" => Some(Binary::Mul),
            "/=" => Some(Binary::Div),
            "//=" => Some(Binary::FloorDiv),
            "%=" => Some(Binary::Mod),
            "**=" => Some(Binary::Pow),
            "|=" => Some(Binary::BitOr),
            "&=" => Some(Binary::BitAnd),
            "^=" => Some(Binary::BitXor),
            "<<=" => Some(Binary::Shl),
            ">>=" => Some(Binary::Shr),
            "@=" => Some(Binary::MatMul),
            _ => None,
        };
        if let Some(operator) = augmented
            && self.kind() == Kind::Operator
        {
            self.at += 1;
            self.check_target(first)?;
            let value = self.value()?;
            return Ok(Statement::Augmented(first, operator, value));
        }
        Ok(Statement::Expression(first))
    }

    fn value(&mut self) -> Read<Expr> {
        if self.is_keyword("yield") {
            return Err(Stop::Unsupported);
        }
        self.star_tests()
    }

    /// Python refuses `f() = 1` before it runs anything.
    fn check_target(&self, target: Expr) -> Read<()> {
        let mut open = vec![target];
        while let Some(target) = open.pop() {
            match self.node(target) {
                Some(Node::Name(_) | Node::Attribute(..) | Node::Subscript(..)) => {}
                Some(Node::Star(inner)) => open.push(*inner),
                Some(Node::Tuple(items) | Node::List(items)) => open.extend(items),
                _ => {
                    return Err(Stop::Known(SyntaxError {
                        class: "SyntaxError",
                        message: None,
                        at: self.start_of(target),
                    }));
                }
            }
        }
        Ok(())
    }

    // Expressions.

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= MAX_DEPTH {
            return Err(Stop::Unsupported);
        }
        self.depth += 1;
        let result = read(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    /// `target, target in`
    fn targets(&mut self, end: &str) -> Read<Expr> {
        let start = self.start();
        let mut items = Vec::new();
        let mut is_tuple = false;
        loop {
            let item_start = self.start();
            let item = match self.take_operator("*") {
                true => {
                    let inner = self.postfix()?;
                    self.add(Node::Star(inner), item_start)
                }
                false => self.postfix()?,
            };
            items.push(item);
            if !self.take_operator(",") {
                break;
            }
            is_tuple = true;
            if self.is_keyword(end) {
                break;
            }
        }
        match items.as_slice() {
            [one] if !is_tuple => Ok(*one),
            _ => Ok(self.add(Node::Tuple(items), start)),
        }
    }

    /// `a, b`, without stars.
    fn tests(&mut self) -> Read<Expr> {
        self.star_tests()
    }

    fn star_tests(&mut self) -> Read<Expr> {
        let start = self.start();
        let first = self.star_test()?;
        if !self.is_operator(",") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.take_operator(",") {
            if self.is_end_of_tuple() {
                break;
            }
            items.push(self.star_test()?);
        }
        Ok(self.add(Node::Tuple(items), start))
    }

    fn is_end_of_tuple(&self) -> bool {
        match self.kind() {
            Kind::Newline | Kind::End => true,
            Kind::Operator => matches!(self.word(), "=" | ")" | "]" | "}" | ":" | ";"),
            _ => false,
        }
    }

    fn star_test(&mut self) -> Read<Expr> {
        let start = self.start();
        if self.take_operator("*") {
            let inner = self.binary(0)?;
            return Ok(self.add(Node::Star(inner), start));
        }
        self.named()
    }

    /// `name := test`, or a test.
    fn named(&mut self) -> Read<Expr> {
        if self.kind() == Kind::Name && self.word_at(1) == ":=" {
            let start = self.start();
            let name = self.identifier()?;
            self.at += 1;
            let value = self.test()?;
            return Ok(self.add(Node::Walrus(name, value), start));
        }
        self.test()
    }

    fn test(&mut self) -> Read<Expr> {
        self.deeper(|parser| {
            let start = parser.start();
            if parser.is_keyword("lambda") {
                parser.at += 1;
                let params = parser.params(":", false)?;
                parser.expect(":")?;
                let body = parser.test()?;
                return Ok(parser.add(Node::Lambda(Rc::new(params), body), start));
            }
            let then = parser.logic(false)?;
            if !parser.take_keyword("if") {
                return Ok(then);
            }
            let test = parser.logic(false)?;
            if !parser.take_keyword("else") {
                return Err(Stop::Invalid);
            }
            let other = parser.test()?;
            Ok(parser.add(Node::Conditional { test, then, other }, start))
        })
    }

    /// `or` of `and` of `not`.
    fn logic(&mut self, is_and: bool) -> Read<Expr> {
        let start = self.start();
        let word = if is_and { "and" } else { "or" };
        let mut items = Vec::new();
        loop {
            items.push(if is_and { self.not()? } else { self.logic(true)? });
            if !self.take_keyword(word) {
                break;
            }
        }
        match items.as_slice() {
            [one] => Ok(*one),
            _ => Ok(self.add(Node::Logic(is_and, items), start)),
        }
    }

    fn not(&mut self) -> Read<Expr> {
        let start = self.start();
        if self.take_keyword("not") {
            let inner = self.deeper(Parser::not)?;
            return Ok(self.add(Node::Unary(Unary::Not, inner), start));
        }
        let first = self.binary(0)?;
        let mut rest = Vec::new();
        while let Some(operator) = self.comparison() {
            rest.push((operator, self.binary(0)?));
        }
        match rest.is_empty() {
            true => Ok(first),
            false => Ok(self.add(Node::Compare(first, rest), start)),
        }
    }

    fn comparison(&mut self) -> Option<Compare> {
        let (operator, length) = match (self.kind(), self.word()) {
            (Kind::Operator, "==") => (Compare::Eq, 1),
            (Kind::Operator, "!=") => (Compare::Ne, 1),
            (Kind::Operator, "<") => (Compare::Lt, 1),
            (Kind::Operator, "<=") => (Compare::Le, 1),
            (Kind::Operator, ">") => (Compare::Gt, 1),
            (Kind::Operator, ">=") => (Compare::Ge, 1),
            (Kind::Name, "in") => (Compare::In, 1),
            (Kind::Name, "not") if self.word_at(1) == "in" => (Compare::NotIn, 2),
            (Kind::Name, "is") if self.word_at(1) == "not" => (Compare::IsNot, 2),
            (Kind::Name, "is") => (Compare::Is, 1),
            _ => return None,
        };
        self.at += length;
        Some(operator)
    }

    fn binary(&mut self, least: u8) -> Read<Expr> {
        let start = self.start();
        let mut left = self.unary()?;
        loop {
            let (operator, strength) = match (self.kind(), self.word()) {
                (Kind::Operator, "|") => (Binary::BitOr, 1),
                (Kind::Operator, "^") => (Binary::BitXor, 2),
                (Kind::Operator, "&") => (Binary::BitAnd, 3),
                (Kind::Operator, "<<") => (Binary::Shl, 4),
                (Kind::Operator, ">>") => (Binary::Shr, 4),
                (Kind::Operator, "+") => (Binary::Add, 5),
                (Kind::Operator, "-") => (Binary::Sub, 5),
                (Kind::Operator, "*") => (Binary::Mul, 6),
                (Kind::Operator, "/") => (Binary::Div, 6),
                (Kind::Operator, "//") => (Binary::FloorDiv, 6),
                (Kind::Operator, "%") => (Binary::Mod, 6),
                (Kind::Operator, "@") => (Binary::MatMul, 6),
                _ => return Ok(left),
            };
            if strength < least.max(1) {
                return Ok(left);
            }
            self.at += 1;
            let right = self.deeper(|it| it.binary(strength + 1))?;
            left = self.add(Node::Binary(operator, left, right), start);
        }
    }

    fn unary(&mut self) -> Read<Expr> {
        let start = self.start();
        let operator = match (self.kind(), self.word()) {
            (Kind::Operator, "-") => Unary::Neg,
            (Kind::Operator, "+") => Unary::Pos,
            (Kind::Operator, "~") => Unary::Invert,
            _ => return self.power(),
        };
        self.at += 1;
        let inner = self.deeper(Parser::unary)?;
        Ok(self.add(Node::Unary(operator, inner), start))
    }

    fn power(&mut self) -> Read<Expr> {
        let start = self.start();
        if self.is_keyword("await") {
            return Err(Stop::Unsupported);
        }
        let left = self.postfix()?;
        if !self.take_operator("**") {
            return Ok(left);
        }
        let right = self.deeper(Parser::unary)?;
        Ok(self.add(Node::Binary(Binary::Pow, left, right), start))
    }

    fn postfix(&mut self) -> Read<Expr> {
        let start = self.start();
        let mut value = self.atom()?;
        loop {
            if self.take_operator(".") {
                let name = self.identifier()?;
                value = self.add(Node::Attribute(value, name), start);
            } else if self.take_operator("(") {
                let arguments = self.arguments()?;
                value = self.add(Node::Call(value, arguments), start);
            } else if self.take_operator("[") {
                let index = self.index()?;
                self.expect("]")?;
                value = self.add(Node::Subscript(value, index), start);
            } else {
                return Ok(value);
            }
        }
    }

    fn index(&mut self) -> Read<Expr> {
        let start = self.start();
        let mut items = Vec::new();
        let mut is_tuple = false;
        loop {
            items.push(self.slice()?);
            if !self.take_operator(",") {
                break;
            }
            is_tuple = true;
            if self.is_operator("]") {
                break;
            }
        }
        match items.as_slice() {
            [one] if !is_tuple => Ok(*one),
            _ => Ok(self.add(Node::Tuple(items), start)),
        }
    }

    fn slice(&mut self) -> Read<Expr> {
        let start = self.start();
        let mut parts = [None; 3];
        let mut is_slice = false;
        for part in &mut parts {
            if !self.is_operator(":") && !self.is_operator("]") && !self.is_operator(",") {
                *part = Some(self.star_test()?);
            }
            if !self.take_operator(":") {
                break;
            }
            is_slice = true;
        }
        match parts {
            [Some(one), _, _] if !is_slice => Ok(one),
            [lower, upper, step] if is_slice => {
                Ok(self.add(Node::Slice(lower, upper, step), start))
            }
            _ => Err(Stop::Invalid),
        }
    }

    /// Behind `(`, up to and with `)`.
    fn arguments(&mut self) -> Read<Vec<Arg>> {
        let mut arguments = Vec::new();
        while !self.is_operator(")") {
            if self.take_operator("**") {
                arguments.push(Arg::DoubleStar(self.test()?));
            } else if self.take_operator("*") {
                arguments.push(Arg::Star(self.test()?));
            } else if self.kind() == Kind::Name && self.word_at(1) == "=" {
                let name = self.identifier()?;
                self.at += 1;
                arguments.push(Arg::Keyword(name, self.test()?));
            } else {
                let start = self.start();
                let value = self.named()?;
                let value = match self.is_keyword("for") || self.is_keyword("async") {
                    true => {
                        let clauses = self.clauses()?;
                        let kind = CompKind::Generator;
                        let node =
                            Node::Comprehension { kind, element: value, value: None, clauses };
                        self.add(node, start)
                    }
                    false => value,
                };
                arguments.push(Arg::Positional(value));
            }
            if !self.take_operator(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(arguments)
    }

    fn clauses(&mut self) -> Read<Vec<Clause>> {
        let mut clauses = Vec::new();
        while self.is_keyword("for") || self.is_keyword("async") {
            if self.is_keyword("async") {
                return Err(Stop::Unsupported);
            }
            self.at += 1;
            let target = self.targets("in")?;
            if !self.take_keyword("in") {
                return Err(Stop::Invalid);
            }
            let iter = self.logic(false)?;
            let mut conditions = Vec::new();
            while self.take_keyword("if") {
                conditions.push(self.condition()?);
            }
            clauses.push(Clause { target, iter, conditions });
        }
        Ok(clauses)
    }

    fn condition(&mut self) -> Read<Expr> {
        if self.kind() == Kind::Name && self.word_at(1) == ":=" {
            return self.named();
        }
        self.logic(false)
    }

    fn atom(&mut self) -> Read<Expr> {
        let start = self.start();
        match self.kind() {
            Kind::Name => {
                let node = match self.word() {
                    "None" => Node::None,
                    "True" => Node::Bool(true),
                    "False" => Node::Bool(false),
                    "yield" => return Err(Stop::Unsupported),
                    _ => Node::Name(self.identifier()?),
                };
                if !matches!(node, Node::Name(_)) {
                    self.at += 1;
                }
                Ok(self.add(node, start))
            }
            Kind::Number => {
                let node = number(self.word()).ok_or(Stop::Invalid)?;
                self.at += 1;
                // `5and 6` is read as two tokens, with a warning; `5abc` is an error.
                Ok(self.add(node, start))
            }
            Kind::Text => self.strings(),
            Kind::Operator => match self.word() {
                "(" => self.bracketed(")"),
                "[" => self.bracketed("]"),
                "{" => self.braces(),
                "..." => {
                    self.at += 1;
                    Ok(self.add(Node::Ellipsis, start))
                }
                _ => Err(Stop::Invalid),
            },
            _ => Err(Stop::Invalid),
        }
    }

    fn bracketed(&mut self, end: &str) -> Read<Expr> {
        let start = self.start();
        self.at += 1;
        let is_list = end == "]";
        if self.take_operator(end) {
            let node = if is_list { Node::List(Vec::new()) } else { Node::Tuple(Vec::new()) };
            return Ok(self.add(node, start));
        }
        if self.is_keyword("yield") {
            return Err(Stop::Unsupported);
        }
        let first = self.star_test()?;
        if self.is_keyword("for") || self.is_keyword("async") {
            let clauses = self.clauses()?;
            self.expect(end)?;
            let kind = if is_list { CompKind::List } else { CompKind::Generator };
            let node = Node::Comprehension { kind, element: first, value: None, clauses };
            return Ok(self.add(node, start));
        }
        let mut items = vec![first];
        let mut has_comma = false;
        while self.take_operator(",") {
            has_comma = true;
            if self.is_operator(end) {
                break;
            }
            items.push(self.star_test()?);
        }
        self.expect(end)?;
        match items.as_slice() {
            [one] if !is_list && !has_comma => {
                if matches!(self.node(*one), Some(Node::Star(_))) {
                    return Err(Stop::Invalid);
                }
                Ok(*one)
            }
            _ => {
                let node = if is_list { Node::List(items) } else { Node::Tuple(items) };
                Ok(self.add(node, start))
            }
        }
    }

    fn braces(&mut self) -> Read<Expr> {
        let start = self.start();
        self.at += 1;
        if self.take_operator("}") {
            return Ok(self.add(Node::Dict(Vec::new()), start));
        }
        let mut pairs = Vec::new();
        let mut items = Vec::new();
        loop {
            if self.take_operator("**") {
                let value = self.binary(0)?;
                pairs.push((None, value));
            } else {
                let key = self.star_test()?;
                if self.take_operator(":") {
                    let value = self.test()?;
                    pairs.push((Some(key), value));
                } else {
                    items.push(key);
                }
            }
            if self.is_keyword("for") || self.is_keyword("async") {
                let clauses = self.clauses()?;
                self.expect("}")?;
                let node = match (pairs.as_slice(), items.as_slice()) {
                    ([(Some(key), value)], []) => Node::Comprehension {
                        kind: CompKind::Dict,
                        element: *key,
                        value: Some(*value),
                        clauses,
                    },
                    ([], [element]) => Node::Comprehension {
                        kind: CompKind::Set,
                        element: *element,
                        value: None,
                        clauses,
                    },
                    _ => return Err(Stop::Invalid),
                };
                return Ok(self.add(node, start));
            }
            if !self.take_operator(",") || self.is_operator("}") {
                break;
            }
        }
        self.expect("}")?;
        let node = match (pairs.is_empty(), items.is_empty()) {
            (false, true) => Node::Dict(pairs),
            (true, false) => Node::Set(items),
            _ => return Err(Stop::Invalid),
        };
        Ok(self.add(node, start))
    }

    // Text.

    /// Literals side by side.
    fn strings(&mut self) -> Read<Expr> {
        let start = self.start();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut bytes: Option<Vec<u8>> = None;
        let mut is_unknown = false;
        let mut count = 0;
        while self.kind() == Kind::Text {
            let span = self.span();
            self.at += 1;
            let literal = span.of(self.text);
            let quote_at = literal.find(['\'', '"']).unwrap_or(0);
            let prefix = literal.get(..quote_at).unwrap_or("").to_ascii_lowercase();
            let body = literal.get(quote_at..).unwrap_or("");
            let width = match body.get(..3) {
                Some("'''" | "\"\"\"") if body.len() >= 6 => 3,
                _ => 1,
            };
            let inside = Span::new(span.start + quote_at + width, span.end.saturating_sub(width));
            let is_raw = prefix.contains('r');
            if prefix.contains('b') != bytes.is_some() && count > 0 {
                return Err(Stop::Known(SyntaxError {
                    class: "SyntaxError",
                    message: Some("cannot mix bytes and nonbytes literals".into()),
                    at: start,
                }));
            }
            count += 1;
            if prefix.contains('b') {
                let text = inside.of(self.text);
                if !text.is_ascii() {
                    return Err(Stop::Invalid);
                }
                let decoded = unescape(text, is_raw, true);
                is_unknown |= decoded.is_none();
                let decoded = decoded.unwrap_or_default();
                let decoded = decoded.chars().filter_map(|c| u8::try_from(u32::from(c)).ok());
                bytes.get_or_insert_default().extend(decoded);
            } else if prefix.contains('f') {
                self.format(inside, is_raw, &mut pieces)?;
            } else {
                match unescape(inside.of(self.text), is_raw, false) {
                    Some(text) => pieces.push(Piece::Text(text.into(), inside)),
                    None => is_unknown = true,
                }
            }
        }
        if is_unknown {
            return Ok(self.add(Node::Unknown, start));
        }
        if let Some(bytes) = bytes {
            return Ok(self.add(Node::Bytes(bytes.into()), start));
        }
        let is_plain = pieces.iter().all(|it| matches!(it, Piece::Text(..)));
        let node = match is_plain {
            true => {
                let text: String = pieces
                    .iter()
                    .map(|it| match it {
                        Piece::Text(text, _) => &**text,
                        Piece::Value { .. } => "",
                    })
                    .collect();
                Node::Str(text.into())
            }
            false => Node::Format(pieces),
        };
        Ok(self.add(node, start))
    }

    /// What is between the quotes of an f-string.
    fn format(&mut self, inside: Span, is_raw: bool, out: &mut Vec<Piece>) -> Read<()> {
        let mut at = inside.start;
        self.format_pieces(&mut at, inside.end, is_raw, false, out)
    }

    fn format_pieces(
        &mut self,
        at: &mut usize,
        end: usize,
        is_raw: bool,
        is_spec: bool,
        out: &mut Vec<Piece>,
    ) -> Read<()> {
        let text = self.text;
        let mut literal = *at;
        let mut plain = String::new();
        let invalid =
            |at: usize| Stop::Known(SyntaxError { class: "SyntaxError", message: None, at });
        let flush = |plain: &mut String, from: usize, to: usize, out: &mut Vec<Piece>| {
            let written = text.get(from..to).unwrap_or("");
            let decoded = unescape(written, is_raw, false).ok_or(Stop::Unsupported)?;
            plain.push_str(&decoded);
            if !plain.is_empty() {
                let piece = core::mem::take(plain);
                out.push(Piece::Text(piece.into(), Span::new(from, to)));
            }
            Ok::<(), Stop>(())
        };
        while *at < end {
            let rest = text.get(*at..end).unwrap_or("");
            let step = rest.find(['{', '}', '\\']).unwrap_or(rest.len());
            *at += step;
            let rest = text.get(*at..end).unwrap_or("");
            if rest.is_empty() {
                break;
            }
            if rest.starts_with('\\') {
                // `\N{…}` has braces of its own.
                if rest.starts_with("\\N{") && !is_raw {
                    return Err(Stop::Unsupported);
                }
                *at += 1;
                if !is_raw {
                    *at += rest
                        .get(1..)
                        .and_then(|it| it.chars().next())
                        .map_or(0, |c| if matches!(c, '{' | '}') { 0 } else { c.len_utf8() });
                }
                continue;
            }
            if !is_spec && (rest.starts_with("{{") || rest.starts_with("}}")) {
                flush(&mut plain, literal, *at + 1, out)?;
                *at += 2;
                literal = *at;
                continue;
            }
            if rest.starts_with('}') {
                if is_spec {
                    break;
                }
                return Err(invalid(*at));
            }
            flush(&mut plain, literal, *at, out)?;
            self.replacement(at, end, is_raw, is_spec, out)?;
            literal = *at;
        }
        flush(&mut plain, literal, (*at).min(end), out)
    }

    /// `{expression=!r:spec}`.
    fn replacement(
        &mut self,
        at: &mut usize,
        end: usize,
        is_raw: bool,
        is_nested: bool,
        out: &mut Vec<Piece>,
    ) -> Read<()> {
        let text = self.text;
        let start = *at + 1;
        let stop = expression_end(text, start, end).ok_or(Stop::Unsupported)?;
        let inside = Span::new(start, stop);
        let written = inside.of(text);
        if written.contains('\\') || written.contains('#') {
            // 3.12 takes these, 3.11 does not.
            return Err(Stop::Unsupported);
        }
        let (mut span, mut is_debug) = (inside, false);
        let trimmed = written.trim_end();
        if let Some(before) = trimmed.strip_suffix('=')
            && !before.ends_with(['=', '!', '<', '>'])
        {
            span.end = span.start + before.len();
            is_debug = true;
        }
        if span.of(text).trim().is_empty() {
            return Err(Stop::Known(SyntaxError {
                class: "SyntaxError",
                message: Some("f-string: empty expression not allowed".into()),
                at: start,
            }));
        }
        let value = self.inner(span)?;
        *at = stop;
        let rest = |at: usize| text.get(at..end).unwrap_or("");
        let mut conversion = None;
        if rest(*at).starts_with('!') {
            let letter = rest(*at).chars().nth(1).filter(|it| matches!(it, 'r' | 's' | 'a'));
            conversion = Some(letter.ok_or(Stop::Unsupported)?);
            *at += 2;
        }
        let mut spec = Vec::new();
        if rest(*at).starts_with(':') {
            if is_nested {
                return Err(Stop::Unsupported);
            }
            *at += 1;
            self.deeper(|it| it.format_pieces(at, end, is_raw, true, &mut spec))?;
        }
        if !rest(*at).starts_with('}') {
            return Err(Stop::Unsupported);
        }
        *at += 1;
        if is_debug {
            out.push(Piece::Text(written.into(), inside));
            if conversion.is_none() && spec.is_empty() {
                conversion = Some('r');
            }
        }
        out.push(Piece::Value { value, conversion, spec });
        Ok(())
    }

    /// Reads an expression that stands in an f-string.
    fn inner(&mut self, span: Span) -> Read<Expr> {
        let lexed = tokens(self.text, span, true);
        if lexed.error.is_some() {
            return Err(Stop::Unsupported);
        }
        let outer = core::mem::replace(&mut self.tokens, lexed.list);
        let at = core::mem::replace(&mut self.at, 0);
        let value = self.deeper(|parser| {
            let value = parser.star_tests()?;
            if parser.kind() == Kind::End { Ok(value) } else { Err(Stop::Unsupported) }
        });
        self.tokens = outer;
        self.at = at;
        value.map_err(|_| Stop::Unsupported)
    }
}

/// Where the expression of a replacement field ends: before `}`, `!r` or `:` outside of brackets.
fn expression_end(text: &str, start: usize, end: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let bytes = text.as_bytes().get(start..end)?;
    for (offset, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']') => depth = depth.checked_sub(1)?,
            (None, b'}') if depth > 0 => depth -= 1,
            (None, b'}' | b':') if depth == 0 => return Some(start + offset),
            (None, b'!') if depth == 0 && bytes.get(offset + 1) != Some(&b'=') => {
                return Some(start + offset);
            }
            _ => {}
        }
    }
    None
}

/// An `int` or a `float` as it is written in a module.
fn number(text: &str) -> Option<Node> {
    if text.ends_with(['j', 'J']) {
        return Some(Node::Unknown);
    }
    let lower = text.to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            let is_spaced = digits.ends_with('_') || digits.contains("__");
            let digits = digits.replace('_', "");
            if is_spaced || digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
                return None;
            }
            return Some(match i64::from_str_radix(&digits, radix) {
                Ok(number) => Node::Int(Int::Small(number)),
                Err(_) => Node::Unknown,
            });
        }
    }
    let is_spaced = lower.starts_with('_') || lower.ends_with('_') || lower.contains("__");
    if lower.bytes().all(|it| it.is_ascii_digit() || it == b'_') {
        let digits = lower.replace('_', "");
        let is_octal = digits.starts_with('0') && !digits.bytes().all(|it| it == b'0');
        if is_spaced || is_octal {
            return None;
        }
        if digits.len() > 4300 {
            return None;
        }
        return parse_int(&digits).map(Node::Int);
    }
    let is_misplaced = ["_.", "._", "_e", "e_"].iter().any(|it| lower.contains(it));
    if is_spaced || is_misplaced {
        return None;
    }
    lower.replace('_', "").parse().ok().map(Node::Float)
}

/// The text of a literal; `None` where it holds what is no Unicode scalar, or a character's name.
fn unescape(text: &str, is_raw: bool, is_bytes: bool) -> Option<String> {
    let text = match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n"),
        false => text.into(),
    };
    if is_raw || !text.contains('\\') {
        return Some(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some((before, behind)) = rest.split_once('\\') {
        plain.push_str(before);
        let mut chars = behind.chars();
        let c = chars.next().unwrap_or('\\');
        rest = chars.as_str();
        match c {
            '\n' => {}
            '\\' | '\'' | '"' => plain.push(c),
            'a' => plain.push('\u{7}'),
            'b' => plain.push('\u{8}'),
            'f' => plain.push('\u{c}'),
            'n' => plain.push('\n'),
            'r' => plain.push('\r'),
            't' => plain.push('\t'),
            'v' => plain.push('\u{b}'),
            '0'..='7' => {
                let more = rest.bytes().take(2).take_while(|it| matches!(it, b'0'..=b'7')).count();
                let digits = behind.get(..=more)?;
                let code = u32::from_str_radix(digits, 8).ok()?;
                plain.push(char::from_u32(if is_bytes { code & 0xff } else { code })?);
                rest = rest.get(more..)?;
            }
            'x' | 'u' | 'U' if !(is_bytes && c != 'x') => {
                let length = match c {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits = rest.get(..length)?;
                if !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
                    return None;
                }
                plain.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                rest = rest.get(length..)?;
            }
            'N' if !is_bytes => return None,
            _ => {
                plain.push('\\');
                plain.push(c);
            }
        }
    }
    plain.push_str(rest);
    Some(plain)
}
