#!/usr/bin/env python3
"""Write sample portals: the demonstration's agencies, or a portal of any size.

  portal.py --demo ROOT   the sample agencies of the demonstration portal, below ROOT/content/agencies
  portal.py N ROOT        a whole portal of N reports: N/5 agencies, each with the years 2019 to 2023

Every agency and every figure is invented.  The figures of an agency are made as one series, year after year, so that
what the statutory forms demand holds by construction: columns balance, totals add up, requests carried over arrive in
the next year, and documents in force follow from the year before.  The narrative is written from the figures, so the
two agree.  Everything follows from a seed: the same arguments write the same bytes.
"""
import argparse
import datetime
import os
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal

SEED = "gongkai-sample-1"
YEARS = range(2019, 2024)

# The ids of the two Chinese forms, in the order of the forms.
APPLICANTS = ["natural", "legal.company", "legal.research", "legal.charity", "legal.counsel", "legal.other"]
RESULTS = ["upheld", "corrected", "other", "pending"]
DISPUTES = ["review", "direct", "after_review"]
# Every outcome of a request, with how often it comes up among a hundred.
OUTCOMES = {
    "outcome.granted": 40, "outcome.partial": 9,
    "outcome.refused.secret": 0.4, "outcome.refused.law": 1, "outcome.refused.safety": 0.3,
    "outcome.refused.third_party": 1.5, "outcome.refused.internal": 2, "outcome.refused.process": 2,
    "outcome.refused.case_file": 2, "outcome.refused.query": 2,
    "outcome.unable.not_held": 20, "outcome.unable.must_create": 4, "outcome.unable.unclear": 1,
    "outcome.declined.petition": 5, "outcome.declined.repeat": 2, "outcome.declined.published": 0.5,
    "outcome.declined.mass": 0.5, "outcome.declined.confirm": 0.8,
    "outcome.other.not_corrected": 2, "outcome.other.fee_unpaid": 0.3, "outcome.other.other": 3,
}


# ------------------------------------------------------------------------------------------------------------- figures

@dataclass
class Profile:
    """How large the figures of an agency are; a pair is the least and the most in one year."""
    received: dict                         # applicant -> pair; who is left out never applies
    weights: dict = field(default_factory=dict)          # outcome -> weight, where it is not the usual one
    regulations: tuple = (0, 0)            # documents at the outset, most new ones in a year
    normative: tuple = (0, 0)
    items: dict = field(default_factory=dict)            # kinds of licence, service, penalty ... at the outset
    licences: tuple = (0, 0)
    services: tuple = (0, 0)
    penalties: tuple = (0, 0)
    coercion: tuple = (0, 0)
    fees: tuple = (0, 0)                   # in 1/10000 of the unit
    purchases: tuple = (0, 0)
    disputes: tuple = (0, 0, 0)            # most reviews, direct suits, suits after review


def split(rng, total, weights):
    """Deal `total` out over the keys of `weights`, roughly in proportion to them."""
    parts = dict.fromkeys(weights, 0)
    if total <= 40:
        for key in rng.choices(list(weights), list(weights.values()), k=total):
            parts[key] += 1
        return parts
    left, weight = total, sum(weights.values())
    first = next(iter(weights))
    for key in weights:
        if key != first:
            parts[key] = min(left, round(total * weights[key] / weight * rng.uniform(0.6, 1.4)))
            left -= parts[key]
    parts[first] += left
    return parts


