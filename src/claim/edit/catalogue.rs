//! Mistakes that one edit of the claim mends.

use crate::claim::Mistake;

pub(in crate::claim) static TRANSPOSE_MISSING: Mistake = Mistake {
    name: "transpose missing",
    sentence: "Going back through a product, a factor crosses to the other side and is walked in the other direction: it needs a transpose.",
    program: "W: (h, d); a: (d,); z = W @ a",
    claim: "dL/da = W @ dL/dz",
};

pub(in crate::claim) static TRANSPOSE_TOO_MANY: Mistake = Mistake {
    name: "transpose too many",
    sentence: "A transpose belongs to what crosses to the other side, and to nothing else; of a 1-D array there is none to make up for it.",
    program: "X: (d,); W: (d, m); Y = X @ W",
    claim: "dL/dX = W.T @ dL/dY",
};

pub(in crate::claim) static INVERSE_TRANSPOSE: Mistake = Mistake {
    name: "transpose of the inverse missing",
    sentence: "An inverse that crosses to the other side is transposed like every other factor: the gradient has the transpose of inv(X) in it.",
    program: "X: (n, n); f = logdet(X)",
    claim: "df/dX = inv(X)",
};

pub(in crate::claim) static SWAPPED: Mistake = Mistake {
    name: "factors swapped",
    sentence: "A matrix product does not commute: a factor that stood on the right crosses to the left, and the other way round.",
    program: "X: (n, d); W: (d, m); Y = X @ W",
    claim: "dL/dW = dL/dY @ X.T",
};

pub(in crate::claim) static REVERSED: Mistake = Mistake {
    name: "chain in the wrong order",
    sentence: "The way back passes the factors in the order opposite to the way there: the factor used last is undone first.",
    program: "x: (d,); A: (m, d); B: (k, m); y = B @ (A @ x)",
    claim: "dL/dx = B.T @ A.T @ dL/dy",
};

pub(in crate::claim) static OTHER_LAYOUT: Mistake = Mistake {
    name: "the other layout",
    sentence: "The factors are arranged as if the records stood in columns, or the weights were stored the other way round; order and transposes follow from how this program stores them.",
    program: "X: (n, d); W: (d, m); Y = X @ W",
    claim: "dL/dX = W @ dL/dY",
};

pub(in crate::claim) static WRONG_SIDE: Mistake = Mistake {
    name: "multiplied on the wrong side",
    sentence: "What multiplies entry by entry belongs to one place of the chain: before the matrix product and behind it are different arrays.",
    program: "A, B, X: (n, n); Y = A @ X @ B",
    claim: "dL/dX = dL/dY @ A.T @ B.T",
};

pub(in crate::claim) static ENTRYWISE: Mistake = Mistake {
    name: "element-wise for a matrix product",
    sentence: "`*` multiplies entry by entry; a product of matrices in the program stays a matrix product, `@`, on the way back.",
    program: "X: (n, d); W: (d, m); Y = X @ W",
    claim: "dL/dX = dL/dY * W.T",
};

pub(in crate::claim) static NOT_ENTRYWISE: Mistake = Mistake {
    name: "matrix product for an element-wise one",
    sentence: "Each entry of an element-wise step has its own chain rule: its derivative multiplies element-wise, with `*`, and nothing is transposed.",
    program: "X: (n, n); W: (n, n); Y = X * W",
    claim: "dL/dX = dL/dY @ W.T",
};

pub(in crate::claim) static NO_OUTER: Mistake = Mistake {
    name: "outer product missing",
    sentence: "Of two 1-D arrays `@` makes a number and `*` multiplies entry by entry; each entry of one with each of the other is `outer(x, y)`, a matrix.",
    program: "x: (d,); A: (d, d); f = x @ A @ x",
    claim: "df/dA = x @ x",
};

pub(in crate::claim) static OUTER_REVERSED: Mistake = Mistake {
    name: "outer product reversed",
    sentence: "`outer(x, y)` has the axis of x first: in the wrong order it is the transpose of what is wanted.",
    program: "W: (h, d); x: (d,); z = W @ x",
    claim: "dL/dW = outer(x, dL/dz)",
};

