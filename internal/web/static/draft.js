// Drafts: what is typed is kept on the device, apart for each person, until it
// has been sent.
import { $, all, word, clockTime, enhance } from './dom.js';

const DRAFT_DAYS = 30;
const draftKey = (f) => 'draft:' + (document.body.dataset.person || '-') + ':' + f.dataset.draft;

// store guards against browsers that allow no storage.
function store(fn) {
  try { return fn(window.localStorage); } catch (e) { return null; }
}

function saved(f, text) {
  all('[data-saved="' + CSS.escape(f.dataset.draft) + '"]').forEach((el) => { el.textContent = text; });
}

function keep(f) {
  const now = Date.now();
  store((s) => {
    if (f.value === f.defaultValue) s.removeItem(draftKey(f));
    else { s.setItem(draftKey(f), JSON.stringify({ t: now, v: f.value })); saved(f, word('draft', clockTime(now))); }
  });
}

enhance((root) => all('[data-draft]', root).forEach((f) => {
  const raw = store((s) => s.getItem(draftKey(f)));
  if (!raw) return;
  const d = JSON.parse(raw);
  if (d.v === f.value) { store((s) => s.removeItem(draftKey(f))); return; }
  if (f.getAttribute('aria-invalid') || f.value !== f.defaultValue) return;
  f.value = d.v;
  saved(f, word('restored', clockTime(d.t)));
}));

let draftWait;
document.addEventListener('input', (ev) => {
  const f = ev.target;
  if (!f.dataset || !f.dataset.draft) return;
  clearTimeout(draftWait);
  draftWait = setTimeout(() => keep(f), 400);
});
document.addEventListener('change', (ev) => { if (ev.target.dataset && ev.target.dataset.draft) keep(ev.target); });

const forget = (form) => {
  clearTimeout(draftWait);
  all('[data-draft]', form).forEach((f) => { store((s) => s.removeItem(draftKey(f))); saved(f, ''); });
};

// A swapped form tells that it was saved. After a plain one the next page tells:
// its keys wait in the session until a page comes that is not a failed form.
document.addEventListener('saved', (ev) => forget(ev.target));
document.addEventListener('submit', (ev) => {
  const keys = all('[data-draft]', ev.target).map((f) => { keep(f); return draftKey(f); });
  if (keys.length && !ev.target.hasAttribute('data-swap')) {
    try { sessionStorage.setItem('drafts-sent', JSON.stringify(keys)); } catch (e) { /* the draft stays */ }
  }
  if (ev.target.hasAttribute('data-signout')) store((s) => Object.keys(s).filter((k) => k.startsWith('draft:')).forEach((k) => s.removeItem(k)));
}, true);

(function settle() {
  try {
    const keys = JSON.parse(sessionStorage.getItem('drafts-sent') || '[]');
    sessionStorage.removeItem('drafts-sent');
    if ($('form-errors') || $('fault')) return;
    keys.forEach((k) => localStorage.removeItem(k));
    all('[data-draft]').forEach((f) => { if (keys.includes(draftKey(f))) { f.value = f.defaultValue; saved(f, ''); } });
    const old = Date.now() - DRAFT_DAYS * 864e5;
    Object.keys(localStorage).filter((k) => k.startsWith('draft:')).forEach((k) => {
      if (JSON.parse(localStorage.getItem(k)).t < old) localStorage.removeItem(k);
    });
  } catch (e) { /* without storage there are no drafts */ }
})();
