/* The desk's start page ([data-scan-test], with its words): how fast does this scanner type? Slow ones (Bluetooth)
   get a wider gap. */
import { byId } from './dom.js';

const SLOWEST_MS = 80;
const test = document.querySelector('[data-scan-test]');
const words = (isFast, each) => (isFast ? test.dataset.fast.replace('{each}', each) : test.dataset.slow);
const keepGap = (each) => {
  try {
    localStorage.setItem('desk-gap', String(Math.min(3 * each, SLOWEST_MS)));
  } catch {
    /* for this page only */
  }
};

let times = [];
test?.addEventListener('keydown', (e) => {
  if (e.key.length === 1) times.push(e.timeStamp);
  if (e.key !== 'Enter' && e.key !== 'Tab') return;
  if (e.key === 'Enter') e.preventDefault();
  const each = times.length > 5 ? Math.round((times.at(-1) - times[0]) / (times.length - 1)) : 0;
  const isFast = each > 0 && each <= SLOWEST_MS;
  if (e.key === 'Enter' || isFast) byId(test.getAttribute('aria-describedby')).textContent = words(isFast, each);
  if (isFast) keepGap(each);
  times = [];
  test.value = '';
});
