// Reloads the page when it has changed, and shows what was found on top of it.
(() => {
  "use strict";
  let page = null;
  let closed = null;
  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = `
    :host{all:initial}
    section{position:fixed;z-index:2147483647;inset:auto 0 0 0;max-height:60vh;overflow:auto;background:#1b2229;color:#e8edf1;
      font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;border-top:4px solid #ff9c92;padding:.75rem 1rem}
    section.warning{border-color:#f0b45e}
    header{display:flex;justify-content:space-between;gap:1rem;font-weight:700}
    button{font:inherit;background:none;border:1px solid #6b7985;color:inherit;border-radius:4px;padding:0 .75rem;min-height:28px;cursor:pointer}
    article{border-top:1px solid #333e48;padding:.6rem 0}
    p{margin:0} .error{color:#ff9c92}.warning-text{color:#f0b45e}.info{color:#8ab8f2}
    code{color:#aeb9c3;font:13px/1.5 ui-monospace,monospace} .help::before{content:"→ "}
    pre{margin:.2rem 0;font:13px/1.5 ui-monospace,"Noto Sans Mono CJK SC",monospace;white-space:pre-wrap;color:#cbd5dd}`;
  const add = (parent, tag, text, name) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (name) element.className = name;
    parent.append(element);
    return element;
  };
  const show = state => {
    shadow.replaceChildren(style);
    const found = state.findings.filter(f => f.severity !== "info");
    if (!found.length || closed === JSON.stringify(found)) {
      host.remove();
      return;
    }
    const errors = found.some(f => f.severity === "error");
    const box = add(shadow, "section", "", errors ? "" : "warning");
    box.setAttribute("role", "alert");
    const head = add(box, "header");
    add(head, "span", state.title);
    add(head, "button", state.close).onclick = () => {
      closed = JSON.stringify(found);
      host.remove();
    };
    for (const finding of found) {
      const item = add(box, "article");
      add(item, "p", finding.message, finding.severity === "error" ? "error" : "warning-text");
      const span = finding.span ? `:${finding.span.line}:${finding.span.column}` : "";
      add(item, "code", `${finding.file || ""}${span}  ${finding.cell || ""}  [${finding.code}]`);
      if (finding.line) add(item, "pre", finding.line);
      if (finding.help) add(item, "p", finding.help, "help");
    }
    if (!host.isConnected) document.body.append(host);
  };
  const listen = () => {
    const events = new EventSource("/.gongkai/events?route=" + encodeURIComponent(location.pathname));
    events.onmessage = message => {
      const state = JSON.parse(message.data);
      if (page !== null && page !== state.page) {
        location.reload();
        return;
      }
      page = state.page;
      show(state);
    };
  };
  listen();
})();
