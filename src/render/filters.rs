//! What templates may do with a value: write dates and numbers. Pure, and nothing else.

use tera::{Kwargs, State, Tera, TeraResult};

use crate::plan;

/// Adds the filters to an engine.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("date", date);
    tera.register_filter("thousands", thousands);
    tera.register_filter("json", json);
}

#[expect(clippy::needless_pass_by_value, reason = "the engine calls it so")]
/// A day `2022-01-20` in words: `2022年1月20日`, `20 January 2022`. Anything else stays.
fn date(day: &str, options: Kwargs, _: &State) -> TeraResult<String> {
    let language = options.get::<&str>("lang")?.unwrap_or_default();
    Ok(in_words(day, language).unwrap_or_else(|| day.to_owned()))
}

/// A day in the words of a language.
pub(super) fn in_words(day: &str, language: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, rest) = day.split_once('-')?;
    let (month, number) = rest.split_once('-')?;
    let (month, number): (usize, u8) = (month.parse().ok()?, number.parse().ok()?);
    match language.split('-').next()? {
        "zh" => Some(format!("{year}年{month}月{number}日")),
        "en" => Some(format!("{number} {} {year}", MONTHS.get(month.checked_sub(1)?)?)),
        _ => None,
    }
}

/// A number with a comma every three digits; a text that is no number stays.
fn thousands(number: &tera::Value, _: Kwargs, _: &State) -> tera::Value {
    match number.as_str() {
        // Most figures have nothing to part.
        Some(text) if text.len() <= 3 => number.clone(),
        Some(text) => plan::thousands(text).into(),
        None => plan::thousands(&number.to_string()).into(),
    }
}

/// A value as JSON that may stand in a script of a page: nothing in it ends the script.
fn json(value: &tera::Value, _: Kwargs, _: &State) -> TeraResult<tera::Value> {
    let text = serde_json::to_string(value).map_err(|error| tera::Error::message(error.to_string()))?;
    Ok(tera::Value::safe_string(&in_script(&text)))
}

fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_in_words() {
        assert_eq!(in_words("2022-01-20", "zh-CN").as_deref(), Some("2022年1月20日"));
        assert_eq!(in_words("2022-01-20", "en").as_deref(), Some("20 January 2022"));
        assert_eq!(in_words("soon", "en"), None);
        assert_eq!(plan::thousands("3119"), "3,119");
        assert_eq!(plan::thousands("-1234567.50"), "-1,234,567.50");
        assert_eq!(plan::thousands("/"), "/");
    }

    #[test]
    fn json_ends_no_script() {
        let text = in_script(r#""</script><b> & more""#);
        assert_eq!(text, r#""\u003c/script\u003e\u003cb\u003e \u0026 more""#);
        assert_eq!(serde_json::from_str::<String>(&text).ok().as_deref(), Some("</script><b> & more"));
    }
}
