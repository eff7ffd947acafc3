// Live pages: an event only says that something changed; the parts named by
// data-refresh are then fetched from the page's own address. data-every also
// fetches them every so many seconds (a code that changes with time). An empty
// data-live only polls, as long as something matches data-until.
import { all, word, enhance } from './dom.js';
import { place, parsePage } from './swap.js';

const watched = {};

// A question or a menu that is open belongs to a form, and so does a button on which
// a finger rests: taking them away now would lose the answer, so parts wait. They wait
// too while a form is on its way: its answer would wipe out what was typed meanwhile
// into the part that came before it.
let pressed = false;
addEventListener('pointerdown', () => { pressed = true; }, true);
['pointerup', 'pointercancel'].forEach((name) => addEventListener(name, () => setTimeout(() => { pressed = false; }, 0), true));
const asking = () => pressed || document.querySelector('dialog[open], details.menu[open], .busy');

function watch(el) {
  const poll = (Number(el.dataset.poll) || 15) * 1000;
  let stream, timer, wait, lost = false;

  async function refresh() {
    clearTimeout(wait);
    wait = 0;
    if (document.hidden || !onPage(el)) return;
    if (el.dataset.until && !document.querySelector(el.dataset.until)) { close(); return; }
    if (asking()) { later(); return; }
    try {
      const res = await fetch(location.href, { credentials: 'same-origin', headers: { Accept: 'text/html' } });
      if (res.redirected && new URL(res.url).pathname !== location.pathname) { location.assign(res.url); return; }
      const text = await res.text();
      if (asking()) { later(); return; }
      if (res.ok) place(parsePage(text), el.dataset.refresh.split(/\s+/).filter(Boolean), true);
      note(false);
    } catch (e) { note(true); }
  }

  // A hall of screens hears of a change at the same instant: each waits a little, as chance has it.
  const later = () => { if (!wait) wait = setTimeout(refresh, 60 + Math.random() * 240); };

  function note(off) {
    if (off === lost) return;
    lost = off;
    const box = document.getElementById('flash');
    if (!box) return;
    const old = document.getElementById('live-lost');
    if (old) old.remove();
    if (off) {
      const p = document.createElement('p');
      p.id = 'live-lost';
      p.className = 'alert warn';
      p.textContent = word('offline');
      box.appendChild(p);
    }
  }

  function open() {
    close();
    if (document.hidden || !onPage(el)) return;
    if (!window.EventSource || !el.dataset.live) { timer = setInterval(refresh, poll); return; }
    let opened = false;
    stream = new EventSource(el.dataset.live);
    stream.onopen = () => { if (opened || lost) later(); opened = true; clearInterval(timer); timer = 0; };
    stream.onerror = () => { if (!timer) timer = setInterval(refresh, poll); };
    (el.dataset.events || 'state roll item vote opinion').split(/\s+/).forEach((name) => stream.addEventListener(name, later));
    stream.onmessage = later;
  }

  function close() {
    if (stream) stream.close();
    stream = null;
    clearInterval(timer);
    timer = 0;
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else { open(); later(); }
  });
  if (el.dataset.every) setInterval(() => { if (!wait) refresh(); }, el.dataset.every * 1000);
  addEventListener('pagehide', close);
  addEventListener('online', later);
  addEventListener('offline', () => note(true));
  open();
}

// The watched element may itself be swapped; the stream goes on as long as the
// page still shows one with the same address.
const onPage = (el) => el.isConnected || (el.dataset.live && document.querySelector('[data-live="' + CSS.escape(el.dataset.live) + '"]'));

enhance((root) => {
  const list = all('[data-live]', root);
  if (root.matches && root.matches('[data-live]')) list.push(root);
  list.forEach((el) => {
    if (watched[el.dataset.live]) return;
    watched[el.dataset.live] = true;
    watch(el);
  });
});
