mod ast;
pub use ast::*;
mod stub;
pub use stub::*;
