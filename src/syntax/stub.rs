// throw-away
use super::ast::*;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::Number;
struct P<'a> {
    s: &'a [u8],
    i: usize,
    p: Program,
}
pub fn parse(src: &str) -> Result<Program, Vec<Diagnostic>> {
    let mut p = P { s: src.as_bytes(), i: 0, p: Program::default() };
    loop {
        while p.i < p.s.len() && matches!(p.s[p.i], b' ' | b';' | b'\n') {
            p.i += 1
        }
        if p.i >= p.s.len() {
            break;
        }
        p.line().map_err(|e| vec![Diagnostic::error("E0100", e)])?;
    }
    Ok(p.p)
}
pub fn parse_expression(src: &str) -> Result<Program, Vec<Diagnostic>> {
    parse(src)
}
type R<T> = Result<T, String>;
impl P<'_> {
    fn ws(&mut self) {
        while self.i < self.s.len() && self.s[self.i] == b' ' {
            self.i += 1
        }
    }
    fn pk(&mut self) -> u8 {
        self.ws();
        *self.s.get(self.i).unwrap_or(&0)
    }
    fn at(&mut self, t: &str) -> bool {
        self.ws();
        self.s[self.i..].starts_with(t.as_bytes())
    }
    fn eat(&mut self, t: &str) -> bool {
        if self.at(t) {
            self.i += t.len();
            true
        } else {
            false
        }
    }
    fn ident(&mut self) -> Option<Ident> {
        self.ws();
        let st = self.i;
        let t = std::str::from_utf8(&self.s[st..]).ok()?;
        let mut n = 0;
        for (k, c) in t.char_indices() {
            if c.is_alphanumeric() && c != 'ᵀ' || c == '_' { n = k + c.len_utf8() } else { break }
        }
        if n == 0 || t.as_bytes()[0].is_ascii_digit() {
            return None;
        }
        self.i += n;
        Some(Ident { text: t[..n].into(), span: Span::new(st, st + n) })
    }
    fn push(&mut self, n: Node, a: usize) -> NodeId {
        self.p.nodes.push(n);
        let e = self.i;
        self.p.spans.push(Span::new(a, e));
        NodeId(self.p.nodes.len() as u32 - 1)
    }
    fn line(&mut self) -> R<()> {
        let save = self.i;
        let first = self.p.nodes.len() as u32;
        if let Some(id) = self.ident() {
            let mut names = vec![id];
            while self.eat(",") {
                if let Some(i) = self.ident() {
                    names.push(i)
                }
            }
            if self.pk() == b':' {
                self.i += 1;
                self.ws();
                let st = self.i;
                let mut shape = vec![];
                if self.eat("scalar") {
                } else {
                    if !self.eat("(") {
                        return Err("shape".into());
                    }
                    while !self.eat(")") {
                        let e = self.expr(0)?;
                        shape.push(e);
                        self.eat(",");
                    }
                }
                let en = self.i;
                let mut props = vec![];
                while let Some(i) = self.ident() {
                    props.push(i)
                }
                self.p.lines.push(Line::Declaration(Declaration {
                    names,
                    shape,
                    shape_span: Span::new(st, en),
                    properties: props,
                    span: Span::new(save, self.i),
                }));
                return Ok(());
            }
            if self.pk() == b'=' && self.s.get(self.i + 1) != Some(&b'=') {
                self.i += 1;
                let v = self.expr(0)?;
                self.p.lines.push(Line::Statement(Statement {
                    targets: names,
                    first: NodeId(first),
                    value: v,
                    span: Span::new(save, self.i),
                }));
                return Ok(());
            }
        }
        self.i = save;
        let v = self.expr(0)?;
        self.p.lines.push(Line::Statement(Statement { targets: vec![], first: NodeId(first), value: v, span: Span::new(save, self.i) }));
        Ok(())
    }
    fn expr(&mut self, min: u8) -> R<NodeId> {
        self.ws();
        let st = self.i;
        let mut l = if self.eat("-") {
            let x = self.expr(6)?;
            self.push(Node::Unary(Unary::Negative, x), st)
        } else if self.eat("~") {
            let x = self.expr(6)?;
            self.push(Node::Unary(Unary::Not, x), st)
        } else {
            self.atom()?
        };
        loop {
            self.ws();
            if self.at(".T") || self.at("ᵀ") || self.at(".mT") {
                let all = self.at(".T");
                if !self.eat(".T") && !self.eat(".mT") {
                    self.eat("ᵀ");
                }
                l = self.push(Node::Unary(if all { Unary::TransposeAll } else { Unary::Transpose }, l), st);
                continue;
            }
            if self.pk() == b'[' {
                self.i += 1;
                let mut items = vec![];
                while !self.eat("]") {
                    let a = self.i;
                    let it = if self.eat("...") {
                        self.push(Node::Ellipsis, a)
                    } else if self.eat(":") {
                        self.push(Node::Slice { start: None, stop: None, step: None }, a)
                    } else {
                        self.expr(0)?
                    };
                    items.push(it);
                    self.eat(",");
                }
                l = self.push(Node::Index(l, items), st);
                continue;
            }
            let ops: &[(&str, Binary, u8)] = &[
                ("**", Binary::Power, 7),
                ("==", Binary::Equal, 1),
                ("!=", Binary::NotEqual, 1),
                (">=", Binary::GreaterEqual, 1),
                ("<=", Binary::LessEqual, 1),
                (">", Binary::Greater, 1),
                ("<", Binary::Less, 1),
                ("|", Binary::Or, 2),
                ("&", Binary::And, 3),
                ("+", Binary::Add, 4),
                ("-", Binary::Subtract, 4),
                ("@", Binary::MatMul, 5),
                ("•", Binary::Dot, 5),
                ("*", Binary::Multiply, 5),
                ("/", Binary::Divide, 5),
            ];
            let mut hit = false;
            for (t, b, pr) in ops {
                if self.at(t) && *pr >= min.max(1) {
                    self.i += t.len();
                    let r = self.expr(if *pr == 7 { 6 } else { pr + 1 })?;
                    l = self.push(Node::Binary(*b, l, r), st);
                    hit = true;
                    break;
                }
            }
            if !hit {
                return Ok(l);
            }
        }
    }
    fn atom(&mut self) -> R<NodeId> {
        self.ws();
        let st = self.i;
        let c = self.pk();
        if c == b'(' {
            self.i += 1;
            if self.eat(")") {
                return Ok(self.push(Node::Sequence(vec![]), st));
            }
            let e = self.expr(0)?;
            if self.eat(",") {
                let mut v = vec![e];
                while !self.eat(")") {
                    let x = self.expr(0)?;
                    v.push(x);
                    self.eat(",");
                }
                return Ok(self.push(Node::Sequence(v), st));
            }
            if !self.eat(")") {
                return Err(format!("close {}", self.i));
            }
            let en = self.i;
            self.p.spans[e.0 as usize] = Span::new(st, en);
            return Ok(e);
        }
        if c == b'"' || c == b'\'' {
            let e = self.s[st + 1..].iter().position(|x| *x == c).ok_or("str")?;
            let t = std::str::from_utf8(&self.s[st + 1..st + 1 + e]).unwrap().to_string();
            self.i = st + e + 2;
            return Ok(self.push(Node::Text(t.into()), st));
        }
        if c.is_ascii_digit() || c == b'.' {
            let mut e = self.i;
            while e < self.s.len()
                && (self.s[e].is_ascii_digit() || self.s[e] == b'.' || self.s[e] == b'e' || (self.s[e] == b'-' && self.s[e - 1] == b'e'))
            {
                e += 1
            }
            let n = Number::parse(std::str::from_utf8(&self.s[st..e]).unwrap()).ok_or("num")?;
            self.i = e;
            return Ok(self.push(Node::Number(n), st));
        }
        let id = self.ident().ok_or(format!("operand at {} {:?}", self.i, std::str::from_utf8(&self.s[self.i..])))?;
        if id.text.starts_with('d') && self.s.get(self.i) == Some(&b'/') && self.s.get(self.i + 1) == Some(&b'd') {
            let sv = self.i;
            self.i += 1;
            if let Some(w) = self.ident() {
                if w.text.len() > 1 && id.text.len() > 1 {
                    return Ok(self.push(Node::Gradient { of: Some(id.text[1..].into()), wrt: w.text[1..].into() }, st));
                }
            }
            self.i = sv;
        }
        match &*id.text {
            "True" => return Ok(self.push(Node::Boolean(true), st)),
            "False" => return Ok(self.push(Node::Boolean(false), st)),
            "None" => return Ok(self.push(Node::None, st)),
            "_" => return Ok(self.push(Node::Hole(None), st)),
            _ => {}
        }
        if self.s.get(self.i) == Some(&b'(') {
            self.i += 1;
            let mut args = vec![];
            while !self.eat(")") {
                let sv = self.i;
                let mut kw = None;
                if let Some(k) = self.ident() {
                    if self.pk() == b'=' && self.s.get(self.i + 1) != Some(&b'=') {
                        self.i += 1;
                        kw = Some(k)
                    } else {
                        self.i = sv
                    }
                }
                let value = self.expr(0)?;
                args.push(Argument { keyword: kw, value });
                self.eat(",");
            }
            return Ok(self.push(Node::Call { function: id, prefix: None, method: false, arguments: args }, st));
        }
        Ok(self.push(Node::Name(id.text), st))
    }
}
