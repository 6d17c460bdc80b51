//! What the reader should know of a program that fits.

use super::Inference;
use crate::diagnostic::{Diagnostic, Edit};
use crate::expr::SymbolId;
use crate::ops::nearest_of;
use crate::syntax::Line;
use rustc_hash::FxHashSet;

impl Inference<'_> {
    /// Every remark there is to make.
    pub(super) fn remarks(&mut self, output: SymbolId) {
        self.unused(output);
        self.flat_products();
        self.notices();
        self.lonely_indices();
        self.claims();
    }

    /// Claims are judged by another command.
    fn claims(&mut self) {
        let claims = self.program.lines.iter().filter_map(|line| if let Line::Claim(claim) = line { Some(claim.span) } else { None });
        let warning = |span| Diagnostic::warning("W0606", "a claim is not judged here").at(span, "").note("`pullback check` does that");
        self.warnings.extend(claims.map(warning));
    }

    /// `x @ x.T` of 1-D arrays is a number: a transpose changes nothing there.
    fn flat_products(&mut self) {
        for [product, left, right, bare] in std::mem::take(&mut self.b.flat_products) {
            let [product, x, y] = [product, left, bare].map(|span| span.slice(self.b.source));
            let warning = Diagnostic::warning("W0603", format!("`{product}` is a number: a 1-D array has no transpose"))
                .at(right, "1-D, so this changes nothing")
                .note(format!("the table of all products is the outer product, `outer({x}, {y})`"));
            self.warnings.push(warning);
        }
    }

    /// Where a library that was dropped decides what a function is.
    fn notices(&mut self) {
        for (span, title, note) in std::mem::take(&mut self.b.notices) {
            self.warnings.push(Diagnostic::warning("W0604", title).at(span, "").note(note));
        }
    }

    /// An index that one operand of several has alone, and the output has not.
    fn lonely_indices(&mut self) {
        for (span, index, term) in std::mem::take(&mut self.b.lonely_indices) {
            let warning = Diagnostic::warning("W0605", format!("index `{index}` stands in `{term}` alone: it is summed there"))
                .at(span, "")
                .note("an index that two operands are to share stands in both; one that is to be kept stands in the output");
            self.warnings.push(warning);
        }
    }

    fn unused(&mut self, output: SymbolId) {
        let mut used: FxHashSet<SymbolId> = [output].into_iter().collect();
        for statement in self.statements.iter().rev() {
            if used.contains(&statement.symbol) {
                let leaves = self.b.arena().reachable(&[statement.value]);
                used.extend(leaves.into_iter().filter_map(|id| self.b.arena().as_symbol(id)));
            }
        }
        for statement in self.statements.iter().filter(|s| !used.contains(&s.symbol)) {
            let name = &self.b.arena().info(statement.symbol).name;
            let title = format!("`{name}` does not reach the output `{}`", self.b.arena().info(output).name);
            self.warnings.push(Diagnostic::warning("W0601", title).at(statement.span, "this line changes nothing"));
        }
        for &input in self.inputs.iter().filter(|i| self.declared.contains(i) && !used.contains(i)) {
            let info = self.b.arena().info(input);
            let mut warning =
                Diagnostic::warning("W0602", format!("`{}` is declared but not used: its gradient is zero", info.name)).at(info.span, "");
            let strangers = self.inputs.iter().filter(|i| !self.declared.contains(i)).map(|&i| self.b.arena().info(i));
            if let Some(near) = nearest_of(&info.name, strangers.clone().map(|s| &*s.name)) {
                let span = strangers.clone().find(|s| &*s.name == near).map_or(info.span, |s| s.span);
                warning = warning
                    .note(format!("`{near}` is used but not declared"))
                    .fix(format!("write `{}`", info.name), vec![Edit { span, replacement: info.name.to_string() }]);
            }
            self.warnings.push(warning);
        }
    }
}
