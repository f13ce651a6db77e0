//! What pages weigh in a large portal, as a host sends them.

use std::io::Write;
use std::sync::Arc;

use flate2::{Compression, write::GzEncoder};
use gongkai::pipeline::Pipeline;
use gongkai::plan::Subject;
use gongkai::render::{Content, Renderer};

use crate::portal::Files;

/// A portal of some agencies in three regions, each with five years of reports without figures.
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
        }
    }
    files
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
    for (subject, most) in [(Subject::Agencies, 20), (Subject::Year(2023), 40), (Subject::Home, 20)] {
        let size = gzip(&page(subject.clone()));
        assert!(size <= most << 10, "{subject:?}: {size} bytes, more than {most} KiB");
    }
}
