/* A burst of keys that ends with Enter or Tab is a scanner, wherever the focus is. Both what the machine reads and
   the physical keys are sent: most scanners type US keys, whatever the layout of the machine. */
import { openDialog } from '../dom.js';
import { clearField, field, focusField, form } from './page.js';
import { sendScan } from './queue.js';

const USUAL_GAP_MS = 35;
const WIDEST_GAP_MS = 80;
const SHORTEST = 6; // keys, before the one that ends it
const MARKS = { Minus: '-_', Period: '.>', Slash: '/?', Semicolon: ';:', Comma: ',<', Equal: '=+', Quote: '\'"' };

const gapOfThisDevice = () => {
  try {
    return Number(localStorage.getItem('desk-gap')) || USUAL_GAP_MS; // scan-test.js measures it
  } catch {
    return USUAL_GAP_MS; // storage is blocked
  }
};
// most gaps are short; one may be three times as long, a longer one starts anew
const gap = Math.min(Math.max(gapOfThisDevice(), USUAL_GAP_MS), WIDEST_GAP_MS);

const physical = (key) => {
  if (key.code.startsWith('Key')) return key.code[3];
  if (key.code.startsWith('Digit')) return key.code[5];
  return MARKS[key.code] ? MARKS[key.code][key.shift ? 1 : 0] : key.key;
};
const isScanner = (times) => {
  const gaps = times
    .slice(1)
    .map((at, n) => at - times[n])
    .sort((a, b) => a - b);
  return times.length > SHORTEST && gaps[gaps.length >> 1] <= gap;
};

let keys = [];
let last = 0;
let touched = null; // the field that the burst began in, and what stood there
/* a scanner or a busy machine may stop on the way: what stands in the field before the burst is its beginning,
   unless the burst is a code by itself */
const isWhole = (text) => /^[0-9A-Z]{8}$/.test(text) || text.includes('/');
const scanned = () => {
  const asRead = keys.map((one) => one.key).join('');
  const asPressed = keys.map(physical).join('').toUpperCase();
  const isBeginning = touched?.el === field && !isWhole(asPressed) && !isWhole(asRead.toUpperCase());
  const before = isBeginning ? touched.value : '';
  return [before + asRead, before.toUpperCase() + asPressed];
};
const onScan = (e) => {
  e.preventDefault();
  e.stopImmediatePropagation(); // its Enter must not press a button
  const [words, pressed] = scanned();
  keys = [];
  if (touched && touched.el !== field) touched.el.value = touched.value; // the code was typed into it
  openDialog()?.close();
  clearField();
  focusField();
  sendScan(words, pressed);
};
/* the field takes it, except a space on a button, which presses it */
const typeAnywhere = (e, el) => {
  const presses = e.key === ' ' && el.matches('button,a,summary');
  if (el.matches('input,textarea,select') || presses || openDialog()) return;
  focusField();
  field.value += e.key;
  e.preventDefault();
  field.dispatchEvent(new Event('input', { bubbles: true }));
};
const onKey = (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
  const ends = e.key === 'Enter' || e.key === 'Tab';
  if (e.timeStamp - last > 3 * gap) keys = [];
  last = e.timeStamp;
  if (ends && isScanner([...keys.map((one) => one.at), e.timeStamp])) {
    onScan(e);
    return;
  }
  if (ends) keys = [];
  const isDead = e.key === 'Dead'; // an accent that waits for its letter, and in a scan a key like any other
  if (e.key.length > 1 && !isDead) return;
  const el = document.activeElement;
  if (!keys.length) touched = el.matches('input,textarea') ? { el, value: el.value } : null;
  keys.push({ code: e.code, key: isDead ? '' : e.key, shift: e.shiftKey, at: e.timeStamp });
  if (!isDead) typeAnywhere(e, el);
};
if (form) addEventListener('keydown', onKey, true);
