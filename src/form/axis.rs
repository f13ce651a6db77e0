//! Rows or columns: an ordered tree of labelled lines, from dotted ids.

use std::sync::Arc;

use super::value::{Blank, Kind};
use crate::language::Localised;

/// One row or column of a table. A line with lines below it is a heading; one without is a
/// leaf and holds cells.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id; the dots are the hierarchy.
    pub id: Arc<str>,
    /// As printed.
    pub label: Localised,
    /// Other usual spellings of the label.
    pub also: Vec<String>,
    /// The heading it stands under, as an index into [`Axis::lines`].
    pub parent: Option<usize>,
    /// What its cells may hold, if it differs from the table.
    pub kind: Option<Kind>,
    /// The unit of its cells, if it differs from the table.
    pub unit: Option<Localised>,
    /// What a blank cell counts as, if it differs from the table.
    pub blank: Option<Blank>,
    /// The leaves it is the sum of, as numbers of leaves.
    pub sum: Option<Vec<usize>>,
    /// Whether figures of this line may be added up over agencies.
    pub combines: bool,
    /// What the form filler should know.
    pub hint: Option<Localised>,
    /// Its number among the leaves; `None` for a heading.
    pub leaf: Option<usize>,
    /// How many headings stand above it.
    pub depth: usize,
}

/// An ordered tree of lines.
#[derive(Clone, Debug, Default)]
pub struct Axis {
    /// All lines, in the order of the form.
    pub lines: Vec<Line>,
    /// The leaves, as indexes into `lines`.
    pub leaves: Vec<usize>,
}

impl Axis {
    /// Makes the tree: finds out which lines are headings, numbers the leaves.
    pub fn new(mut lines: Vec<Line>) -> Self {
        let mut is_heading = vec![false; lines.len()];
        for line in &lines {
            if let Some(parent) = line.parent {
                is_heading[parent] = true;
            }
        }
        let mut leaves = Vec::new();
        for index in 0..lines.len() {
            lines[index].depth = lines[index].parent.map_or(0, |parent| lines[parent].depth + 1);
            lines[index].leaf = (!is_heading[index]).then_some(leaves.len());
            if !is_heading[index] {
                leaves.push(index);
            }
        }
        Self { lines, leaves }
    }

    /// The line of a leaf.
    pub fn leaf(&self, number: usize) -> &Line {
        &self.lines[self.leaves[number]]
    }

    /// The line with this id.
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|line| &*line.id == id)
    }

    /// The number of the leaf with this id.
    pub fn leaf_number(&self, id: &str) -> Option<usize> {
        self.leaves.iter().position(|&line| &*self.lines[line].id == id)
    }

    /// The leaves below a heading, in order; the leaf itself for a leaf.
    pub fn leaves_below(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        self.leaves.iter().enumerate().filter(move |&(_, &leaf)| self.is_below(leaf, line)).map(|(n, _)| n)
    }

    /// Whether a line is another, or stands below it.
    pub fn is_below(&self, line: usize, above: usize) -> bool {
        let mut at = Some(line);
        while let Some(here) = at {
            if here == above {
                return true;
            }
            at = self.lines[here].parent;
        }
        false
    }

    /// The leaves that are sums, a sum of sums after its parts.
    pub fn sums(&self) -> Vec<usize> {
        fn visit(axis: &Axis, leaf: usize, seen: &mut [bool], out: &mut Vec<usize>) {
            let Some(parts) = axis.leaf(leaf).sum.as_ref().filter(|_| !seen[leaf]) else { return };
            seen[leaf] = true;
            parts.iter().for_each(|part| visit(axis, *part, seen, out));
            out.push(leaf);
        }
        let (mut seen, mut out) = (vec![false; self.leaves.len()], Vec::new());
        (0..self.leaves.len()).for_each(|leaf| visit(self, leaf, &mut seen, &mut out));
        out
    }

    /// A line and the headings above it, from the top.
    pub fn path(&self, line: usize) -> Vec<usize> {
        let mut path = vec![line];
        while let Some(parent) = self.lines[path[path.len() - 1]].parent {
            path.push(parent);
        }
        path.reverse();
        path
    }

    /// How many levels of headings and leaves there are.
    pub fn depth(&self) -> usize {
        self.lines.iter().map(|line| line.depth + 1).max().unwrap_or(0)
    }
}
