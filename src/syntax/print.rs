//! A program as text that reads back as the same program.
//!
//! Work that is left waits on a list, not on the native stack: a sum of a million terms is a million nodes deep.

use super::ast::*;
use super::grammar::LIBRARIES;
use super::operators::{Level, level, sign};
use crate::expr::Number;
use std::fmt::Write;

/// The text of `program`, one line each, in the dialect in which it was read.
///
/// ```
/// use pullback::syntax::{parse, print};
/// assert_eq!(print(&parse("y=-(a+b)*c**2").unwrap()), "y = -(a + b) * c ** 2\n");
/// ```
pub fn print(program: &Program) -> String {
    let mut printer = Printer { program, text: String::new(), work: vec![], reader: false };
    for line in &program.lines {
        match line {
            Line::Declaration(declaration) => printer.declaration(declaration),
            Line::Statement(statement) => {
                printer.list(&statement.targets, ", ");
                printer.text.push_str(if statement.targets.is_empty() { "" } else { " = " });
                printer.expression(statement.value);
            }
            Line::Claim(claim) => {
                printer.expression(claim.gradient);
                printer.text.push_str(" = ");
                printer.expression(claim.value);
            }
        }
        printer.text.push('\n');
    }
    printer.text
}

/// The text of the expression at `root` as results are written, with brackets where both products meet.
///
/// ```
/// use pullback::syntax::{Line, parse, print_expression};
/// let program = parse("2*X.T@(Y*Z)*A ** 2").unwrap();
/// let Line::Statement(statement) = &program.lines[0] else { unreachable!() };
/// assert_eq!(print_expression(&program, statement.value), "(2 * X.T @ (Y * Z)) * A**2");
/// ```
pub fn print_expression(program: &Program, root: NodeId) -> String {
    let mut printer = Printer { program, text: String::new(), work: vec![], reader: true };
    printer.expression(root);
    printer.text
}

/// What is left to write.
enum Work<'a> {
    Text(&'a str),
    Node(NodeId, Level),
}

struct Printer<'a> {
    program: &'a Program,
    text: String,
    work: Vec<Work<'a>>,
    /// Whether a reader is to see it, who may not know that `a @ b * c` goes from left to right.
    reader: bool,
}

impl<'a> Printer<'a> {
    fn list(&mut self, names: &[Ident], between: &str) {
        for (at, name) in names.iter().enumerate() {
            self.text.push_str(if at > 0 { between } else { "" });
            self.text.push_str(&name.text);
        }
    }

    fn declaration(&mut self, declaration: &'a Declaration) {
        self.list(&declaration.names, ", ");
        self.text.push_str(": (");
        for (at, axis) in declaration.shape.iter().enumerate() {
            self.text.push_str(if at > 0 { ", " } else { "" });
            self.expression(*axis);
        }
        self.text.push_str(if declaration.shape.len() == 1 { ",)" } else { ")" });
        self.text.push_str(if declaration.properties.is_empty() { "" } else { " " });
        self.list(&declaration.properties, " ");
    }

    fn expression(&mut self, root: NodeId) {
        self.work.push(Work::Node(root, Level::Open));
        while let Some(work) = self.work.pop() {
            match work {
                Work::Text(text) => self.text.push_str(text),
                Work::Node(id, wanted) => {
                    let from = self.work.len();
                    let enclosed = self.binds(id) < wanted;
                    if enclosed {
                        self.work.push(Work::Text("("));
                    }
                    self.node(id);
                    if enclosed {
                        self.work.push(Work::Text(")"));
                    }
                    // What was put first is to be written first.
                    self.work[from..].reverse();
                }
            }
        }
    }

    fn binds(&self, id: NodeId) -> Level {
        match self.program.node(id) {
            Node::Binary(operator, ..) => level(*operator),
            Node::Unary(Unary::Negative | Unary::Positive | Unary::Not, _) => Level::Prefix,
            _ => Level::Postfix,
        }
    }

    /// Something that a mark follows. Behind a number a point would be the number's own, and `F.relu` is a library's.
    fn object(&mut self, id: NodeId) {
        let enclosed = match self.program.node(id) {
            Node::Number(_) => true,
            Node::Name(name) => LIBRARIES.contains(&&**name),
            _ => false,
        };
        if enclosed {
            self.work.extend([Work::Text("("), Work::Node(id, Level::Open), Work::Text(")")]);
        } else {
            self.work.push(Work::Node(id, Level::Postfix));
        }
    }

    fn open(&mut self, id: NodeId) {
        self.work.push(Work::Node(id, Level::Open));
    }

    fn put(&mut self, text: &'a str) {
        self.work.push(Work::Text(text));
    }

