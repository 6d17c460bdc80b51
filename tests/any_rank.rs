//! Every operation, called with arrays of every number of axes and with arguments that hardly fit: it is read or refused, and what is
//! read has gradients. In a debug build on 1 MiB of stack; nothing panics.

use pullback::answer::{Options, answer};
use pullback::ops;
use std::panic::catch_unwind;

/// Arrays of no to three axes, one of them with axes of length 1.
const ARRAYS: [&str; 5] = ["s", "x", "A", "T", "R"];
const DECLARED: &str = "s: (); x: (n,); A: (n, m); T: (b, n, m); R: (1, n)";
/// What else may stand where an argument is read.
const OTHERS: [&str; 9] = ["0", "1", "-1", "2", "1/2", "(1, 0)", "None", "True", "'ij->ji'"];

/// All lists of arguments with one to three arrays, and of one or two arrays with something behind them.
fn arguments() -> Vec<String> {
    let mut lists: Vec<String> = ARRAYS.map(String::from).to_vec();
    for one in ARRAYS {
        lists.extend(ARRAYS.map(|two| format!("{one}, {two}")));
        lists.extend(OTHERS.map(|other| format!("{one}, {other}")));
        lists.extend(["axis=0", "axis=1", "axis=-1", "axis=(0, 1)", "axis=None", "keepdims=True"].map(|key| format!("{one}, {key}")));
        lists.extend(["0", "2"].map(|other| format!("{one}, {other}, {other}")));
        lists.extend(["0", "1"].map(|other| format!("[{one}, {one}], {other}")));
        for two in ARRAYS {
            lists.extend(["1", "(1, 0)"].map(|other| format!("{one}, {two}, {other}")));
        }
        lists.push(format!("{one}, {one}, {one}"));
        lists.push(format!("[{one}, {one}]"));
    }
    lists
}

#[test]
fn every_operation_at_every_rank() {
    let arguments = arguments();
    let work = move || {
        let (mut read, mut refused) = (0, 0);
        let mut fallen = Vec::new();
        for entry in ops::entries() {
            let name = entry.names[0];
            if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            for arguments in &arguments {
                let program = format!("{DECLARED}; Y = {name}({arguments})");
                let options = Options { unchecked: true, unexplained: true, ..Options::default() };
                match catch_unwind(|| answer(&program, &options).is_ok()) {
                    Ok(true) => read += 1,
                    Ok(false) => refused += 1,
                    Err(_) => fallen.push(program),
                }
            }
        }
        (read, refused, fallen)
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).expect("a thread starts");
    let (read, refused, fallen) = thread.join().expect("no stack overflows");
    assert!(fallen.is_empty(), "{} fall: {fallen:#?}", fallen.len());
    assert!(read > 3_000 && refused > 5_000, "{read} are read, {refused} refused");
}
