// Partial updates: fetch a page, take the elements with the same ids, put them
// in place of the old ones. Forms and links work as plain ones without this.
import { $, all, word, say, tell, fresh, enhance, enhanceAll, typing } from './dom.js';

const busy = new WeakSet();

// selectorOf names an element well enough to find its successor after a swap.
function selectorOf(el) {
  if (!el || el === document.body) return '';
  if (el.id) return '#' + CSS.escape(el.id);
  const host = el.closest('[id]');
  const name = el.getAttribute('name');
  if (!host || !name) return '';
  const value = el.tagName === 'BUTTON' ? '[value="' + CSS.escape(el.value) + '"]' : '';
  return '#' + CSS.escape(host.id) + ' [name="' + CSS.escape(name) + '"]' + value;
}

// place puts the elements with these ids from doc into the page; it tells how
// many were found. quiet leaves parts alone in which somebody is typing.
export function place(doc, ids, quiet) {
  const focus = selectorOf(document.activeElement);
  const x = scrollX, y = scrollY;
  let found = 0;
  ids.forEach((id) => {
    const old = $(id), part = doc.getElementById(id);
    if (!part) return;
    found++;
    if (!old || (quiet && (typing(old) || old.isEqualNode(part)))) return;
    const open = all('details[open][id]', old).map((d) => d.id);
    const next = document.importNode(part, true);
    old.replaceWith(next);
    open.forEach((d) => { if ($(d)) $(d).open = true; });
    enhanceAll(next);
  });
  if (focus && !document.activeElement.matches(focus)) {
    const again = document.querySelector(focus);
    if (again) again.focus({ preventScroll: true });
  }
  scrollTo(x, y);
  return found;
}

export const parsePage = (text) => new DOMParser().parseFromString(text, 'text/html');

// answer shows what came back: the parts, an error page's words, or, when the
// answer is another page altogether, that page.
async function answer(res, ids, source) {
  const doc = parsePage(await res.text());
  const known = ids.filter((id) => doc.getElementById(id));
  if (!known.length && res.ok) { location.assign(res.url); return false; }
  if (!known.length) {
    const text = doc.getElementById('fault-text');
    tell(text ? text.textContent : word('failed'), 'bad');
    return false;
  }
  if (res.ok) source.dispatchEvent(new CustomEvent('saved', { bubbles: true }));
  const flash = doc.getElementById('flash');
  place(doc, flash ? known.concat('flash') : known, false);
  const error = all('[data-focus]').find((el) => known.some((id) => $(id) && $(id).contains(el)));
  if (error) error.focus();
  else say(flash && flash.textContent.trim() || word('updated'));
  return res.ok;
}

async function send(url, options, ids, source) {
  if (busy.has(source)) return false;
  busy.add(source);
  source.classList.add('busy');
  source.setAttribute('aria-busy', 'true');
  try {
    return await answer(await fetch(url, Object.assign({ credentials: 'same-origin', headers: { Accept: 'text/html' } }, options)), ids, source);
  } catch (e) {
    tell(word('failed'), 'warn');
    return false;
  } finally {
    busy.delete(source);
    source.classList.remove('busy');
    source.removeAttribute('aria-busy');
  }
}

const idsOf = (el) => el.getAttribute('data-swap').split(/\s+/).filter(Boolean);

document.addEventListener('submit', async (ev) => {
  const form = ev.target, by = ev.submitter || form.pressed;
  if (ev.defaultPrevented) return;
  if (!form.hasAttribute('data-swap')) {
    // A plain form: guard against a second press until the page goes away.
    if (busy.has(form)) { ev.preventDefault(); return; }
    if (form.method === 'post') { busy.add(form); form.classList.add('busy'); }
    return;
  }
  ev.preventDefault();
  const data = new FormData(form);
  if (by && by.name) data.append(by.name, by.value);
  const url = new URL((by && by.getAttribute('formaction')) || form.getAttribute('action') || location.href, location.href);
  let options = { method: 'POST', body: form.enctype === 'multipart/form-data' ? data : new URLSearchParams(data) };
  if (form.method === 'get') { url.search = new URLSearchParams(data); options = {}; }
  const ok = await send(url, options, idsOf(form), form);
  if (!ok) return;
  if (form.method === 'get' && form.hasAttribute('data-push')) history.pushState({ swap: true }, '', url);
  if (form.isConnected && form.hasAttribute('data-reset')) form.reset();
  all('[data-op]', form).forEach((op) => { op.value = fresh(); });
});

// Old browsers do not tell which button was pressed.
document.addEventListener('click', async (ev) => {
  const button = ev.target.closest('button, input[type=submit]');
  if (button && button.form) button.form.pressed = button;
  const link = ev.target.closest('a[data-swap]');
  if (!link || ev.defaultPrevented || ev.button || ev.ctrlKey || ev.metaKey || ev.shiftKey) return;
  ev.preventDefault();
  const ok = await send(link.href, {}, idsOf(link), link);
  if (ok && link.hasAttribute('data-push')) history.pushState({ swap: true }, '', link.href);
});

// A form that saves itself: what was changed is sent when its field is left.
document.addEventListener('change', (ev) => {
  const form = ev.target.form;
  if (form && form.hasAttribute('data-autosave') && form.checkValidity()) form.requestSubmit();
});

addEventListener('popstate', () => location.reload());
addEventListener('pageshow', (ev) => {
  if (ev.persisted) all('form.busy').forEach((f) => { busy.delete(f); f.classList.remove('busy'); });
});

enhance((root) => all('[data-focus]', root).slice(0, 1).forEach((el) => { if (root === document) el.focus(); }));