pub(in crate::claim) static TRACE: Mistake = Mistake {
    name: "trace of a product for a sum of products",
    sentence: "`sum(A * B)` is `trace(A.T @ B)`: without the transpose the trace pairs the entries of rows with those of columns.",
    program: "s: scalar; X: (n, d); Y = s * X",
    claim: "dL/ds = trace(dL/dY @ X)",
};

pub(in crate::claim) static NOT_SUMMED: Mistake = Mistake {
    name: "broadcast axis not summed",
    sentence: "What was used for every entry along an axis gets a contribution from each, and they add up: the gradient is the sum along that axis.",
    program: "X: (n, d); W: (d, m); b: (m,); Y = X @ W + b",
    claim: "dL/db = dL/dY",
};

pub(in crate::claim) static BATCH_NOT_SUMMED: Mistake = Mistake {
    name: "batch not summed",
    sentence: "One array serves every member of the batch, so the contributions of all members add up: the batch axes are summed.",
    program: "X: (b, n, d); W: (d, m); Y = X @ W",
    claim: "dL/dW = X.mT @ dL/dY",
};

pub(in crate::claim) static SUMMED: Mistake = Mistake {
    name: "summed where nothing is shared",
    sentence: "Each entry has a contribution of its own: a sum adds up what belongs to different entries.",
    program: "W: (d, m); f = sum(W**2)",
    claim: "df/dW = 2*sum(W)",
};

pub(in crate::claim) static OTHER_AXIS: Mistake = Mistake {
    name: "summed along another axis",
    sentence: "The axis to be summed is the one along which the array was repeated.",
    program: "X: (n, n); b: (n,); Y = X + b",
    claim: "dL/db = sum(dL/dY, axis=1)",
};

pub(in crate::claim) static KEEPDIMS: Mistake = Mistake {
    name: "keepdims",
    sentence: "A gradient has the shape of its variable, axes of length 1 included: `keepdims=True` keeps such an axis, and without it the axis is gone.",
    program: "X: (n, d); W: (d, m); b: (1, m); Y = X @ W + b",
    claim: "dL/db = sum(dL/dY, axis=0)",
};

pub(in crate::claim) static MEAN_FOR_SUM: Mistake = Mistake {
    name: "mean for a sum",
    sentence: "Contributions add up: a mean divides by their number, and this 1/n is in the program nowhere.",
    program: "X: (n, d); W: (d, m); b: (m,); Y = X @ W + b",
    claim: "dL/db = mean(dL/dY, axis=0)",
};

pub(in crate::claim) static SUM_FOR_MEAN: Mistake = Mistake {
    name: "sum for a mean",
    sentence: "A mean divides by the number of entries, and its gradient does so too.",
    program: "X: (n, d); Y = X - mean(X, axis=0)",
    claim: "dL/dX = dL/dY - sum(dL/dY, axis=0)",
};

pub(in crate::claim) static SIGN: Mistake = Mistake {
    name: "sign",
    sentence: "The value is right up to its sign: a minus is missing or too many.",
    program: "X: (n, n); f = logdet(inv(X))",
    claim: "df/dX = inv(X).T",
};

pub(in crate::claim) static TWO_MISSING: Mistake = Mistake {
    name: "factor 2 missing",
    sentence: "The claim is half of the gradient: the derivative of a square, and of whatever uses a variable twice, brings a factor 2.",
    program: "X: (n, d); f = sum(X**2)",
    claim: "df/dX = X",
};

pub(in crate::claim) static TWO_TOO_MANY: Mistake = Mistake {
    name: "factor 2 too many",
    sentence: "The claim is twice the gradient: there is no second use and no square here, or a 1/2 cancels its factor 2.",
    program: "W: (d, m); λ: scalar; f = λ/2*sum(W**2)",
    claim: "df/dW = 2*λ*W",
};

pub(in crate::claim) static FACTOR: Mistake = Mistake {
    name: "constant factor",
    sentence: "The claim is the gradient times a constant.",
    program: "X: (n, d); f = sum(X**3)",
    claim: "df/dX = X**2",
};

pub(in crate::claim) static COUNT_MISSING: Mistake = Mistake {
    name: "1/n of a mean missing",
    sentence: "A mean over all entries divides by their number, and so does its gradient.",
    program: "P: (n, m); Q: (n, m); f = mean((P - Q)**2)",
    claim: "df/dP = 2*(P - Q)/n",
};

