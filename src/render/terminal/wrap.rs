//! Where a line may end.

use super::ink::Run;

/// A row of these is a line that has not been broken yet.
#[derive(Clone, Debug)]
pub(super) enum Item<'t> {
    /// What stands together.
    Run(Run<'t>),
    /// Where the line may end. Of the places within reach one of the lowest rank is taken, and of those the last: between words (0)
    /// before between the terms of a formula, there before between the terms of a bracket inside it.
    Space { columns: usize, rank: usize },
}

impl Item<'_> {
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
pub(super) fn flat<'r>(items: &'r [Item<'_>]) -> impl Iterator<Item = Run<'r>> {
    items.iter().map(|item| match item {
        Item::Run(run) => run.borrowed(),
        Item::Space { columns, .. } => Run::spaces(*columns),
    })
}

/// The items in lines of at most `first` columns for the first and `rest` for the others. A run that is wider still has its own line.
pub(super) fn wrap<'r, 't>(items: &'r [Item<'t>], first: usize, rest: usize) -> impl Iterator<Item = &'r [Item<'t>]> {
    let mut left = &items[..items.iter().rposition(|i| matches!(i, Item::Run(_))).map_or(0, |last| last + 1)];
    let mut room = first;
    std::iter::from_fn(move || {
        left = &left[left.iter().position(|i| matches!(i, Item::Run(_)))?..];
        let (line, below) = left.split_at(line_length(left, room));
        (left, room) = (below, rest);
        Some(line)
    })
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
