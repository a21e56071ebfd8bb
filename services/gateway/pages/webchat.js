// The web chat of a channel: one script, no other file, no cookie, no inline style or code.
(() => {
  "use strict";
  const base = new URL(".", document.currentScript.src);
  const kept = `cassava:${base.pathname}`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { position: fixed; right: 1rem; bottom: 1rem; z-index: 2147483000; font: 15px/1.4 system-ui, sans-serif; }
    button { font: inherit; cursor: pointer; border: 0; border-radius: 1rem; padding: .5rem 1rem; background: #1f5f3f; color: #fff; }
    section { display: flex; flex-direction: column; width: min(22rem, 90vw); height: min(30rem, 70vh); margin-bottom: .5rem;
      background: #fff; color: #111; border-radius: .75rem; box-shadow: 0 4px 24px #0004; overflow: hidden; }
    section[hidden] { display: none; }
    ol { flex: 1; overflow-y: auto; margin: 0; padding: .75rem; list-style: none; }
    li { margin: .25rem 0; padding: .5rem .75rem; border-radius: .75rem; background: #eef1ef; width: fit-content; max-width: 85%;
      white-space: pre-wrap; overflow-wrap: anywhere; }
    li.visitor { margin-left: auto; background: #d5ecdf; }
    li.waiting, li.draft { opacity: .6; }
    form { display: flex; gap: .5rem; padding: .5rem; border-top: 1px solid #ddd; }
    input { flex: 1; min-width: 0; font: inherit; border: 1px solid #bbb; border-radius: 1rem; padding: .4rem .75rem; }
  `);

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "closed" });
  root.adoptedStyleSheets = [sheet];
  const make = (name, parent, words = {}) => parent.appendChild(Object.assign(document.createElement(name), words));
  const panel = make("section", root, { hidden: true });
  const list = make("ol", panel);
  list.setAttribute("role", "log");
  const form = make("form", panel);
  const input = make("input", form, { maxLength: 4000, required: true, placeholder: "Write a message", ariaLabel: "Message" });
  make("button", form, { textContent: "Send" });
  const opener = make("button", root, { textContent: "Chat", type: "button" });

  let token = "", last = "", position = "", conversation = "", listening = null, renewing = null, draft = null;

  const load = (name) => { try { return localStorage.getItem(name) || ""; } catch { return ""; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a private window */ } };

  async function renew() {
    const user = window.cassavaChat || {};
    const said = { token: token || load(kept), user_id: user.userId || "", user_hash: user.userHash || "" };
    const answer = await fetch(new URL("session", base), {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(said),
    });
    if (!answer.ok) throw new Error(`session ${answer.status}`);
    token = (await answer.json()).token;
    keep(kept, token);
  }

  async function ask(path, options = {}, again = true) {
    if (!token) await (renewing ||= renew().finally(() => { renewing = null; }));
    const headers = { authorization: `Bearer ${token}`, ...options.headers };
    const answer = await fetch(new URL(path, base), { ...options, headers });
    if (answer.status !== 401 || !again) return answer;
    await (renewing ||= renew().finally(() => { renewing = null; }));
    return ask(path, options, false);
  }

  // What is being written, until the record says it; "" takes it back.
  function sketch(text) {
    draft?.remove();
    draft = text ? make("li", list, { className: "draft", textContent: text }) : null;
    draft?.setAttribute("aria-hidden", "true");
    list.scrollTop = list.scrollHeight;
  }

  function show(message) {
    if (root.getElementById(message.id)) return;
    if (message.author !== "visitor") sketch("");
    // Text only, whatever it holds: never markup.
    make("li", list, { id: message.id, className: message.author, textContent: message.text });
    list.scrollTop = list.scrollHeight;
  }

  async function refresh() {
    const answer = await ask(`messages?after=${last}`);
    if (!answer.ok) return;
    for (const message of (await answer.json()).messages) { show(message); last = message.id; }
  }

  async function listen() {
    const mine = listening = new AbortController();
    while (listening === mine) {
      try {
        const answer = await ask("events", { headers: position ? { "last-event-id": position } : {}, signal: mine.signal });
        if (!answer.ok) throw new Error(`events ${answer.status}`);
        await refresh();
        await read(answer.body.pipeThrough(new TextDecoderStream()).getReader());
      } catch { /* the connection ended: once more, from where it was */ }
      if (listening === mine) await new Promise((done) => setTimeout(done, 1000 + 2000 * Math.random()));
    }
  }

  async function read(reader) {
    for (let rest = ""; ;) {
      const { value, done } = await reader.read();
      if (done) return;
      const frames = (rest + value).split("\n\n");
      rest = frames.pop();
      for (const frame of frames) {
        const id = /^id: (.+)$/m.exec(frame);
        if (id) position = id[1];
        const data = /^data: (.+)$/m.exec(frame);
        const news = data ? JSON.parse(data[1]) : {};
        if (news.type === "draft") sketch(news.text);
        else if (news.type === "typing") { if (!draft) sketch("…"); }
        else if (data) await refresh();
      }
    }
  }

  async function send(text) {
    const waiting = make("li", list, { className: "visitor waiting", textContent: text });
    list.scrollTop = list.scrollHeight;
    const body = JSON.stringify({ text, client_id: crypto.randomUUID() });
    for (let tries = 0; tries < 5; tries++) {
      try {
        const answer = await ask("messages", { method: "POST", headers: { "content-type": "application/json" }, body });
        if (answer.ok) {
          const stored = await answer.json();
          waiting.remove();
          await refresh();
          if (stored.conversation_id !== conversation) {
            conversation = stored.conversation_id;
            listening?.abort();
            listen();
          }
          return;
        }
        if (answer.status < 500 && answer.status !== 429) break;
      } catch { /* no network: the same client_id makes a repeat harmless */ }
      await new Promise((done) => setTimeout(done, 1000 * 2 ** tries));
    }
    waiting.remove();
    input.value ||= text;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    input.value = "";
    if (text) send(text);
  });
  opener.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    if (panel.hidden) { listening?.abort(); listening = null; return; }
    input.focus();
    listen();
  });
  const start = () => document.body.append(host);
  document.body ? start() : document.addEventListener("DOMContentLoaded", start);
})();
