//! Tables with rows and columns exchanged: what the form has across stands down the side. Such a grid is turned over
//! before it is read.

use std::collections::BTreeSet;

use crate::import::block::{Block, TextCell, TextGrid};
use crate::import::label::{bare_key, key};

use super::lexicon::{Lexicon, TableWords};

/// Labels of columns below each other that tell a table turned over.
const DOWN: usize = 4;
/// Labels of columns beside each other that such a table may have: a heading and a leaf.
const ALONG: usize = 2;

/// The blocks, with grids turned back whose columns run down the side.
pub(super) fn turn(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<Block>> {
    let turned = |grid: &TextGrid| lexicon.tables.iter().any(|words| is_turned(grid, words));
    if !blocks.iter().any(|block| matches!(block, Block::Grid(grid) if turned(grid))) {
        return None;
    }
    let turn = |block: &Block| match block {
        Block::Grid(grid) if turned(grid) => Block::Grid(over(grid)),
        block => block.clone(),
    };
    Some(blocks.iter().map(turn).collect())
}

/// Whether different columns of a table are named down a column of the grid and hardly along any row.
fn is_turned(grid: &TextGrid, words: &TableWords) -> bool {
    if !words.fixed || grid.width < 2 || grid.width > grid.rows.len() * 20 {
        return false;
    }
    let mut down: Vec<BTreeSet<String>> = vec![BTreeSet::new(); grid.width];
    let mut along = 0;
    for row in &grid.rows {
        let mut named = BTreeSet::new();
        for cell in row {
            let (whole, bare) = (key(&cell.text), bare_key(&cell.text));
            if let Some(word) = words.columns.iter().flatten().find(|word| **word == whole || **word == bare)
            {
                named.insert(word.clone());
                // Rows may be called as columns are.
                if !words.rows.iter().flatten().any(|row| row == word) {
                    down[cell.column].insert(word.clone());
                }
            }
        }
        along = along.max(named.len());
    }
    let down = down.iter().map(BTreeSet::len).max().unwrap_or(0);
    // A table of one row has its columns under two headings.
    down >= DOWN && along <= if words.stub { ALONG } else { ALONG + 1 }
}

/// The grid with rows and columns exchanged.
fn over(grid: &TextGrid) -> TextGrid {
    let mut rows: Vec<Vec<TextCell>> = vec![Vec::new(); grid.width];
    for cell in grid.rows.iter().flatten() {
        rows[cell.column].push(TextCell {
            row: cell.column,
            column: cell.row,
            rows: cell.columns,
            columns: cell.rows,
            ..cell.clone()
        });
    }
    TextGrid { rows, width: grid.rows.len(), caption: grid.caption.clone() }
}
