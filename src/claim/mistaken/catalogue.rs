//! Mistakes in the derivation that have a name.

use crate::claim::Mistake;

/// All of them.
pub const MISTAKES: [&Mistake; 30] = [
    &USE,
    &TWICE,
    &ONE_FOR_ALL,
    &PATH,
    &DIAGONAL,
    &UPSTREAM,
    &PASSED,
    &POINT,
    &PRODUCT,
    &ENTRYWISE,
    &MEAN,
    &UNSUMMED,
    &AXES,
    &TRANSPOSES,
    &ORDER,
    &CONSTANT,
    &FACTOR,
    &TERM,
    &SIGN,
    &LARGEST,
    &SQUARED,
    &OTHER_FACTOR,
    &LAYOUT,
    &PLACES,
    &KEPT,
    &SUMMED,
    &EARLY,
    &UPDATED,
    &FORWARD,
    &WHOLE,
];

/// Mistakes in deriving that say more than an edit of the claim does.
pub(in crate::claim) const TELLING: [&Mistake; 10] =
    [&USE, &TWICE, &ONE_FOR_ALL, &PATH, &DIAGONAL, &LARGEST, &SQUARED, &OTHER_FACTOR, &PLACES, &UPDATED];

/// Mistakes that are no explanation where a constant factor is one.
pub(in crate::claim) const BESIDE_CONSTANTS: [&Mistake; 3] = [&OTHER_FACTOR, &UPSTREAM, &TWICE];

