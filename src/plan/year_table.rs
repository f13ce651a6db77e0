//! The tables of a year that are too long for its page: each has a page of its own.

use std::fmt;
use std::iter::repeat_n;

use super::Subject;
use super::breakdown::breakdowns;
use super::frame::Site;
use super::page::PageView;
use super::ranking::rankings;
use super::year::{by_scope, forms_of};
use crate::diagnostic::Catalogue;
use crate::form::Form;
use crate::model::Portal;

/// A table of a year with more rows has a page of its own.
pub(super) const MANY: usize = 100;

/// A table of a year with a row for each agency; of those of its kind, by number from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum YearTable {
    /// How cases fell into parts.
    Breakdown(usize),
    /// An order of agencies.
    Ranking(usize),
}

impl fmt::Display for YearTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breakdown(number) => write!(f, "breakdown-{number}"),
            Self::Ranking(number) => write!(f, "ranking-{number}"),
        }
    }
}

/// The tables of a year that have pages of their own.
pub(super) fn apart(portal: &Portal, year: u16) -> Vec<YearTable> {
    let forms = forms_of(portal, year);
    let is_long = |form: &Form| by_scope(portal, year, form).1.len() > MANY;
    let with_breakdown = forms.iter().filter(|form| form.breakdown.is_some()).zip(1..);
    let breakdowns =
        with_breakdown.filter(|(form, _)| is_long(form)).map(|(_, number)| YearTable::Breakdown(number));
    let ranked = forms.iter().flat_map(|form| repeat_n(form, form.rankings.len())).zip(1..);
    let rankings = ranked.filter(|(form, _)| is_long(form)).map(|(_, number)| YearTable::Ranking(number));
    breakdowns.chain(rankings).collect()
}

/// The pages of the tables of all years.
pub(super) fn pages(portal: &Portal) -> impl Iterator<Item = Subject> {
    portal
        .years()
        .flat_map(|year| apart(portal, year).into_iter().map(move |table| Subject::YearTable(year, table)))
}

/// The page of a table of a year, by its name.
pub(super) fn find(portal: &Portal, year: u16, name: &str) -> Option<Subject> {
    let table = apart(portal, year).into_iter().find(|table| table.to_string() == name)?;
    Some(Subject::YearTable(year, table))
}

pub(super) fn insert(
    site: &Site<'_>,
    year: u16,
    table: YearTable,
    context: &mut tera::Context,
) -> Option<PageView> {
    let title = match table {
        YearTable::Breakdown(number) => {
            let view = breakdowns(site, year).into_iter().nth(number - 1)?;
            context.insert("map", &view);
            view.title
        }
        YearTable::Ranking(number) => {
            let view = rankings(site, year).into_iter().nth(number - 1)?;
            context.insert("ranking", &view);
            view.title
        }
    };
    let word = |word| Catalogue::get().word(word, site.language);
    let of_year = word("year-title").replace("{year}", &year.to_string());
    let title = word("year-table").replace("{year}", &of_year).replace("{title}", &title);
    let page = PageView::new(site, &Subject::YearTable(year, table), title);
    Some(page.below(word("years"), &Subject::Years).below(of_year, &Subject::Year(year)))
}
