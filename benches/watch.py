#!/usr/bin/env python3
"""How long the preview takes: watch.py GONGKAI PORTAL [TRIALS]

From the start of `serve` to the first page; from the save of a report to its page showing it; from the save of another
title to all pages that show it having it, asked one after the other; from the save of a template to a page of another
agency showing it. Medians over the trials. The portal is left as it was.
"""
import glob
import http.client
import os
import re
import statistics
import subprocess
import sys
import time

PORT = 7391


def get(path):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    except OSError:
        return ""


def until(path, text, start):
    while text not in get(path):
        time.sleep(0.001)
    return time.monotonic() - start


def save(file, text):
    with open(file, "w", encoding="utf-8", newline="\n") as handle:
        handle.write(text)
    return time.monotonic()


def main():
    program, portal = sys.argv[1:3]
    trials = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    reports = sorted(glob.glob(f"{portal}/content/agencies/*/*/report.md"))
    page = lambda file: "/" + os.path.relpath(os.path.dirname(file), f"{portal}/content") + "/"
    report, other = reports[len(reports) // 2], reports[0]
    _, _, agency, year, _ = page(report).split("/")
    shown = [page(report), f"/agencies/{agency}/", f"/years/{year}/"]
    template = glob.glob(f"{portal}/themes/*/templates/report.html")[0]
    begin = time.monotonic()
    server = subprocess.Popen([program, "-q", "-r", portal, "serve", "-p", str(PORT)])
    olds = {file: open(file, encoding="utf-8").read() for file in (report, template)}
    try:
        took = {"start": [until(page(other), "<html", begin)], "edit": [], "title, all pages": [], "template": []}
        for trial in range(trials):
            time.sleep(0.5)
            mark = f"标记{trial}号"
            took["edit"].append(until(page(report), mark, save(report, f"{olds[report]}\n{mark}\n")))
            time.sleep(0.5)
            text, found = re.subn(r'^title = ".*"$', f'title = "{mark}标题"', olds[report], count=1, flags=re.M)
            assert found, "the report has no title"
            start = save(report, text)
            took["title, all pages"].append(max(until(path, f"{mark}标题", start) for path in shown))
            time.sleep(0.5)
            text = olds[template].replace("</h1>", f"</h1><!-- {mark} -->", 1)
            assert text != olds[template], "the template has no </h1>"
            took["template"].append(until(page(other), mark, save(template, text)))
        for name, times in took.items():
            print(f"{name}: {statistics.median(times) * 1000:.0f} ms")
    finally:
        for file, text in olds.items():
            save(file, text)
        server.terminate()


if __name__ == "__main__":
    main()
