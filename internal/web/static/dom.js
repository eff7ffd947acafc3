// Small helpers that the other modules share. Words come from the page, in its language.

export const $ = (id) => document.getElementById(id);
export const all = (sel, root = document) => Array.from(root.querySelectorAll(sel));
export const word = (name, value = '') => (($('words') || { dataset: {} }).dataset[name] || '').replace('{0}', value);

// say tells screen readers, without moving the focus.
export function say(text) {
  const box = $('say');
  if (box) { box.textContent = ''; setTimeout(() => { box.textContent = text; }, 50); }
}

// tell shows a message at the top of the page, in the place of flash messages.
export function tell(text, tone) {
  const box = $('flash') || $('say');
  if (!box) return;
  const p = document.createElement('p');
  p.className = 'alert ' + tone;
  p.textContent = text;
  box.textContent = '';
  box.appendChild(p);
  if (box.id === 'flash') box.scrollIntoView({ block: 'nearest' });
}

// fresh makes a random id of 128 bits, by which the server knows a repeated form.
export function fresh() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

export const clockTime = (ms) => new Date(ms).toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit' });

// enhancers run on the whole page once and on every part that is swapped in.
const enhancers = [];
export function enhance(fn) { enhancers.push(fn); fn(document); }
export function enhanceAll(root) { enhancers.forEach((fn) => fn(root)); }

// typing tells whether somebody is writing inside an element, or has written
// something that is not saved: in a form that came back refused, what it was given.
export function typing(el) {
  if (el.querySelector('form .err, form #form-errors')) return true;
  return all('textarea, input, select', el).some((f) => {
    if (f.type === 'hidden' || f.type === 'submit') return false;
    if (f === document.activeElement && !/^(radio|checkbox|button)$/.test(f.type)) return true;
    if (/^(radio|checkbox)$/.test(f.type)) return f.checked !== f.defaultChecked;
    if (f.options) return Array.from(f.options).some((o) => o.selected !== o.defaultSelected && (o.defaultSelected || o.index > 0));
    return f.value !== f.defaultValue;
  });
}
