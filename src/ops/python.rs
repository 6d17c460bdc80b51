//! How a function of whole arrays is spelled in emitted Python.

/// The call in one library: operands and attributes stand in it as `{name}` under their parameters' names, the library itself as `{np}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelled {
    /// The expression.
    pub call: &'static str,
    /// The same over several axes at once, or over all, which stand in it as `{axes}`; empty where `call` serves.
    pub several: &'static str,
    /// A function of our own that the expression calls, to be defined before it; empty where the library has all that is needed.
    pub define: &'static str,
}

/// The call in each library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Python {
    /// NumPy, with SciPy for what it lacks; `{np}` is `np`.
    pub numpy: Spelled,
    /// PyTorch; `{np}` is `torch`.
    pub torch: Spelled,
    /// JAX; `{np}` is `jnp`.
    pub jax: Spelled,
}

impl Python {
    /// One text for all three.
    pub const fn same(call: &'static str) -> Self {
        Python::each(call, call, call)
    }

    /// A text for each.
    pub const fn each(numpy: &'static str, torch: &'static str, jax: &'static str) -> Self {
        const fn spelled(call: &'static str) -> Spelled {
            Spelled { call, several: "", define: "" }
        }
        Python { numpy: spelled(numpy), torch: spelled(torch), jax: spelled(jax) }
    }

    /// Over several axes PyTorch needs other words.
    pub const fn torch_several(mut self, call: &'static str) -> Self {
        self.torch.several = call;
        self
    }

    /// With a function to be defined for each.
    pub const fn defining(mut self, numpy: &'static str, torch: &'static str, jax: &'static str) -> Self {
        self.numpy.define = numpy;
        self.torch.define = torch;
        self.jax.define = jax;
        self
    }
}
