//! Small bar charts: where everything stands; the theme draws it.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

/// Measures of a chart, in its own units.
const SLOT: usize = 44;
const BAR: usize = 28;
const TOP: usize = 18;
const PLOT: u32 = 60;
const FOOT: usize = 20;

/// A chart of one figure over the years.
#[derive(Debug, Serialize)]
pub(super) struct ChartView {
    /// The id of the figure.
    pub id: String,
    /// What it is called.
    pub label: String,
    width: usize,
    height: usize,
    /// Where the bars stand.
    ground: usize,
    bars: Vec<BarView>,
}

/// One year of a chart.
#[derive(Debug, Serialize)]
struct BarView {
    year: u16,
    /// The figure as written; empty where there is none.
    value: String,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    /// The middle of the bar, for its labels.
    middle: usize,
}

impl ChartView {
    /// A chart of the figures of some years, in order; `None` where there is nothing to see.
    pub(super) fn new(id: &str, label: &str, figures: &[(u16, Option<Decimal>)]) -> Option<Self> {
        let known = figures.iter().filter_map(|(_, figure)| *figure);
        let most = known.clone().max().filter(|most| *most > Decimal::ZERO)?;
        if known.count() < 2 {
            return None;
        }
        let ground = TOP + PLOT as usize;
        let bar = |(number, (year, figure)): (usize, &(u16, Option<Decimal>))| {
            let height = figure.map_or(0, |figure| height(figure, most));
            let x = number * SLOT + (SLOT - BAR) / 2;
            let value = figure.map(|figure| figure.to_string()).unwrap_or_default();
            let (y, middle) = (ground - height, x + BAR / 2);
            BarView { year: *year, value, x, y, width: BAR, height, middle }
        };
        Some(Self {
            id: id.to_owned(),
            label: label.to_owned(),
            width: figures.len() * SLOT,
            height: ground + FOOT,
            ground,
            bars: figures.iter().enumerate().map(bar).collect(),
        })
    }
}

/// How high a bar is: in proportion, and never invisible where there is something.
fn height(figure: Decimal, most: Decimal) -> usize {
    if figure <= Decimal::ZERO {
        return 0;
    }
    let share = figure.checked_div(most).unwrap_or_default();
    let height = (share * Decimal::from(PLOT)).round().to_usize().unwrap_or_default();
    height.clamp(1, PLOT as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_in_proportion() {
        let figures = [(2019, Some(Decimal::from(4))), (2020, None), (2021, Some(Decimal::from(8)))];
        let chart = ChartView::new("received", "Received", &figures).expect("two figures");
        let heights: Vec<_> = chart.bars.iter().map(|bar| (bar.year, bar.height, bar.y)).collect();
        assert_eq!(heights, [(2019, 30, 48), (2020, 0, 78), (2021, 60, 18)]);
        assert_eq!((chart.width, chart.height), (132, 98));
        assert_eq!(chart.bars[1].value, "");
        let tiny = [(2019, Some(Decimal::from(1))), (2020, Some(Decimal::from(100_000)))];
        assert_eq!(ChartView::new("", "", &tiny).expect("two figures").bars[0].height, 1);
        let nothing = [(2019, Some(Decimal::ZERO)), (2020, Some(Decimal::ZERO))];
        assert!(ChartView::new("", "", &nothing).is_none());
        assert!(ChartView::new("", "", &figures[..2]).is_none());
    }
}
