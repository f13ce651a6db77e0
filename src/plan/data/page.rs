//! The page `/data/`: a card per file, the dictionary, the concordance.

use serde::Serialize;

use super::{Bond, DataFile, DictionaryEntry, Facts, Relation, concordance, data_files, dictionary, forms};
use super::{fits_spreadsheet, offers};
use crate::diagnostic::Catalogue;
use crate::document::DataFormat;
use crate::plan::download::size_text;
use crate::plan::page::PageView;
use crate::plan::{ApiFile, Site, Subject};

/// A file on the page.
#[derive(Serialize)]
pub struct Card {
    name: String,
    path: String,
    href: String,
    title: String,
    format: &'static str,
    #[serde(flatten)]
    facts: Facts,
    size_text: String,
}

/// The lines of a table in the dictionary.
#[derive(Serialize)]
struct TableWords {
    id: String,
    title: String,
    lines: Vec<DictionaryEntry>,
}

#[derive(Serialize)]
struct FormWords {
    id: String,
    title: String,
    authority: String,
    href: String,
    tables: Vec<TableWords>,
}

/// What changed between an edition and the one before.
#[derive(Serialize)]
struct Succession {
    form: String,
    older: String,
    /// How many cells mean the same at the same address.
    same: usize,
    differences: Vec<Difference>,
}

/// Cells of one row that stand alike to the older edition.
#[derive(Serialize)]
struct Difference {
    relation: &'static str,
    /// The cells here: one, or `table[row, *]`.
    here: String,
    /// The cells there, joined by plus signs.
    there: String,
    cells: usize,
}

/// The cards of the files, with what is known of each.
pub fn cards(site: &Site<'_>, facts: &dyn Fn(&DataFile) -> Facts) -> Vec<Card> {
    let card = |file: DataFile| {
        let facts = facts(&file);
        Card {
            name: file.name(),
            path: file.path(),
            href: site.href(&Subject::DataFile(file.clone())),
            title: file.title(site),
            format: file.format(),
            size_text: size_text(facts.bytes),
            facts,
        }
    };
    data_files(site.portal()).into_iter().map(card).collect()
}

/// All of the page but the cards, which can only be known once the files are made.
pub(in crate::plan) fn insert(site: &Site<'_>, context: &mut tera::Context) -> PageView {
    let descriptions = [DataFile::Package, DataFile::Catalogue, DataFile::Checksums];
    let described =
        |file: DataFile| (site.href(&Subject::DataFile(file.clone())), file.title(site), file.format());
    context.insert("descriptions", &descriptions.map(described));
    let api = Subject::Api(ApiFile::Description);
    context.insert("api", &site.drawn.wants(&api).then(|| site.href(&api)));
    let is_too_large = offers(site.portal(), DataFormat::Xlsx) && !fits_spreadsheet(site.portal());
    context.insert("is_too_large", &is_too_large);
    context.insert("figures", &site.url(&Subject::DataFile(DataFile::Figures)));
    context.insert("dictionary", &words(site));
    context.insert("successions", &successions(&concordance(site)));
    PageView::new(site, &Subject::Data, Catalogue::get().word("data", site.language).to_owned())
}

fn words(site: &Site<'_>) -> Vec<FormWords> {
    let mut entries = dictionary(site);
    let mut all = Vec::new();
    for form in forms(site.portal()).into_iter().rev() {
        let tables = form.tables.iter().map(|table| {
            let is_own = |entry: &mut DictionaryEntry| *entry.form == *form.id && *entry.table == *table.id;
            TableWords {
                id: table.id.to_string(),
                title: table.title.get(site.language).to_owned(),
                lines: entries.extract_if(.., is_own).collect(),
            }
        });
        all.push(FormWords {
            id: form.id.to_string(),
            title: form.title.get(site.language).to_owned(),
            authority: form.authority.get(site.language).to_owned(),
            href: site.href(&Subject::Form(form.id.to_string())),
            tables: tables.collect(),
        });
    }
    all
}

/// The bonds with cells that stand alike taken together, row by row.
fn successions(bonds: &[Bond]) -> Vec<Succession> {
    let pairs = bonds.chunk_by(|a, b| (&a.form, &a.older) == (&b.form, &b.older));
    let succession = |pair: &[Bond]| Succession {
        form: pair[0].form.clone(),
        older: pair[0].older.clone(),
        same: pair.iter().filter(|bond| bond.relation == Relation::Same).count(),
        differences: pair
            .chunk_by(alike)
            .filter(|alike| alike[0].relation != Relation::Same)
            .map(difference)
            .collect(),
    };
    pairs.map(succession).collect()
}

/// Whether two cells lie in one row and go to one row, each in its own column.
fn alike(a: &Bond, b: &Bond) -> bool {
    a.relation == b.relation && rows(a) == rows(b)
}

/// The rows of a bond, here and there.
fn rows(bond: &Bond) -> Vec<(&str, &str)> {
    bond.here.iter().chain(&bond.there).map(|address| (&*address.table, &*address.row)).collect()
}

fn difference(alike: &[Bond]) -> Difference {
    let name = |address: &crate::form::Address| match alike.len() {
        1 => address.to_string(),
        _ => format!("{}[{}, *]", address.table, address.row),
    };
    let first = &alike[0];
    Difference {
        relation: first.relation.word(),
        here: first.here.as_ref().map(name).unwrap_or_default(),
        there: first.there.iter().map(name).collect::<Vec<_>>().join(" + "),
        cells: alike.len(),
    }
}
