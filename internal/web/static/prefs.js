// Theme and size change at once; the choice is stored by the same form that a
// browser without script would send. Language reloads the page.
import { all } from './dom.js';

document.addEventListener('submit', (ev) => {
  const form = ev.target, kind = form.dataset.pref;
  if (kind !== 'theme' && kind !== 'size') return;
  const by = ev.submitter || form.pressed || form.querySelector('button');
  ev.preventDefault();
  const value = by.value, root = document.documentElement;
  root.dataset[kind] = value;
  fetch('/prefs', { method: 'POST', credentials: 'same-origin', redirect: 'manual', body: new URLSearchParams({ [kind]: value }) }).catch(() => {});
  all('[data-pref="' + kind + '"] button').forEach((b) => {
    if (b.classList.contains('head-btn')) {
      const on = value === (kind === 'size' ? 'large' : 'dark');
      b.setAttribute('aria-pressed', on);
      b.value = kind === 'size' ? (on ? 'normal' : 'large') : (on ? 'light' : 'dark');
    } else if (b.value === value) b.setAttribute('aria-pressed', 'true');
    else b.removeAttribute('aria-pressed');
  });
}, true);
