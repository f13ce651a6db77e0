//! What pages weigh in a large portal, as a host sends them.

use std::io::Write;
use std::sync::Arc;

use flate2::{Compression, write::GzEncoder};
use gongkai::pipeline::Pipeline;
use gongkai::plan::{Subject, YearTable};
use gongkai::render::{Content, Renderer};

use crate::portal::Files;

/// A portal of some agencies in three regions, each with five years of reports, the last two
/// with figures.
fn portal(agencies: usize) -> Files {
    let mut files = Files::default();
    files.put("site.toml", "base_url = \"https://nianbao.example/\"\ntitle = \"示例省政府信息公开年报\"\n");
    for number in 0..agencies {
        let (id, region) = (format!("shili-{number:03}"), ["甲", "乙", "丙"][number % 3]);
        let kind = ["department", "government", "township"][number % 7 % 3];
        let agency = format!(
            "name = \"示例市第{number}示例管理局\"\nkind = \"{kind}\"\nregion = \"示例省示例{region}市\"\n"
        );
        files.put(&format!("content/agencies/{id}/agency.toml"), agency);
        for year in (2019..2024).filter(|year| (number + year) % 11 > 0) {
            let day = (number * 7 + year) % 40;
            let date = format!("{}-{:02}-{:02}", year + 1, 1 + day / 28, 1 + day % 28);
            let report = format!("+++\npublished = {date}\n+++\n## 一、总体情况\n\n示例。\n");
            files.put(&format!("content/agencies/{id}/{year}/report.md"), report);
            if year >= 2022 {
                files
                    .put(&format!("content/agencies/{id}/{year}/tables.toml"), figures(number * 7919 + year));
            }
        }
    }
    files
}

/// Figures that look like chance and add up.
fn figures(seed: usize) -> String {
    let size = [1, 2, 3, 5, 8, 20][seed % 6];
    let some = |of: usize| seed / of % (1 + 4 * size);
    let ends =
        ["granted", "partial", "refused.secret", "unable.not_held", "declined.petition", "other.other"];
    let outcomes: Vec<usize> = (3..9).map(some).collect();
    let rows =
        ends.iter().zip(&outcomes).map(|(end, number)| format!("outcome.{end} = {{ natural = {number} }}"));
    let rows = rows.collect::<Vec<_>>().join("\n");
    let (received, out) = (outcomes.iter().sum::<usize>() + some(11), some(11));
    let [upheld, other] = [some(13), some(17)];
    format!(
        "[requests]\nreceived = {{ natural = {received} }}\n{rows}\ncarried_out = {{ natural = {out} }}\n\n\
         [disputes]\ncases = {{ review.upheld = {upheld}, direct.other = {other} }}\n"
    )
}

fn gzip(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it").len()
}

#[test]
fn five_hundred_agencies_are_a_light_page() {
    let prepared = Pipeline::new(false).prepare(&portal(500).tree());
    let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
    let page = |subject: Subject| match renderer.render(&subject).value {
        Some(Content::Made(bytes)) => bytes,
        _ => panic!("there is no {subject:?}"),
    };
    let index = page(Subject::Agencies);
    let text = String::from_utf8_lossy(&index);
    assert_eq!(text.matches("<tr data-agency=").count(), 500);
    assert!(text.contains("示例市第499示例管理局") && text.contains("示例省示例丙市"));
    let year = String::from_utf8_lossy(&page(Subject::Year(2023))).into_owned();
    assert_eq!(
        year.matches("<section").count(),
        7,
        "totals, dates, outcomes, two rankings, regions, reports"
    );
    let tables = [YearTable::Breakdown(1), YearTable::Ranking(1), YearTable::Ranking(2)];
    let tables = tables.map(|table| Subject::YearTable(2023, table));
    for table in &tables {
        assert!(year.contains(&format!("href=\"../../{}\"", table.route())));
        assert!(String::from_utf8_lossy(&page(table.clone())).matches("<tr>").count() > 450);
    }
    let others = [Subject::Home, Subject::Agencies, Subject::Year(2023), Subject::Compare];
    for subject in others.into_iter().chain(tables) {
        let size = gzip(&page(subject.clone()));
        println!("{subject:?}: {size} bytes");
        assert!(size <= 20 << 10, "{subject:?}: {size} bytes, more than 20 KiB");
    }
}
