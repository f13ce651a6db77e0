#!/usr/bin/env python3
"""Lays the neutral tree of the peer benchmark out as a gongkai portal.

  convert.py NEUTRAL PORTAL

The same narratives, cells and attachments; only the wrapping differs, as it does for every other contestant.
"""
import os
import shutil
import sys
import tomllib

from form import CLASSES, form_toml, quoted

HERE = os.path.dirname(os.path.abspath(__file__))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def row(id, cells):
    return f"{id} = {{ " + ", ".join(f"{name} = {value}" for name, value in cells) + " }"


def tables_toml(neutral):
    """The figures, one line per row."""
    active, requests, review = neutral["active"], neutral["requests"]["rows"], neutral["review"]
    out = ["[documents]"]
    for number, key in enumerate(["rules", "normative"]):
        out.append(row(f"r{number}", [(f"c{n}", v) for n, v in enumerate(active[key])]))
    out += ["", "[counts]"]
    for number, key in enumerate(["license", "penalty", "coercion", "fees"]):
        out.append(row(f"r{number}", [("c0", active[key])]))
    out += ["", "[requests]"]
    names = [f"c{n}" for n in range(CLASSES)] + ["total"]
    out += [row(f"r{number}", zip(names, cells)) for number, cells in enumerate(requests)]
    out += ["", "[review]"]
    groups = ["reconsideration", "direct", "after"]
    out.append(row("cases", [(f"g{g}.c{n}", v) for g, key in enumerate(groups) for n, v in enumerate(review[key])]))
    return "\n".join(out) + "\n"


def main():
    neutral, portal = sys.argv[1:3]
    if os.path.exists(portal):
        shutil.rmtree(portal)
    site = tomllib.loads(read(os.path.join(neutral, "site.toml")))
    write(os.path.join(portal, "site.toml"),
          f'title = {quoted(site["title"])}\nbase_url = "{site["base_url"]}"\ntheme = "peers"\nforms = ["peers"]\n')
    shutil.copytree(os.path.join(HERE, "theme"), os.path.join(portal, "themes", "peers"))
    headings = None
    root = os.path.join(neutral, "content")
    for agency in sorted(os.listdir(root)):
        facts = tomllib.loads(read(os.path.join(root, agency, "agency.toml")))
        target = os.path.join(portal, "content", "agencies", agency)
        write(os.path.join(target, "agency.toml"), f'name = {quoted(facts["name"])}\n[extra]\nlevel = {quoted(facts["level"])}\n')
        for year in sorted(name for name in os.listdir(os.path.join(root, agency)) if name.isdigit()):
            source = os.path.join(root, agency, year)
            _, head, body = read(os.path.join(source, "index.md")).split("+++\n", 2)
            head = tomllib.loads(head)
            headings = headings or [line[3:] for line in body.splitlines() if line.startswith("## ")]
            write(os.path.join(target, year, "report.md"),
                  f'+++\ntitle = {quoted(head["title"])}\npublished = {head["date"]}\n+++\n{body}')
            write(os.path.join(target, year, "tables.toml"), tables_toml(tomllib.loads(read(os.path.join(source, "tables.toml")))))
            shutil.copy(os.path.join(source, "annex.csv"), os.path.join(target, year, "annex.csv"))
    write(os.path.join(portal, "content", "forms", "peers.toml"), form_toml(site["labels"], headings))


if __name__ == "__main__":
    main()
