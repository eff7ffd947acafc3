// Running minutes: data-clock is when it began, in Unix milliseconds by the
// server's time; data-clock-limit is how many minutes are planned.
import { all, word, enhance } from './dom.js';

const skew = Number(document.documentElement.dataset.now || Date.now()) - Date.now();

function runClocks(root) {
  all('[data-clock]', root).forEach((el) => {
    const start = Number(el.dataset.clock);
    if (!start) return;
    const min = Math.max(0, Math.floor((Date.now() + skew - start) / 60000));
    const limit = Number(el.dataset.clockLimit || 0);
    let text = word('minutes', min);
    if (limit) {
      text = min <= limit ? word('left', limit - min) : word('over', min - limit);
      el.classList.toggle('bad', min > limit);
      el.classList.toggle('warn', min <= limit && limit - min <= 5);
    }
    if (el.textContent !== text) el.textContent = text;
  });
}

enhance(runClocks);
setInterval(() => runClocks(document), 5000);