pub(super) const USE: Mistake = Mistake {
    name: "use forgotten",
    sentence: "A variable that is used twice gets a gradient from both places, and the two add up: it varies in each of them.",
    program: "X: (n, d); Y = X @ X.T",
    claim: "dL/dX = dL/dY @ X",
};
pub(super) const TWICE: Mistake = Mistake {
    name: "use counted twice",
    sentence: "Each use of a variable contributes once, however many there are.",
    program: "A: (n, n); B: (n, n); Y = A @ B + A",
    claim: "dL/dA = dL/dY @ B.T + 2*dL/dY",
};
pub(super) const ONE_FOR_ALL: Mistake = Mistake {
    name: "one use counted for the others",
    sentence: "Two uses give the same only where what stands beside them is symmetric or commutes: both sides of the variable have to be \
               taken, each by itself.",
    program: "A: (n, n); Y = A @ A",
    claim: "dL/dA = 2*A.T @ dL/dY",
};
pub(super) const PATH: Mistake = Mistake {
    name: "path forgotten",
    sentence: "An intermediate value that is made of the variable is no constant: what goes through it has to be added.",
    program: "x: (d,); mu = mean(x); v = var(x); y = (x - mu)/sqrt(v)",
    claim: "dL/dx = dL/dy/sqrt(v)",
};
pub(super) const DIAGONAL: Mistake = Mistake {
    name: "only the diagonal",
    sentence: "Every entry of the result depends on all entries of the operand, so the entries off the diagonal of the Jacobian count too: \
               they are the sum in the rule.",
    program: "z: (k,); s = softmax(z)",
    claim: "dL/dz = dL/ds * s * (1 - s)",
};
pub(super) const UPSTREAM: Mistake = Mistake {
    name: "upstream gradient ignored",
    sentence: "The rule of a step is multiplied by the gradient that arrives from above; without it, that gradient is taken to be 1.",
    program: "z: (n,); a = sigmoid(z)",
    claim: "dL/dz = a * (1 - a)",
};
pub(super) const PASSED: Mistake = Mistake {
    name: "derivative of a step forgotten",
    sentence: "The gradient was handed through a step as it arrived, as if the step did nothing.",
    program: "z: (n,); y: (n,); a = sigmoid(z); f = sum((a - y)**2)/2",
    claim: "df/dz = a - y",
};
pub(super) const POINT: Mistake = Mistake {
    name: "derivative at the wrong point",
    sentence: "f'(z) is taken where f was: at its argument, not at its value (unless the formula is the one in terms of the value).",
    program: "Z: (n, m); A = tanh(Z)",
    claim: "dL/dZ = dL/dA * (1 - Z**2)",
};
pub(super) const PRODUCT: Mistake = Mistake {
    name: "matrix product for an element-wise one",
    sentence: "What acts entry by entry has a chain rule for each entry: nothing is summed, so the factor stays element-wise.",
    program: "X: (n, n); W: (n, n); Y = X * W",
    claim: "dL/dX = dL/dY @ W.T",
};
pub(super) const ENTRYWISE: Mistake = Mistake {
    name: "element-wise product for a matrix product",
    sentence: "Each entry of the operand reaches a whole row or column of the result, and the contributions are summed: a matrix product.",
    program: "X: (n, n); W: (n, n); Y = X @ W",
    claim: "dL/dX = dL/dY * W.T",
};
pub(super) const MEAN: Mistake = Mistake {
    name: "mean for a sum",
    sentence: "Contributions add up; they are divided by how many there are only if the program does that.",
    program: "X: (n, d); W: (d, m); b: (m,); Y = X @ W + b",
    claim: "dL/db = mean(dL/dY, axis=0)",
};
pub(super) const UNSUMMED: Mistake = Mistake {
    name: "axis not summed",
    sentence: "Along this axis the variable was used again and again (it was broadcast, or shared by a batch): the contributions add up.",
    program: "X: (n, d); g: (d,); Y = X * g",
    claim: "dL/dg = X * dL/dY",
};
pub(super) const AXES: Mistake = Mistake {
    name: "other axes reduced",
    sentence: "The sum in the gradient goes over the axes that the program reduced, and no others.",
    program: "X: (n, d); S = softmax(X, axis=1)",
    claim: "dL/dX = S*(dL/dS - sum(dL/dS*S, axis=0, keepdims=True))",
};
pub(super) const TRANSPOSES: Mistake = Mistake {
    name: "transposes of a rule forgotten",
    sentence: "A matrix that crosses to the other side of the pairing is transposed; where shapes are square nothing but the rule says so.",
    program: "X: (n, n); Y = inv(X)",
    claim: "dL/dX = -inv(X) @ dL/dY @ inv(X)",
};
pub(super) const ORDER: Mistake = Mistake {
    name: "multiplied on the wrong side",
    sentence: "What stood to the right of the variable stays at the right of the gradient, transposed, and what stood to the left stays at \
               the left.",
    program: "X: (n, d); W: (d, m); f = sum((X @ W)**2)",
    claim: "df/dX = 2 * W.T @ (X @ W)",
};
pub(super) const CONSTANT: Mistake = Mistake {
    name: "constant of a rule forgotten",
    sentence: "A number in front of a step stands in front of its gradient too.",
    program: "Q: (n, k); K: (m, k); S = Q @ K.T/sqrt(k)",
    claim: "dL/dQ = dL/dS @ K",
};
pub(super) const FACTOR: Mistake = Mistake {
    name: "factor of a rule forgotten",
    sentence: "The derivative of a product keeps all the other factors.",
    program: "X: (n, n); f = det(X)",
    claim: "df/dX = inv(X).T",
};
pub(super) const TERM: Mistake = Mistake {
    name: "term of a rule forgotten",
    sentence: "The derivative of this step has more than one term.",
    program: "z: (k,); s = softmax(z)",
    claim: "dL/dz = s * dL/ds",
};
pub(super) const SIGN: Mistake = Mistake {
    name: "sign of a rule",
    sentence: "The rule of this step has the other sign.",
    program: "z: (k,); y = log_softmax(z)",
    claim: "dL/dz = dL/dy + softmax(z)*sum(dL/dy)",
};
pub(super) const LARGEST: Mistake = Mistake {
    name: "every entry for the chosen one",
    sentence: "Only the entry that is the largest (or smallest) reaches the result; the gradient of all others is zero, so a mask stands \
               in the rule.",
    program: "x: (n,); f = max(x)",
    claim: "df/dx = ones(n)",
};
pub(super) const SQUARED: Mistake = Mistake {
    name: "as if it were squared",
    sentence: "This is the derivative of the square: that of the value itself is divided by twice the value.",
    program: "A: (n, d); x: (d,); b: (n,); f = norm(A @ x - b)",
    claim: "df/dx = 2*A.T @ (A @ x - b)",
};
pub(super) const OTHER_FACTOR: Mistake = Mistake {
    name: "the other factor taken for the gradient",
    sentence: "dY/dX is no matrix but an array with the axes of both; the gradient is what it gives when paired with the gradient that \
               arrives, not the other factor alone.",
    program: "X: (n, d); W: (d, m); f = sum(X @ W)",
    claim: "df/dX = W",
};
pub(super) const LAYOUT: Mistake = Mistake {
    name: "formula of the transposed layout",
    sentence: "This is the formula for the program with all matrices transposed (samples as columns, as Ng writes them, where here they \
               are rows, or the reverse): product and order turn round with the layout.",
    program: "X: (n, n); W: (n, n); Y = X @ W",
    claim: "dL/dW = dL/dY @ X.T",
};
pub(super) const PLACES: Mistake = Mistake {
    name: "put back at other places",
    sentence: "Each entry of the gradient goes back to where its entry came from, in the same order.",
    program: "X: (n, d); y = reshape(X, (n*d,))",
    claim: "dL/dX = reshape(dL/dy, (d, n)).T",
};
pub(super) const WHOLE: Mistake = Mistake {
    name: "a multiple of the gradient",
    sentence: "The claim is the gradient times a number.",
    program: "x: (n,); f = sum(x**3)",
    claim: "df/dx = 2*x**2",
};
pub(super) const KEPT: Mistake = Mistake {
    name: "keepdims",
    sentence: "An axis of length 1 is an axis: the gradient has it where the variable has it, and not otherwise.",
    program: "X: (n, d); W: (d, m); b: (1, m); Y = X @ W + b",
    claim: "dL/db = sum(dL/dY, axis=0)",
};
pub(super) const SUMMED: Mistake = Mistake {
    name: "summed too much",
    sentence: "The gradient has one entry for each entry of the variable; nothing is summed along an axis that the variable has.",
    program: "W: (d, m); f = sum(W**2)",
    claim: "df/dW = 2*sum(W)",
};
pub(super) const EARLY: Mistake = Mistake {
    name: "steps in another order",
    sentence: "The gradient goes back through the steps from the last to the first; a factor that belongs to an earlier step is multiplied \
               in after those that come later in the program.",
    program: "A: (d, n); W: (h, d); V: (k, h); Z = W @ A; B = tanh(Z); Y = V @ B",
    claim: "dL/dZ = V.T @ (dL/dY * (1 - B**2))",
};
pub(super) const FORWARD: Mistake = Mistake {
    name: "the way there for the way back",
    sentence: "Going back through a step that moves or adds up entries undoes its direction: what was shifted is shifted back, what was \
               added up from the front is added up from the end.",
    program: "x: (n,); y = cumsum(x)",
    claim: "dL/dx = cumsum(dL/dy)",
};
pub(super) const UPDATED: Mistake = Mistake {
    name: "value after the update",
    sentence: "The gradient is taken where the forward pass was: the values in it are those before any update.",
    program: "X: (n, d); W: (d, m); λ: scalar; Y = X @ W",
    claim: "dL/dX = dL/dY @ (W - λ*X.T @ dL/dY).T",
};
