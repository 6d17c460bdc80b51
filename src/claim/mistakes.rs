//! The mistakes that have a name, those first that tell most.
//!
//! An entry says what the mistake is and shows an example; that a claim makes it is never guessed from its text: [`Cause`] holds what was
//! tried and came out right. Of several explanations of one claim the one that stands higher here is told.

use super::subject::Condition;
use crate::expr::Id;

/// A mistake with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// A few words by which it is known, such as `transpose missing`.
    pub name: &'static str,
    /// A sentence for somebody who made it: what is wrong, and why.
    pub sentence: &'static str,
    /// A program.
    pub program: &'static str,
    /// A claim about it that makes this mistake.
    pub claim: &'static str,
}

/// Why a claim is wrong, as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// The mistake.
    pub mistake: &'static Mistake,
    /// What it is here: `W` in place of `W.T`, the axis that is not summed, the path that is missing; may be empty.
    pub detail: String,
    /// The claim's value with the mistake mended, as text that the tool reads and that has been compared with the gradient; nothing where
    /// no one edit mends it.
    pub patch: Option<String>,
    /// That value in the arena of its case.
    pub mended: Option<Id>,
    /// The gradient derived with this mistake, in the arena of its case: the value of the claim. Nothing where it was found by an edit.
    pub derived: Option<Id>,
    /// What must hold besides, where mending the mistake is not enough.
    pub condition: Option<Condition>,
}

impl Cause {
    /// A mistake, what it is here, and the claim without it.
    pub(super) fn new(mistake: &'static Mistake, detail: String, patch: Option<String>) -> Cause {
        Cause { mistake, detail, patch, mended: None, derived: None, condition: None }
    }
}

/// Every mistake that has a name, each name once.
///
/// ```
/// use pullback::claim::mistakes;
/// assert!(mistakes().any(|mistake| mistake.name == "transpose missing"));
/// ```
pub fn mistakes() -> impl Iterator<Item = &'static Mistake> {
    TABLE.iter().copied()
}

/// What was found by deriving wrongly and by editing the claim, what tells most first; what both found is said once.
pub(super) fn ordered(derived: Vec<Cause>, edits: Vec<Cause>) -> Vec<Cause> {
    let mut all: Vec<Cause> = Vec::new();
    for cause in derived.into_iter().chain(edits) {
        match all.iter_mut().find(|known| known.mistake == cause.mistake) {
            Some(known) if known.patch.is_none() && cause.patch.is_some() => {
                let detail = if cause.detail.is_empty() { std::mem::take(&mut known.detail) } else { cause.detail };
                *known = Cause { detail, derived: known.derived, ..cause };
            }
            Some(_) => {}
            None => all.push(cause),
        }
    }
    all.sort_by_key(|cause| TABLE.iter().position(|mistake| *mistake == cause.mistake));
    all
}

macro_rules! table {
    ($($id:ident: $name:literal, $sentence:literal, $program:literal, $claim:literal;)*) => {
        $(pub(super) static $id: Mistake = Mistake { name: $name, sentence: $sentence, program: $program, claim: $claim };)*
        static TABLE: &[&Mistake] = &[$(&$id),*];
    };
}

