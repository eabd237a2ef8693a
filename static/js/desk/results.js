/* A result has arrived: its sound, its countdown, the row of who is in, and the field free for the next one.
   Who replaces the result by hand says so on it with desk:shown. */
import { openDialog } from '../dom.js';
import { count, stopCounting } from './countdown.js';
import { lookSoon } from './live.js';
import { clearField, field, home, result } from './page.js';
import { removeRows } from './rows.js';
import { play } from './sound.js';

let lastResult = '';
const showResult = () => {
  stopCounting();
  const shown = result.querySelector('.result');
  if (!shown) return;
  removeRows(shown);
  const id = shown.dataset.result || '';
  if (!id || id !== lastResult) play(shown.dataset.sound); // a double read makes no second sound
  lastResult = id;
  count(shown);
};
const afterSettle = (e) => {
  if (!result.contains(e.target)) {
    if (document.activeElement === document.body) home();
    return;
  }
  showResult();
  // who was found and pressed is in
  const sent = e.detail.requestConfig?.formData;
  if (field && sent?.has('enrollment') && result.querySelector('.result--ok')) clearField();
  if (result.childElementCount) openDialog()?.close();
  lookSoon();
  home();
};
const dismiss = (e) => {
  if (!e.target.closest('[data-dismiss]')) return;
  e.preventDefault();
  result.replaceChildren();
  home();
};
if (result) {
  addEventListener('htmx:afterSettle', afterSettle);
  addEventListener('click', dismiss);
  result.addEventListener('desk:shown', showResult);
  showResult();
}
