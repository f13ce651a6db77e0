//! When the reports of a year were published, against the legal date of each kind of agency.

use std::collections::BTreeMap;

use serde::Serialize;

use super::agency::kind;
use super::frame::Site;
use super::year::expected;

/// The height of a lane, in units of its own.
const HEIGHT: u32 = 48;
/// The width of a bar's place, and of the bar.
const PLACE: u32 = 10;
const BAR: u32 = 8;
/// At most so many bars side by side: then a bar stands for several days.
const PLACES: i64 = 120;

/// The publication of the reports of a year.
#[derive(Serialize)]
pub(super) struct TimelineView {
    /// The first and the last day it shows.
    from: String,
    to: String,
    /// How many days a bar stands for.
    days: i64,
    width: u32,
    height: u32,
    lanes: Vec<LaneView>,
}

/// One kind of agency.
#[derive(Serialize)]
struct LaneView {
    id: String,
    label: String,
    due: Option<String>,
    /// Where the legal date ends.
    line: Option<u32>,
    expected: usize,
    on_time: usize,
    late: usize,
    missing: usize,
    bars: Vec<BarView>,
    /// How many were published on each day.
    dates: Vec<DateView>,
}

/// The reports of some days.
#[derive(Serialize)]
struct BarView {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    late: bool,
}

#[derive(Serialize)]
struct DateView {
    date: String,
    count: usize,
    late: bool,
}

/// What is known of one kind of agency.
#[derive(Default)]
struct Lane {
    label: String,
    dates: BTreeMap<String, usize>,
    undated: usize,
    missing: usize,
}

/// The timeline of a year; `None` where no report has a date.
pub(super) fn timeline(site: &Site<'_>, year: u16) -> Option<TimelineView> {
    let portal = site.portal();
    let mut lanes: BTreeMap<(Option<String>, String), Lane> = BTreeMap::new();
    let reports = portal.reports_in(year);
    let unexpected = reports.filter_map(|report| portal.agency(&report.agency));
    let unexpected = unexpected.filter(|agency| !portal.expects(agency, year));
    for agency in expected(site, year).into_iter().chain(unexpected) {
        let (id, label) = kind(site, agency);
        let lane = lanes.entry((portal.due(agency, year), id)).or_default();
        lane.label = label;
        match portal.report(&agency.id, year).map(|report| &report.head.published) {
            None => lane.missing += 1,
            Some(None) => lane.undated += 1,
            Some(Some(date)) => *lane.dates.entry(date.clone()).or_default() += 1,
        }
    }
    let dates = || lanes.iter().flat_map(|((due, _), lane)| lane.dates.keys().chain(due));
    let published = lanes.values().flat_map(|lane| lane.dates.keys());
    let new_year = format!("{:04}-01-01", u32::from(year) + 1);
    let from = published.min()?.min(&new_year).clone();
    let to = dates().max()?.clone();
    let span = day_number(&to)? - day_number(&from)? + 1;
    let scale = Scale { from: day_number(&from)?, days: (span + PLACES - 1) / PLACES };
    let most = lanes.values().flat_map(|lane| scale.bars(&lane.dates).into_values()).max().unwrap_or(1);
    let views = lanes.into_iter().map(|((due, id), lane)| lane_view(id, due, lane, &scale, most));
    Some(TimelineView {
        from,
        to,
        days: scale.days,
        width: scale.place(span - 1 + scale.from) + PLACE,
        height: HEIGHT,
        lanes: views.collect(),
    })
}

/// Where days stand.
struct Scale {
    /// The number of the first day.
    from: i64,
    /// How many days stand in one place.
    days: i64,
}

impl Scale {
    fn place(&self, day: i64) -> u32 {
        u32::try_from((day - self.from) / self.days).unwrap_or_default() * PLACE
    }

    /// How many reports stand in each place.
    fn bars(&self, dates: &BTreeMap<String, usize>) -> BTreeMap<u32, usize> {
        let mut bars = BTreeMap::new();
        for (date, count) in dates {
            if let Some(day) = day_number(date) {
                *bars.entry(self.place(day)).or_default() += count;
            }
        }
        bars
    }
}

fn lane_view(id: String, due: Option<String>, lane: Lane, scale: &Scale, most: usize) -> LaneView {
    let line = due.as_deref().and_then(day_number).map(|day| scale.place(day) + PLACE);
    let bar = |(x, count): (u32, usize)| {
        let share = HEIGHT as usize * count / most.max(1);
        let height = u32::try_from(share).unwrap_or(HEIGHT).clamp(2, HEIGHT);
        let late = line.is_some_and(|line| x >= line);
        BarView { x: x + (PLACE - BAR) / 2, y: HEIGHT - height, width: BAR, height, late }
    };
    let is_late = |date: &str| due.as_deref().is_some_and(|due| date > due);
    let late = lane.dates.iter().filter(|(date, _)| is_late(date)).map(|(_, count)| count).sum();
    let dated: usize = lane.dates.values().sum();
    let date = |(date, count): (&String, &usize)| DateView {
        late: is_late(date),
        date: date.clone(),
        count: *count,
    };
    LaneView {
        bars: scale.bars(&lane.dates).into_iter().map(bar).collect(),
        dates: lane.dates.iter().map(date).collect(),
        expected: dated + lane.undated + lane.missing,
        on_time: dated - late,
        late,
        missing: lane.missing,
        label: lane.label,
        line,
        due,
        id,
    }
}

/// The number of a day `2022-01-20`, counted on from some day long ago.
pub(super) fn day_number(date: &str) -> Option<i64> {
    let mut parts = date.split('-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    // Years begin with March here: so the leap day is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_follow_each_other() {
        let between = |from: &str, to: &str| day_number(to).zip(day_number(from)).map(|(to, from)| to - from);
        assert_eq!(between("2022-01-31", "2022-02-01"), Some(1));
        assert_eq!(between("2024-02-28", "2024-03-01"), Some(2));
        assert_eq!(between("2023-02-28", "2023-03-01"), Some(1));
        assert_eq!(between("2021-12-31", "2022-12-31"), Some(365));
        assert_eq!(between("2000-01-01", "2001-01-01"), Some(366));
        assert_eq!(day_number("soon"), None);
    }

    #[test]
    fn what_comes_after_the_legal_date_stands_behind_its_line() {
        let scale = Scale { from: day_number("2024-01-01").unwrap_or_default(), days: 1 };
        let dates = [("2024-01-30", 4), ("2024-01-31", 2), ("2024-02-01", 1)];
        let dates = dates.map(|(date, count)| (date.to_owned(), count)).into();
        let lane = Lane { dates, missing: 2, ..Lane::default() };
        let view = lane_view(String::new(), Some("2024-01-31".to_owned()), lane, &scale, 4);
        assert_eq!((view.expected, view.on_time, view.late, view.missing), (9, 6, 1, 2));
        let bars: Vec<_> = view.bars.iter().map(|bar| (bar.height, bar.late)).collect();
        assert_eq!(bars, [(48, false), (24, false), (12, true)]);
        assert!(view.bars.iter().all(|bar| bar.late == (Some(bar.x) > view.line)));
    }
}
