/* The list of what is to be sent, oldest first: scans and presses of a guest's button, each entry with its own
   request_id, so a lost answer can be sent again and never counts twice. What becomes of an entry is told on the form:
   desk:kept, desk:answered and desk:refused with the entry, desk:rested when nothing more is sent for now. */
import { clearField, field, form, home, result } from './page.js';
import { freshId } from './request-id.js';
import { listAgain } from './search.js';

const HOLD_MS = 1500; // an answer that takes longer than this is called kept, until it is here
const waiting = [];
let isSending = false;
let answer = null;
let refused = null;

const tell = (what, entry) =>
  form.dispatchEvent(new CustomEvent(`desk:${what}`, { detail: { ...entry, waiting: waiting.length } }));

/* typed words stay until they are answered: where they fit several guests, more letters help */
let typed = null;
const settleField = (words, isKept) => {
  if (typed !== words || field.value !== words) return;
  if (!isKept && result.querySelector('[data-keep]')) field.select();
  else clearField();
};
const keep = (entry) => {
  entry.isKept = true;
  settleField(entry.label, true);
  tell('kept', entry);
};

const isAway = (reply) => !reply || reply.status === 0 || (reply.status >= 502 && reply.status <= 504);
const isRefused = (reply) => reply.status >= 400 && reply.status !== 409 && reply.status !== 422;
const post = async (entry) => {
  const late = setTimeout(() => keep(entry), HOLD_MS);
  answer = null;
  try {
    await htmx.ajax('POST', entry.address, { source: form, target: result, swap: 'innerHTML', values: entry.values });
  } catch {
    /* the line at the bottom says so, and the entry stays */
  }
  clearTimeout(late);
  return answer;
};

/** Send what waits, until all of it is answered or the server is away. */
export const sendWaiting = async () => {
  if (isSending || !waiting.length) return;
  isSending = true;
  while (waiting.length) {
    const entry = waiting[0];
    // oxlint-disable-next-line no-await-in-loop -- one after the other, in order
    const reply = await post(entry);
    if (isAway(reply)) {
      for (const one of waiting) if (!one.isKept) keep(one);
      break;
    }
    waiting.shift();
    settleField(entry.label);
    // it was searched for, and nobody waits for that any more
    if (entry.isKept && result.querySelector('[data-keep]')) listAgain();
    refused = isRefused(reply) ? entry : null;
    tell(refused ? 'refused' : 'answered', entry);
  }
  isSending = false;
  if (!waiting.length) home();
  tell('rested');
};

export const isWaiting = () => waiting.length > 0;
export const unsent = () => (isSending ? 0 : waiting.length);
export const holdsGuest = (enrollment) => waiting.some((one) => one.values.enrollment === enrollment);

/** Put something on the list: where it goes, whom it is about, and its fields. */
export const enqueue = (address, label, values) => {
  const entry = { address, label, values: { ...values, request_id: freshId(), device_at: new Date().toISOString() } };
  const isBehind = waiting.some((one) => one.isKept);
  waiting.push(entry);
  if (isBehind) keep(entry);
  sendWaiting();
};
const send = (words, keys) => enqueue(form.getAttribute('hx-post') || form.action, words, { q: words, keys });

/** What a scanner typed, as the machine read it and as the keys were pressed. */
export const sendScan = (words, keys) => {
  if (!(words + keys).trim()) return;
  typed = null;
  send(words.trim() ? words : keys, keys);
};
const sendTyped = (words) => {
  if (!words.trim()) return;
  typed = words;
  send(words, '');
};

if (form) {
  // the search of the words of a scan may fail beside it, and must not say anything else
  field.dataset.kept = form.dataset.kept;
  form.addEventListener('htmx:afterRequest', (e) => {
    if (e.detail.elt === form) answer = e.detail.xhr;
  });
  form.addEventListener('send-again', (e) => {
    e.preventDefault();
    if (refused) waiting.unshift(refused);
    refused = null;
    sendWaiting();
  });
  form.addEventListener(
    'submit',
    (e) => {
      e.preventDefault();
      e.stopImmediatePropagation();
      sendTyped(field.value);
    },
    true,
  );
}
addEventListener('beforeunload', (e) => {
  if (waiting.length) e.preventDefault();
});
