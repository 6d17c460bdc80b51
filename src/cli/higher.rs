//! `pullback jacobian PROGRAM` and `pullback hessian PROGRAM`.

use super::args::{Format, HessianArgs, HigherArgs, JacobianArgs};
use super::explain::refuse;
use super::format::{wanted, write};
use super::output::Output;
use super::{End, Misuse, input};
use crate::answer::{self, Derivatives, Higher, Options};
use crate::page;
use crate::record;
use crate::render::document::Document;

pub(super) fn jacobian(args: &JacobianArgs, output: &Output) -> Result<End, Misuse> {
    let higher = Higher { along: args.jvp.clone(), order: 1, ..Higher::default() };
    run(&args.higher, output, &higher, answer::jacobian, |found| page::jacobian(found, args.layout))
}

pub(super) fn hessian(args: &HessianArgs, output: &Output) -> Result<End, Misuse> {
    let higher = Higher { along: args.hvp.clone(), order: args.order.into(), ..Higher::default() };
    run(&args.higher, output, &higher, answer::hessian, page::hessian)
}

type Derive = fn(&str, &Options, &Higher) -> Result<Derivatives, Vec<crate::diagnostic::Diagnostic>>;

fn run(args: &HigherArgs, output: &Output, higher: &Higher, derive: Derive, say: impl Fn(&Derivatives) -> Document) -> Result<End, Misuse> {
    let common = &args.common;
    let format = wanted(common)?;
    let options = Options {
        wrt: (!args.wrt.is_empty()).then(|| args.wrt.clone()),
        dims: args.dims.clone(),
        unchecked: args.no_check,
        unexplained: true,
        dialect: common.source.dialect,
    };
    let origin = match input::read(&common.source)? {
        Ok(origin) => origin,
        Err(unread) => return refuse(std::slice::from_ref(&unread.1), &unread.0, common, output),
    };
    let found = match derive(&origin.source, &options, higher) {
        Ok(found) => found,
        Err(wrong) => return refuse(&wrong, &origin, common, output),
    };
    let text = match format {
        Format::Json => record::derivatives(&found).json(),
        _ => write(&say(&found), format, common.standalone, &output.style(common.source.to.file(), common.source.to.ascii)),
    };
    output.result(&text, common.source.to.file())?;
    Ok(output.diagnostics(found.warnings(), &origin, common.source.to.ascii))
}
