//! `X[i]`, `X[a:b]`, `X[::2]`, `X[idx]`: the parts of an index, read as Python reads them.

use super::cutting::spread;
use super::rearrange::axis_of;
use super::{Attribute, Cut, Family, Fault, Value};
use crate::diagnostic::Span;
use crate::error::ShapeError;
use crate::expr::{Id, Op};
use crate::limits::MAX_AXES;
use crate::shape::{Builder, Dim};
use smallvec::SmallVec;

/// One part of an index.
enum Item {
    /// A new axis.
    New,
    /// An axis, cut; whether it is dropped, turned round or looked up by an index array.
    Axis(Cut, bool, bool, Option<Id>),
}

impl Builder<'_> {
    /// `X[...]`: parts of the language to operations.
    ///
    /// # Errors
    /// More parts than axes; places outside an axis; lengths that depend on what the names stand for.
    pub fn index(&mut self, x: Id, parts: &[Value], span: Span) -> Result<Id, Fault> {
        if let Some(at) = parts.iter().position(|part| matches!(part, Value::Sequence(_))) {
            return self.listed(x, parts, at, span);
        }
        let items = self.items(x, parts, span)?;
        let axes =
            || items.iter().filter_map(|item| if let Item::Axis(cut, drop, turn, by) = item { Some((cut, drop, turn, by)) } else { None });
        let mut y = self.slice(x, axes().map(|(cut, ..)| *cut).collect());
        let turned: SmallVec<[u8; 8]> = axes().enumerate().filter(|(_, item)| *item.2).map(|(axis, _)| axis as u8).collect();
        if !turned.is_empty() {
            let all = turned.len() == self.arena().shape(y).len();
            y = self.rearranged("flip", &[y], vec![if all { Attribute::None } else { Attribute::Axes(turned) }]);
        }
        let dropped = axes().enumerate().filter(|(_, item)| *item.1).fold(0u32, |mask, (axis, _)| mask | 1 << axis);
        if dropped != 0 {
            y = self.node(Op::Squeeze(dropped), &[y]);
        }
        let kept: Vec<Option<Id>> = axes().filter(|item| !*item.1).map(|item| *item.3).collect();
        let looked: Vec<(usize, Id)> = kept.iter().enumerate().filter_map(|(axis, by)| by.map(|by| (axis, by))).collect();
        // NumPy moves the axes of an index array to the front where a slice stands between it and a number
        let advanced = |item: &&Item| matches!(item, Item::Axis(_, true, ..) | Item::Axis(.., Some(_)));
        let apart = items.split(|item| !advanced(&item)).filter(|run| !run.is_empty()).count() > 1;
        if apart && !looked.is_empty() {
            return Err(self.unsupported(span, "an index array apart from another index; take entries along one axis after the other"));
        }
        let mut gone = None;
        match looked.as_slice() {
            [] => {}
            [(axis, by)] => y = self.gather(y, *by, *axis, span)?,
            [(first, one), (second, two)] => {
                y = self.one_of_each(y, (*first, *one), (*second, *two), span)?;
                gone = Some(*second);
            }
            _ => return Err(self.unsupported(span, "three index arrays at once; take entries along one axis after the other")),
        }
        let mut mask = 0u32;
        let mut place = 0;
        let mut axis = 0;
        for item in &items {
            match item {
                Item::New if place < MAX_AXES => {
                    mask |= 1 << place;
                    place += 1;
                }
                Item::New => place += 1,
                Item::Axis(_, true, ..) => {}
                Item::Axis(.., by) => {
                    place += match by {
                        _ if gone == Some(axis) => 0,
                        Some(by) => self.arena().shape(*by).len(),
                        None => 1,
                    };
                    axis += 1;
                }
            }
        }
        if place > MAX_AXES {
            return Err(Box::new(ShapeError::TooManyAxes { rank: place, span }));
        }
        self.unsqueeze(y, mask, span)
    }

    /// `X[[0, 2]]`: the rows one after the other.
    fn listed(&mut self, x: Id, parts: &[Value], at: usize, span: Span) -> Result<Id, Fault> {
        let Value::Sequence(places) = &parts[at] else { return Ok(x) };
        let mut rows = vec![];
        let before = parts[..at].iter().filter(|part| !matches!(part, Value::Array(_) | Value::Ellipsis)).count();
        let named = parts.iter().filter(|part| !matches!(part, Value::None | Value::Ellipsis)).count();
        let dots = parts[..at].iter().any(|part| matches!(part, Value::Ellipsis));
        let axis = before + if dots { self.arena().shape(x).len().saturating_sub(named) } else { 0 };
        for place in places {
            let known = matches!(place, Value::Array(id) if self.dim_of(*id).is_some());
            if !known {
                return Err(self.unsupported(span, "a list as an index that holds anything but whole numbers and lengths"));
            }
            let mut one = parts.to_vec();
            one[at] = place.clone();
            let row = self.index(x, &one, span)?;
            rows.push(self.unsqueeze(row, 1 << axis, span)?);
        }
        Ok(match rows.as_slice() {
            [] => return Err(self.unsupported(span, "an empty list as an index")),
            [one] => *one,
            many => self.rearranged("concat", many, vec![axis_of(axis)]),
        })
    }

    fn items(&mut self, x: Id, parts: &[Value], span: Span) -> Result<Vec<Item>, Fault> {
        let shape = self.resolved(x);
        let named = parts.iter().filter(|part| !matches!(part, Value::None | Value::Ellipsis)).count();
        if named > shape.len() || parts.iter().filter(|part| matches!(part, Value::Ellipsis)).count() > 1 {
            let shape = self.show(x);
            let function = span.slice(self.source).to_string();
            return Err(Box::new(ShapeError::Rank { function, wanted: "as many axes as the index names", shape, span }));
        }
        let mut items = vec![];
        let mut axis = 0;
        let whole = Value::Slice(None, None, None);
        let rest = std::iter::repeat_n(&whole, shape.len() - named);
        let spelled: Vec<&Value> = match parts.iter().position(|part| matches!(part, Value::Ellipsis)) {
            Some(at) => parts[..at].iter().chain(rest).chain(&parts[at + 1..]).collect(),
            None => parts.iter().chain(rest).collect(),
        };
        for part in spelled {
            let Some(&length) = shape.get(axis).filter(|_| !matches!(part, Value::None)) else {
                items.push(Item::New);
                continue;
            };
            // what was bound on the way is known by now
            let length = self.dims().resolve(length);
            axis += 1;
            items.push(match part {
                Value::Slice(start, stop, step) => {
                    let mut end = |end: &Option<Id>| end.map(|id| self.bound(id, span)).transpose();
                    let (start, stop) = (end(start)?, end(stop)?);
                    let step = match step.map(|id| (id, self.arena().as_number(id).and_then(|n| n.to_integer()))) {
                        None => 1,
                        Some((_, Some(step))) if step != 0 => step,
                        Some(_) => return Err(self.unsupported(span, "a step that is no number; steps are whole numbers other than 0")),
                    };
                    let (cut, turned) = self.bounded(start, stop, step, length, span)?;
                    Item::Axis(cut, false, turned, None)
                }
                Value::Array(id) => match self.dim_of(*id) {
                    Some(place) => Item::Axis(self.place(place, length, span)?, true, false, None),
                    None if matches!(self.arena().op(*id), Op::Apply(f) if f.entry().family == Family::Mask) => {
                        return Err(self.unsupported(span, "a mask as an index: how many entries it keeps is no length; write `X * mask`"));
                    }
                    None => {
                        let zero = self.dims().integer(0);
                        Item::Axis(Cut { start: zero, stop: length, step: 1, count: length }, false, false, Some(*id))
                    }
                },
                other => {
                    let what =
                        format!("{} as an index; a part is a number, a slice, an index array, `None` or `...`", super::describe(other));
                    return Err(self.unsupported(span, &what));
                }
            });
        }
        Ok(items)
    }

    fn unsupported(&mut self, span: Span, about: &str) -> Fault {
        Box::new(ShapeError::Unsupported { what: span.slice(self.source).to_string(), about: about.into(), span })
    }

    /// A bound of a slice as a length.
    fn bound(&mut self, id: Id, span: Span) -> Result<Dim, Fault> {
        match self.dim_of(id) {
            Some(dim) => Ok(self.dims().resolve(dim)),
            None => Err(self.unsupported(span, "a bound that is computed; bounds are whole numbers and lengths such as `k` or `n - 1`")),
        }
    }

    /// A bound counted from the front: what is below zero counts from the end.
    fn counted(&mut self, bound: Dim, length: Dim) -> Dim {
        if self.dims().is_negative(bound) { self.dims().plus(length, bound) } else { bound }
    }

    /// A place on an axis, as a cut of one entry.
    fn place(&mut self, place: Dim, length: Dim, span: Span) -> Result<Cut, Fault> {
        let start = self.counted(place, length);
        let cut = self.cut(start, Dim::ONE);
        self.inside(cut, length, span)
    }

    /// Refuses what is outside the axis whatever the names stand for.
    fn inside(&mut self, cut: Cut, length: Dim, span: Span) -> Result<Cut, Fault> {
        let behind = self.dims().minus(length, cut.stop);
        if self.dims().is_negative(cut.start) || self.dims().is_negative(behind) {
            let (text, length) = (span.slice(self.source).to_string(), self.show_dim(length));
            return Err(Box::new(ShapeError::Outside { text, length, span }));
        }
        Ok(cut)
    }

    /// `start:stop:step` of an axis, from the front, and whether it is then turned round.
    pub(super) fn bounded(
        &mut self,
        start: Option<Dim>,
        stop: Option<Dim>,
        step: i64,
        length: Dim,
        span: Span,
    ) -> Result<(Cut, bool), Fault> {
        let zero = self.dims().integer(0);
        let mut ends = [start, stop].map(|end| end.map(|dim| self.counted(dim, length)));
        if step < 0 {
            // from `start` down to, but not including, `stop`: the same from the other side
            ends = [ends[1].map(|stop| self.dims().plus(stop, Dim::ONE)), ends[0].map(|start| self.dims().plus(start, Dim::ONE))];
        }
        let (mut start, stop) = (ends[0].unwrap_or(zero), ends[1].unwrap_or(length));
        let reach = self.dims().minus(stop, start);
        let size = step.abs();
        let count = match self.dims().steps(reach, size) {
            _ if size == 1 => reach,
            Some(count) => count,
            // a length that is yet unknown is taken to be a multiple of the step
            None => {
                let size = self.dims().integer(size);
                self.part(length, size, span)?;
                let reach = self.dims().resolve(reach);
                match self.dims().steps(reach, step.abs()) {
                    Some(count) => count,
                    None => {
                        let (whole, by) = (self.show_dim(reach), step.abs().to_string());
                        return Err(Box::new(ShapeError::Divide { whole, by, span }));
                    }
                }
            }
        };
        let spread = spread(self.dims(), count, size);
        if step < -1 {
            // counted from the last entry on
            start = self.dims().minus(stop, spread);
        }
        let stop = self.dims().plus(start, spread);
        let empty = self.dims().is_negative(count) || self.dims().as_integer(count) == Some(0);
        if empty {
            let text = span.slice(self.source).to_string();
            let length = self.show_dim(length);
            return Err(Box::new(ShapeError::Outside { text, length, span }));
        }
        let cut = self.inside(Cut { start, stop, step: if count == Dim::ONE { 1 } else { size }, count }, length, span)?;
        Ok((cut, step < 0))
    }

    /// `X[i, j]` of two index arrays: where the one counts through its axis, one entry of each row.
    fn one_of_each(&mut self, x: Id, (first, one): (usize, Id), (second, two): (usize, Id), span: Span) -> Result<Id, Fault> {
        let shape = self.resolved(x);
        let counts = |b: &Self, id: Id, length: Dim| match b.arena().op(id) {
            Op::Call(function, attributes) => function.entry().names[0] == "arange" && attributes[..] == [Attribute::Length(length)],
            _ => false,
        };
        let (by, axis) = if counts(self, one, shape[first]) {
            (two, second)
        } else if counts(self, two, shape[second]) {
            (one, first)
        } else {
            return Err(self.unsupported(span, "two index arrays; `X[arange(n), i]` takes one entry of each row"));
        };
        let row = if axis == second { first } else { second };
        if second != first + 1
            || self.arena().shape(by).len() != 1
            || !{
                let index = self.resolved(by);
                self.unify(index[0], shape[row])
            }
        {
            let (index, array) = (self.show(by), self.show(x));
            let about = format!("an index {index} into {array} here; it must name one entry for each place of the axis beside it");
            return Err(self.unsupported(span, &about));
        }
        // the axes beside the two carry no index of their own
        let mask = (0..shape.len() - 1).filter(|&k| k != first).fold(0u32, |mask, k| mask | 1 << k);
        let by = self.unsqueeze(by, mask, span)?;
        self.pick(x, by, axis, false)
    }
}
