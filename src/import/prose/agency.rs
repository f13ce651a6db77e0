//! Names of public bodies, in titles and in sentences.

use crate::form::Form;
use crate::import::label::widths;

/// Endings of the names of public bodies.
const BODIES: [&str; 20] = [
    "人民政府办公室",
    "人民政府",
    "办公室",
    "委员会",
    "管理局",
    "街道办事处",
    "办事处",
    "管理办公室",
    "管委会",
    "支队",
    "总队",
    "中心",
    "研究院",
    "学院",
    "法院",
    "检察院",
    "局",
    "厅",
    "委",
    "办",
];

/// Whether a line is the name of a public body.
pub(super) fn is_body(line: &str) -> bool {
    let length = line.chars().count();
    (4..=30).contains(&length)
        && BODIES.iter().any(|ending| line.ends_with(ending))
        && line.chars().all(|c| c.is_alphanumeric() || matches!(c, '(' | ')'))
}

/// The title without the year and the words that call it a report.
pub(super) fn name_in_title(title: &str, form: &Form) -> Option<String> {
    let mut rest = title.replace(' ', "");
    for year in 2000..2100u16 {
        let digits = year.to_string();
        let worded: String = digits
            .chars()
            .filter_map(|c| "〇一二三四五六七八九".chars().nth(c.to_digit(10)? as usize))
            .collect();
        for number in [digits, worded] {
            // What stood on both sides of the year is no word.
            for word in [format!("{number}年度"), format!("{number}年")] {
                rest = rest.replace(&word, "\n");
            }
        }
    }
    for called in form.title.all().map(|(_, text)| widths(text)) {
        if let Some((before, _)) = rest.split_once(called.as_str()) {
            rest = before.to_owned();
        }
    }
    for word in ["政府信息公开", "信息公开", "政务公开"] {
        if let Some((before, _)) = rest.split_once(word) {
            rest = before.to_owned();
        }
    }
    let name = rest
        .trim()
        .trim_start_matches("关于")
        .trim_end_matches('的')
        .trim_matches(|c: char| !c.is_alphanumeric() && c != ')')
        .replace('\n', "");
    (name.chars().count() >= 2 && !name.contains(['_', '|'])).then_some(name)
}

/// A public body named in a clause, such as `2022年，某某局认真……`; what stands in the title of a document is none.
pub(super) fn name_in_sentence(line: &str) -> Option<String> {
    let mut rest = line.to_owned();
    while let Some((from, to)) =
        rest.find('《').and_then(|from| Some((from, from + rest[from..].find('》')?)))
    {
        rest.replace_range(from..to + '》'.len_utf8(), "、");
    }
    let ends = [',', '，', '。', ':', '：', '、', ';', '；', '"', '“', '”', '(', '（', '《'];
    rest.split(ends).take(16).find_map(name_in_clause)
}

/// The name of a body in a clause: what begins it, or follows a word that leads to it, up to the first ending of such a
/// name.
fn name_in_clause(clause: &str) -> Option<String> {
    const LEAD: [&str; 15] = [
        "现将",
        "现把",
        "请与",
        "请联系",
        "编制",
        "公布",
        "发布",
        "做好",
        "公开",
        "截止",
        "截至",
        "年度",
        "年",
        "日",
        "由",
    ];
    let led = LEAD.iter().flat_map(|word| clause.match_indices(word)).map(|(at, word)| at + word.len());
    let mut starts: Vec<usize> = led.chain([0]).collect();
    starts.sort_unstable();
    let name = |start: usize| -> Option<String> {
        let characters: Vec<char> = clause[start..].trim().chars().take(32).collect();
        let head = |end: usize| characters[..end].iter().collect::<String>();
        let first = (4..=characters.len()).find(|end| is_body(&head(*end)))?;
        // An ending may be the beginning of a longer one.
        let longer = |end: &usize| {
            let head = head(*end);
            BODIES.iter().any(|body| head.ends_with(body) && body.chars().count() > end - first)
        };
        let longest = (first..=characters.len().min(first + 4)).rev().find(longer)?;
        let rest: String = characters[longest..].iter().collect();
        let is_verb = rest.starts_with(|next| "理法件结学托函".contains(next));
        let is_led =
            ["的坚强", "的正确", "的领导", "的大力", "领导"].iter().any(|word| rest.starts_with(word));
        let name = head(longest);
        // An office of a government is not the government.
        let office =
            name.ends_with("人民政府").then(|| rest.split_once("办公室")).flatten().map(|(own, _)| own);
        let office =
            office.filter(|own| (1..=6).contains(&own.chars().count()) && is_body(&format!("{own}办公室")));
        let name = office.map_or(name.clone(), |own| format!("{name}{own}办公室"));
        // The office inside a body is not whose report it is.
        let within =
            ["党政综合办公室", "党政办公室", "党政办"].iter().find_map(|office| name.strip_suffix(office));
        let body = within.filter(|body| body.ends_with(['镇', '乡', '府', '道']));
        (!is_verb && !is_led).then(|| body.map_or(name.clone(), str::to_owned))
    };
    // The furthest lead has no more words before the name.
    starts.into_iter().rev().filter_map(name).find(|name| !is_vague(name))
}

/// Whether a name says no more than which office is near, or is no name.
fn is_vague(name: &str) -> bool {
    let vague = [
        "根据",
        "按照",
        "依据",
        "全市",
        "各",
        "围绕",
        "通过",
        "以",
        "为",
        "向",
        "与",
        "国务院",
        "国办",
        "省政府",
    ];
    let own = ["本局", "本委", "本办", "本厅", "本级", "本机关", "本单位", "本部门", "本年"];
    let inside = ["我", "在", "的", "围绕", "认真", "严格"].iter().any(|word| name.contains(word));
    let deed =
        ["举办", "承办", "主办", "督办", "交办", "经办", "开办"].iter().any(|word| name.ends_with(word));
    inside
        || deed
        || name.ends_with("年服务中心")
        || name == "服务中心"
        || vague.iter().chain(&own).any(|word| name.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(line: &str, expected: &str) {
        assert_eq!(name_in_sentence(line).unwrap_or_default(), expected, "{line}");
    }

    #[test]
    fn offices_as_sentences_name_them() {
        name("2022年,示例县水利局认真落实条例", "示例县水利局");
        name("现向社会公布2021年示例市教育局政府信息公开情况", "示例市教育局");
        name("2022年度示例市交通运输局各项工作", "示例市交通运输局");
        name("根据《示例省人民政府办公厅关于年报的通知》,示例区审计局编制本报告", "示例区审计局");
        name("示例县林业局在县委领导下", "示例县林业局");
        name("由示例街道办事处编制", "示例街道办事处");
        name("请与示例县示例镇人民政府党政办联系", "示例县示例镇人民政府");
        name("本年度街道办理结果", "");
        name("为认真做好示例市卫生健康局年报", "示例市卫生健康局");
        name("示例县卫生健康委员会紧紧围绕中心工作", "示例县卫生健康委员会");
        name("示例镇人民政府办公室负责", "示例镇人民政府办公室");
        name("截止2023年12月31日我局发布信息34条", "");
        name("格式(国办公开办函〔2021〕30号)", "");
        name("示例省政府信息公开申请办理规程", "");
        name("特编制示例市人民政府地方志办公室2023年报告", "示例市人民政府地方志办公室");
        name("①参加或举办新闻发布会0次", "");
        name("在区党委管委的坚强领导下", "");
    }
}