table! {
    USE: "use forgotten",
        "A variable that is used twice gets a gradient from both places, and the two add up: it varies in each of them.",
        "X: (n, d); Y = X @ X.T", "dL/dX = dL/dY @ X";
    ONE_FOR_ALL: "one use counted for the others",
        "Two uses give the same only where what stands beside them is symmetric or commutes: each has to be taken by itself.",
        "A: (n, n); Y = A @ A", "dL/dA = 2*A.T @ dL/dY";
    PATH: "path forgotten",
        "An intermediate value that is made of the variable is no constant: what goes through it has to be added.",
        "x: (d,); mu = mean(x); v = var(x); y = (x - mu)/sqrt(v)", "dL/dx = dL/dy/sqrt(v)";
    DIAGONAL: "only the diagonal",
        "Entries of the result depend on more than one entry of the operand, so what stands off the diagonal of the Jacobian counts too: it is the sum in the rule.",
        "z: (k,); s = softmax(z)", "dL/dz = dL/ds * s * (1 - s)";
    ARGMAX: "every entry for the chosen one",
        "Only the entry that is chosen, the largest or the smallest, reaches the result; the gradient of all others is zero, so a mask stands in the rule.",
        "x: (n,); f = max(x)", "df/dx = ones(n)";
    SQUARED: "as if it were squared",
        "This is the derivative of the square, as of norm(x)**2: that of the value itself is divided by twice the value.",
        "A: (n, d); x: (d,); b: (n,); f = norm(A @ x - b)", "df/dx = 2*A.T @ (A @ x - b)";
    PLACES: "put back at other places",
        "Each entry of the gradient goes back to where its entry came from, in the same order.",
        "A: (n, p); B: (n, p); Y = concat([A, B], axis=1)", "dL/dB = dL/dY[:, :p]";
    UPDATED: "value after the update",
        "The gradient is taken where the forward pass was: the values in it are those before any update.",
        "X: (n, d); W: (d, m); λ: scalar; Y = X @ W", "dL/dX = dL/dY @ (W - λ*X.T @ dL/dY).T";
    SIGN: "sign",
        "The value is right up to its sign: a minus is missing or too many.",
        "X: (n, n); f = logdet(inv(X))", "df/dX = inv(X).T";
    TWO_MISSING: "factor 2 missing",
        "The claim is half of the gradient: the derivative of a square, and of whatever uses a variable twice, brings a factor 2.",
        "X: (n, d); f = sum(X**2)", "df/dX = X";
    TWO_TOO_MANY: "factor 2 too many",
        "The claim is twice the gradient: a factor 2 is too many, or a 1/2 of the program is missing.",
        "W: (d, m); λ: scalar; f = λ/2*sum(W**2)", "df/dW = 2*λ*W";
    COUNT_MISSING: "1/n of a mean missing",
        "A mean divides by the number of its entries, and so does its gradient.",
        "P: (n, m); Q: (n, m); f = mean((P - Q)**2)", "df/dP = 2*(P - Q)/n";
    COUNT_TOO_MANY: "divided by a number of entries",
        "The claim divides by a number of entries, and the program does not: it adds up.",
        "X: (n, d); w: (d,); f = sum((X @ w)**2)", "df/dw = 2*X.T @ (X @ w)/n";
    ROOT: "1/sqrt(k) dropped",
        "The square root of a length, by which the program scales, is a constant factor that stays on the way back.",
        "Q: (n, k); K: (m, k); S = Q @ K.T/sqrt(k)", "dL/dQ = dL/dS @ K";
    LENGTH: "a length as factor",
        "The claim is the gradient times a power of the lengths: each length counts how often an entry is used, and by how many the program divides.",
        "X: (n, d); s: scalar; f = sum(s*ones(n, d) + X)", "df/ds = n";
    FACTOR: "constant factor",
        "The claim is the gradient times a number.",
        "X: (n, d); f = sum(X**3)", "df/dX = X**2";
    TWICE: "use counted twice",
        "Each use of a variable contributes once, however many there are.",
        "A: (n, n); B: (n, n); Y = A @ B + A", "dL/dA = dL/dY @ B.T + 2*dL/dY";
    OTHER_FACTOR: "the other factor taken for the gradient",
        "dY/dX is no matrix but an array with the axes of both; the gradient is what it gives when paired with the gradient that arrives, not the other factor alone.",
        "X: (n, d); W: (d, m); f = sum(X @ W)", "df/dX = W";
    INVERSE_TRANSPOSE: "transpose of the inverse missing",
        "On the way back an inverse is transposed like every other factor: the gradient has the transpose of inv(X) in it.",
        "X: (n, n); f = logdet(X)", "df/dX = inv(X)";
    TRANSPOSE_MISSING: "transpose missing",
        "On the way back through a product each other factor keeps its side and is transposed, and what the program transposes is transposed back: one of these transposes is missing.",
        "W: (h, d); a: (d,); z = W @ a", "dL/da = W @ dL/dz";
    TRANSPOSE_TOO_MANY: "transpose too many",
        "On the way back through a product each other factor is transposed once, and nothing else is; of a 1-D array x, `x @ W.T` and `W @ x` are the same.",
        "X: (d,); W: (d, m); Y = X @ W", "dL/dX = W.T @ dL/dY";
    SWAPPED: "factors swapped",
        "A matrix product does not commute: on the way back each other factor keeps its side and is transposed, and sides change only where the variable itself stands transposed.",
        "X: (n, d); W: (d, m); Y = X @ W", "dL/dW = dL/dY @ X.T";
    REVERSED: "chain in the wrong order",
        "The order of the factors is another: on the way back each keeps its side, and the one that was used last stands next to what arrives.",
        "x: (d,); A: (m, d); B: (k, m); y = B @ (A @ x)", "dL/dx = B.T @ A.T @ dL/dy";
    ORDER: "multiplied on the wrong side",
        "What stood to the right of the variable stays at the right of the gradient, transposed, and what stood to the left stays at the left; sides change only where the variable itself stands transposed.",
        "A, B, X: (n, n); Y = A @ X @ B", "dL/dX = dL/dY @ A.T @ B.T";
    GROUPED: "multiplied in at another place",
        "What multiplies entry by entry belongs to one place of the chain: before a matrix product and behind it are different arrays.",
        "Z: (n, h); V: (h, m); H = relu(Z); Y = H @ V", "dL/dZ = (dL/dY * (Y > 0)) @ V.T";
    TRACE: "trace of a product for a sum of products",
        "The products of all entries with their like, element-wise, are added up: `sum(A * B)`, which is `trace(A.T @ B)`, with a transpose; another product of the two has other entries.",
        "s: scalar; X: (n, d); Y = s * X", "dL/ds = trace(dL/dY @ X)";
    ENTRYWISE: "element-wise for a matrix product",
        "`*` multiplies entry by entry; a product of matrices in the program stays a matrix product, `@`, on the way back.",
        "X: (n, d); W: (d, m); Y = X @ W", "dL/dX = dL/dY * W.T";
    NOT_ENTRYWISE: "matrix product for an element-wise one",
        "What acts entry by entry has a chain rule for each entry: its derivative multiplies element-wise, with `*`, and nothing is transposed.",
        "X: (n, n); W: (n, n); Y = X * W", "dL/dX = dL/dY @ W.T";
    NO_OUTER: "outer product missing",
        "Of two 1-D arrays `@` makes a number and `*` multiplies entry by entry; each entry of one with each of the other is `outer(x, y)`, a matrix.",
        "x: (d,); A: (d, d); f = x @ A @ x", "df/dA = x @ x";
    OUTER_REVERSED: "outer product reversed",
        "`outer(x, y)` has the axis of x first: in the wrong order it is the transpose of what is wanted.",
        "W: (h, d); x: (d,); z = W @ x", "dL/dW = outer(x, dL/dz)";
    OUTER_OF_ROWS: "outer product of matrices",
        "Each row makes an outer product of its own, and they add up: with the rows in a matrix that is the product `G.T @ X`.",
        "X: (n, d); W: (h, d); Y = X @ W.T", "dL/dW = outer(dL/dY, X)";
    KEEPDIMS: "keepdims",
        "A gradient has the shape of its variable, axes of length 1 included: `keepdims=True` keeps such an axis, and without it the axis is gone.",
        "X: (n, d); W: (d, m); b: (1, m); Y = X @ W + b", "dL/db = sum(dL/dY, axis=0)";
    BATCH_NOT_SUMMED: "batch not summed",
        "One array serves every member of the batch, so the contributions of all members add up: the batch axes are summed.",
        "X: (b, n, d); W: (d, m); Y = X @ W", "dL/dW = X.mT @ dL/dY";
    NOT_SUMMED: "broadcast axis not summed",
        "What was used for every entry along an axis gets a contribution from each, and they add up: the gradient is the sum along that axis.",
        "X: (n, d); W: (d, m); b: (m,); Y = X @ W + b", "dL/db = dL/dY";
    SUMMED_EARLY: "summed before it is multiplied",
        "The contributions are products: each is multiplied first, then they are added up. A product of sums pairs entries that never meet.",
        "X: (n, d); g: (d,); Y = X*g", "dL/dg = sum(dL/dY, axis=0)*sum(X, axis=0)";
    SUMMED: "summed where nothing is shared",
        "Each entry has a contribution of its own: a sum adds up what belongs to different entries.",
        "W: (d, m); f = sum(W**2)", "df/dW = 2*sum(W)";
    OTHER_AXIS: "summed along another axis",
        "The sum goes over another axis than that along which the program repeats or reduces.",
        "X: (n, n); b: (n,); Y = X + b", "dL/db = sum(dL/dY, axis=1)";
    NO_COLUMN: "axis of length 1 missing",
        "NumPy lines axes up from the last one: to stand beside each row, a 1-D array with one entry a row needs an axis behind it, `y[:, None]`.",
        "X: (n, m); y = sum(X, axis=1)", "dL/dX = dL/dy*ones(n, m)";
    MEAN_FOR_SUM: "mean for a sum",
        "Contributions add up: a mean divides them by their number besides, which the program does not do there.",
        "X: (n, d); W: (d, m); b: (m,); Y = X @ W + b", "dL/db = mean(dL/dY, axis=0)";
    SUM_FOR_MEAN: "sum for a mean",
        "A mean divides by the number of entries, and its gradient does so too.",
        "X: (n, d); Y = X - mean(X, axis=0)", "dL/dX = dL/dY - sum(dL/dY, axis=0)";
    UPSTREAM: "upstream gradient missing",
        "The gradient that arrives from above is not in the claim, which takes it to be 1: it multiplies every local derivative.",
        "A: (n, n); B: (n, m); Y = sigmoid(A @ B)", "dL/dA = (Y*(1 - Y)) @ B.T";
    UPSTREAM_TWICE: "upstream gradient too many",
        "The gradient that arrives enters once; a scalar objective has none, and a gradient of a later variable contains it already.",
        "Z: (n, d); Y = tanh(Z)", "dL/dZ = dL/dY*dL/dY*(1 - Y**2)";
    MASK: "mask missing",
        "Entries that a step cuts off, or does not choose, get nothing: the gradient is multiplied by the mask of those that go through, and is zero elsewhere.",
        "Z: (n, d); H = relu(Z)", "dL/dZ = dL/dH";
    SIGNS: "sign of the entries missing",
        "Where an entry is negative an absolute value turns it round, and its gradient with it: the signs of the entries are a factor.",
        "x: (d,); f = norm1(x)", "df/dx = ones(d)";
    DERIVATIVE: "derivative of a step missing",
        "The way back goes through every step of the way there; here the gradient was handed through one as it arrived, as if the step did nothing.",
        "z: (n,); y: (n,); a = sigmoid(z); f = sum((a - y)**2)/2", "df/dz = a - y";
    DERIVATIVE_TWICE: "derivative of a step too many",
        "Each step is gone through once; here the derivative of one has been taken twice.",
        "z: (n,); y: (n,); a = sigmoid(z); f = -sum(y*log(a) + (1 - y)*log(1 - a))", "df/dz = (a - y)*a*(1 - a)";
    POINT: "derivative at the wrong point",
        "A derivative is taken at the value that goes into its function, or written with the one that comes out; these are different formulas.",
        "Z: (n, m); A = tanh(Z)", "dL/dZ = dL/dA * (1 - Z**2)";
    OTHER_MASK: "mask of the wrong array",
        "The mask must be that of the array that goes into the step.",
        "Z: (n, d); V: (n, d); H = relu(Z); Y = H - V", "dL/dZ = dL/dY*(Y > 0)";
    REVERSED_MASK: "mask turned round",
        "The mask is 1 where the entry goes through, and 0 where it is cut off; this one is the other way round.",
        "Z: (n, d); H = relu(Z)", "dL/dZ = dL/dH*(Z < 0)";
    VALUE: "value for the derivative",
        "What multiplies on the way back is the derivative of the function, not its value.",
        "Z: (n, d); H = relu(Z)", "dL/dZ = dL/dH*relu(Z)";
    NORM_SQUARED: "norm for its square",
        "The derivative of a squared norm is not that of the norm: norm(x)**2 has 2*x, norm(x) has x/norm(x).",
        "x: (n,); f = norm(x)", "df/dx = 2*x";
    POWER: "power off by one",
        "The derivative of a power is one power lower, with the exponent before it.",
        "X: (n, d); f = sum(X**3)", "df/dX = 3*X**3";
    MATRIX_POWER: "power of the entries for one of the matrix",
        "`**`, `^` and raised digits raise each entry by itself; a product of the matrix with itself is `A @ A` or `matpow(A, k)`.",
        "A: (n, n); f = tr(inv(A))", "df/dA = -(inv(A)**2).T";
    ROOT_MISSING: "square root missing",
        "A square root is missing: a standard deviation is no variance, and a norm no sum of squares.",
        "X: (n, d); m = mean(X, axis=0); v = var(X, axis=0); Y = (X - m)/sqrt(v)", "dL/dX = (dL/dY - mean(dL/dY, axis=0) - Y*mean(dL/dY*Y, axis=0))/v";
    SQUARE: "square missing",
        "A square is missing: this part of the gradient is squared.",
        "M: (n, m); A: (n, m); f = norm(M*A)**2", "df/dA = 2*M*A";
    DIAGONAL_ONLY: "diagonal not taken",
        "The entries of a diagonal matrix are those of a 1-D array: of the gradient by the whole matrix, it gets the diagonal.",
        "d: (n,); X: (n, m); Y = diag(d) @ X", "dL/dd = dL/dY @ X.T";
    ON_DIAGONAL: "entries for a diagonal matrix",
        "These entries stand on the diagonal of a matrix, which is 0 elsewhere: where each entry of a result depends on one entry alone, its Jacobian is such a matrix.",
        "x: (n,); y = x**2", "dy/dx = 2*x";
    SYMMETRY: "transposed term missing",
        "An array and its transpose belong here, as from two uses of a variable on two sides; only for a symmetric array is that twice the same.",
        "x: (d,); A: (d, d); f = x @ A @ x", "df/dx = A @ x";
    BOTH_SIDES: "both sides",
        "The product belongs here in both orders, as from two uses of a variable on two sides: factors do not commute.",
        "A: (n, n); Y = A @ A", "dL/dA = 2*A.T @ dL/dY";
    TERM_SIGN: "sign of a term",
        "One term has the wrong sign.",
        "X: (n, d); Y: (n, d); f = sum((X - Y)**2)", "df/dX = 2*(X + Y)";
    WHOLE: "slice missing",
        "A part gets its own part of the gradient, not the whole.",
        "A: (n, p); B: (n, q); Y = concat([A, B], axis=1)", "dL/dB = dL/dY";
    RESHAPE_MISSING: "reshape back missing",
        "A reshape moves no entry: the way back is the reshape to the shape of the variable.",
        "X: (n, d); y = reshape(X, (n*d,))", "dL/dX = dL/dy";
    FORWARD: "the way there for the way back",
        "Going back through a step that moves or adds up entries undoes its direction: what was shifted is shifted back, what was added up from the front is added up from the end.",
        "x: (n,); y = cumsum(x)", "dL/dx = cumsum(dL/dy)";
    EARLY: "steps in another order",
        "The gradient goes back through the steps from the last to the first; a factor that belongs to an earlier step is multiplied in after those that come later in the program.",
        "A: (d, n); W: (h, d); V: (k, h); Z = W @ A; B = tanh(Z); Y = V @ B", "dL/dZ = V.T @ (dL/dY * (1 - B**2))";
    STORED: "the other layout",
        "It is the right formula for another program, which stores a matrix transposed: order and transposes follow from how the program stores its arrays.",
        "X: (n, d); W: (d, m); Y = X @ W", "dL/dX = W @ dL/dY";
    TRANSPOSES: "transposes of a rule",
        "In the rule of this step each other factor keeps its side and is transposed; where shapes are square nothing but the rule says so.",
        "X: (n, n); Y = inv(X)", "dL/dX = -inv(X) @ dL/dY @ inv(X)";
    CONSTANT: "constant of a rule forgotten",
        "A number in front of a step stands in front of its gradient too.",
        "Q: (n, k); K: (m, k); S = Q @ K.T/sqrt(k)", "dL/dQ = dL/dS @ K";
    TERM_MISSING: "term missing",
        "The derivative has a term for each place in which the variable stands, and that of some steps has several: one of them is missing.",
        "z: (k,); y = log_softmax(z)", "dL/dz = dL/dy";
    FACTOR_MISSING: "factor missing",
        "The derivative of a product by one factor keeps the others: one of them is missing.",
        "X: (n, n); f = det(X)", "df/dX = inv(X).T";
    TERM_TOO_MANY: "term too many",
        "No use of the variable contributes this term.",
        "X: (n, d); Y: (n, d); f = sum(X + Y)", "df/dX = ones(n, d) + Y";
    FACTOR_TOO_MANY: "factor too many",
        "There is a factor too many: the derivative of a product by one factor is the product of the others.",
        "X: (n, d); Y: (n, d); f = sum(X*Y)", "df/dX = X*Y";
    FUNCTION: "function too many",
        "This function is not part of the derivative.",
        "X: (n, d); Y: (n, d); f = sum(X*Y)", "df/dX = tanh(Y)";
    ARRANGED: "another arrangement",
        "The factors are right, their arrangement is not: each keeps its side and is transposed, and sides change only where the variable itself stands transposed.",
        "A: (n, k); X: (k, m); B: (m, p); Y = A @ X @ B", "dL/dX = B @ dL/dY @ A";
    OTHER_NAME: "another variable",
        "One variable stands in the place of another.",
        "x: (n,); y: (n,); f = sum(x*y**2)", "df/dx = x**2";
    NUMBER: "another number",
        "One number of the formula is another.",
        "X: (n, d); f = sum(tanh(X))", "df/dX = 2 - tanh(X)**2";
    OTHER_PART: "another expression",
        "One part of the formula is another expression.",
        "z: (k,); s = softmax(z)", "dL/dz = s*dL/ds";
    BESIDE: "a factor besides",
        "Beside the other mistake the claim is off by a constant factor.",
        "X: (n, d); W: (d, m); Y = X @ W", "dL/dX = 2*W @ dL/dY";
}
