#!/usr/bin/env python3
"""Holds a built site against the neutral tree: verify.py NEUTRAL OUT

Every report: page and attachment are there, the attachment byte for byte. Of a sample: all cells in order, the six
headings, links to agency, year and neighbours. Indexes, sitemap and feed are complete.
"""
import os
import re
import sys
import tomllib

CELL = re.compile(r"<td[^>]*>([^<]*)</td>")
HREF = re.compile(r'href="([^"]*)"')


def cells(tables):
    active, review = tables["active"], tables["review"]
    flat = active["rules"] + active["normative"] + [active[k] for k in ("license", "penalty", "coercion", "fees")]
    for row in tables["requests"]["rows"]:
        flat += row
    return [str(v) for v in flat + review["reconsideration"] + review["direct"] + review["after"]]


def main():
    neutral, out = sys.argv[1:3]
    wrong = []
    read = lambda path: open(path, encoding="utf-8").read()
    root = os.path.join(neutral, "content")
    reports = [(a, y) for a in sorted(os.listdir(root)) for y in sorted(os.listdir(os.path.join(root, a))) if y.isdigit()]

    def links(page):
        base = os.path.dirname(page)
        return {os.path.normpath(os.path.join(base, href)) for href in HREF.findall(read(os.path.join(out, page)))}

    for agency, year in reports:
        for name in ("index.html", "annex.csv"):
            if not os.path.isfile(os.path.join(out, "agencies", agency, year, name)):
                wrong.append(f"missing {agency}/{year}/{name}")
    for agency, year in reports[::max(1, len(reports) // 50)]:
        source, page = os.path.join(root, agency, year), f"agencies/{agency}/{year}/index.html"
        html = read(os.path.join(out, page))
        if CELL.findall(html) != cells(tomllib.loads(read(os.path.join(source, "tables.toml")))):
            wrong.append("cells " + page)
        headings = re.findall(r"^## (.+)$", read(os.path.join(source, "index.md")), re.M)
        wrong += [f"heading {h} in {page}" for h in headings if h not in html]
        near = [str(int(year) + step) for step in (-1, 1) if (agency, str(int(year) + step)) in reports]
        wanted = {f"agencies/{agency}/index.html", f"years/{year}/index.html"}
        wanted |= {f"agencies/{agency}/{y}/index.html" for y in near}
        wrong += [f"{page} lacks {link}" for link in wanted - links(page)]
        if open(os.path.join(source, "annex.csv"), "rb").read() != \
                open(os.path.join(out, "agencies", agency, year, "annex.csv"), "rb").read():
            wrong.append("annex " + page)
    for year in {y for _, y in reports}:
        wanted = {f"agencies/{a}/{y}/index.html" for a, y in reports if y == year}
        wrong += [f"year {year} lacks {link}" for link in wanted - links(f"years/{year}/index.html")]
    wanted = {f"agencies/{a}/index.html" for a, _ in reports}
    wrong += [f"home lacks {link}" for link in wanted - links("index.html")]
    sitemap = "".join(read(os.path.join(out, f)) for f in os.listdir(out) if f.startswith("sitemap"))
    wrong += [f"sitemap lacks {a}/{y}" for a, y in reports if f"/agencies/{a}/{y}/" not in sitemap]
    if len(re.findall("<entry>", read(os.path.join(out, "atom.xml")))) != min(20, len(reports)):
        wrong.append("feed")
    print(f"{len(reports)} reports, {len(wrong)} problems")
    print("\n".join(wrong[:10]))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
