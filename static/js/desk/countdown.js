/* The life of a result: the undo counts down and goes, then it is one line, then gone after half a minute. */
import { home } from './page.js';

const BRIEF_S = 10;
const GONE_S = 30;
const TICK_MS = 250;
let ticking = 0;

const removeUndo = (undo) => {
  const hadFocus = undo.contains(document.activeElement);
  undo.remove();
  if (hadFocus) home();
};
export const stopCounting = () => clearInterval(ticking);
export const count = (shown) => {
  const undo = shown.querySelector('form[data-undo]');
  const left = shown.querySelector('[data-left]');
  const until = Number(undo?.dataset.seconds) || 0;
  const from = Date.now();
  shown.classList.add('is-live');
  ticking = setInterval(() => {
    const passed = Math.floor((Date.now() - from) / 1000);
    if (left) left.textContent = `${Math.max(0, until - passed)} s`;
    if (undo?.isConnected && passed >= until) removeUndo(undo);
    if (shown.matches('.result--ok') && passed >= BRIEF_S) shown.classList.add('result--brief');
    const stays = shown.matches('.result--ask,.result--kept') || shown.contains(document.activeElement);
    if (passed >= GONE_S && !stays) {
      stopCounting();
      shown.remove();
    }
  }, TICK_MS);
};