pub(in crate::claim) static COUNT_TOO_MANY: Mistake = Mistake {
    name: "divided by a number of entries",
    sentence: "The program takes a sum, not a mean: its gradient is divided by no length.",
    program: "X: (n, d); w: (d,); f = sum((X @ w)**2)",
    claim: "df/dw = 2*X.T @ (X @ w)/n",
};

pub(in crate::claim) static LENGTH: Mistake = Mistake {
    name: "a length as factor",
    sentence: "The claim is the gradient times a power of the lengths: each length counts how often an entry is used, and by how many the program divides.",
    program: "X: (n, d); s: scalar; f = sum(s*ones(n, d) + X)",
    claim: "df/ds = n",
};

pub(in crate::claim) static ROOT: Mistake = Mistake {
    name: "1/sqrt(k) dropped",
    sentence: "The program scales by the square root of a length, a constant factor that stays on the way back.",
    program: "Q: (n, k); K: (m, k); S = Q @ K.T/sqrt(k)",
    claim: "dL/dQ = dL/dS @ K",
};

pub(in crate::claim) static UPSTREAM: Mistake = Mistake {
    name: "upstream gradient missing",
    sentence: "The claim differentiates the last step only: it lacks the upstream gradient, which has arrived from above and multiplies every local derivative.",
    program: "A: (n, n); B: (n, m); Y = sigmoid(A @ B)",
    claim: "dL/dA = (Y*(1 - Y)) @ B.T",
};

pub(in crate::claim) static UPSTREAM_TWICE: Mistake = Mistake {
    name: "upstream gradient too many",
    sentence: "The gradient that arrives enters once; a scalar objective has none, and a gradient of a later variable contains it already.",
    program: "Z: (n, d); Y = tanh(Z)",
    claim: "dL/dZ = dL/dY*dL/dY*(1 - Y**2)",
};

pub(in crate::claim) static DERIVATIVE: Mistake = Mistake {
    name: "derivative of an element-wise step missing",
    sentence: "The way back goes through every step of the way there: the derivative of the element-wise function multiplies what arrives.",
    program: "z: (n,); y: (n,); a = sigmoid(z); f = sum((a - y)**2)/2",
    claim: "df/dz = a - y",
};

pub(in crate::claim) static DERIVATIVE_TWICE: Mistake = Mistake {
    name: "derivative of an element-wise step too many",
    sentence: "This derivative is in the formula already, or has cancelled against what arrives: a step is gone through once.",
    program: "z: (n,); y: (n,); a = sigmoid(z); f = -sum(y*log(a) + (1 - y)*log(1 - a))",
    claim: "df/dz = (a - y)*a*(1 - a)",
};

pub(in crate::claim) static SIGNS: Mistake = Mistake {
    name: "sign of the entries missing",
    sentence: "Where an entry is negative an absolute value turns it round, and its gradient with it: the signs of the entries are a factor.",
    program: "x: (d,); f = norm1(x)",
    claim: "df/dx = ones(d)",
};

pub(in crate::claim) static MATRIX_POWER: Mistake = Mistake {
    name: "power of the entries for one of the matrix",
    sentence: "`**`, `^` and raised digits raise each entry by itself; a product of the matrix with itself is `A @ A` or `matpow(A, k)`.",
    program: "A: (n, n); f = tr(inv(A))",
    claim: "df/dA = -(inv(A)**2).T",
};

pub(in crate::claim) static ROOT_MISSING: Mistake = Mistake {
    name: "square root missing",
    sentence: "What the program divides by is a root: a standard deviation and no variance, a norm and no sum of squares.",
    program: "X: (n, d); m = mean(X, axis=0); v = var(X, axis=0); Y = (X - m)/sqrt(v)",
    claim: "dL/dX = (dL/dY - mean(dL/dY, axis=0) - Y*mean(dL/dY*Y, axis=0))/v",
};

