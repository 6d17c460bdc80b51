//! How time and memory grow with the length of a program, for every subcommand: a table of families and exponents.
//!
//! ```sh
//! cargo run --profile quick --example growth                     # everything, up to 16 KiB of input
//! cargo run --profile quick --example growth -- 65536 net hess   # up to 64 KiB, rows with `net` or `hess` in their names
//! ```
//!
//! Each run is a process of its own (this program once more): its time is that on a processor, its memory the peak, both as Linux tells
//! them of it. An exponent is the slope of the logarithms of time over length, from the runs that take longer than the start of a process.
//! A run over one second or 256 MiB has a `!`.

use std::env::{args, args_os, current_exe};
use std::fmt::Write;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// A name and a program of so many parts.
type Family = (&'static str, fn(usize) -> String);
/// A name and what stands before and behind the program on the command line.
type Task = (&'static str, &'static [&'static str], Claim);

/// Which claim `check` is asked about.
#[derive(Clone, Copy, PartialEq)]
enum Claim {
    None,
    Right,
    Wrong,
}

/// What one process may take.
const SECOND: f64 = 1.0;
const MEBIBYTES: f64 = 256.0;
/// When it is ended.
const PATIENCE: Duration = Duration::from_secs(15);
/// Faster runs say more of the start of a process than of the program.
const NOISE: f64 = 0.01;

fn joined(count: usize, separator: &str, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(separator)
}

fn lines(count: usize, start: &str, line: impl Fn(usize) -> String) -> String {
    format!("{start}\n{}", joined(count, "\n", line))
}

const FAMILIES: &[Family] = &[
    ("net", |n| lines(n, "X0: (n, d)", |k| format!("X{} = tanh(X{k} @ W{k})", k + 1))),
    ("net, scalar", |n| format!("{}\nf = sum(X{n})", lines(n, "X0: (n, d)", |k| format!("X{} = tanh(X{k} @ W{k} + b{k})", k + 1)))),
    ("residual", |n| lines(n, "x0: (n,)", |k| format!("x{} = x{k} + sin(x{k})", k + 1))),
    ("shared dimensions", |n| {
        format!("{}\nf = {}", lines(n, "", |k| format!("y{k} = sum(X{k} * Z)")), joined(n, " + ", |k| format!("y{k}")))
    }),
    ("declared lines", |n| format!("{}\nf = sum({})", lines(n, "", |k| format!("X{k}: (n, d)")), joined(n, " + ", |k| format!("X{k}")))),
    ("literal squares", |n| {
        format!("X: (234, 234)\n{}", joined(n, "\n", |k| format!("Y{k} = {} @ X", if k == 0 { "X".into() } else { format!("Y{}", k - 1) })))
    }),
    ("sum of inputs", |n| format!("y = {}", joined(n, " + ", |k| format!("x{k}")))),
    ("sum of one", |n| format!("y = {}", joined(n, " + ", |_| "x".into()))),
    ("sum of products", |n| format!("Y = {}", joined(n, " + ", |k| format!("A{k} @ X @ B{k}")))),
    ("x * x", |n| format!("y = {}", joined(n, " * ", |_| "x".into()))),
    ("X0 * X1", |n| format!("Y = {}", joined(n, " * ", |k| format!("X{k}")))),
    ("X0 @ X1", |n| format!("Y = {}", joined(n, " @ ", |k| format!("X{k}")))),
    ("x0 / x1", |n| format!("y = {}", joined(n, " / ", |k| format!("x{k}")))),
    ("x / x", |n| format!("y = {}", joined(n, " / ", |_| "x".into()))),
    ("concat", |n| format!("Y = concat([{}])", joined(n, ", ", |k| format!("X{k}")))),
    ("concat of one", |n| format!("x: (n,); y = concat([{}])", joined(n, ", ", |_| "x".into()))),
    ("stack", |n| format!("Y = stack([{}])", joined(n, ", ", |k| format!("x{k}")))),
    ("einsum", |n| format!("f = einsum('{}->', {})", joined(n, ",", |_| "ij".into()), joined(n, ", ", |k| format!("X{k}")))),
    ("index list", |n| format!("x: (100000,); y = x[[{}]]", joined(n, ",", |k| k.to_string()))),
    ("index list, mixed", |n| format!("x: (100000,); y = x[[{}]]", joined(n, ",", |k| (k * 7919 % 100000).to_string()))),
    ("slices", |n| {
        format!(
            "x: (100000,)\n{}\nf = {}",
            joined(n, "\n", |k| format!("y{k} = sum(x[{k}:{}]**2)", k + 5)),
            joined(n, " + ", |k| format!("y{k}"))
        )
    }),
    ("nested calls", |n| format!("x: (n,); y = {}x{}", "sin(".repeat(n.min(90)), ")".repeat(n.min(90)))),
    ("losses", |n| {
        format!(
            "X: (n, d)\n{}\nf = {}",
            joined(n, "\n", |k| format!("l{k} = mean((X @ w{k} - t{k})**2)")),
            joined(n, " + ", |k| format!("l{k}"))
        )
    }),
    ("attention", |n| lines(n, "X0: (n, d)", |k| format!("X{} = softmax(X{k} @ Q{k} @ X{k}.T) @ X{k}", k + 1))),
];

const TASKS: &[Task] = &[
    ("explain", &["explain"], Claim::None),
    ("--brief", &["explain", "--brief"], Claim::None),
    ("--brief --no-check", &["explain", "--brief", "--no-check"], Claim::None),
    ("--full", &["explain", "--full"], Claim::None),
    ("markdown", &["explain", "--format", "markdown"], Claim::None),
    ("latex", &["explain", "--format", "latex"], Claim::None),
    ("typst", &["explain", "--format", "typst"], Claim::None),
    ("html", &["explain", "--format", "html"], Claim::None),
    ("json", &["explain", "--format", "json"], Claim::None),
    ("shapes", &["shapes"], Claim::None),
    ("check, right", &["check"], Claim::Right),
    ("check, wrong", &["check"], Claim::Wrong),
    ("code numpy", &["code"], Claim::None),
    ("code torch", &["code", "--target", "torch", "--autograd"], Claim::None),
    ("code jax", &["code", "--target", "jax", "--autograd"], Claim::None),
    ("code jacobian", &["code", "--of", "jacobian"], Claim::None),
    ("code hessian", &["code", "--of", "hessian"], Claim::None),
    ("code hvp", &["code", "--of", "hvp"], Claim::None),
    ("jacobian", &["jacobian"], Claim::None),
    ("hessian", &["hessian"], Claim::None),
    ("hessian --hvp", &["hessian", "--hvp", "V"], Claim::None),
    ("figure", &["figure"], Claim::None),
];

/// Pages for `notes`, which are not programs.
const PAGES: &[Family] = &[
    ("notes, blocks", |n| joined(n, "\n\n", |k| format!("```pullback\nY{k} = X{k} @ W{k}\n```"))),
    ("notes, continued", |n| {
        let block = |k: usize| match k {
            0 => "```pullback name=p0\nX0: (n, d); X1 = tanh(X0)\n```".to_string(),
            _ => format!("```pullback name=p{k} continue=p{}\nX{} = tanh(X{k})\n```", k - 1, k + 1),
        };
        joined(n, "\n\n", block)
    }),
    ("notes, prose", |n| joined(n, "\n\n", |k| format!("Some prose of paragraph {k}, with `code` and *stress*."))),
];

/// What one run took; none where it was ended.
#[derive(Clone, Copy)]
struct Run {
    bytes: usize,
    seconds: f64,
    mebibytes: f64,
    /// How the process ended; none where it was stopped.
    end: Option<i32>,
}

/// A figure that the child tells of itself.
fn told(errors: &str, name: &str) -> Option<f64> {
    errors.lines().rev().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
}

/// One process with this text in its file.
fn run(arguments: &[&str], text: &str, suffix: &str) -> std::io::Result<Run> {
    let file = std::env::temp_dir().join(format!("growth-{}.{suffix}", std::process::id()));
    std::fs::write(&file, text)?;
    let mut command = Command::new(current_exe()?);
    command.arg("--one").args(arguments);
    if suffix == "pb" {
        command.arg("-f");
    }
    command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let errors = child.stderr.take();
    let reader = std::thread::spawn(move || errors.map(std::io::read_to_string).transpose());
    let end = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status.code().unwrap_or(-1));
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    let waited = start.elapsed().as_secs_f64();
    let errors = reader.join().ok().and_then(|read| read.ok().flatten()).unwrap_or_default();
    let seconds = told(&errors, "nanoseconds:").map_or(waited, |nanoseconds| nanoseconds / 1e9);
    let mebibytes = told(&errors, "VmHWM:").map_or(f64::NAN, |kibibytes| kibibytes / 1024.0);
    std::fs::remove_file(&file)?;
    Ok(Run { bytes: text.len(), seconds, mebibytes, end })
}

/// The slope of log(time) over log(length), where time is more than noise.
fn exponent(runs: &[Run]) -> Option<f64> {
    let told = runs.iter().filter(|run| run.seconds > NOISE && run.end.is_some());
    let points: Vec<(f64, f64)> = told.map(|run| ((run.bytes as f64).ln(), (run.seconds - NOISE / 4.0).ln())).collect();
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
    let (up, along) = points.iter().fold((0.0, 0.0), |(up, along), p| (up + (p.0 - x) * (p.1 - y), along + (p.0 - x).powi(2)));
    (points.len() > 1).then(|| up / along)
}

/// The largest program of a family that is no longer than this, and its halves.
fn sizes(family: fn(usize) -> String, most: usize) -> Vec<String> {
    let mut parts = 1;
    while parts < most && family(2 * parts).len() <= most {
        parts *= 2;
    }
    let mut texts: Vec<String> = (0..4).map(|halved| parts >> halved).filter(|parts| *parts > 0).map(family).collect();
    texts.reverse();
    texts.dedup();
    texts
}

/// The program with the claim that a gradient is something.
fn claimed(text: &str, claim: Claim) -> Option<String> {
    use pullback::{answer, formula};
    if claim == Claim::None {
        return Some(text.into());
    }
    let options = answer::Options { unchecked: true, unexplained: true, ..Default::default() };
    let answer = answer::answer(text, &options).ok()?;
    let arena = answer.derivation.arena();
    let gradient = answer.derivation.wanted().next()?;
    let right = formula::text(arena, gradient.value, formula::Charset::Ascii);
    let factor = if claim == Claim::Wrong { "3 * " } else { "" };
    Some(format!("{text}\n{} = {factor}({right})", arena.info(gradient.symbol).name))
}

fn row(name: &str, task: &str, runs: &[Run]) -> String {
    let mut row = format!("{name:<20} {task:<19}");
    for run in runs {
        let over = run.seconds > SECOND || run.mebibytes > MEBIBYTES || run.end.is_none() || run.end.is_some_and(|end| end < 0);
        let end = run.end.map_or("stopped".into(), |end| if end == 0 { String::new() } else { format!("={end}") });
        let _ = write!(row, " {:>6}B {:>6.3}s {:>4.0}M{end}{}", run.bytes, run.seconds, run.mebibytes, if over { "!" } else { "" });
    }
    let slope = exponent(runs).map_or("  -".into(), |slope| format!("{slope:.2}"));
    format!("{row}  N^{slope}")
}

/// This program as a child: one run of the command line, and then its figures on standard error.
fn one() -> ExitCode {
    let end = pullback::cli::run(args_os().take(1).chain(args_os().skip(2)));
    let read = |name: &str| std::fs::read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
    eprintln!("\n{}nanoseconds: {}", read("status"), read("schedstat"));
    end
}

fn main() -> ExitCode {
    let words: Vec<String> = args().skip(1).collect();
    if words.first().is_some_and(|word| word == "--one") {
        return one();
    }
    let most = words.iter().find_map(|word| word.parse().ok()).unwrap_or(16 << 10);
    let named: Vec<&String> = words.iter().filter(|word| word.parse::<usize>().is_err()).collect();
    let wanted = |row: &str| named.is_empty() || named.iter().any(|name| row.contains(name.as_str()));
    let grown = |texts: Vec<Option<String>>, arguments: &[&str], suffix: &str| {
        let mut runs: Vec<Run> = Vec::new();
        for text in texts.into_iter().flatten() {
            match run(arguments, &text, suffix) {
                Ok(run) => runs.push(run),
                Err(error) => eprintln!("{error}"),
            }
            if runs.last().is_some_and(|run| run.end.is_none()) {
                break;
            }
        }
        runs
    };
    for (name, family) in FAMILIES {
        for (task, arguments, claim) in TASKS {
            if wanted(&format!("{name}; {task}")) {
                let texts = sizes(*family, most).iter().map(|text| claimed(text, *claim)).collect();
                println!("{}", row(name, task, &grown(texts, arguments, "pb")));
            }
        }
    }
    for (name, family) in PAGES {
        if wanted(name) {
            println!("{}", row(name, "notes", &grown(sizes(*family, most).into_iter().map(Some).collect(), &["notes"], "md")));
        }
    }
    ExitCode::SUCCESS
}
