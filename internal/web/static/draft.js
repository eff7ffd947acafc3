// Drafts: what is typed is kept on the device, apart for each person, until it
// has been sent. A form with data-drafts keeps all its fields so.
import { $, all, word, clockTime, enhance } from './dom.js';

const DRAFT_DAYS = 30;
const draftKey = (f) => 'draft:' + (document.body.dataset.person || '-') + ':' + f.dataset.draft;

// store guards against browsers that allow no storage.
function store(fn) {
  try { return fn(window.localStorage); } catch (e) { return null; }
}

const isBox = (f) => f.type === 'checkbox' || f.type === 'radio';
const valueOf = (f) => (isBox(f) ? (f.checked ? '1' : '') : f.value);
const startOf = (f) => {
  if (isBox(f)) return f.defaultChecked ? '1' : '';
  if (f.tagName !== 'SELECT') return f.defaultValue;
  const chosen = all('option', f).filter((o) => o.defaultSelected).pop() || f.options[0];
  return chosen ? chosen.value : '';
};
const put = (f, v) => { if (isBox(f)) f.checked = v === '1'; else f.value = v; };

function name(form) {
  Array.from(form.elements).forEach((f) => {
    if (!f.name || f.type === 'hidden' || f.type === 'submit' || f.type === 'password' || f.type === 'file' || f.dataset.draft) return;
    f.dataset.draft = form.dataset.drafts + ':' + f.name + (isBox(f) ? '=' + f.value : '');
  });
}

function saved(f, text) {
  const key = (f.form && f.form.dataset.drafts) || f.dataset.draft;
  all('[data-saved="' + CSS.escape(key) + '"]').forEach((el) => { el.textContent = text; });
}

function keep(f) {
  const now = Date.now();
  store((s) => {
    if (valueOf(f) === startOf(f)) s.removeItem(draftKey(f));
    else { s.setItem(draftKey(f), JSON.stringify({ t: now, v: valueOf(f) })); saved(f, word('draft', clockTime(now))); }
  });
}

enhance((root) => {
  all('form[data-drafts]', root).forEach(name);
  all('[data-draft]', root).forEach(restore);
});

function restore(f) {
  const raw = store((s) => s.getItem(draftKey(f)));
  if (!raw) return;
  const d = JSON.parse(raw);
  if (d.v === valueOf(f)) { store((s) => s.removeItem(draftKey(f))); return; }
  if (f.getAttribute('aria-invalid') || valueOf(f) !== startOf(f)) return;
  put(f, d.v);
  const fold = f.closest('details');
  if (fold) fold.open = true; // what was kept is to be seen
  saved(f, word('restored', clockTime(d.t)));
}

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
    try { sessionStorage.setItem('drafts-sent', JSON.stringify(keys)); sessionStorage.setItem('drafts-from', location.href); } catch (e) { /* the draft stays */ }
  }
  if (ev.target.hasAttribute('data-signout')) store((s) => Object.keys(s).filter((k) => k.startsWith('draft:')).forEach((k) => s.removeItem(k)));
}, true);

(function settle() {
  try {
    const keys = JSON.parse(sessionStorage.getItem('drafts-sent') || '[]');
    sessionStorage.removeItem('drafts-sent');
    if ($('form-errors') || $('fault')) return;
    // The form's own page again and no word that it was saved: it never arrived.
    if (sessionStorage.getItem('drafts-from') === location.href && !$('flash').textContent.trim()) return;
    keys.forEach((k) => localStorage.removeItem(k));
    all('[data-draft]').forEach((f) => { if (keys.includes(draftKey(f))) { put(f, startOf(f)); saved(f, ''); } });
    const old = Date.now() - DRAFT_DAYS * 864e5;
    Object.keys(localStorage).filter((k) => k.startsWith('draft:')).forEach((k) => {
      if (JSON.parse(localStorage.getItem(k)).t < old) localStorage.removeItem(k);
    });
  } catch (e) { /* without storage there are no drafts */ }
})();