pub(in crate::claim) static DIAGONAL_ONLY: Mistake = Mistake {
    name: "diagonal not taken",
    sentence: "The entries of a diagonal matrix are those of a 1-D array: of the gradient by the whole matrix, it gets the diagonal.",
    program: "d: (n,); X: (n, m); Y = diag(d) @ X",
    claim: "dL/dd = dL/dY @ X.T",
};

pub(in crate::claim) static ON_DIAGONAL: Mistake = Mistake {
    name: "entries for a diagonal matrix",
    sentence: "Each entry of an element-wise result depends on one entry alone: the Jacobian has these derivatives on its diagonal, and 0 elsewhere.",
    program: "x: (n,); y = x**2",
    claim: "dy/dx = 2*x",
};

pub(in crate::claim) static MASK: Mistake = Mistake {
    name: "mask missing",
    sentence: "Entries that a step cuts off, or does not choose, get nothing: the gradient is multiplied by the mask of those that go through, and is zero elsewhere.",
    program: "Z: (n, d); H = relu(Z)",
    claim: "dL/dZ = dL/dH",
};

pub(in crate::claim) static ARGMAX: Mistake = Mistake {
    name: "mask of the maximum missing",
    sentence: "Only the largest entry changes a maximum: the gradient goes where the maximum is attained (the argmax), and is zero elsewhere.",
    program: "X: (n, m); y = max(X, axis=1)",
    claim: "dL/dX = dL/dy[:, None] * ones(n, m)",
};

pub(in crate::claim) static OTHER_MASK: Mistake = Mistake {
    name: "mask of the wrong array",
    sentence: "The mask must be that of the array that goes into the step.",
    program: "Z: (n, d); V: (n, d); H = relu(Z); Y = H - V",
    claim: "dL/dZ = dL/dY*(Y > 0)",
};

pub(in crate::claim) static REVERSED_MASK: Mistake = Mistake {
    name: "mask turned round",
    sentence: "The mask is 1 where the entry goes through, and 0 where it is cut off; this one is the other way round.",
    program: "Z: (n, d); H = relu(Z)",
    claim: "dL/dZ = dL/dH*(Z < 0)",
};

pub(in crate::claim) static VALUE: Mistake = Mistake {
    name: "value for the derivative",
    sentence: "What multiplies on the way back is the derivative of the function, not its value.",
    program: "Z: (n, d); H = relu(Z)",
    claim: "dL/dZ = dL/dH*relu(Z)",
};

pub(in crate::claim) static SUMMED_EARLY: Mistake = Mistake {
    name: "summed before it is multiplied",
    sentence: "The contributions are products: each is multiplied first, then they are added up. A product of sums pairs entries that never meet.",
    program: "X: (n, d); g: (d,); Y = X*g",
    claim: "dL/dg = sum(dL/dY, axis=0)*sum(X, axis=0)",
};

pub(in crate::claim) static NO_COLUMN: Mistake = Mistake {
    name: "axis of length 1 missing",
    sentence: "NumPy lines axes up from the last one: to stand beside each row, a 1-D array with one entry a row needs an axis behind it, `y[:, None]`.",
    program: "X: (n, m); y = sum(X, axis=1)",
    claim: "dL/dX = dL/dy*ones(n, m)",
};

pub(in crate::claim) static OUTER_OF_ROWS: Mistake = Mistake {
    name: "outer product of matrices",
    sentence: "Each row makes an outer product of its own, and they add up: with the rows in a matrix that is the product `G.T @ X`.",
    program: "X: (n, d); W: (h, d); Y = X @ W.T",
    claim: "dL/dW = outer(dL/dY, X)",
};

pub(in crate::claim) static OTHER_POINT: Mistake = Mistake {
    name: "derivative at the wrong array",
    sentence: "A derivative is taken at the value that goes into its function, or written with the one that comes out; these are different formulas.",
    program: "z: (n,); a = sigmoid(z)",
    claim: "dL/dz = dL/da*z*(1 - z)",
};

pub(in crate::claim) static UPDATED: Mistake = Mistake {
    name: "updated value used",
    sentence: "The gradient belongs to the values of the forward pass: an array that has been changed by its own update is another one.",
    program: "X: (n, d); W: (d, m); λ: scalar; Y = X @ W",
    claim: "dL/dX = dL/dY @ (W - λ*X.T @ dL/dY).T",
};

