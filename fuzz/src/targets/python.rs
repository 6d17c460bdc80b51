//! A real Python that reads what is emitted. It compiles, and runs nothing of it.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Reads sources behind their length, and answers each with what is wrong with it, behind its length.
///
/// Sources are given as bytes, so that a line such as `# coding: ...` is obeyed as it is in a file.
const READER: &str = r#"
import ast, sys, warnings
warnings.simplefilter("ignore")
ours = {
    "numpy": {"numpy", "scipy.special", "scipy.linalg", "scipy"},
    "torch": {"torch", "torch.nn.functional", "math"},
    "jax": {"jax", "jax.numpy", "jax.scipy.linalg", "jax.scipy.special", "jax.nn", "jax.scipy"},
}
def imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) else []
def look(source, target):
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for name in imported(node):
            if name not in ours[target]:
                return "imports " + name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("exec", "eval", "open", "__import__", "compile"):
            return "calls " + node.func.id
    compile(tree, "module", "exec")
    return ""
while True:
    head = sys.stdin.buffer.read(8)
    if len(head) < 8:
        break
    target, source = sys.stdin.buffer.read(int.from_bytes(head, "little")).split(b"\n", 1)
    try:
        answer = look(source, target.decode())
    except Exception as wrong:
        answer = repr(wrong)
    answer = answer.encode("utf-8", "backslashreplace")
    sys.stdout.buffer.write(len(answer).to_bytes(8, "little") + answer)
    sys.stdout.buffer.flush()
"#;

/// The process, and both ends of the talk.
struct Reader {
    _child: Child,
    to: ChildStdin,
    from: ChildStdout,
}

impl Reader {
    fn new() -> Reader {
        let mut child = Command::new("python3")
            .args(["-I", "-c", READER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed");
        let (to, from) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        Reader { _child: child, to, from }
    }

    fn ask(&mut self, text: &str) -> std::io::Result<String> {
        self.to.write_all(&(text.len() as u64).to_le_bytes())?;
        self.to.write_all(text.as_bytes())?;
        self.to.flush()?;
        let mut length = [0; 8];
        self.from.read_exact(&mut length)?;
        let mut answer = vec![0; u64::from_le_bytes(length) as usize];
        self.from.read_exact(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

thread_local! {
    static READER_PROCESS: RefCell<Reader> = RefCell::new(Reader::new());
}

/// Panics where `module` is no Python, or imports what it should not.
pub fn compiles(module: &str, target: &str) {
    let answer = READER_PROCESS.with_borrow_mut(|reader| reader.ask(&format!("{target}\n{module}")).expect("Python goes on"));
    assert!(answer.is_empty(), "Python says {answer} of\n{module}");
}