    fn node(&mut self, id: NodeId) {
        match self.program.node(id) {
            Node::Number(_) | Node::Gradient { .. } | Node::Higher { .. } | Node::Text(_) | Node::Hole(_) => self.leaf(id),
            Node::Name(name) => self.put(name),
            Node::Boolean(true) => self.put("True"),
            Node::Boolean(false) => self.put("False"),
            Node::None => self.put("None"),
            Node::Ellipsis => self.put("..."),
            Node::Unary(operator, operand) => self.unary(*operator, *operand),
            Node::Binary(operator, left, right) => {
                let own = level(*operator);
                let (before, behind) = match own {
                    Level::Power if self.program.dialect.powers_in_order() => (Level::Postfix, Level::Postfix),
                    Level::Power => (Level::Postfix, Level::Prefix),
                    _ => (own, own.tighter()),
                };
                self.work.push(Work::Node(*left, if self.reader && self.mixed(*operator, *left) { Level::Postfix } else { before }));
                let space = if self.reader && own == Level::Power { "" } else { " " };
                self.work.extend([Work::Text(space), Work::Text(sign(*operator)), Work::Text(space)]);
                self.work.push(Work::Node(*right, behind));
            }
            Node::Sequence(items) => {
                self.put("(");
                self.items(items);
                self.put(if items.len() == 1 { ",)" } else { ")" });
            }
            Node::Call { function, prefix, method, arguments } => self.call(function, prefix.as_deref(), *method, arguments),
            Node::Index(object, items) => {
                self.object(*object);
                self.put("[");
                self.items(items);
                self.put("]");
            }
            Node::Slice { start, stop, step } => {
                for (part, before) in [(start, ""), (stop, ":"), (step, ":")] {
                    if before.is_empty() || step.is_some() || !std::ptr::eq(part, step) {
                        self.put(before);
                    }
                    if let Some(part) = part {
                        self.open(*part);
                    }
                }
            }
            Node::Attribute(object, name) => {
                self.object(*object);
                self.put(".");
                self.put(&name.text);
            }
        }
    }

    fn unary(&mut self, operator: Unary, operand: NodeId) {
        let mark = match operator {
            Unary::Negative => return self.work.extend([Work::Text("-"), Work::Node(operand, Level::Prefix)]),
            Unary::Positive => return self.work.extend([Work::Text("+"), Work::Node(operand, Level::Prefix)]),
            Unary::Not => return self.work.extend([Work::Text("~"), Work::Node(operand, Level::Prefix)]),
            Unary::TransposeAll => ".T",
            Unary::Transpose => ".mT",
            Unary::Inverse => "⁻¹",
        };
        self.object(operand);
        self.put(mark);
    }

    /// Whether the operand on the left of a product is one of the other kind, a number before it apart.
    fn mixed(&self, operator: Binary, left: NodeId) -> bool {
        use Binary::*;
        let Node::Binary(inner, mut first, _) = *self.program.node(left) else { return false };
        match operator {
            Multiply | Hadamard => matches!(inner, MatMul | Dot),
            MatMul | Dot => {
                while let Node::Binary(Multiply | Hadamard, x, _) = *self.program.node(first) {
                    first = x;
                }
                let first = if let Node::Unary(Unary::Negative, x) = *self.program.node(first) { x } else { first };
                matches!(inner, Divide | HadamardDivide)
                    || matches!(inner, Multiply | Hadamard) && !matches!(self.program.node(first), Node::Number(_))
            }
            _ => false,
        }
    }

    fn items(&mut self, items: &'a [NodeId]) {
        for (at, item) in items.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.open(*item);
        }
    }

    fn call(&mut self, function: &'a Ident, prefix: Option<&'a str>, method: bool, arguments: &'a [Argument]) {
        let mut arguments = arguments.iter();
        if method {
            if let Some(object) = arguments.next() {
                self.object(object.value);
                self.put(".");
            }
        }
        if let Some(prefix) = prefix {
            self.put(prefix);
            self.put(".");
        }
        self.put(&function.text);
        self.put("(");
        for (at, argument) in arguments.enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            if let Some(keyword) = &argument.keyword {
                self.put(&keyword.text);
                self.put("=");
            }
            self.open(argument.value);
        }
        self.put(")");
    }

    /// A node whose text is not in the program as it is. It binds most tightly, so no bracket waits before it.
    fn leaf(&mut self, id: NodeId) {
        let _ = match self.program.node(id) {
            Node::Number(value) => write!(self.text, "{}", number(*value)),
            Node::Gradient { of: Some(of), wrt } => write!(self.text, "d{of}/d{wrt}"),
            Node::Gradient { of: None, wrt } => write!(self.text, "grad({wrt})"),
            Node::Higher { of: Some(of), order, wrt } => write!(self.text, "d{order}{of}/d{}", wrt.join(" d")),
            Node::Higher { of: None, wrt, .. } => write!(self.text, "hess({})", wrt.join(", ")),
            Node::Text(text) if text.contains('\'') => write!(self.text, "\"{text}\""),
            Node::Text(text) => write!(self.text, "'{text}'"),
            Node::Hole(Some(name)) => write!(self.text, "?{name}"),
            _ => write!(self.text, "_"),
        };
    }
}

/// A number as digits that read back as the same number: never `1/2`, which is a quotient.
fn number(value: Number) -> String {
    match value {
        Number::Exact(ratio) => decimal(*ratio.numer(), *ratio.denom()).unwrap_or_else(|| format!("{:e}", value.to_f64())),
        Number::Float(float) => {
            let short = format!("{float:e}");
            // Few digits could be read as an exact fraction; fifty cannot.
            if Number::parse(&short) == Some(value) { short } else { format!("{float:.50e}") }
        }
    }
}

/// A fraction whose denominator divides a power of ten, with all its digits.
fn decimal(numerator: i128, denominator: i128) -> Option<String> {
    let (mut digits, mut places, mut power) = (numerator.abs(), 0usize, 1i128);
    while power % denominator != 0 {
        (places, power) = (places + 1, power.checked_mul(10)?);
    }
    digits = digits.checked_mul(power / denominator)?;
    let text = format!("{digits:0width$}", width = places + 1);
    let (whole, part) = text.split_at(text.len() - places);
    let negative = if numerator.is_negative() { "-" } else { "" };
    Some(if places == 0 { format!("{negative}{whole}") } else { format!("{negative}{whole}.{part}") })
}
