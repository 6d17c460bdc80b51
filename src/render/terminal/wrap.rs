//! Where a line may end.

use super::ink::Run;

/// A row of these is a line that has not been broken yet.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// What stands together.
    Run(Run),
    /// Where the line may end. Of the places within reach one of the lowest rank is taken, and of those the last: between words (0)
    /// before between the terms of a formula, there before between the terms of a bracket inside it.
    Space { columns: usize, rank: usize },
}

impl Item {
    fn columns(&self) -> usize {
        match self {
            Item::Run(run) => run.columns,
            Item::Space { columns, .. } => *columns,
        }
    }
}

/// The columns of all items in one line.
pub(super) fn columns(items: &[Item]) -> usize {
    items.iter().map(Item::columns).sum()
}

/// The columns of the widest part that cannot be broken.
pub(super) fn widest(items: &[Item]) -> usize {
    items.split(|item| matches!(item, Item::Space { .. })).map(columns).max().unwrap_or(0)
}

/// All items in one line.
pub(super) fn flat(items: &[Item]) -> Vec<Run> {
    let run = |item: &Item| match item {
        Item::Run(run) => run.clone(),
        Item::Space { columns, .. } => Run::spaces(*columns),
    };
    items.iter().map(run).collect()
}

/// The items in lines of at most `first` columns for the first and `rest` for the others. A run that is wider still has its own line.
pub(super) fn wrap(items: &[Item], first: usize, rest: usize) -> Vec<Vec<Run>> {
    let items = &items[..items.iter().rposition(|i| matches!(i, Item::Run(_))).map_or(0, |last| last + 1)];
    let mut lines = Vec::new();
    let mut at = 0;
    while let Some(skipped) = items[at..].iter().position(|i| matches!(i, Item::Run(_))) {
        at += skipped;
        let end = at + line_length(&items[at..], if lines.is_empty() { first } else { rest });
        lines.push(flat(&items[at..end]));
        at = end;
    }
    lines
}

/// How many items the first line takes.
fn line_length(items: &[Item], room: usize) -> usize {
    let mut used = 0;
    let mut best: Option<(usize, usize)> = None;
    for (i, item) in items.iter().enumerate() {
        if used > room {
            match (best, item) {
                (Some((_, end)), _) => return end,
                (None, Item::Space { .. }) => return i,
                (None, Item::Run(_)) => {}
            }
        }
        match item {
            Item::Space { rank, .. } if best.is_none_or(|(lowest, _)| *rank <= lowest) => best = Some((*rank, i)),
            _ => {}
        }
        used += item.columns();
    }
    match best {
        Some((_, end)) if used > room => end,
        _ => items.len(),
    }
}