pub(in crate::claim) static OTHER_NAME: Mistake = Mistake {
    name: "another variable",
    sentence: "One variable stands in the place of another.",
    program: "x: (n,); y: (n,); f = sum(x*y**2)",
    claim: "df/dx = x**2",
};

pub(in crate::claim) static FACTOR_MISSING: Mistake = Mistake {
    name: "factor missing",
    sentence: "A factor of this step is missing: the derivative of a product by one factor keeps the others.",
    program: "X: (n, n); f = det(X)",
    claim: "df/dX = inv(X).T",
};

pub(in crate::claim) static FACTOR_TOO_MANY: Mistake = Mistake {
    name: "factor too many",
    sentence: "There is a factor too many: by its own factor a product has the derivative 1.",
    program: "X: (n, d); Y: (n, d); f = sum(X*Y)",
    claim: "df/dX = X*Y",
};

pub(in crate::claim) static TERM_MISSING: Mistake = Mistake {
    name: "term missing",
    sentence: "A variable that is used in several places gets a contribution from each, and they add up.",
    program: "z: (k,); y = log_softmax(z)",
    claim: "dL/dz = dL/dy",
};

pub(in crate::claim) static TERM_TOO_MANY: Mistake = Mistake {
    name: "term too many",
    sentence: "Each use of the variable makes one term; this one comes from none of them.",
    program: "X: (n, d); Y: (n, d); f = sum(X + Y)",
    claim: "df/dX = ones(n, d) + Y",
};

pub(in crate::claim) static TERM_SIGN: Mistake = Mistake {
    name: "sign of a term",
    sentence: "One term has the wrong sign.",
    program: "X: (n, d); Y: (n, d); f = sum((X - Y)**2)",
    claim: "df/dX = 2*(X + Y)",
};

pub(in crate::claim) static SYMMETRY: Mistake = Mistake {
    name: "transposed term missing",
    sentence: "The variable is used twice, on both sides, and the two uses give an array and its transpose; only for a symmetric array is that twice the same.",
    program: "x: (d,); A: (d, d); f = x @ A @ x",
    claim: "df/dx = A @ x",
};

pub(in crate::claim) static BOTH_SIDES: Mistake = Mistake {
    name: "both sides",
    sentence: "The variable is used twice, on two sides of the product: each use keeps its own order of factors, and they do not commute.",
    program: "A: (n, n); Y = A @ A",
    claim: "dL/dA = 2*A.T @ dL/dY",
};

pub(in crate::claim) static NORM_SQUARED: Mistake = Mistake {
    name: "norm for its square",
    sentence: "The derivative of a squared norm is not that of the norm: norm(x)**2 has 2*x, norm(x) has x/norm(x).",
    program: "x: (n,); f = norm(x)",
    claim: "df/dx = 2*x",
};

pub(in crate::claim) static POWER: Mistake = Mistake {
    name: "power off by one",
    sentence: "The derivative of a power is one power lower, with the exponent before it.",
    program: "X: (n, d); f = sum(X**3)",
    claim: "df/dX = 3*X**3",
};

pub(in crate::claim) static SQUARE: Mistake = Mistake {
    name: "square missing",
    sentence: "What the program multiplies by before it squares enters twice: once on the way there, once on the way back.",
    program: "M: (n, m); A: (n, m); f = norm(M*A)**2",
    claim: "df/dA = 2*M*A",
};

pub(in crate::claim) static NUMBER: Mistake = Mistake {
    name: "another number",
    sentence: "One number of the formula is another.",
    program: "X: (n, d); f = sum(tanh(X))",
    claim: "df/dX = 2 - tanh(X)**2",
};

pub(in crate::claim) static SLICE: Mistake = Mistake {
    name: "slice at another place",
    sentence: "A part gets the part of the gradient that stands where it was put.",
    program: "A: (n, p); B: (n, p); Y = concat([A, B], axis=1)",
    claim: "dL/dB = dL/dY[:, :p]",
};

pub(in crate::claim) static WHOLE: Mistake = Mistake {
    name: "slice missing",
    sentence: "A part gets its own part of the gradient, not the whole.",
    program: "A: (n, p); B: (n, q); Y = concat([A, B], axis=1)",
    claim: "dL/dB = dL/dY",
};

