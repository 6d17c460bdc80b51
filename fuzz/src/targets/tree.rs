//! Whether what is printed is read as the same tree.

use pullback::diagnostic::Span;
use pullback::syntax::{
    Argument, Claim, Declaration, Dialect, Ident, Line, Node, Program, Statement, parse_expression_in, parse_in, print, print_expression,
};

/// `program` without places: what must survive printing.
pub fn meaning(program: &Program) -> (Vec<Node>, Vec<Line>) {
    let ident = |ident: &Ident| Ident { text: ident.text.clone(), span: Span::default() };
    let idents = |list: &[Ident]| list.iter().map(ident).collect::<Vec<_>>();
    let nodes = program.nodes.iter().map(|node| match node.clone() {
        Node::Call { function, prefix, method, arguments } => Node::Call {
            function: ident(&function),
            prefix,
            method,
            arguments: arguments.iter().map(|a| Argument { keyword: a.keyword.as_ref().map(ident), value: a.value }).collect(),
        },
        Node::Attribute(object, name) => Node::Attribute(object, ident(&name)),
        other => other,
    });
    let span = Span::default();
    let lines = program.lines.iter().map(|line| match line.clone() {
        Line::Declaration(d) => Line::Declaration(Declaration {
            names: idents(&d.names),
            properties: idents(&d.properties),
            shape_span: span,
            span,
            shape: d.shape,
        }),
        Line::Statement(s) => Line::Statement(Statement { targets: idents(&s.targets), span, ..s }),
        Line::Claim(c) => Line::Claim(Claim { span, ..c }),
    });
    (nodes.collect(), lines.collect())
}

/// Panics where a program is printed as another one, or printed again is another text.
pub fn prints_as_itself(program: &Program, dialect: Dialect) {
    let text = print(program);
    let again = parse_in(&text, dialect).unwrap_or_else(|wrong| panic!("printed as {text:?}, it cannot be read: {wrong:?}"));
    assert_eq!(meaning(program), meaning(&again), "printed as {text:?}, it is another program");
    assert_eq!(print(&again), text, "printed again, it is another text");
}

/// The same for an expression.
pub fn expression_prints_as_itself(program: &Program, dialect: Dialect) {
    let Some(Line::Statement(statement)) = program.lines.last() else { return };
    let text = print_expression(program, statement.value);
    let again = parse_expression_in(&text, dialect).unwrap_or_else(|wrong| panic!("printed as {text:?}, it cannot be read: {wrong:?}"));
    assert_eq!(meaning(program).0, meaning(&again).0, "printed as {text:?}, it is another expression");
    let Some(Line::Statement(statement)) = again.lines.last() else { panic!("printed as {text:?}, it is no expression") };
    assert_eq!(print_expression(&again, statement.value), text, "printed again, it is another text");
}
