// Printing, copying, questions before an act, menus, the calendar beside a date.
import { $, all, word, say, enhance } from './dom.js';

enhance((root) => {
  all('[data-print], [data-copy]', root).forEach((b) => { b.hidden = false; });
  all('input[data-date]', root).forEach(calendar);
});

// calendar lays a native date picker over an icon beside the typed date.
function calendar(field) {
  if (field.parentNode.querySelector('.pick')) return;
  const box = document.createElement('span'), pick = document.createElement('input');
  box.className = 'pick';
  box.innerHTML = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 6h16v15H4zM4 10.5h16M8 3v5M16 3v5"/></svg>';
  pick.type = 'date';
  pick.tabIndex = -1;
  pick.setAttribute('aria-label', word('pick'));
  const sync = () => {
    const m = /^(\d{1,2})\D(\d{1,2})\D(\d{4})$/.exec(field.value.trim());
    pick.value = m ? m[3] + '-' + m[2].padStart(2, '0') + '-' + m[1].padStart(2, '0') : '';
  };
  sync();
  field.addEventListener('change', sync);
  pick.addEventListener('change', () => {
    if (!pick.value) return;
    field.value = pick.value.split('-').reverse().join('/');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  box.appendChild(pick);
  field.parentNode.appendChild(box);
}

async function copyText(text) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  say(word('copied'));
}

document.addEventListener('click', (ev) => {
  const b = ev.target.closest('button, a');
  all('details.menu[open]').forEach((d) => { if (!d.contains(ev.target)) d.open = false; });
  if (!b) return;
  if (b.hasAttribute('data-print')) print();
  if (b.dataset.copy) {
    const from = document.querySelector(b.dataset.copy);
    if (from) copyText(from.value || from.innerText).then(() => { b.classList.add('ok'); b.setAttribute('aria-pressed', 'true'); });
  }
  if (b.hasAttribute('data-back') && history.length > 1 && document.referrer.startsWith(location.origin)) {
    ev.preventDefault();
    history.back();
  }
});

document.addEventListener('keydown', (ev) => {
  if (ev.key !== 'Escape') return;
  all('details.menu[open]').forEach((d) => { d.open = false; d.querySelector('summary').focus(); });
});

// ask puts a question in a dialog; browsers without one use their own.
function ask(text) {
  const dialog = document.createElement('dialog');
  if (!dialog.showModal) return Promise.resolve(confirm(text));
  dialog.className = 'ask';
  dialog.setAttribute('aria-label', text);
  const p = document.createElement('p'), row = document.createElement('form');
  p.textContent = text;
  row.method = 'dialog';
  row.className = 'actions';
  [['yes', 'btn primary'], ['no', 'btn']].forEach(([value, cls]) => {
    const b = document.createElement('button');
    b.value = value;
    b.className = cls;
    b.textContent = word(value);
    row.appendChild(b);
  });
  dialog.append(p, row);
  document.body.appendChild(dialog);
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener('close', () => { done(dialog.returnValue === 'yes'); dialog.remove(); }));
}

// The question comes before everything else that listens to a submit.
addEventListener('submit', (ev) => {
  const form = ev.target, by = ev.submitter || form.pressed;
  const text = (by && by.dataset.confirm) || form.dataset.confirm;
  if (!text || form.agreed) { form.agreed = false; return; }
  ev.preventDefault();
  ev.stopImmediatePropagation();
  ask(text).then((yes) => {
    if (!yes) { if (by) by.focus(); return; }
    sendAgreed(form, by);
  });
}, true);

// sendAgreed submits a form that was agreed to. A part of the page that came anew meanwhile has
// the same form again: then that one goes.
function sendAgreed(form, by) {
  const same = (was, list, what) => (was.isConnected ? was : list.find((el) => what.every((a) => el.getAttribute(a) === was.getAttribute(a))));
  form = same(form, all('form'), ['action']);
  if (!form) return;
  by = by && same(by, all('button', form), ['name', 'value', 'formaction']);
  form.agreed = true;
  if (form.requestSubmit) form.requestSubmit(by || undefined);
  else if (by) by.click();
  else form.submit();
}

// Links to a field put the focus there, also into a group of choices.
document.addEventListener('click', (ev) => {
  const a = ev.target.closest('a[href^="#f-"]');
  const f = a && $(a.getAttribute('href').slice(1));
  if (f) { ev.preventDefault(); f.focus(); f.scrollIntoView({ block: 'center' }); }
});

// A search form answers while it is being typed in: shortly after each change it sends
// itself, and once more when the last answer came too late for it.
function sendSoon(form, wait) {
  clearTimeout(form.later);
  form.later = setTimeout(() => {
    if (form.classList.contains('busy')) sendSoon(form, 120);
    else if (form.requestSubmit) form.requestSubmit();
  }, wait);
}
document.addEventListener('input', (ev) => {
  const form = ev.target.form;
  if (form && form.hasAttribute('data-typing') && !ev.isComposing) sendSoon(form, 250);
});
document.addEventListener('compositionend', (ev) => {
  const form = ev.target.form;
  if (form && form.hasAttribute('data-typing')) sendSoon(form, 250);
});