pub(in crate::claim) static RESHAPE: Mistake = Mistake {
    name: "reshape in another order",
    sentence: "A reshape reads row by row; its gradient is the reshape back, in the same order, without a transpose.",
    program: "X: (n, d); y = reshape(X, (n*d,))",
    claim: "dL/dX = reshape(dL/dy, (d, n)).T",
};

pub(in crate::claim) static RESHAPE_MISSING: Mistake = Mistake {
    name: "reshape back missing",
    sentence: "A reshape moves no entry: the way back is the reshape to the shape of the variable.",
    program: "X: (n, d); y = reshape(X, (n*d,))",
    claim: "dL/dX = dL/dy",
};

pub(in crate::claim) static FUNCTION: Mistake = Mistake {
    name: "function too many",
    sentence: "This function is not part of the derivative.",
    program: "X: (n, d); Y: (n, d); f = sum(X*Y)",
    claim: "df/dX = tanh(Y)",
};

pub(in crate::claim) static OTHER_PART: Mistake = Mistake {
    name: "another expression",
    sentence: "One part of the formula is another expression.",
    program: "z: (k,); s = softmax(z)",
    claim: "dL/dz = s*dL/ds",
};

/// Those that one edit of the claim mends.
pub(in crate::claim) static EDITS: &[&Mistake] = &[
    &TRANSPOSE_MISSING,
    &TRANSPOSE_TOO_MANY,
    &INVERSE_TRANSPOSE,
    &SWAPPED,
    &REVERSED,
    &OTHER_LAYOUT,
    &WRONG_SIDE,
    &ENTRYWISE,
    &NOT_ENTRYWISE,
    &NO_OUTER,
    &OUTER_REVERSED,
    &OUTER_OF_ROWS,
    &TRACE,
    &NOT_SUMMED,
    &BATCH_NOT_SUMMED,
    &SUMMED,
    &SUMMED_EARLY,
    &NO_COLUMN,
    &DIAGONAL_ONLY,
    &ON_DIAGONAL,
    &OTHER_AXIS,
    &KEEPDIMS,
    &MEAN_FOR_SUM,
    &SUM_FOR_MEAN,
    &SIGN,
    &TWO_MISSING,
    &TWO_TOO_MANY,
    &FACTOR,
    &COUNT_MISSING,
    &COUNT_TOO_MANY,
    &LENGTH,
    &ROOT,
    &UPSTREAM,
    &UPSTREAM_TWICE,
    &DERIVATIVE,
    &DERIVATIVE_TWICE,
    &SIGNS,
    &MASK,
    &ARGMAX,
    &OTHER_MASK,
    &REVERSED_MASK,
    &VALUE,
    &OTHER_POINT,
    &UPDATED,
    &OTHER_NAME,
    &FACTOR_MISSING,
    &FACTOR_TOO_MANY,
    &TERM_MISSING,
    &TERM_TOO_MANY,
    &TERM_SIGN,
    &SYMMETRY,
    &BOTH_SIDES,
    &NORM_SQUARED,
    &POWER,
    &MATRIX_POWER,
    &ROOT_MISSING,
    &SQUARE,
    &NUMBER,
    &SLICE,
    &WHOLE,
    &RESHAPE,
    &RESHAPE_MISSING,
    &FUNCTION,
    &OTHER_PART,
];

/// Edits that say little: that something is missing, too many, or another.
pub(in crate::claim) static VAGUE: [&Mistake; 8] =
    [&FACTOR_MISSING, &FACTOR_TOO_MANY, &TERM_MISSING, &TERM_TOO_MANY, &OTHER_NAME, &NUMBER, &OTHER_PART, &FACTOR];

/// Edits that turn the whole round, which is what a verdict of another layout says.
pub(in crate::claim) static LAYOUTS: [&Mistake; 4] = [&OTHER_LAYOUT, &TRANSPOSE_MISSING, &TRANSPOSE_TOO_MANY, &RESHAPE_MISSING];

/// Edits for a variable that is used twice.
pub(in crate::claim) static TWO_USES: [&Mistake; 2] = [&SYMMETRY, &BOTH_SIDES];