def series(rng, profile):
    """The figures of one agency: year -> table -> row -> column -> value, leaves only, sums left out.

    One pass over the years, because each year starts from what the one before left: requests carried over, documents
    in force, kinds of licence.
    """
    weights = {**OUTCOMES, **profile.weights}
    carried = {a: rng.randint(0, profile.received.get(a, (0, 0))[1] // 12) for a in APPLICANTS}
    stock = {"regulations": profile.regulations[0], "normative": profile.normative[0]}
    most = {"regulations": profile.regulations[1], "normative": profile.normative[1]}
    items = {key: profile.items.get(key, 0) for key in ("licences", "other_services", "penalties", "coercion", "fees")}
    years = {}
    for year in YEARS:
        requests, carried = request_figures(rng, profile, weights, carried)
        decided = {"licences": rng.randint(*profile.licences), "other_services": rng.randint(*profile.services),
                   "penalties": rng.randint(*profile.penalties), "coercion": rng.randint(*profile.coercion)}
        issued = {row: rng.randint(0, most[row]) for row in stock}
        if year <= 2020:
            change = {key: rng.choice([0, 0, 1, 2, -1, -2]) if items[key] > 4 else 0 for key in items}
            documents = {row: {"made": issued[row], "published": issued[row], "public_total": stock[row] + issued[row]}
                         for row in stock}
            stock = {row: stock[row] + issued[row] for row in stock}
            counted = {key: {"previous": items[key], "change": change[key]} for key in items}
            bought = rng.randint(*profile.purchases)
            figures = {
                "documents": documents,
                "licences": {row: {**counted[row], "decisions": decided[row]} for row in ("licences", "other_services")},
                "enforcement": {row: {**counted[row], "decisions": decided[row]} for row in ("penalties", "coercion")},
                "fees": {"fees": counted["fees"]},
                "procurement": {"procurement": {"items": bought,
                                                "amount": Decimal(bought * rng.randint(300, 2500)).scaleb(-2)}},
            }
            items = {key: items[key] + change[key] for key in items}
            requests = one_other_row(requests)
        else:
            repealed = {row: rng.randint(0, min(2, most[row], stock[row])) for row in stock}
            stock = {row: stock[row] + issued[row] - repealed[row] for row in stock}
            figures = {
                "documents": {row: {"issued": issued[row], "repealed": repealed[row], "in_force": stock[row]}
                              for row in stock},
                "licences": {"licences": {"decisions": decided["licences"]}},
                "enforcement": {row: {"decisions": decided[row]} for row in ("penalties", "coercion")},
                "fees": {"fees": {"amount": Decimal(rng.randint(*profile.fees)).scaleb(-4)}},
            }
        figures["requests"] = requests
        figures["disputes"] = {"cases": dispute_figures(rng, profile)}
        years[year] = figures
    return years


def request_figures(rng, profile, weights, carried_in):
    """Table three of one year, balanced column by column, and what it carries over."""
    received, carried_out = {}, {}
    outcomes = {row: {} for row in OUTCOMES}
    for applicant in APPLICANTS:
        received[applicant] = rng.randint(*profile.received.get(applicant, (0, 0)))
        due = received[applicant] + carried_in[applicant]
        carried_out[applicant] = min(due, round(due * rng.uniform(0, 0.16)))
        for row, count in split(rng, due - carried_out[applicant], weights).items():
            outcomes[row][applicant] = count
    rows = {"received": received, "carried_in": carried_in, **outcomes, "carried_out": carried_out}
    return rows, carried_out


def one_other_row(requests):
    """Table three in the older form, where "handled otherwise" is one row."""
    rows = {}
    for row, cells in requests.items():
        if row.startswith("outcome.other."):
            rows["outcome.other"] = added(rows["outcome.other"], cells) if "outcome.other" in rows else cells
        else:
            rows[row] = cells
    return rows


def dispute_figures(rng, profile):
    """Table four of one year."""
    cells = {}
    for group, most in zip(DISPUTES, profile.disputes):
        parts = split(rng, rng.randint(0, most), dict(zip(RESULTS, (60, 12, 16, 12))))
        cells.update({f"{group}.{result}": count for result, count in parts.items()})
    return cells


def added(one, other):
    """Two sets of figures of the same shape, added cell by cell."""
    if isinstance(one, dict):
        return {key: added(one[key], other[key]) for key in one}
    return one + other


def with_sums(figures):
    """The same figures with every sum of the form filled in, in the form's order."""
    requests = {}
    outcomes = [row for row in figures["requests"] if row.startswith("outcome.")]
    for row, cells in figures["requests"].items():
        if row == "carried_out":
            requests["outcome.total"] = {a: sum(requests[o][a] for o in outcomes) for a in APPLICANTS}
        requests[row] = dict(cells)
    for cells in requests.values():
        cells["total"] = sum(cells.values())
    cases = {}
    for group in DISPUTES:
        for result in RESULTS:
            cases[f"{group}.{result}"] = figures["disputes"]["cases"][f"{group}.{result}"]
        cases[f"{group}.total"] = sum(cases[f"{group}.{result}"] for result in RESULTS)
    return {**figures, "requests": requests, "disputes": {"cases": cases}}


TABLE_TITLES = {
    "documents": "第二十条第（一）项", "licences": "第二十条第（五）项", "enforcement": "第二十条第（六）项",
    "fees": "第二十条第（八）项", "procurement": "第二十条第（九）项",
    "requests": "收到和处理政府信息公开申请情况", "disputes": "政府信息公开行政复议、行政诉讼情况",
}


def tables_toml(figures):
    """The figures as a `tables.toml`; text cells are quoted, numbers stand as they are."""
    lines = []
    for table, rows in figures.items():
        lines += [f"# {TABLE_TITLES[table]}", f"[{table}]"]
        width = max(map(len, rows))
        for row, cells in rows.items():
            inner = ", ".join(f"{column} = {literal(value)}" for column, value in cells.items())
            lines.append(f"{row:<{width}} = {{ {inner} }}")
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def literal(value):
    """A TOML value; a decimal keeps its places, but nothing at all is a plain 0."""
    return f'"{value}"' if isinstance(value, str) else str(value or 0)


def as_published(figures):
    """The figures as an agency would write them: a sum of money in the older form is a text with its unit."""
    if "procurement" not in figures:
        return figures
    bought = figures["procurement"]["procurement"]
    text = f"{bought['amount']}万元" if bought["amount"] else "0"
    return {**figures, "procurement": {"procurement": {**bought, "amount": text}}}


def sparse(figures):
    """The same figures as a hurried clerk hands them in: blanks for 0, "/" where regulations do not apply, no sums."""
    rows = {}
    for table, lines in figures.items():
        rows[table] = {}
        for row, cells in lines.items():
            if row == "outcome.total":
                continue
            rows[table][row] = {column: "/" if row == "regulations" else value if value else ""
                                for column, value in cells.items() if column.split(".")[-1] != "total"}
    return rows


# --------------------------------------------------------------------------------------------------------------- prose
# Sentences any agency may use; {units} stands for the offices below it.

HANDLING = [
    "受理、登记、会商、答复各环节都设了时限提醒，临近到期的件当天督办。",
    "答复之前先与申请人通话，弄清需要什么再检索，双方都少走弯路。",
    "内容宽泛的申请一次说清如何补正，并附一份填好的范例。",
    "涉及第三方的件书面征求意见，到期没有回音的依法自行作出决定。",
    "同一类信息被多次申请的，整理之后转为主动公开。",
    "网上、信函、当面三种方式统一登记，一个编号从头用到尾。",
    "不能公开的，在答复里写明依据的条款和申请人的救济途径。",
    "能够区分处理的，遮去不宜公开的部分后提供其余内容。",
    "自己不掌握的信息，尽量告诉申请人哪个机关掌握、怎样联系。",
    "答复文书的范本重新修订，改用直白的说法，减少来回询问。",
]
MANAGEMENT = [
    "拟稿时就定下公开属性，定为不公开的逐件写明理由，随文归档。",
    "把历年文件清点一遍，失效的注明失效，改过的换上最新文本。",
    "信息上网前经过三道核对，重点看标题、日期、附件和个人信息。",
    "索引号、发布机构、发布日期定为必填，缺一项就退回补齐。",
    "公开目录按栏目落实到岗位，人员变动时连同未办事项一并移交。",
    "规范性文件既有网页文本，也有可以下载的文件，两者内容一致。",
    "每个季度抽查一批已公开信息，打不开的链接和错别字当场改正。",
    "建立公开台账，来源、审核岗位、发布时间和更正记录都能查到。",
    "发布前隐去证件号码、手机号码和门牌号，只保留必要内容。",
    "公示期满的内容转入归档栏目，首页只留仍在期限内的事项。",
]
PLATFORM = [
    "专栏固定为指南、制度、法定主动公开内容、年报四个部分，不再另开入口。",
    "专栏可以全文检索，也可以按年份、文号和发布机构缩小范围。",
    "年报既按年度排列，也按机关排列，历年报告都能在线阅读和下载。",
    "页面版式改得更简洁，手机上也能完整看到表格。",
    "公众号只做推送，原文一律指回门户网站，免得两处文字不一致。",
    "办事大厅设有查阅点，备有纸质目录和自助终端，可以当场打印。",
    "专栏做了无障碍改造，表格加了表头说明，图片配了文字。",
    "网站迁到新平台，旧地址逐条核对，跳转都能打开。",
    "关闭久不更新的账号，人手集中到门户网站和一个政务账号上。",
    "文件与解读互设链接，从哪一头进来都能找到另一头。",
]
SUPERVISION = [
    "上半年和下半年各办一次培训，用答复实例讲文书怎么写。",
    "公开工作列入{units}年度考核，扣分原因内部通报。",
    "请社会监督员试用专栏，提出的意见逐条回复。",
    "{units}的自查结果交叉复核，发现的问题当月改完。",
    "答复文书由法律顾问会签后发出，用语更准，争议更少。",
    "每月通报栏目更新情况，连续两次逾期的当面提醒。",
    "监督电话和电子信箱对外公布，来电来信都登记、都回复。",
    "邀请企业和群众代表评议公开工作，结果在网站公布。",
    "上级检查指出的问题列成清单，改一项销一项。",
    "新到岗人员先学条例再办件，测试没有通过的安排补学。",
]
ASSESSMENTS = [
    "年度工作考核和社会评议如期完成，没有需要追究责任的情形。",
    "公开工作已纳入年度考核，社会评议结果为良好，没有追究责任的事项。",
    "考核结果已经通报，社会评议收到的建议交有关方面研究，全年没有责任追究。",
]
FOCUS = [
    "年度重点工作的进展按季度公布，没有完成的说明原因。",
    "财政预算、决算连同说明一并上网，表格可以直接下载。",
    "办事指南逐项复核，材料、时限、收费写得清清楚楚。",
    "重大决策草案公开征求意见，采纳与否都有答复。",
    "政策发布当天附上解读，讲明谁受益、怎么办、找谁问。",
    "随机抽查的计划和结果都在同一栏目公布，便于前后对照。",
    "应急事项先发简讯再补详情，更新时间标在标题旁边。",
    "招标、采购和工程信息按项目归集，从立项一直看到验收。",
    "民生资金的标准和发放进度按批次公示，个人信息已隐去。",
    "热线里问得最多的事项整理成问答，每月增补一次。",
]
PROBLEMS = [
    ("有的栏目更新偏慢，节假日前后尤其明显", "给每个栏目定下更新间隔，到期自动提醒"),
    ("解读以文字为主，图表和问答偏少", "每份重要文件至少配一张流程图或一组问答"),
    ("经办人员调整频繁，业务不够熟练", "编写操作手册，新老人员同岗一个月再交接"),
    ("申请答复的说理还不充分", "定期评查答复文书，写得好的汇编成册"),
    ("检索结果排序不理想，旧文件常排在前面", "改为有效文件优先显示，失效文件另列"),
    ("依申请公开转为主动公开的件还不多", "每个季度梳理一次，能够公开的当季公开"),
    ("公开内容与公众关心的事还有距离", "按访问量和咨询量调整栏目先后"),
    ("统计口径在{units}之间不完全一致", "统一填报说明，报送前先做一次校核"),
    ("历史信息中仍有扫描件，不便复制和检索", "分批转成文字，先转近五年的文件"),
    ("对新媒体上的提问回应不够及时", "设专岗每日查看，简单问题当天答复"),
]
OTHER = [
    "上级部署的公开要点逐项对照，均已办理。",
    "承办的代表建议和委员提案，可以公开的答复已全文上网。",
    "年报数据由办公室汇总，报送前与各业务台账核对一致。",
    "没有其他需要报告的事项。",
    "公共企事业单位信息公开按行业规定执行，本报告不再重复。",
    "档案馆、图书馆按期收到移交的公开文件，可供查阅。",
    "政府网站和新媒体的日常检查结果另行公布。",
]
PREFACES = [
    "根据《中华人民共和国政府信息公开条例》的规定，{name}编制了{year}年度政府信息公开工作报告。"
    "所列数据的统计期限为{year}年1月1日至12月31日。",
    "这是{name}{year}年政府信息公开工作的年度报告，按国务院办公厅规定的格式编写，"
    "数据自{year}年1月1日起，至12月31日止。",
    "{name}现公布{year}年政府信息公开工作年度报告。报告依《中华人民共和国政府信息公开条例》编制，"
    "数字统计自{year}年1月1日至12月31日。",
]
INVENTED = "> 示例：本报告中的机关、事项和数字均为虚构，只用于演示。\n"


class Deck:
    """A shuffled pool that deals each sentence once before any comes again, so that years do not repeat each other."""

    def __init__(self, rng, pool):
        self.cards = rng.sample(pool, len(pool))
        self.next = 0

    def draw(self):
        """The next card."""
        card = self.cards[self.next % len(self.cards)]
        self.next += 1
        return card


@dataclass
class Agency:
    """A body that reports, and what its narratives say beyond the common sentences."""
    id: str
    name: str
    short: str
    profile: Profile
    us: str = "本局"
    units: str = "各科室"
    kind: str = "department"
    region: str = "示例省示例市"
    parent: str = ""
    former: tuple = ()                     # name, short name, last year
    note: str = ""                         # a comment in agency.toml
    since: int = 2019
    focus: dict = field(default_factory=dict)            # year -> sentences on the work of that year
    problems: dict = field(default_factory=dict)         # year -> (problem, remedy)

    def name_in(self, year):
        """The full and the short name that the agency bore in a year."""
        return self.former[:2] if self.former and year <= self.former[2] else (self.name, self.short)


class Writer:
    """Writes the narratives of one agency, year after year."""

    def __init__(self, rng, agency):
        self.rng, self.agency = rng, agency
        pools = dict(handling=HANDLING, management=MANAGEMENT, platform=PLATFORM, supervision=SUPERVISION,
                     focus=FOCUS, problems=PROBLEMS, other=OTHER, preface=PREFACES)
        self.decks = {key: Deck(rng, pool) for key, pool in pools.items()}
        self.style = rng.randrange(3)

    def say(self, pool, year=0):
        """The next sentence of a pool, in the agency's own voice."""
        return self.voice(self.decks[pool].draw(), year)

    def voice(self, text, year=0):
        """A sentence with the agency's words in its gaps."""
        return text.format(units=self.agency.units, year=year, name=self.agency.name_in(year)[0])

    def report(self, year, figures, published, number="", updated="", accepts=(), links=(), preface=""):
        """A whole `report.md`."""
        name, short = self.agency.name_in(year)
        head = [f"published = {published}"]
        head += [f"updated   = {updated}"] if updated else []
        head += [f'source    = "{short}"']
        head += [f'number    = "{number}"'] if number else []
        head += [f'index     = "{self.agency.id.upper()}-{year}-001"']
        for cell, reason in accepts:
            head += ["", "[[accept]]", 'code   = "rule/balance"', f'cell   = "{cell}"', f'reason = "{reason}"']
        sections = [
            ("一、总体情况", self.overview(year)),
            ("二、主动公开政府信息情况", self.proactive(year, figures)),
            ("三、收到和处理政府信息公开申请情况", self.requests(figures["requests"])),
            ("四、政府信息公开行政复议、行政诉讼情况", self.disputes(figures["disputes"]["cases"])),
            ("五、存在的主要问题及改进情况", self.problems(year)),
            ("六、其他需要报告的事项", self.other(year, links)),
        ]
        body = [INVENTED, self.say("preface", year) + preface + "\n"]
        body += [f"## {title}\n\n{text}\n" for title, text in sections]
        return "+++\n" + "\n".join(head) + "\n+++\n\n" + "\n".join(body)

    def overview(self, year):
        """Chapter one: the five topics that the form asks for."""
        rng = self.rng
        reach = 14 if self.agency.kind == "government" else 1
        site, media, paper = rng.randint(80, 900) * reach, rng.randint(40, 500) * reach, rng.randint(0, 60) * reach
        counts = f"门户网站公开信息{site}条，政务新媒体发布{media}条"
        counts += f"，公告栏、公报等其他渠道{paper}条" if paper else ""
        focus = self.agency.focus.get(year) or (self.say("focus"), self.say("focus"))
        # The regulation asks governments, and only them, for the results of assessment and accountability.
        judged = "" if self.agency.kind == "department" else rng.choice(ASSESSMENTS)
        topics = [
            ("主动公开", "".join(focus) + f"全年合计公开{site + media + paper}条，其中{counts}。"),
            ("依申请公开", self.say("handling") + self.say("handling")),
            ("政府信息管理", self.say("management") + self.say("management")),
            ("政府信息公开平台建设", self.say("platform") + self.say("platform")),
            ("监督保障", judged + self.say("supervision") + self.say("supervision")),
        ]
        if self.style == 0:
            return "\n\n".join(f"### （{mark}）{title}\n\n{text}" for mark, (title, text) in zip("一二三四五", topics))
        if self.style == 1:
            return "\n\n".join(f"**{title}。** {text}" for title, text in topics)
        return "\n\n".join(f"（{mark}）{title}。{text}" for mark, (title, text) in zip("一二三四五", topics))

    def proactive(self, year, figures):
        """A few words before the tables of chapter two; they name what is not zero."""
        documents, parts = figures["documents"], []
        labels = {"regulations": "规章", "normative": "规范性文件" if year <= 2020 else "行政规范性文件"}
        for row, label in labels.items():
            cells = documents[row]
            if year <= 2020 and cells["public_total"]:
                made = f"新制作{label}{cells['made']}件" if cells["made"] else f"没有新制作{label}"
                parts.append(f"{made}，对外公开总数量{cells['public_total']}件")
            elif year > 2020 and cells["in_force"]:
                made = f"制发{label}{cells['issued']}件" if cells["issued"] else f"没有制发{label}"
                gone = f"，废止{cells['repealed']}件" if cells["repealed"] else ""
                parts.append(f"{made}{gone}，年末现行有效{cells['in_force']}件")
        text = "；".join(parts) + "。" if parts else f"本年度没有{'' if year <= 2020 else '行政'}规范性文件。"
        decided = [("行政许可", figures["licences"]["licences"]["decisions"]),
                   ("行政处罚", figures["enforcement"]["penalties"]["decisions"]),
                   ("行政强制", figures["enforcement"]["coercion"]["decisions"])]
        done = [f"{label}{count}件" for label, count in decided if count]
        if done:
            text += self.rng.choice(["作出处理决定的有", "全年办理", "依法作出"]) + "、".join(done) + "，结果均已公开。"
        if year <= 2020:
            bought = figures["procurement"]["procurement"]
            if bought["items"]:
                text += f"政府集中采购项目{bought['items']}个，采购总金额{bought['amount']}万元。"
        elif figures["fees"]["fees"]["amount"]:
            text += f"行政事业性收费{figures['fees']['fees']['amount']}万元，标准和依据列入收费目录。"
        return text

    def requests(self, rows):
        """Chapter three in words."""
        total = {row: cells["total"] for row, cells in rows.items()}
        if not total["received"] and not total["carried_in"]:
            return "本年度没有收到政府信息公开申请，也没有上年结转的件。"

        def group(start):
            """All outcomes below a heading; the older form has a single row in place of the last."""
            return sum(count for row, count in total.items() if row.startswith(start))

        outcomes = [("予以公开", total["outcome.granted"]), ("部分公开", total["outcome.partial"]),
                    ("不予公开", group("outcome.refused.")), ("无法提供", group("outcome.unable.")),
                    ("不予处理", group("outcome.declined.")), ("其他处理", group("outcome.other"))]
        parts = [f"{label}{count}件" for label, count in outcomes if count]
        natural = rows["received"]["natural"]
        legal = total["received"] - natural
        who = f"自然人{natural}件、法人或其他组织{legal}件" if natural and legal else (
            f"法人或其他组织{legal}件" if legal else f"自然人{natural}件")
        came = f"上年结转{total['carried_in']}件" if total["carried_in"] else "没有上年结转的件"
        left = (f"结转下年度继续办理{total['carried_out']}件" if total["carried_out"]
                else "年底前全部办结，没有结转下年度的件")
        done = f"本年度办结{total['outcome.total']}件"
        if self.style == 0:
            return (f"新收政府信息公开申请{total['received']}件，按申请人分为{who}；{came}。"
                    f"{done}：{'、'.join(parts)}。{left}。")
        if self.style == 1:
            lines = [f"新收政府信息公开申请{total['received']}件（{who}），{came}", f"{done}，其中{'、'.join(parts)}", left]
            return "\n".join(f"- {line}；" for line in lines[:-1]) + f"\n- {lines[-1]}。"
        return f"{came}，新收政府信息公开申请{total['received']}件，包括{who}。{done}，{'、'.join(parts)}；{left}。"

    def disputes(self, cells):
        """Chapter four in words."""
        suits = cells["direct.total"] + cells["after_review.total"]
        if not cells["review.total"] and not suits:
            return self.rng.choice(["本年度没有因政府信息公开工作发生行政复议和行政诉讼。",
                                    "政府信息公开工作没有引起行政复议，也没有引起行政诉讼。"])
        text = "没有行政复议案件"
        if cells["review.total"]:
            labels = zip(("结果维持", "结果纠正", "其他结果", "尚未审结"), RESULTS)
            parts = [f"{label}{cells['review.' + result]}件" for label, result in labels if cells["review." + result]]
            text = f"政府信息公开行政复议{cells['review.total']}件（{'、'.join(parts)}）"
        if not suits:
            return text + "；没有行政诉讼案件。"
        kinds = [(label, cells[group + ".total"]) for label, group in
                 (("未经复议直接起诉", "direct"), ("复议后起诉", "after_review"))]
        parts = [f"{label}{count}件" for label, count in kinds if count]
        return text + f"；行政诉讼{suits}件（{'、'.join(parts)}）。答辩材料和裁判文书随案归档。"

    def problems(self, year):
        """Chapter five: what went wrong and what is done about it."""
        pairs = [self.agency.problems.get(year) or self.decks["problems"].draw(), self.decks["problems"].draw()]
        (first, cure), (second, other_cure) = [tuple(map(self.voice, pair)) for pair in pairs]
        if self.style == 0:
            return (f"主要问题：一是{first}；二是{second}。\n\n"
                    f"改进情况：对第一个问题，{cure}；对第二个问题，{other_cure}。")
        if self.style == 1:
            return f"1. {first}。改进措施：{cure}。\n2. {second}。改进措施：{other_cure}。"
        return f"对照公众的期待，{self.agency.us}的工作仍有不足：{first}；{second}。为此，{cure}；同时，{other_cure}。"

    def other(self, year, links):
        """Chapter six: processing fees, and links to the attachments."""
        fee = ("本年度提供政府信息没有收取检索、复制、邮寄等费用。" if year <= 2020
               else "本年度没有收取政府信息公开信息处理费。")
        text = fee + self.say("other")
        return text + "".join(f"\n\n附件：[{name}]({file})" for name, file in links)


# --------------------------------------------------------------------------------------------------------------- files

def write(path, text):
    """Write a file, making its folder; line ends are the same on every system."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def agency_toml(agency):
    """An `agency.toml`; the contact is a sample as well."""
    lines = [f"# {agency.note}"] if agency.note else []
    lines += [f'name   = "{agency.name}"', f'short  = "{agency.short}"', f'kind   = "{agency.kind}"',
              f'region = "{agency.region}"']
    lines += [f'parent = "{agency.parent}"'] if agency.parent else []
    lines += ["area   = true"] if agency.id == CITY else []
    lines += [f"since  = {agency.since}"]
    lines += [f'former = [ {{ name = "{agency.former[0]}", until = {agency.former[2]} }} ]'] if agency.former else []
    lines += ["", "[contact]", f'office   = "{agency.short}政府信息公开受理处（示例）"',
              'address  = "示例路1号（示例）"', 'phone    = "0000-0000000"',
              f'email    = "{agency.id}@mail.example"', 'postcode = "000000"']
    return "\n".join(lines) + "\n"


def channels_csv(rng, received):
    """A small attachment: how the requests of the year came in."""
    online = rng.randint(0, received)
    post = rng.randint(0, received - online)
    rows = [("网上", online), ("信函", post), ("当面", received - online - post), ("合计", received)]
    return "申请方式,件数\n" + "".join(f"{way},{count}\n" for way, count in rows)


def publication_date(rng, agency, year):
    """A working day before the date by which the law wants the report."""
    day = (datetime.date(year + 1, 3, rng.randint(10, 30)) if agency.kind == "government"
           else datetime.date(year + 1, 1, rng.randint(12, 30)))
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))


# ---------------------------------------------------------------------------------------------- the demonstration portal

CITY = "shili"
DEMO = [
    Agency(
        CITY, "示例市人民政府", "示例市政府", None, us="全市", units="各单位", kind="government",
        note="全市的报告：数字是办公室、各部门和镇的合计，气象局除外。",
        focus={
            2019: ("新条例5月15日起施行，全市行政机关据此重修公开指南，旧目录集中清理。",
                   "常务会议的议定事项在会后两个工作日内公布。"),
            2020: ("疫情期间防控信息每日公布，复工、开学等大家关心的事项另行召开发布会。",
                   "基层公开标准目录编制完成，县乡两级全部上网。"),
            2021: ("首次按新格式汇总全市报表，规章和行政规范性文件改按制发、废止、现行有效统计。",
                   "行政规范性文件集中到同一栏目，逐件注明效力。"),
            2022: ("规章以规范版本集中公布，旧版本保留备查。",
                   "供水、供气、公交等公共企事业单位的收费标准和停供通知都能在一处查到。"),
            2023: ("政策文件库上线，市县两级文件一处可查。",
                   "重大行政决策目录向社会公布，收到的意见采纳与否逐条说明。"),
        },
        problems={
            2019: ("部分单位对新条例的条款把握不准，同类申请答复口径不一", "汇编答复实例发到各单位，疑难问题由市政府办公室统一解答"),
            2020: ("标准目录与实际业务衔接不紧，有的栏目有名无实", "按领域逐项核对，空栏目限期补齐或并入上级栏目"),
            2021: ("新旧报表口径不同，有单位首次填报时把累计数当成了当年数", "增设报前校核，勾稽关系不成立的退回重填"),
            2022: ("镇一级人手紧，有的年报报送偏晚", "提前一个月发出提示，并提供可以直接填写的表样"),
            2023: ("解读材料照搬原文的较多", "要求讲清为什么、怎么办、找谁办，由起草单位把关"),
        }),
    Agency(
        "shili-zfb", "示例市人民政府办公室", "示例市政府办", us="本办", units="各科", parent=CITY,
        profile=Profile(
            {"natural": (52, 78), "legal.company": (4, 11), "legal.charity": (0, 2), "legal.counsel": (1, 5),
             "legal.other": (0, 3)},
            {"outcome.unable.not_held": 34, "outcome.refused.process": 5}, regulations=(6, 1), normative=(52, 7),
            purchases=(1, 4), disputes=(6, 3, 3)),
        focus={
            2019: ("市政府公开指南依照新条例重写，增列受理地点、电话和办公时间。", "市政府文件印发后七个工作日内上网，全年无一超期。"),
            2020: ("开设疫情防控专题，权威消息先上门户网站，再推送到其他渠道。", "政府公报改版，电子版与纸质版同日出版。"),
            2021: ("现行规章逐件核对文本，统一格式后重新公布。", "政府公报全文可以下载，按期号和标题都能检索。"),
            2022: ("围绕养老托育、老旧小区改造举办政府开放日，当场提问、当场答复。", "编印答复要点手册，供全市各单位参照。"),
            2023: ("文件起草、审核、发布连成一条流程，公开属性在起草时就已确定。", "行政规范性文件统一编号，年底公布现行有效目录。"),
        },
        problems={
            2019: ("依申请公开仍用手工台账登记，查找不便", "启用登记系统，历史台账已补录完毕"),
            2020: ("专题栏目开得多，事后归并不及时", "定下专题下线办法，到期内容并入常设栏目"),
            2021: ("文件的效力标注慢于清理结果", "清理决定印发当天同步修改标注"),
            2022: ("需要几个单位会商的申请往返时间偏长", "由首接单位负责到底，三个工作日内开完会商会"),
            2023: ("公布的统计表多是图片或扫描件，不便再次利用", "从下一年起统计表一律附数据文件"),
        }),
    Agency(
        "shili-jyj", "示例市教育局", "示例市教育局", parent=CITY,
        profile=Profile(
            {"natural": (30, 55), "legal.company": (0, 4), "legal.research": (0, 2), "legal.charity": (0, 2),
             "legal.counsel": (0, 2)},
            {"outcome.granted": 55, "outcome.refused.internal": 4}, normative=(14, 3),
            items={"licences": 6, "other_services": 21, "penalties": 18, "coercion": 0, "fees": 3},
            licences=(35, 80), services=(900, 1600), penalties=(0, 6), fees=(180000, 420000), purchases=(3, 9),
            disputes=(3, 1, 1)),
        focus={
            2019: ("义务教育招生的范围、时间和程序在报名前一个月公布。", "民办学校的年检结论逐校公开。"),
            2020: ("线上教学、返校批次和校园防控要求即时发布，并附常见问答。", "教师招聘各环节的结果都设公示期。"),
            2021: ("校外培训机构的许可名单和整治进展按月更新。", "课后服务的收费标准和经费使用情况按学期公布。"),
            2022: ("高中招生计划、录取分数线和投诉渠道放在同一页面。", "校园食堂的抽检结果和整改情况定期上网。"),
            2023: ("公布全市中小学学位预警，提示家长早作安排。", "学校工程从立项到验收的信息归到一页。"),
        },
        problems={
            2019: ("学校一级的公开内容更新慢", "把学校公开栏目列入开学检查"),
            2020: ("招生季咨询集中，电话难以接通", "增设临时坐席，并公布问答汇编"),
            2021: ("新政策出台后，解读跟得不够紧", "文件与解读一起起草、一起审签"),
            2022: ("写给家长的文字不够通俗", "请家长代表试读，改到能看懂为止"),
            2023: ("历年招生数据格式不一，难以比较", "按统一字段整理五年数据，提供下载"),
        }),
    Agency(
        "shili-swj", "示例市水务局", "示例市水务局", parent=CITY, former=("示例市水利局", "示例市水利局", 2020),
        profile=Profile(
            {"natural": (12, 24), "legal.company": (2, 7), "legal.research": (0, 2), "legal.counsel": (0, 3),
             "legal.other": (0, 1)},
            {"outcome.granted": 60, "outcome.unable.must_create": 8}, normative=(9, 2),
            items={"licences": 11, "other_services": 16, "penalties": 62, "coercion": 7, "fees": 2},
            licences=(90, 160), services=(210, 380), penalties=(8, 26), coercion=(0, 4),
            fees=(17000000, 23000000), purchases=(2, 8), disputes=(2, 1, 0)),
        focus={
            2019: ("河湖管理范围的划定成果分批公告。", "汛期水情每日发布，超过警戒水位后每小时更新。"),
            2020: ("农村饮水工程的水价和水质检测结果按季度公布到村。", "取水许可全部网上办理，办结即公开。"),
            2021: ("机构更名为市水务局，指南和目录随之变更，旧名称下的信息继续保留。", "城市供水、排水职能划入，停水通知并入专栏。"),
            2022: ("水土保持方案的审批和补偿费征收结果逐项公示。", "节水型单位评定的标准、得分和名单一并公开。"),
            2023: ("供水水质检测报告按月上网，二次供水清洗记录可按小区查询。", "河道采砂的范围、期限和总量在现场立牌公示。"),
        },
        problems={
            2019: ("水利工程信息散在几个栏目", "合并为一个栏目，按项目编号归档"),
            2020: ("水质数据专业性强，群众看不明白", "加注限值和说明，是否达标一眼可见"),
            2021: ("划入业务的历史资料尚未理清", "与移交单位逐卷核对，分批补录"),
            2022: ("突发停水的通知渠道不统一", "改为网站、短信、社区公告同时发布"),
            2023: ("监测数据靠人工录入，更新有时滞后", "与监测平台对接，省去中间环节"),
        }),
    Agency(
        "shili-scj", "示例市市场监督管理局", "示例市市场监管局", parent=CITY,
        profile=Profile(
            {"natural": (64, 108), "legal.company": (9, 20), "legal.charity": (0, 3), "legal.counsel": (4, 12),
             "legal.other": (0, 4)},
            {"outcome.refused.query": 9, "outcome.refused.case_file": 8, "outcome.declined.petition": 12},
            normative=(17, 2),
            items={"licences": 24, "other_services": 33, "penalties": 418, "coercion": 29, "fees": 5},
            licences=(5200, 7900), services=(12000, 19000), penalties=(640, 1180), coercion=(18, 60),
            fees=(4100000, 6900000), purchases=(4, 11), disputes=(9, 4, 4)),
        focus={
            2019: ("双随机抽查的计划和结果全部归集公示。", "食品抽检不合格批次按周公布，处置情况随后补充。"),
            2020: ("防疫用品的价格和质量检查结果随查随公开。", "企业开办材料压减后重新公布清单。"),
            2021: ("信用修复的条件、流程和时限列入公开目录。", "特种设备检验的收费标准与结果一并公示。"),
            2022: ("计量、标准、认证三个领域的检查结果合并发布。", "广告监测数据每季度公布一次。"),
            2023: ("经营主体发展数据按月发布，附表格下载。", "食品生产企业的风险等级向社会公开。"),
        },
        problems={
            2019: ("处罚决定公示前遮盖的范围不一致", "定出遮盖规则，由一个岗位统一复核"),
            2020: ("查询企业登记资料的申请很多，占用大量精力", "在受理页面提示登记资料的查询途径，引导自助查询"),
            2021: ("有人把投诉举报写成信息公开申请", "受理页面加上分流说明，缩短转办时间"),
            2022: ("申请数量增长快，经办人手不足", "请法制机构参与办理，复杂件集体讨论"),
            2023: ("处罚信息在几个平台重复录入，偶有出入", "以案件系统为唯一来源，自动推送"),
        }),
    Agency(
        "shili-wlj", "示例市文化和旅游局", "示例市文旅局", parent=CITY,
        profile=Profile(
            {"natural": (7, 18), "legal.company": (1, 5), "legal.research": (0, 2), "legal.charity": (0, 1)},
            {"outcome.granted": 70}, normative=(6, 2),
            items={"licences": 13, "other_services": 19, "penalties": 96, "coercion": 5, "fees": 0},
            licences=(60, 130), services=(340, 520), penalties=(5, 19), coercion=(0, 2), purchases=(1, 6),
            disputes=(1, 1, 0)),
        focus={
            2019: ("机构合并后首次统一编制目录，文化、旅游两套栏目并为一套。", "景区最大承载量和收费项目对外公布。"),
            2020: ("景区预约、限流和暂停开放的公告即时发布。", "图书馆、博物馆恢复开放的安排提前三天告知。"),
            2021: ("非物质文化遗产名录和传承基地集中展示。", "旅行社质量保证金的存缴、退还情况可以查询。"),
            2023: ("旅游投诉的处理结果按季度公布。", "公共文化服务目录标明场地、时段和预约方式。"),
        },
        problems={
            2019: ("并入单位的旧网站没有全部下线", "逐站迁移内容，迁完即关"),
            2020: ("活动信息多，制度信息少", "补齐办事依据和标准一类的信息"),
            2021: ("演出审批结果公开不够及时", "审批系统办结即推送"),
            2023: ("上一年度的报告没有按期编制发布，岗位交接有缺口", "明确主备两岗，年报列入交接清单"),
        }),
    Agency(
        "shili-qxj", "示例市气象局", "示例市气象局",
        note="由上级气象部门管理，数字不计入全市的报告。",
        profile=Profile(
            {"natural": (5, 12), "legal.company": (1, 4), "legal.counsel": (0, 2)},
            {"outcome.granted": 60, "outcome.refused.query": 6}, normative=(3, 1),
            items={"licences": 5, "other_services": 8, "penalties": 21, "coercion": 0, "fees": 0},
            licences=(20, 48), services=(60, 130), penalties=(0, 3), purchases=(0, 3), disputes=(1, 0, 0)),
        focus={
            2019: ("暴雨、大风等预警信号发出十分钟内上网。", "防雷装置审核和验收的结果逐件公示。"),
            2020: ("汛期会商结论用公众看得懂的文字发布。", "人工影响天气作业的公告提前张贴到作业点周边。"),
            2021: ("防雷检测单位的资质和抽查结果列表公开。", "气象灾害防御重点单位名录对外公布。"),
            2022: ("高温干旱期间每周发布监测简报。", "升放气球的许可全程网上办理。"),
            2023: ("气候公报和观测站网分布向社会公开。", "预警信息的接收渠道和设置方法编成图文说明。"),
        },
        problems={
            2019: ("历史气象资料的查询说明不清楚", "重写说明，分清公开资料与服务产品"),
            2020: ("公开工作由一人兼任，忙时顾不过来", "增设备岗，重要时段两人值守"),
            2021: ("栏目不多，路径却深", "精简层级，点击两次即可到达"),
            2022: ("解读材料专业词汇偏多", "请科普人员改写后再发布"),
            2023: ("与乡镇的信息衔接还靠电话", "接入乡镇广播系统，自动播发"),
        }),
    Agency(
        "shili-slz", "示例市示例镇人民政府", "示例镇政府", us="本镇", units="各站所", kind="township", parent=CITY,
        region="示例省示例市示例镇",
        profile=Profile(
            {"natural": (1, 6), "legal.company": (0, 1)}, {"outcome.granted": 55},
            items={"licences": 2, "other_services": 46, "penalties": 0, "coercion": 0, "fees": 0},
            licences=(3, 15), services=(280, 610), purchases=(0, 2), disputes=(0, 0, 0)),
        focus={
            2019: ("村级财务收支按季度张贴，同时上网。", "低保和临时救助公示时隐去个人信息。"),
            2020: ("防疫物资的分配和捐赠款物的使用逐笔公布。", "基层公开标准目录在镇一级落地，栏目与上级一致。"),
            2021: ("征地补偿的方案、标准和签约进度分批公布。", "便民服务事项的材料清单上墙上网。"),
            2022: ("人居环境整治项目的资金安排和验收结果公开。", "农业补贴到户情况按村公示。"),
            2023: ("村庄规划图文公示，征求意见三十日。", "镇级预算、决算在批复后二十日内公布。"),
        },
        problems={
            2019: ("村务公开栏更新不及时", "由驻村干部每月核对一次"),
            2020: ("不少内容仍以纸质张贴为主", "扫描件改成可以复制的文字上网"),
            2021: ("人员流动大，新手不熟悉流程", "编成一页纸的流程图，随岗移交"),
            2022: ("年报编制动手晚，没有赶在法定期限内发布", "下一年度从十一月开始收集数据，元旦前拿出初稿"),
            2023: ("老年群众不习惯上网查询", "便民大厅设代查窗口，赶集日增加人手"),
        }),
]

# What the demonstration is to show besides ordinary reports.
MISSING = ("shili-wlj", 2022)
LATE = {("shili-slz", 2022): "2023-02-09"}
SPARSE = ("shili-slz", 2021)
UPDATED = {("shili-jyj", 2021): ("2022-02-24", "2022年2月24日补充附件一份，正文和报表没有改动。")}
MISTAKE = ("shili-qxj", 2019)
REASON = "一封联名信函按两名申请人各登记了一次，本年新收多计1件，发布后才发现。报告已经公布，保留原数，不再改动。"
CHANNELS = {("shili-zfb", 2023), ("shili-jyj", 2021), ("shili-jyj", 2023), ("shili-scj", 2022)}
GLOSSARY = ("shili-swj", 2023)
GLOSSARY_TEXT = """名词解释（示例附件）

二次供水：自来水进入小区后，经过水箱、水泵再送到用户的供水方式。
取水许可：直接从江河、湖泊或者地下取水，事先取得的批准。
水土保持补偿费：生产建设活动损坏水土保持设施、地貌植被，按规定缴纳的费用。
警戒水位：水位涨到这里，堤防可能出现险情，须加强巡查。
"""


def demo(root):
    """Write the sample agencies of the demonstration portal."""
    members = [agency for agency in DEMO if agency.parent == CITY]
    figures = {agency.id: series(random.Random(f"{SEED}/{agency.id}/figures"), agency.profile)
               for agency in DEMO if agency.profile}
    figures[CITY] = {}
    for year in YEARS:
        whole = figures[members[0].id][year]
        for agency in members[1:]:
            whole = added(whole, figures[agency.id][year])
        figures[CITY][year] = whole
    for agency in DEMO:
        folder = os.path.join(root, "content", "agencies", agency.id)
        write(os.path.join(folder, "agency.toml"), agency_toml(agency))
        rng = random.Random(f"{SEED}/{agency.id}/prose")
        writer = Writer(rng, agency)
        for year in YEARS:
            if (agency.id, year) != MISSING:
                demo_report(os.path.join(folder, str(year)), rng, writer, year, figures)


def demo_report(folder, rng, writer, year, figures):
    """Write one report of the demonstration, with whatever is particular to it."""
    agency = writer.agency
    key = (agency.id, year)
    own, accepts, links = figures[agency.id][year], [], []
    if key == MISTAKE:
        received = own["requests"]["received"]
        own = {**own, "requests": {**own["requests"], "received": {**received, "natural": received["natural"] + 1}}}
        accepts = [(f"requests[received, {column}]", REASON) for column in ("natural", "total")]
    full = with_sums(own)
    if key in CHANNELS:
        links.append(("政府信息公开申请方式统计", "申请方式统计.csv"))
        write(os.path.join(folder, links[-1][1]), channels_csv(rng, full["requests"]["received"]["total"]))
    if key == GLOSSARY:
        links.append(("名词解释", "glossary.txt"))
        write(os.path.join(folder, links[-1][1]), GLOSSARY_TEXT)
    if key == (CITY, 2023):
        links.append(("各单位申请办理情况", "各单位申请办理情况.csv"))
        write(os.path.join(folder, links[-1][1]), members_csv(year, figures))
    published = LATE.get(key) or publication_date(rng, agency, year)
    updated, preface = UPDATED.get(key, ("", ""))
    number = f"示例政公开〔{year + 1}〕1号" if agency.id == CITY else ""
    text = writer.report(year, full, published, number, updated, accepts, links, preface)
    table = sparse(as_published(own)) if key == SPARSE else as_published(full)
    write(os.path.join(folder, "report.md"), text)
    write(os.path.join(folder, "tables.toml"), tables_toml(table))


def members_csv(year, figures):
    """An attachment of the city's report: what each body added to it."""
    rows = ["received", "carried_in", "outcome.total", "carried_out"]
    lines = ["单位,本年新收,上年结转,办理结果总计,结转下年度"]
    for agency in [a for a in DEMO if a.parent == CITY] + [DEMO[0]]:
        requests = with_sums(figures[agency.id][year])["requests"]
        name = "合计" if agency.id == CITY else agency.name_in(year)[0]
        lines.append(",".join([name, *(str(requests[row]["total"]) for row in rows)]))
    return "\n".join(lines) + "\n"


# ------------------------------------------------------------------------------------------------- a portal of any size

DEPARTMENTS = [
    ("jyj", "教育局"), ("mzj", "民政局"), ("czj", "财政局"), ("sfj", "司法局"), ("swj", "水务局"),
    ("jtj", "交通运输局"), ("nyj", "农业农村局"), ("wlj", "文化和旅游局"), ("wjj", "卫生健康局"),
    ("yjj", "应急管理局"), ("sjj", "审计局"), ("scj", "市场监督管理局"), ("tjj", "统计局"), ("ybj", "医疗保障局"),
    ("zrj", "自然资源局"), ("zjj", "住房和城乡建设局"), ("hbj", "生态环境局"), ("rsj", "人力资源和社会保障局"),
    ("fgj", "发展和改革局"), ("gxj", "工业和信息化局"),
]
FIRST = "青临安平长永清和丰新太金玉石白南东西北宁明兴海云山江文武嘉吉"
SECOND = "河江平宁定安和川泉城水阳源山林岭湖溪田丰原口关塘桥渡洲沙屯集"

SITE = """# A generated portal: every agency and every figure is invented.
base_url = "https://portal.example/"
title    = "政府信息公开年报（生成示例）"

[portal]
organiser = "示例主办单位"

[checks]
first_year = 2019
"""


def large_profile(rng):
    """The size of an invented department."""
    size = rng.choice([1, 1, 2, 3, 5, 8, 20])
    return Profile(
        {"natural": (2 * size, 12 * size), "legal.company": (0, 3 * size), "legal.research": (0, 1),
         "legal.charity": (0, size // 3), "legal.counsel": (0, size), "legal.other": (0, 1)},
        normative=(rng.randint(0, 30), rng.randint(0, 4)),
        items={key: rng.randint(0, 40) for key in ("licences", "other_services", "penalties", "coercion", "fees")},
        licences=(0, 400 * size), services=(0, 900 * size), penalties=(0, 60 * size), coercion=(0, 3 * size),
        fees=(0, 900000 * size), purchases=(0, 9), disputes=(size, size // 2, size // 3))


def large_agency(number, since):
    """The agency of a number: a department of one of some thousand places."""
    place, department = divmod(number, len(DEPARTMENTS))
    again, place = divmod(place, len(FIRST) * len(SECOND))
    first, second = FIRST[place // len(SECOND)], SECOND[place % len(SECOND)]
    code, title = DEPARTMENTS[department]
    county = f"{first}{second}{again + 1 if again else ''}县"
    return Agency(f"{code}-{number:06d}", f"示例{county}{title}", f"{county}{title}",
                  large_profile(random.Random(f"{SEED}/{number}/size")), region=f"示例省示例{first}市", since=since)


def large_reports(number, years, root):
    """Write one agency of a generated portal, with its last `years` reports."""
    agency = large_agency(number, YEARS[-years])
    folder = os.path.join(root, "content", "agencies", agency.id)
    write(os.path.join(folder, "agency.toml"), agency_toml(agency))
    rng = random.Random(f"{SEED}/{number}")
    figures = series(rng, agency.profile)
    writer = Writer(rng, agency)
    for year in YEARS[-years:]:
        full = with_sums(figures[year])
        place = os.path.join(folder, str(year))
        text = writer.report(year, full, publication_date(rng, agency, year), links=[("申请方式统计", "channels.csv")])
        write(os.path.join(place, "report.md"), text)
        write(os.path.join(place, "tables.toml"), tables_toml(as_published(full)))
        write(os.path.join(place, "channels.csv"), channels_csv(rng, full["requests"]["received"]["total"]))


def large(reports, root):
    """Write a whole portal; the last agency takes what is left over."""
    write(os.path.join(root, "site.toml"), SITE)
    write(os.path.join(root, "content", "index.md"), '+++\ntitle = "首页"\n+++\n\n这是一个生成的示例门户，内容均为虚构。\n')
    agencies, rest = divmod(reports, len(YEARS))
    years = [len(YEARS)] * agencies + ([rest] if rest else [])
    with ProcessPoolExecutor() as pool:
        for _ in pool.map(large_reports, range(len(years)), years, [root] * len(years), chunksize=64):
            pass


def main():
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo", action="store_true", help="write the demonstration's agencies")
    parser.add_argument("reports", type=int, nargs="?", help="how many reports to write")
    parser.add_argument("root", help="the portal's folder")
    arguments = parser.parse_args()
    if arguments.demo == (arguments.reports is not None):
        parser.error("give either --demo or a number of reports")
    if arguments.demo:
        demo(arguments.root)
    else:
        large(arguments.reports, arguments.root)


if __name__ == "__main__":
    main()
