//! `pullback code PROGRAM`.

use super::args::CodeArgs;
use super::output::Output;
use super::{End, Misuse, input};
use crate::answer::{Higher, Options, answer, hessian, jacobian};
use crate::render::code::{Of, derivatives, module};

pub(super) fn run(args: &CodeArgs, output: &Output) -> Result<End, Misuse> {
    let source = &args.source;
    if args.autograd && !args.target.has_autograd() {
        return Err(Misuse::new(format!("`--autograd` has nothing to hook into with `--target {}`", args.target.name))
            .hint("`--target torch --autograd` writes a torch.autograd.Function")
            .hint("`--target jax --autograd` writes a jax.custom_vjp"));
    }
    let origin = match input::read(source)? {
        Ok(origin) => origin,
        Err(unread) => return Ok(output.diagnostics(std::slice::from_ref(&unread.1), &unread.0, source.to.ascii)),
    };
    let wrt = (!args.wrt.is_empty()).then(|| args.wrt.clone());
    let options = Options { wrt, dims: args.dims.clone(), unchecked: false, unexplained: true, dialect: source.dialect };
    if let Some(of) = args.of {
        let along = (of == Of::Hvp).then(|| "v".to_string());
        let higher = Higher { along, order: 2, unread: true, actions_alone: of == Of::Hvp };
        let derive = if of == Of::Jacobian { jacobian } else { hessian };
        let found = match derive(&origin.source, &options, &higher) {
            Ok(found) => found,
            Err(wrong) => return Ok(output.diagnostics(&wrong, &origin, source.to.ascii)),
        };
        let warnings = found.warnings().to_vec();
        output.result(&derivatives(found, of, args.target), source.to.file())?;
        return Ok(output.diagnostics(&warnings, &origin, source.to.ascii));
    }
    let found = match answer(&origin.source, &options) {
        Ok(found) => found,
        Err(wrong) => return Ok(output.diagnostics(&wrong, &origin, source.to.ascii)),
    };
    output.result(&module(&found, args.target, args.autograd), source.to.file())?;
    Ok(output.diagnostics(found.warnings(), &origin, source.to.ascii))
}
