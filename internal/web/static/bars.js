// Bars that keep step with a form: data-bars names the table; rows of the form have
// fields whose names end in "title", "minutes" and "content". Without script the server
// draws them when the form is sent.
import { $, all } from './dom.js';

// minutesBy gives the minutes of each kind of content in a form. A row without a title
// does not count: it is the empty one at the foot.
function minutesBy(form) {
  const out = {};
  all('[name$="minutes"]', form).forEach((m) => {
    const other = (name) => form.elements[m.name.replace(/minutes$/, name)];
    const n = parseInt(m.value, 10), content = other('content'), title = other('title');
    if (n > 0 && content && title && title.value.trim()) out[content.value] = (out[content.value] || 0) + n;
  });
  return out;
}

function drawBars(form) {
  const table = $(form.dataset.bars);
  if (!table) return;
  const by = minutesBy(form), rows = all('tr[data-key]', table), scale = +table.dataset.scale;
  const of = (r) => by[r.dataset.key] || 0, light = (r) => 'light' in r.dataset;
  const total = rows.reduce((n, r) => n + (light(r) ? 0 : of(r)), 0);
  rows.forEach((r) => {
    const n = of(r), part = total ? n / total : 0;
    if (n) r.hidden = false;
    r.querySelector('[data-value]').textContent = n;
    if (light(r)) return;
    r.querySelector('[data-share]').textContent = Math.round(part * 100);
    r.querySelector('[data-bar]').setAttribute('width', Math.min(100, part * 100000 / scale) + '%');
  });
  const sum = Object.keys(by).reduce((n, key) => n + by[key], 0);
  all('[data-sum]', form).forEach((el) => { el.textContent = sum; });
  all('[data-most]', form).forEach((el) => {
    const [key, num, den, strict] = el.dataset.most.split(' ');
    const left = (by[key] || 0) * den, right = total * num;
    el.hidden = !total || (strict === '1' ? left <= right : left < right);
  });
}

document.addEventListener('input', (ev) => {
  const form = ev.target.form;
  if (form && form.dataset.bars) drawBars(form);
});
