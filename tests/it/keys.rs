//! Outputs with the same key are the same, whatever was edited between them.

use std::collections::HashMap;
use std::sync::Arc;

use gongkai::pipeline::Pipeline;
use gongkai::render::{Content, Renderer};

use crate::portal::Files;
use crate::rebuild::{Dice, PORTAL, edit};

#[test]
fn outputs_with_one_key_are_one() {
    let original = Files::archive(PORTAL);
    let mut files = original.clone();
    let mut dice = Dice::new(11);
    let mut known = HashMap::new();
    let (mut again, mut history) = (0, Vec::new());
    for _ in 0..120 {
        let mut pipeline = Pipeline::new(false);
        pipeline.parquet = cfg!(feature = "parquet");
        let prepared = pipeline.prepare(&files.tree());
        let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
        for (route, subject) in &prepared.plan().outputs {
            let Some(key) = renderer.key(route, subject) else { continue };
            let bytes = match renderer.render(subject).value {
                Some(Content::Made(bytes)) => bytes,
                Some(Content::Poured(file)) => {
                    let mut bytes = Vec::new();
                    renderer.pour(&file, &mut bytes).expect("memory can be written to");
                    bytes
                }
                _ => continue,
            };
            let bytes = String::from_utf8_lossy(&bytes).into_owned();
            let before = known.entry(key).or_insert_with(|| bytes.clone());
            assert_eq!(*before, bytes, "{route} has changed and its key has not, after {history:#?}");
            again += 1;
        }
        history.push(edit(&mut files, &original, &mut dice));
    }
    assert!(again > known.len() * 2, "{again} outputs of {} keys: hardly any key comes again", known.len());
}

/// The subjects that are made anew when a file changes.
fn made_anew(path: &str, old: &str, new: &str) -> Vec<String> {
    let mut files = Files::archive(PORTAL);
    let keys = |files: &Files| {
        let prepared = Pipeline::new(false).prepare(&files.tree());
        let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
        let key = |route, subject| renderer.key(route, subject);
        let plan = prepared.plan();
        let outputs = plan.outputs.iter();
        outputs.map(|(route, subject)| (route.to_string(), key(route, subject))).collect::<HashMap<_, _>>()
    };
    let before = keys(&files);
    let text = String::from_utf8_lossy(files.get(path).unwrap_or_default()).into_owned();
    assert!(text.contains(old), "no {old:?} in {path}");
    files.put(path, text.replace(old, new));
    let mut anew: Vec<_> =
        keys(&files).into_iter().filter(|(route, key)| before.get(route) != Some(key)).collect();
    anew.sort();
    anew.into_iter().map(|(route, _)| route).filter(|route| route.contains("20")).collect()
}

#[test]
fn a_figure_is_made_anew_only_where_it_may_show() {
    let anew = made_anew("content/agencies/shili/2021/tables.toml", "12.50", "13.50");
    let files =
        |year: u16| ["csv", "json", "xlsx"].map(|end| format!("agencies/shili/{year}/shili-{year}.{end}"));
    let has = |name: &str| anew.iter().any(|route| route == name);
    // Its own files, those of the year after, which is checked against it, and the pages.
    assert!(files(2021).iter().chain(&files(2022)).all(|file| has(file)), "{anew:?}");
    assert!(has("agencies/shili/2021/index.html") && has("years/2021/index.html"), "{anew:?}");
    // Another agency has nothing to do with it.
    assert!(!anew.iter().any(|route| route.contains("shili-swj")), "{anew:?}");
}

#[test]
fn the_files_of_a_report_do_not_know_the_theme_nor_the_pages() {
    let anew = made_anew("content/about.md", "关于", "说明");
    assert!(anew.iter().all(|route| route.ends_with(".html")), "{anew:?}");
    let anew = made_anew("content/agencies/shili/2021/tables.toml", "12.50", "13.50");
    let has = |name: &str| anew.iter().any(|route| route == name);
    assert!(has("api/years/2021.json") && !has("api/forms/cn-2021.json"), "{anew:?}");
}
