//! The agencies of a year in the order of a figure, or of its share of another. Equal ones
//! share a rank; where the whole is small a share says nothing, so it is listed and not ranked.

use rust_decimal::Decimal;
use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::report::cell_of;
use super::year::{FEW, by_scope, forms_of};
use crate::form::{Form, Ranking};
use crate::model::Report;

/// Where all are on a page of their own, those up to this rank are on the page of the year.
const FIRST: usize = 10;

/// A ranking of the reports of one form.
#[derive(Serialize)]
pub(super) struct RankingView {
    /// What it shows.
    pub title: String,
    /// What the figure is called.
    figure: String,
    /// What its whole is called; empty where figures are ranked as they are.
    among: String,
    /// Below this many cases a share is not ranked.
    few: i64,
    /// How many agencies there are.
    agencies: usize,
    /// The page of its own, where all its rows are; empty where they are here.
    href: String,
    /// Ranked, the greatest first.
    rows: Vec<RankRow>,
    /// Those whose whole is too small.
    others: Vec<RankRow>,
}

/// One agency of a ranking.
#[derive(Serialize)]
struct RankRow {
    /// Its rank, from 1; 0 where it is not ranked.
    rank: usize,
    /// Whether others have the same.
    tied: bool,
    agency: String,
    href: String,
    value: String,
    /// The id of the figure's cell on the report's page; empty for a sum of cells.
    cell: String,
    /// The whole; empty where figures are ranked as they are.
    of: String,
    /// The share in percent, rounded to one decimal; empty where there is none.
    share: String,
}

/// A report with what it is ranked by.
struct Entry<'r> {
    report: &'r Report,
    value: Decimal,
    of: Option<Decimal>,
}

/// The rankings that the forms of a year ask for.
pub(super) fn rankings(site: &Site<'_>, year: u16) -> Vec<RankingView> {
    let forms = forms_of(site.portal(), year);
    let rankings = forms.iter().flat_map(|form| form.rankings.iter().map(move |ranking| (form, ranking)));
    rankings.map(|(form, ranking)| view(site, year, form, ranking)).collect()
}

fn view(site: &Site<'_>, year: u16, form: &Form, ranking: &Ranking) -> RankingView {
    let (_, single) = by_scope(site.portal(), year, form);
    let entries = single.iter().filter_map(|report| {
        let of = ranking.among.as_ref().and_then(|among| report.highlight(among));
        Some(Entry { value: report.highlight(&ranking.figure)?, of, report })
    });
    let is_ranked =
        |entry: &Entry<'_>| ranking.among.is_none() || entry.of.is_some_and(|of| of >= Decimal::from(FEW));
    let (mut ranked, others): (Vec<Entry<'_>>, Vec<Entry<'_>>) = entries.partition(is_ranked);
    ranked.sort_by(|a, b| order(b, a));
    let row = |entry: &Entry<'_>, rank: usize, tied: bool| row(site, form, ranking, entry, (rank, tied));
    let rows = ranked.iter().enumerate().map(|(at, entry)| {
        let first = ranked[..at].iter().rposition(|other| order(other, entry).is_ne()).map_or(0, |at| at + 1);
        let next = ranked.get(at + 1).is_some_and(|next| order(next, entry).is_eq());
        row(entry, first + 1, first < at || next)
    });
    let label = |figure: &crate::form::Highlight| figure.label.get(site.language).to_owned();
    RankingView {
        title: ranking.title.get(site.language).to_owned(),
        figure: label(&ranking.figure),
        among: ranking.among.as_ref().map(label).unwrap_or_default(),
        few: FEW,
        agencies: ranked.len() + others.len(),
        href: String::new(),
        rows: rows.collect(),
        others: others.iter().map(|entry| row(entry, 0, false)).collect(),
    }
}

impl RankingView {
    /// The first of them; all are on a page of its own.
    pub(super) fn folded(mut self, href: String) -> Self {
        self.rows.retain(|row| row.rank <= FIRST);
        Self { href, others: Vec::new(), ..self }
    }
}

/// By figure, or by share: compared as fractions, so that equal ones are found equal.
fn order(a: &Entry<'_>, b: &Entry<'_>) -> std::cmp::Ordering {
    let whole = |entry: &Entry<'_>| entry.of.unwrap_or(Decimal::ONE);
    (a.value * whole(b)).cmp(&(b.value * whole(a)))
}

fn row(
    site: &Site<'_>,
    form: &Form,
    ranking: &Ranking,
    entry: &Entry<'_>,
    (rank, tied): (usize, bool),
) -> RankRow {
    let agency = site.portal().agency(&entry.report.agency);
    RankRow {
        rank,
        tied,
        agency: agency.map(|agency| agency.short(site.language).to_owned()).unwrap_or_default(),
        href: Subject::Report(entry.report.agency.clone(), entry.report.year).route().to_string(),
        value: entry.value.to_string(),
        cell: cell_of(form, ranking.figure.table, &ranking.figure.cells),
        of: entry.of.map(|of| of.to_string()).unwrap_or_default(),
        share: entry.of.and_then(|of| percent(entry.value, of)).unwrap_or_default(),
    }
}

/// A share in percent with one decimal; `None` of nothing.
pub(super) fn percent(part: Decimal, whole: Decimal) -> Option<String> {
    if let (Some(part), Some(whole)) = (count(part), count(whole))
        && whole > 0
    {
        // Almost all are counts; half a tenth is rounded up.
        let tenths = (part * 2000 + whole) / (whole * 2);
        return Some(format!("{}.{}", tenths / 10, tenths % 10));
    }
    let share = (part * Decimal::ONE_HUNDRED).checked_div(whole)?;
    let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    Some(format!("{:.1}", share.round_dp_with_strategy(1, strategy)))
}

/// A count that can be multiplied with.
fn count(figure: Decimal) -> Option<u64> {
    let count = (figure.scale() == 0).then(|| u64::try_from(figure.mantissa()).ok()).flatten()?;
    (count < 1 << 48).then_some(count)
}

#[cfg(test)]
mod tests {
    #[test]
    fn shares_in_percent() {
        let percent = |part: i64, whole: i64| super::percent(part.into(), whole.into());
        assert_eq!(percent(1, 3).as_deref(), Some("33.3"));
        assert_eq!(percent(1, 8).as_deref(), Some("12.5"));
        assert_eq!(percent(1, 16).as_deref(), Some("6.3"));
        assert_eq!(percent(5, 5).as_deref(), Some("100.0"));
        assert_eq!(percent(0, 0), None);
    }
}
