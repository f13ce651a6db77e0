"""The form of the benchmark portal, made from the labels of the neutral tree."""

CLASSES = 6


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def line(id, label, rest=""):
    return f"  {{ id = {quoted(id)}, label = {quoted(label)}{rest} }},"


def form_toml(labels, headings):
    """`content/forms/peers.toml`: three sections with tables, the sums and the balance of the neutral tree."""
    requests, active = labels["rows"], labels["active"]
    out = ['id = "peers"', 'title = "年度报告"', 'language = "zh-CN"', "years = { from = 2000 }", ""]
    tables = {1: ["documents", "counts"], 2: ["requests"], 3: ["review"]}
    for number, heading in enumerate(headings):
        names = ", ".join(map(quoted, tables.get(number, [])))
        out += ["[[section]]", f'id = "s{number}"', f"title = {quoted(heading)}", f"tables = [{names}]", ""]
    out += ["[[table]]", 'id = "documents"', 'title = "项目"', 'corner = "项目"', "columns = ["]
    out += [line(f"c{n}", label) for n, label in enumerate(["本年制发", "本年废止", "现行有效"])]
    out += ["]", "rows = ["] + [line(f"r{n}", label) for n, label in enumerate(active[:2])] + ["]", ""]
    out += ["[[table]]", 'id = "counts"', 'title = "项目"', 'corner = "项目"', "columns = [", line("c0", "数量"), "]"]
    out += ["rows = ["] + [line(f"r{n}", label) for n, label in enumerate(active[2:])] + ["]", ""]
    out += ["[[table]]", 'id = "requests"', 'title = "申请"', 'corner = "项目"', "columns = ["]
    classes = ", ".join(quoted(f"c{n}") for n in range(CLASSES))
    out += [line(f"c{n}", label) for n, label in enumerate(labels["classes"][:CLASSES])]
    out += [line("total", labels["classes"][CLASSES], f", sum = [{classes}]"), "]", "rows = ["]
    results = ", ".join(quoted(f"r{n}") for n in range(2, 20))
    for number, label in enumerate(requests):
        out.append(line(f"r{number}", label, f", sum = [{results}]" if number == 20 else ""))
    out += ["]", "", "[[table.rule]]", 'id = "balance"', 'each = "column"', 'holds = "r0 + r1 = r20 + r21"',
            'says = "新收加结转等于办理结果加结转下年度"', ""]
    out += ["[[table]]", 'id = "review"', 'title = "复议诉讼"', "stub = false", "columns = ["]
    for number, group in enumerate(labels["review_groups"]):
        out.append(line(f"g{number}", group))
        parts = ", ".join(quoted(f"g{number}.c{n}") for n in range(4))
        for column, label in enumerate(labels["review_cols"]):
            out.append(line(f"g{number}.c{column}", label, f", sum = [{parts}]" if column == 4 else ""))
    out += ["]", 'rows = [', line("cases", "件数"), "]", ""]
    return "\n".join(out)
