// Results while somebody types: what is looked for goes in the body of a request and
// is kept nowhere. The form works as a plain one too, and Enter sends it so.
import { $, all, say, enhance, enhanceAll } from './dom.js';
import { parsePage } from './swap.js';

const FIND_WAIT = 220;

function finder(form) {
  const box = form.querySelector('[name=q]'), out = $(form.dataset.find), panel = form.contains(out);
  const typedNow = () => new URLSearchParams(new FormData(form)).toString();
  let wait, going, last = typedNow();

  function show(part) {
    out.textContent = '';
    if (part) { Array.from(document.importNode(part, true).childNodes).forEach((n) => out.appendChild(n)); enhanceAll(out); }
    if (panel) out.hidden = !out.textContent.trim();
  }

  async function look() {
    const typed = typedNow();
    if (typed === last) return;
    last = typed;
    if (going) going.abort();
    if (!box.value.trim()) { show(); return; }
    going = new AbortController();
    const body = new URLSearchParams(typed);
    body.set('live', 'true');
    try {
      const res = await fetch(form.action, { method: 'POST', body, signal: going.signal, credentials: 'same-origin', headers: { Accept: 'text/html' } });
      const part = res.ok && parsePage(await res.text()).getElementById('found');
      if (!part || typed !== typedNow()) return;
      show(part);
      say(part.dataset.say);
    } catch (e) { if (e.name !== 'AbortError') last = ''; }
  }

  const later = () => { clearTimeout(wait); wait = setTimeout(look, FIND_WAIT); };
  form.addEventListener('input', later);
  form.addEventListener('submit', () => { clearTimeout(wait); if (going) going.abort(); });
  document.addEventListener('keydown', (ev) => {
    const inside = ev.target === box || out.contains(ev.target);
    if (!inside || out.hidden) return;
    if (ev.key === 'Escape') {
      if (panel) { show(); last = ''; } else { box.value = ''; look(); }
      box.focus();
    } else if (ev.key === 'ArrowDown' || ev.key === 'ArrowUp') {
      const links = all('[data-hit]', out), at = links.indexOf(ev.target) + (ev.key === 'ArrowDown' ? 1 : -1);
      if (at < -1 || at >= links.length) return;
      ev.preventDefault();
      (links[at] || box).focus();
    }
  });
  if (panel) document.addEventListener('click', (ev) => { if (!form.contains(ev.target)) { show(); last = ''; } });
}

enhance((root) => all('form[data-find]', root).forEach(finder));
