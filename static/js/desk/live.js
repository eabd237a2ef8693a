/* The other desks (#sync[data-live]): asked often while somebody works here, seldom when idle, never when hidden.
   The pill says whether the server answers, and how much of our own is not sent, in the words of [data-slow],
   [data-off] and [data-unsent]. */
import { byId } from '../dom.js';
import { form } from './page.js';
import { isWaiting, sendWaiting, unsent } from './queue.js';
import { removeRows } from './rows.js';

const BUSY_MS = 2000;
const IDLE_MS = 10000;
const IDLE_AFTER_MS = 60000;
const LIMIT_MS = 6000;
const OFFLINE_MS = 15000;
const SOON_MS = 300;
const OVER = 286; // the event is closed: nothing will change any more

const sync = byId('sync');
let goodWords = byId('desks')?.textContent || '';
let lastAnswerAt = Date.now();
let lastTouchAt = Date.now();
let nextLook = 0;
let isAsking = false;
let isOver = false;

const showSync = () => {
  if (!sync || isOver) return;
  const silent = Date.now() - lastAnswerAt;
  const state = silent < LIMIT_MS ? 'live' : silent < OFFLINE_MS ? 'slow' : 'off';
  const left = unsent();
  const isGood = state === 'live' && !left;
  const away = state === 'off' ? sync.dataset.off : sync.dataset.slow;
  const words = isGood ? goodWords : away + (left ? sync.dataset.unsent.replace('{n}', left) : '');
  const shown = byId('desks');
  if (shown && shown.textContent !== words) shown.textContent = words;
  sync.classList.toggle('live--off', !isGood);
};

const ask = async (signal) => {
  const tally = byId('tally');
  const url = new URL(sync.dataset.live, location.href);
  if (tally?.dataset.rev) url.searchParams.set('since', tally.dataset.rev);
  return fetch(url, { headers: { 'HX-Request': 'true' }, signal, cache: 'no-store' });
};
const take = async (reply) => {
  if (reply.headers.has('HX-Redirect')) {
    if (!isWaiting()) location.assign(reply.headers.get('HX-Redirect'));
    return;
  }
  if (!reply.ok) return;
  lastAnswerAt = Date.now();
  isOver = reply.status === OVER;
  const parts = reply.status === 204 ? '' : await reply.text();
  if (parts) htmx.swap(document.body, parts, { swapStyle: 'none' });
  if (parts && byId('tally')) removeRows(byId('tally'));
  if (parts.includes('id="desks"')) goodWords = byId('desks').textContent;
  sendWaiting();
};
const look = async () => {
  clearTimeout(nextLook);
  if (document.visibilityState !== 'visible' || isAsking || isOver) return;
  isAsking = true;
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), LIMIT_MS);
  try {
    await take(await ask(stop.signal));
  } catch {
    /* no network: the pill says how long */
  }
  clearTimeout(limit);
  isAsking = false;
  showSync();
  if (!isOver) nextLook = setTimeout(look, Date.now() - lastTouchAt > IDLE_AFTER_MS ? IDLE_MS : BUSY_MS);
};

/** Our own change shows without waiting for the next round. */
export const lookSoon = () => {
  if (!sync?.dataset.live || isOver) return;
  clearTimeout(nextLook);
  nextLook = setTimeout(look, SOON_MS);
};

const onTouch = () => {
  lastTouchAt = Date.now();
};
const onAnswer = () => {
  lastAnswerAt = Date.now();
};
if (form) {
  for (const kind of ['desk:answered', 'desk:refused']) form.addEventListener(kind, onAnswer);
  form.addEventListener('desk:rested', () => {
    showSync();
    lookSoon();
  });
}
if (sync?.dataset.live) {
  for (const kind of ['keydown', 'pointerdown']) addEventListener(kind, onTouch, true);
  document.addEventListener('visibilitychange', look);
  addEventListener('online', look);
  nextLook = setTimeout(look, BUSY_MS);
  setInterval(showSync, 1000);
  // a row under the finger stays as it is; the server decides when it is pressed
  addEventListener('htmx:oobBeforeSwap', (e) => {
    if (e.detail.target.contains(document.activeElement)) e.detail.shouldSwap = false;
  });
}
